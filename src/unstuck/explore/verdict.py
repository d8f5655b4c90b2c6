"""Which goroutines of a state can never move again: the fixpoint of SEMANTICS.md.

Live are the goroutines that can move, by themselves, by time, or because code outside the fragment holds an
end of what they wait for. A parked goroutine becomes live when a live one can reach an object it is parked
on, with an end that can wake it. What is left over is stuck. (runtime/mgc.go, findGoroutineLeaks.)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from unstuck.explore import moves as moves_
from unstuck.explore import sync
from unstuck.explore.footprint import ALL, ends_of
from unstuck.explore.moves import CANCEL, OUTSIDE, TIME, Move, Wait
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    ENVIRONMENT,
    FREE,
    Cell,
    Channel,
    ChanRef,
    Closure,
    Frame,
    Goroutine,
    LockState,
    State,
    Value,
)
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import Program
from unstuck.ir.keeping import AT_ONCE

LEAKED = "leaked"
CANCELLATION = "cancellation"
POLLER = "poller"
SERVER = "server"


@dataclass(frozen=True, slots=True)
class Stuck:
    """Goroutine `gid` of a state is stuck; `kind` leaked, or cancellation when an outsider's cancel alone
    can still end it, poller when only time still wakes it, server when code outside does, too, though one of
    the channels that it receives from is nobody's any more."""

    gid: int
    kind: str
    waits: tuple[Wait, ...]
    called_back: bool = False
    """It stands in a function that it gave to unknown code, on the guess that this code calls it."""


@dataclass(slots=True)
class _Facts:
    work: Work
    moves: list[Move]
    waits: dict[int, tuple[Wait, ...]]


def stuck(program: Program, state: State) -> tuple[Stuck, ...]:
    """The stuck goroutines of a state."""
    work = Work(program, state)
    alive = [gid for gid, item in enumerate(work.goroutines) if item is not None]
    facts = _Facts(work, moves_.moves(work), {gid: moves_.waits(work, gid) for gid in alive})
    gone = _left_over(facts, alive, frozenset())
    gone = [gid for gid in gone if not _pending_callback(facts, gid)]
    found = [Stuck(gid, LEAKED, facts.waits[gid]) for gid in gone]
    found.extend(
        Stuck(gid, LEAKED, facts.waits[gid], called_back=True)
        for gid in alive
        if gid not in gone and _called_back(facts, gid) and _left_in_callback(facts, gid, alive, gone)
    )
    if any(move.by == CANCEL for move in facts.moves):
        more = _left_over(facts, alive, frozenset((CANCEL,)))
        found.extend(
            Stuck(gid, CANCELLATION, facts.waits[gid])
            for gid in more
            if gid not in gone and not _has_own_cancel(facts, gid)
        )
    if any(move.by == TIME for move in facts.moves):
        timed = {move.gid for move in facts.moves if move.by == TIME}
        more = _left_over(facts, alive, frozenset((TIME,)))
        found.extend(Stuck(gid, POLLER, facts.waits[gid]) for gid in more if gid in timed)
    served = {move.gid for move in facts.moves if move.by == OUTSIDE}
    served = {gid for gid in served if any(_is_dead(work, wait) for wait in facts.waits[gid])}
    if served:
        more = _left_over(facts, alive, frozenset((TIME, OUTSIDE)))
        found.extend(Stuck(gid, SERVER, facts.waits[gid]) for gid in more if gid in served)
    return tuple(sorted(found, key=lambda item: item.gid))


def _is_dead(work: Work, wait: Wait) -> bool:
    """A receive from a channel that the fragment made and that code outside can neither send on nor close."""
    obj = work.heap[wait.obj] if wait.how == "receive" else None
    if not isinstance(obj, Channel) or obj.kind != "chan" or obj.site is None:
        return False
    return not obj.ends & (ENV_SEND | ENV_CLOSE) and not obj.closed and not obj.queue


