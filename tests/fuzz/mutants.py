"""The campaign tested: with one rule of the machine altered, does it notice? (`python -m fuzz.mutants`)

Each mutant changes one rule while programs that were run for real, and on which both sides agree, are
explored again. It is noticed when something seen is no longer claimed, or something claimed was never seen.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fuzz import agree, explorer
from fuzz.agree import Case
from fuzz.generate import generate
from unstuck.explore import (
    arithmetic,
    canonical,
    control,
    maps,
    memory,
    moves,
    operations,
    perform,
    sync,
    verdict,
)
from unstuck.explore.local import HANDLERS
from unstuck.explore.moves import Move
from unstuck.explore.outcomes import Dropped, Fork, choose
from unstuck.explore.state import FREE, Channel, ChanRef, StructValue
from unstuck.ir import instr, loops

MAX_STATES = 4_000
Change = tuple[object, object, object]
"""(module or table, name or key, what stands there instead)"""


@contextmanager
def changed(changes: Sequence[Change]) -> Iterator[None]:
    """The machine with changes."""
    before = [_get(where, name) for where, name, _ in changes]
    try:
        for where, name, new in changes:
            _set(where, name, new)
        yield
    finally:
        for (where, name, _), old in zip(changes, before):
            _set(where, name, old)


def _get(where: object, name: object) -> object:
    return where[name] if isinstance(where, dict) else getattr(where, str(name))


def _set(where: object, name: object, new: object) -> None:
    if isinstance(where, dict):
        where[name] = new
    else:
        setattr(where, str(name), new)


# Ways to change.


def _without(name: str, wrong: Callable[[Move], bool]) -> Change:
    """Some moves do not exist."""
    old = getattr(moves, name)
    return moves, name, lambda *args: [move for move in old(*args) if not wrong(move)]


def _skipped(kind: type, when: Callable[[Any], bool] = lambda item: True) -> Change:
    """An instruction does nothing."""
    old = HANDLERS[kind]

    def run(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
        if when(item):
            act.pc += 1
        else:
            old(work, gid, thread, act, item)

    return HANDLERS, kind, run


def _op(*names: str) -> Callable[[Any], bool]:
    return lambda item: item.op in names


def _can_lock(rule: Callable[[Any, str], bool]) -> Change:
    return sync, "can_lock", rule


def _performed(how: str, new: Callable[..., None]) -> Change:
    return perform._PERFORM, how, new


# Altered rules.


def _any_capacity(capacity: Callable[[int], int]) -> Change:
    old = HANDLERS[instr.MakeChan]

    def run(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
        old(work, gid, thread, act, item)
        made = act.regs[item.dst]
        if type(made) is ChanRef:
            obj = work.heap[made.obj]
            work.heap[made.obj] = obj._replace(capacity=capacity(obj.capacity))

    return HANDLERS, instr.MakeChan, run


def _first_deferred(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
    old = _DEFER
    old(work, gid, thread, act, item)
    act.defers.insert(0, act.defers.pop())


_DEFER = HANDLERS[instr.Defer]


def _unwound(mode: str) -> Change:
    """Deferred calls do not run on one way out."""
    old = control.unwind

    def unwind(work: Any, thread: Any, act: Any) -> None:
        if act.mode == mode:
            act.defers.clear()
        old(work, thread, act)

    return control, "unwind", unwind


def _dying_alone() -> Change:
    """A panic that nobody recovers ends only its goroutine."""
    old = control.unwind

    def unwind(work: Any, thread: Any, act: Any) -> None:
        try:
            old(work, thread, act)
        except Dropped:
            return

    return control, "unwind", unwind


def _recovers(stops: bool, tells: bool) -> Change:
    old = HANDLERS[instr.Recover]

    def run(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
        old(work, gid, thread, act, item)
        if not stops and len(thread.acts) > 1:
            thread.acts[-2].recovered = False
        if not tells:
            act.regs[item.dst] = None

    return HANDLERS, instr.Recover, run


def _nested_recover(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
    act.deferred, was = True, act.deferred
    _RECOVER(work, gid, thread, act, item)
    act.deferred = was
    for outer in thread.acts[:-1]:
        if act.regs[item.dst] is None and outer.mode == "panic":
            outer.recovered = True


_RECOVER = HANDLERS[instr.Recover]


def _always_default(work: Any, gid: int, goroutine: Any, item: Any, receivers: Any) -> list[Move]:
    found = _SELECT(work, gid, goroutine, item, receivers)
    default = [move for move in found if move.how == "default"]
    return default or ([] if item.default != -1 else found)


def _late_default(work: Any, gid: int, goroutine: Any, item: Any, receivers: Any) -> list[Move]:
    found = _SELECT(work, gid, goroutine, item, receivers)
    others = [move for move in found if move.how != "default"]
    return others or found


def _first_case(work: Any, gid: int, goroutine: Any, item: Any, receivers: Any) -> list[Move]:
    found = _SELECT(work, gid, goroutine, item, receivers)
    return [move for move in found if move.case in (found[0].case, -1)]


_SELECT = moves._select_moves


def _wakes_all(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
    _SIGNAL(work, gid, thread, move, partner)
    for other, each in enumerate(work.goroutines):
        if each is not None and each.phase == "cond":
            work.thread(other).phase = "relock"
            work.settle_thread(other)


_SIGNAL = perform._PERFORM["signal"]


def _wakes_none(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
    thread.acts[-1].pc += 1


def _keeps_lock(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
    thread.phase = "cond"


def _without_lock(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
    thread.phase = ""
    thread.acts[-1].pc += 1


def _sends_closed(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
    perform._operand(thread, move.case)


def _closes_again(work: Any, thread: Any, act: Any, number: Any) -> None:
    if number is not None:
        work.heap[number] = work.heap[number]._replace(closed=True)
    act.pc += 1


def _still_goes(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
    act.pc += 1


def _own_end(work: Any, number: int) -> bool:
    return bool(operations.channel(work, number).closed)


def _context_kind(kind: str) -> Change:
    old = HANDLERS[instr.MakeContext]

    def run(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
        old(
            work,
            gid,
            thread,
            act,
            replace(item, kind=kind) if item.kind in ("detached", "deadline") else item,
        )

    return HANDLERS, instr.MakeContext, run


def _stop_says(op: str, change: Callable[[Any], Any]) -> Change:
    old = HANDLERS[instr.Timer]

    def run(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
        old(work, gid, thread, act, item)
        if item.op == op and isinstance(act.regs[item.dst], bool):
            act.regs[item.dst] = change(act.regs[item.dst])

    return HANDLERS, instr.Timer, run


def _runs_on(work: Any, gid: int, thread: Any, act: Any, item: Any) -> None:
    """Stop does not stop."""
    value = work.materialise(act.regs[item.channel])
    was = work.heap[value.obj] if type(value) is ChanRef else None
    _TIMER(work, gid, thread, act, item)
    if was is not None:
        work.heap[value.obj] = was._replace(armed=True)


_TIMER = HANDLERS[instr.Timer]


def _last_in(work: Any, number: int) -> Any:
    obj = operations.channel(work, number)
    work.heap[number] = obj._replace(queue=obj.queue[:-1])
    return obj.queue[-1]


def _tried(free: bool) -> Change:
    old = perform._PERFORM["try"]

    def run(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
        old(work, gid, thread, move, partner)
        act = thread.acts[-1]
        item = act.function.code[act.pc - 1]
        if item.dst != -1:
            act.regs[item.dst] = free

    return _performed("try", run)


def _sure(work: Any, value: Any) -> bool:
    value = work.resolve(value)
    return value if isinstance(value, bool) else True


def _forgetful(work: Any, value: Any) -> bool:
    value = work.resolve(value)
    if isinstance(value, bool):
        return value
    choice = work.take_choice()
    if choice < 0:
        raise Fork([choose(0), choose(1)])
    return bool(choice)


def _drops_value(work: Any, gid: int, thread: Any, move: Move, partner: int) -> None:
    dst = perform._operand(work.thread(partner), move.partner_case)[2]
    work.thread(partner).acts[-1].pc -= 0
    perform._operand(thread, move.case)
    if dst != -1:
        work.thread(partner).acts[-1].regs[dst] = 0


def _open(act: Any, dst: int, ok: int, value: Any, open_: Any) -> None:
    _RECEIVED(act, dst, ok, value, True)


_RECEIVED = operations.received


def _never_full(work: Any, gid: int, goroutine: Any, wait: Any, receivers: Any) -> list[Move]:
    found = _SENDS(work, gid, goroutine, wait, receivers)
    obj = operations.channel(work, wait.obj)
    return found or ([Move(gid, wait.case, "send-buffer", -1, 0, "internal")] if obj.capacity else found)


def _never_waits(work: Any, gid: int, goroutine: Any, wait: Any, receivers: Any) -> list[Move]:
    found = _SENDS(work, gid, goroutine, wait, receivers)
    return found or [Move(gid, wait.case, "send-outside", -1, 0, "internal")]


_SENDS = moves._send_moves


def _one_of_many(goroutines: Any, takers: Any) -> Any:
    return tuple(
        item._replace(count=1) if item is not None else None for item in _COUNTED(goroutines, takers)
    )


_COUNTED = canonical._counted


def _entries(order: Callable[[Any], Any]) -> Change:
    return maps, "permutations", lambda entries: [tuple(order(entries))]


def _free(state: Any, op: str) -> bool:
    return bool(state.writer == FREE)


def _lock_live(facts: Any, wait: Any, live: Any, reached: Any, without: Any) -> bool:
    return wait.how == "lock" or _WAKABLE(facts, wait, live, reached, without)


_WAKABLE = verdict._wakable


def _copied_by_reference(work: Any, pointer: Any, desc: Any) -> Any:
    value = _READ(work, pointer, desc)
    return (
        value._replace(fields=()) if type(value) is StructValue and value.type.startswith("sync.") else value
    )


_READ = memory.read


def _jumps_ahead(work: Any, gid: int, goroutine: Any, item: Any) -> list[Move]:
    found = _LOCKS(work, gid, goroutine, item)
    return [move for move in found if move.how != "announce"]


_LOCKS = moves._lock_moves


def _context_children(work: Any, number: int) -> None:
    obj = operations.channel(work, number)
    work.heap[number] = obj._replace(closed=True, armed=False)
    if obj.parent >= 0 and isinstance(work.heap[obj.parent], Channel):
        _context_children(work, obj.parent)


MUTANTS: dict[str, tuple[Change, ...]] = {
    "close wakes nobody": (_without("_receive_moves", lambda m: m.how == "receive-closed"),),
    "a buffer is never full": ((moves, "_send_moves", _never_full),),
    "a send does not wait": ((moves, "_send_moves", _never_waits),),
    "every channel is unbuffered": (_any_capacity(lambda n: 0),),
    "a buffer holds one more": (_any_capacity(lambda n: n + 1 if n else 0),),
    "a buffer is last in, first out": ((operations, "take_value", _last_in),),
    "a received value is lost": (_performed("meet", _drops_value),),
    "ok is always true": ((operations, "received", _open),),
    "a send on a closed channel does nothing": (_performed("send-closed", _sends_closed),),
    "closing twice does nothing": ((operations, "close_now", _closes_again),),
    "close does nothing": (_skipped(instr.Close),),
    "len of a channel is zero": (_skipped(instr.Len),),
    "select always takes default": ((moves, "_select_moves", _always_default),),
    "select takes default last": ((moves, "_select_moves", _late_default),),
    "select takes the first ready case": ((moves, "_select_moves", _first_case),),
    "RLock ignores waiting writers": (_can_lock(_free),),
    "Lock ignores readers": (
        _can_lock(lambda state, op: state.writer == FREE and (op == "lock" or not state.waiting)),
    ),
    "a mutex never blocks": (_can_lock(lambda state, op: True),),
    "a waiting writer is not announced": ((moves, "_lock_moves", _jumps_ahead),),
    "Unlock does nothing": (_skipped(instr.Lock, _op("unlock")),),
    "RUnlock does nothing": (_skipped(instr.Lock, _op("runlock")),),
    "TryLock never fails": (_tried(True),),
    "TryLock always fails": (_tried(False),),
    "unlocking an unlocked mutex does nothing": ((sync, "_known", lambda work, pointer: False),),
    "Done does not decrement": (_skipped(instr.WaitGroup, _op("done")),),
    "Wait does not wait": (_skipped(instr.WaitGroup, _op("wait")),),
    "Add comes at once": ((sync, "_its_turn", lambda *args: True),),
    "Signal wakes all": (_performed("signal", _wakes_all),),
    "Signal wakes nobody": (_performed("signal", _wakes_none),),
    "Broadcast wakes nobody": ((perform, "cond_waiters", lambda work, pointer: []),),
    "Cond.Wait keeps the lock": (_performed("cond-park", _keeps_lock),),
    "Cond.Wait returns without the lock": (_performed("cond-relock", _without_lock),),
    "deferred calls run first in, first out": ((HANDLERS, instr.Defer, _first_deferred),),
    "a panic skips deferred calls": (_unwound("panic"),),
    "Goexit skips deferred calls": (_unwound("exit"),),
    "a panic ends only its goroutine": (_dying_alone(),),
    "recover does not stop a panic": (_recovers(stops=False, tells=True),),
    "recover returns nil": (_recovers(stops=True, tells=False),),
    "recover works at any depth": ((HANDLERS, instr.Recover, _nested_recover),),
    "Goexit does nothing": ((HANDLERS, instr.Goexit, _still_goes),),
    "panic does nothing": ((HANDLERS, instr.Panic, _still_goes),),
    "cancel does nothing": (_skipped(instr.Cancel),),
    "a child context outlives its parent": ((operations, "context_done", _own_end),),
    "a cancelled child ends its parent": ((operations, "cancel_now", _context_children),),
    "a deadline never passes": (_context_kind("cancel"),),
    "Err comes at once": ((operations, "_read_now", lambda *args: True),),
    "timers never fire": (_without("_receive_moves", lambda m: m.how == "tick"),),
    "a stopped timer still fires": ((HANDLERS, instr.Timer, _runs_on),),
    "Stop returns false": (_stop_says("stop", lambda value: False),),
    "an unknown condition is true": ((arithmetic, "truth", _sure),),
    "a choice is forgotten": ((arithmetic, "truth", _forgetful),),
    "atomics are not interleaved": (_skipped(instr.Yield),),
    "identical goroutines count once": ((canonical, "_counted", _one_of_many),),
    "maps are visited in order": (_entries(lambda entries: entries),),
    "whoever waits for a lock is live": ((verdict, "_wakable", _lock_live),),
    "a copied mutex is unlocked": ((memory, "read", _copied_by_reference),),
}
LOWERED: dict[str, tuple[Change, ...]] = {
    "loop variables are shared": ((loops, "_per_iteration", lambda b: False),),
}
"""Mutants of lowering: the programs are lowered again."""


def notices(cases: Sequence[Case], changes: Sequence[Change]) -> int:
    """How many programs it takes to notice the change; -1 when it is not noticed."""
    with changed(changes):
        for number, case in enumerate(cases):
            try:
                claims = explorer.explore(case.item, MAX_STATES)
            except Exception:  # a machine that breaks is noticed, too
                return number + 1
            altered = Case(case.program, case.truth, claims, case.item)
            if altered.missed or altered.unseen:
                return number + 1
    return -1


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="does the campaign notice altered rules?")
    parser.add_argument("--seed", type=int, default=0, help="number of the first program")
    parser.add_argument("--programs", type=int, default=300, help="how many")
    parser.add_argument("--filter", default="", help="only mutants whose name contains this text")
    options = parser.parse_args()
    cases: list[Case] = []
    for first in range(options.seed, options.seed + options.programs, 100):
        last = min(first + 100, options.seed + options.programs)
        found, _ = agree.batch({seed: generate(seed) for seed in range(first, last)}, rounds=2)
        cases.extend(case for case in found.values() if not case.missed and not case.unseen)
    names = [name for name in (*MUTANTS, *LOWERED) if options.filter in name]
    missed = []
    for name in names:
        taken = notices(cases, MUTANTS[name]) if name in MUTANTS else _lowered_notices(cases, LOWERED[name])
        missed += [name] if taken < 0 else []
        print(f"{'NOT NOTICED' if taken < 0 else f'after {taken}':12} {name}", flush=True)
    print(f"{len(names)} mutants, {len(names) - len(missed)} noticed, {len(cases)} programs")
    return 1 if len(missed) * 20 > len(names) else 0


def _lowered_notices(cases: Sequence[Case], changes: Sequence[Change]) -> int:
    programs = {number: case.program for number, case in enumerate(cases)}
    with tempfile.TemporaryDirectory(prefix="fuzz") as name, changed(changes):
        items = explorer.load(Path(name), programs)
    return notices([replace(case, item=items[number]) for number, case in enumerate(cases)], ())


if __name__ == "__main__":
    raise SystemExit(main())
