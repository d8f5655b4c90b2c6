"""Goroutines that only time or an outsider's cancel still wakes: pollers, and waiters for cancellation."""

from __future__ import annotations

from itertools import pairwise

from unstuck.explore import semantics
from unstuck.explore.lent import written_outside
from unstuck.explore.meanwhile import changed, fields_read
from unstuck.explore.moves import CANCEL, INTERNAL, TIME, Move, moves
from unstuck.explore.outcomes import Meter, state_cost
from unstuck.explore.search import Graph, path
from unstuck.explore.state import ENV_CLOSE, Channel, Goroutine, Site, State
from unstuck.explore.work import Work
from unstuck.ir.instr import Program

MAX_ROUNDS = 40
"""States followed to see whether a poller can leave its loop; past it nothing is said."""
MAX_WORK = 100_000
"""Instructions run to see the same."""
MAX_ENDS = 60
"""Final states looked at to see whether a goroutine can end by itself."""


def never_leaves(
    program: Program, state: State, gid: int, leading: tuple[str, ...], total: Meter | None = None
) -> bool:
    """Whatever time does, and whatever code outside writes, the goroutine goes on in its loop. Nothing is
    said where a move by one of `leading` is possible, nor once `total` is spent."""
    total = total or Meter()
    if total.left < 0:
        return False
    meter = Meter(min(MAX_WORK, total.left))
    meter.spent += state_cost(state)
    found = _goes_on(program, state, gid, leading, meter)
    total.spent += meter.spent
    return found


def _goes_on(program: Program, state: State, gid: int, leading: tuple[str, ...], meter: Meter) -> bool:
    goroutine = state.goroutines[gid]
    assert goroutine is not None
    fields, lent = fields_read(program), written_outside(program)
    state = changed(program, state, fields, lent)
    seen = {state}
    todo = [state]
    round_ = False
    while todo:
        if len(seen) > MAX_ROUNDS:
            return False
        current = todo.pop()
        dropped: list[str] = []
        if any(move.by in leading for move in moves(Work(program, current))):
            return False
        after = semantics.successors(program, current, dropped, meter)
        if dropped or meter.cut:
            return False
        for found in after:
            if all(item is None or item.spawn != goroutine.spawn for item in found.state.goroutines):
                return False
            after_others = changed(program, found.state, fields, lent)
            round_ = round_ or after_others == state
            if after_others not in seen:
                seen.add(after_others)
                todo.append(after_others)
    return round_


def ends_by_itself(program: Program, graph: Graph[State, Move], spawn: Site | None) -> bool:
    """On some path without a cancellation the goroutine is started and everything ends."""
    looked = 0
    for number, state in enumerate(graph.states):
        if state.detached or any(item is not None for item in state.goroutines):
            continue
        looked += 1
        if looked > MAX_ENDS:
            return False
        numbers = path(graph, number)
        steps = [graph.parents[each][1] for each in numbers]
        if any(step is not None and step.by == CANCEL for step in steps):
            continue
        if any(_has(graph.states[each], spawn) for each in numbers):
            return True
    return False


def outran(program: Program, graph: Graph[State, Move], number: int) -> bool:
    """On the way to a state a timer won where somebody could have gone on without: the goroutine that waited
    for it, or one that had not come to where they meet."""
    numbers = path(graph, number)
    for before, after in pairwise(numbers):
        move = graph.parents[after][1]
        if move is not None and move.by == TIME:
            others = moves(Work(program, graph.states[before]))
            if any(other.by == INTERNAL for other in others):
                return True
    return False


def past_cancel(work: Work, gid: int) -> bool:
    """The goroutine waits, but not for a context that it has and whose cancel the root returns."""
    goroutine = work.goroutines[gid]
    assert isinstance(goroutine, Goroutine)
    results = work.program.functions[work.program.root].result_descs
    return any(desc.kind == "func" for desc in results) and any(
        obj.kind == "context" and obj.site is not None and bool(obj.ends & ENV_CLOSE)
        for frame in goroutine.frames
        for value in frame.regs
        for number in work.reached((value,))
        for obj in (work.heap[number],)
        if isinstance(obj, Channel)
    )


def _has(state: State, spawn: Site | None) -> bool:
    return any(item is not None and item.spawn == spawn for item in state.goroutines)