def _left_over(facts: _Facts, alive: list[int], without: frozenset[str]) -> list[int]:
    live = {move.gid for move in facts.moves if move.by not in without}
    live.update(move.partner for move in facts.moves if move.partner >= 0 and move.by not in without)
    live.update(gid for gid in alive if _runs(facts, gid) or _called_back(facts, gid))
    parked = [gid for gid in alive if gid not in live]
    if not parked:
        return []
    reached = _Reached(facts.work)
    for gid in sorted(live):
        reached.goroutine(gid)
    changed = True
    while changed:
        changed = False
        for gid in list(parked):
            if any(_wakable(facts, wait, live, reached, without) for wait in facts.waits[gid]):
                parked.remove(gid)
                live.add(gid)
                reached.goroutine(gid)
                changed = True
    return parked


def _has_own_cancel(facts: _Facts, gid: int) -> bool:
    """It waits for a context that the fragment made and whose cancel it gave away: ending it is the business
    of whoever has that."""
    for wait in facts.waits[gid]:
        number = wait.obj if wait.how == "receive" else -1
        while number >= 0:
            obj = facts.work.heap[number]
            if not isinstance(obj, Channel) or obj.kind != "context":
                break
            if obj.site is not None and obj.ends & ENV_CLOSE:
                return True
            number = obj.parent
    return False


def _pending_callback(facts: _Facts, gid: int) -> bool:
    """The model of an AfterFunc waits for its timer or context: no goroutine in Go."""
    item = facts.work.goroutines[gid]
    return isinstance(item, Goroutine) and item.frames[-1].func.startswith(_AFTER_FUNCS)


_AFTER_FUNCS = ("time.AfterFunc$", "context.AfterFunc$")


def _runs(facts: _Facts, gid: int) -> bool:
    item = facts.work.goroutines[gid]
    assert isinstance(item, Goroutine)
    return isinstance(moves_.position(item, facts.work), instr.Diverge)


def _called_back(facts: _Facts, gid: int) -> bool:
    """It runs a function that it gave to unknown code, on the guess that this code calls it before it
    returns: where that blocks for ever, the guess was wrong. Only deferred calls and such functions run
    "deferred", and the frame below those goes on afterwards."""
    item = facts.work.goroutines[gid]
    assert isinstance(item, Goroutine)
    return any(
        frame.deferred and below.mode == "run" and not _calls_at_once(facts.work.program, below)
        for below, frame in pairwise(item.frames)
    )


def _left_in_callback(facts: _Facts, gid: int, alive: list[int], gone: list[int]) -> bool:
    """Whatever unknown code does with the function: nobody else can wake who is parked in it, and the code
    behind the call would not do it either."""
    item = facts.work.goroutines[gid]
    assert isinstance(item, Goroutine)
    waits = facts.waits[gid]
    if any(move.gid == gid or move.partner == gid for move in facts.moves) or not waits:
        return False
    if not all(_is_plain(facts.work, wait) for wait in waits):
        return False
    below = next(at for at, frame in enumerate(item.frames) if frame.deferred)
    frames = list(item.frames[:below])
    for other in alive:
        partner = facts.work.goroutines[other]
        if other != gid and other not in gone and isinstance(partner, Goroutine):
            frames.extend(partner.frames)
    return not any(_uses(facts.work, frame, wait) for frame in frames for wait in waits)


def _is_plain(work: Work, wait: Wait) -> bool:
    """For the other half on a channel, not for a context or a timer."""
    obj = work.heap[wait.obj] if wait.how in _ENDS_THAT_WAKE else None
    return isinstance(obj, Channel) and obj.kind == "chan"


_ENDS_THAT_WAKE = {"send": ENV_RECEIVE, "receive": ENV_SEND | ENV_CLOSE}


