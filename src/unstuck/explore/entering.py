"""Functions entered, on a goroutine or a new one, and how many there may be."""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.explore.bystanders import is_another
from unstuck.explore.outcomes import Dropped
from unstuck.explore.state import (
    START,
    Goroutine,
    Site,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Work
from unstuck.ir.instr import NONE, Function

MAX_FRAMES = 48
"""Depth of calls; deeper ones are unknown code."""

MAX_PER_SITE = 1_200
"""Live goroutines of one `go` statement; past it the path is dropped."""


def push(
    work: Work,
    thread: Thread,
    function: Function,
    args: Iterable[Value],
    dsts: tuple[int, ...],
    deferred: bool,
) -> None:
    """Enters a function."""
    regs: list[Value] = list(args)[: len(function.params)]
    regs.extend([None] * (function.registers - len(regs)))
    thread.acts.append(Activation(function, 0, regs, [], "run", (), dsts, deferred, False))


def start(work: Work, new: Goroutine) -> None:
    """Adds a goroutine. Several that are alike and have been given nothing wait as one group to be started
    one by one: what each makes for itself is no other's business."""
    last = len(work.goroutines) - 1
    twin = work.goroutines[last]
    if isinstance(twin, Goroutine) and not any(isinstance(value, tuple) for value in new.frames[0].regs):
        waiting = twin.phase == START and twin._replace(count=1, phase="") == new
        if waiting or (twin == new and last in work.pending):
            work.goroutines[last] = twin._replace(count=twin.count + 1, phase=START)
            if last in work.pending:
                work.pending.remove(last)
            return
    if is_another(work, new):
        return
    if new.spawn is not None:
        _check_room(work, new.spawn)
    work.goroutines.append(new)
    work.pending.insert(0, len(work.goroutines) - 1)


def _check_room(work: Work, site: Site) -> None:
    if len(work.goroutines) < MAX_PER_SITE:
        return
    live = sum(item.count for item in work.goroutines if item is not None and item.spawn == site)
    if live >= MAX_PER_SITE:
        raise Dropped("goroutines")


def arguments(act: Activation, regs: tuple[int, ...]) -> list[Value]:
    """What registers hold, nil for none."""
    held = act.regs
    return [held[reg] if reg != NONE else None for reg in regs]