def _uses(work: Work, frame: Frame, wait: Wait) -> bool:
    """The code of a frame may do the other half of what is waited for."""
    values = [(frame.func, index, value) for index, value in enumerate(frame.regs)]
    for call in frame.defers:
        values.extend(("", 0, value) for value in (call.callee, *call.args))
    while values:
        func, index, value = values.pop()
        if type(value) is Closure:
            values.extend((value.func, at, child) for at, child in enumerate(value.bound))
        elif wait.obj in work.reached((value,)):
            ends = ends_of(work.program, func, index) if func else ALL
            if ends & _ENDS_THAT_WAKE[wait.how]:
                return True
    return False


def _calls_at_once(program: Program, frame: Frame) -> bool:
    call = program.functions[frame.func].code[frame.pc - 1]
    return isinstance(call, instr.Call) and call.func.startswith(AT_ONCE)


def _wakable(facts: _Facts, wait: Wait, live: set[int], reached: _Reached, without: frozenset[str]) -> bool:
    work = facts.work
    match wait.how:
        case "nil":
            return False
        case "runnable":
            return True
        case "send":
            return "recv" in reached.ends(wait.obj)
        case "receive":
            obj = work.heap[wait.obj]
            assert isinstance(obj, Channel)
            if obj.kind == "context":
                return _cancellable(work, wait.obj, reached)
            if obj.kind in ("timer", "ticker"):
                return bool(reached.ends(wait.obj))
            return "send" in reached.ends(wait.obj)
        case "lock":
            if not moves_.is_quiet(facts.moves) and wait.obj in reached.objects:
                return True  # a mutex has no owner: who still runs and reaches it may unlock it
            return _lock_wakable(work, wait, live)
        case _:
            return wait.obj in reached.objects or _outside(work, wait.obj)


def _outside(work: Work, number: int) -> bool:
    obj = work.heap[number]
    return isinstance(obj, Cell) and obj.env


def _cancellable(work: Work, number: int, reached: _Reached) -> bool:
    while number >= 0:
        if "send" in reached.ends(number):
            return True
        obj = work.heap[number]
        assert isinstance(obj, Channel)
        number = obj.parent
    return False


def _lock_wakable(work: Work, wait: Wait, live: set[int]) -> bool:
    """Somebody who can still run holds the lock (or nobody does)."""
    if wait.pointer is None:
        return True
    state: LockState = sync.lock_state(work, wait.pointer)
    takers = [taker for taker in (state.writer, *state.readers) if taker != FREE]
    if not takers:
        return True
    if not wait.op.endswith("rlock"):
        return all(taker == ENVIRONMENT or taker in live for taker in takers)
    if state.writer != FREE:
        return state.writer == ENVIRONMENT or state.writer in live
    return all(taker == ENVIRONMENT or taker in live for taker in state.readers)


class _Reached:
    """What the live goroutines can reach, and with which ends of channels."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.objects: dict[int, None] = {}
        self._ends: dict[int, set[str]] = {}

    def ends(self, number: int) -> set[str]:
        """ "send" and "recv" as far as somebody live has them."""
        return self._ends.get(number, set())

    def goroutine(self, gid: int) -> None:
        """Adds what a goroutine reaches."""
        item = self.work.goroutines[gid]
        assert isinstance(item, Goroutine)
        values: list[Value] = []
        for frame in item.frames:
            values.extend(frame.regs)
            values.extend(frame.values)
            for call in frame.defers:
                values.append(call.callee)
                values.extend(call.args)
        self._follow(values)

    def _follow(self, values: list[Value]) -> None:
        work = self.work
        stack = list(values)
        while stack:
            value = stack.pop()
            if type(value) is ChanRef:
                gained = {"send", "recv"} if value.dir == "both" else {value.dir}
                self._ends.setdefault(value.obj, set()).update(gained)
            if type(value) is Closure or isinstance(value, tuple):
                stack.extend(work.children(value))
            number = work.object_of(value)
            if number >= 0 and number not in self.objects:
                self.objects[number] = None
                stack.extend(work.contents(number))
