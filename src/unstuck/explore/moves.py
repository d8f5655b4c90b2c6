"""What can happen next in a state: every enabled operation of every goroutine, in a fixed order.

Go spec: "Send statements", "Receive operator", "Select statements"; runtime/chan.go, runtime/select.go,
sync/rwmutex.go, sync/cond.go, sync/waitgroup.go.
"""

from __future__ import annotations

from typing import NamedTuple

from unstuck.explore import memory, operations, sync
from unstuck.explore.operations import channel
from unstuck.explore.state import (
    ARMED,
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    ENV_SIGNAL,
    FREE,
    START,
    Cell,
    ChanRef,
    Goroutine,
    Pointer,
    Value,
)
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc

INTERNAL = "internal"
TIME = "time"
OUTSIDE = "outside"
CANCEL = "cancel"


class Move(NamedTuple):
    """One step of one goroutine (`case` of its select, -1 default), perhaps with a `partner`. `by` says
    what makes it possible: the program itself, time, code outside the fragment, an outside cancellation.
    Where a context ends, `partner_case` tells which one (`operations.endable`)."""

    gid: int
    case: int
    how: str
    partner: int
    partner_case: int
    by: str


class Wait(NamedTuple):
    """One thing a goroutine waits for."""

    how: str
    """send, receive, lock, wait, cond, nil, runnable."""
    obj: int
    pointer: Pointer | None
    case: int
    op: str


def position(goroutine: Goroutine, work: Work) -> instr.Instr:
    """The instruction the goroutine stands at."""
    frame = goroutine.frames[-1]
    return work.program.functions[frame.func].code[frame.pc]


def waits(work: Work, gid: int) -> tuple[Wait, ...]:
    """What goroutine gid waits for; empty for `select {}`."""
    goroutine = work.goroutines[gid]
    assert isinstance(goroutine, Goroutine)
    if goroutine.phase == START:
        return (Wait("runnable", -1, None, 0, ""),)
    item = position(goroutine, work)
    regs = goroutine.frames[-1].regs
    match item:
        case instr.Send():
            return (_channel_wait(work, "send", regs[item.channel], 0),)
        case instr.Recv():
            return (_channel_wait(work, "receive", regs[item.channel], 0),)
        case instr.Select():
            return tuple(
                _channel_wait(work, "send" if case.send else "receive", regs[case.channel], index)
                for index, case in enumerate(item.cases)
            )
        case instr.Lock() if not item.op.endswith("unlock"):
            return (_sync_wait(work, "lock", regs[item.pointer], item.op),)
        case instr.WaitGroup() if item.op == "wait":
            return (_sync_wait(work, "wait", regs[item.pointer], ""),)
        case instr.Cond() if item.op == "wait":
            if goroutine.phase == "relock":
                return (_relock_wait(work, regs[item.pointer]),)
            return (_sync_wait(work, "cond", regs[item.pointer], ""),)
        case _:
            return (Wait("runnable", -1, None, 0, ""),)


def _channel_wait(work: Work, how: str, value: Value, case: int) -> Wait:
    value = work.resolve(value)
    if type(value) is not ChanRef:
        return Wait("nil", -1, None, case, how)
    if channel(work, value.obj).kind == "background":
        return Wait("nil", value.obj, None, case, how)
    return Wait(how, value.obj, None, case, how)


def _sync_wait(work: Work, how: str, value: Value, op: str) -> Wait:
    pointer = sync.sync_pointer(work, value)
    return Wait(how, pointer.obj, pointer, 0, op)


def _relock_wait(work: Work, value: Value) -> Wait:
    lock = cond_lock(work, sync.sync_pointer(work, value))
    return Wait("lock", lock.obj if lock is not None else -1, lock, 0, "lock")


def cond_lock(work: Work, pointer: Pointer) -> Pointer | None:
    """The lock of a Cond, its field L."""
    value = memory.read(work, Pointer(pointer.obj, (*pointer.path, "L")), Desc("interface"))
    return value if type(value) is Pointer else None


def moves(work: Work) -> list[Move]:
    """Every enabled move, in a fixed order."""
    found: list[Move] = []
    receivers = _receivers(work)
    for gid, goroutine in enumerate(work.goroutines):
        if isinstance(goroutine, Goroutine):
            found.extend(_moves_of(work, gid, goroutine, receivers))
    return found


def is_quiet(found: list[Move]) -> bool:
    """Nothing moves unless code outside the fragment acts."""
    return all(move.by in (OUTSIDE, CANCEL) for move in found)


def _receivers(work: Work) -> dict[int, list[tuple[int, int]]]:
    """Who stands at a receive, by channel object: (goroutine, case)."""
    found: dict[int, list[tuple[int, int]]] = {}
    for gid, goroutine in enumerate(work.goroutines):
        if not isinstance(goroutine, Goroutine):
            continue
        if isinstance(position(goroutine, work), instr.Recv | instr.Select):
            for wait in waits(work, gid):
                if wait.how == "receive":
                    found.setdefault(wait.obj, []).append((gid, wait.case))
    return found


def _moves_of(
    work: Work, gid: int, goroutine: Goroutine, receivers: dict[int, list[tuple[int, int]]]
) -> list[Move]:
    if goroutine.phase == START:
        return [Move(gid, 0, START, NONE, 0, INTERNAL)]
    item = position(goroutine, work)
    match item:
        case instr.Send() | instr.Recv():
            return _communications(work, gid, goroutine, receivers)
        case instr.Select():
            return _select_moves(work, gid, goroutine, item, receivers)
        case instr.Diverge():
            return []
        case instr.Lock():
            return _lock_moves(work, gid, goroutine, item)
        case instr.WaitGroup():
            if item.op != "wait":
                return [Move(gid, 0, "turn", NONE, 0, INTERNAL)]
            return _wait_moves(work, gid)
        case instr.ContextErr() | instr.Len() | instr.Timer():
            return [Move(gid, 0, "turn", NONE, 0, INTERNAL)]
        case instr.Cond() if item.op == "wait":
            return _cond_moves(work, gid, goroutine)
        case instr.Cond() if item.op == "signal":
            return _signal_moves(work, gid, goroutine, item)
        case _:
            return [Move(gid, 0, "step", NONE, 0, INTERNAL)]


def _communications(
    work: Work, gid: int, goroutine: Goroutine, receivers: dict[int, list[tuple[int, int]]]
) -> list[Move]:
    found: list[Move] = []
    for wait in waits(work, gid):
        if wait.how == "send":
            found.extend(_send_moves(work, gid, goroutine, wait, receivers))
        elif wait.how == "receive":
            found.extend(_receive_moves(work, gid, goroutine, wait))
    return found


def _send_moves(
    work: Work, gid: int, goroutine: Goroutine, wait: Wait, receivers: dict[int, list[tuple[int, int]]]
) -> list[Move]:
    obj = channel(work, wait.obj)
    if obj.closed:
        return [Move(gid, wait.case, "send-closed", NONE, 0, INTERNAL)]
    if len(obj.queue) < obj.capacity:
        return [Move(gid, wait.case, "send-buffer", NONE, 0, INTERNAL)]
    found: list[Move] = []
    if obj.capacity == 0:
        for partner, case in receivers.get(wait.obj, ()):
            if partner != gid or goroutine.count > 1:
                found.append(Move(gid, wait.case, "meet", partner, case, INTERNAL))
    if obj.ends & ENV_RECEIVE:
        found.append(Move(gid, wait.case, "send-outside", NONE, 0, OUTSIDE))
    return found


def _receive_moves(work: Work, gid: int, goroutine: Goroutine, wait: Wait) -> list[Move]:
    obj = channel(work, wait.obj)
    if obj.kind == "context":
        if operations.context_done(work, wait.obj):
            return [Move(gid, wait.case, "receive-closed", NONE, 0, INTERNAL)]
        ways = operations.endable(work, wait.obj)
        deadlines = [way for way, (_, deadline) in enumerate(ways) if deadline]
        if deadlines:
            return [Move(gid, wait.case, "deadline", NONE, way, TIME) for way in deadlines]
        return [Move(gid, wait.case, "cancel", NONE, way, CANCEL) for way in range(len(ways))]
    if obj.kind in ("timer", "ticker"):
        return [Move(gid, wait.case, "tick", NONE, 0, TIME)] if obj.armed == ARMED else []
    if obj.queue:
        return [Move(gid, wait.case, "receive-buffer", NONE, 0, INTERNAL)]
    if obj.closed:
        return [Move(gid, wait.case, "receive-closed", NONE, 0, INTERNAL)]
    found: list[Move] = []
    sends = obj.ends & (ENV_SEND | ENV_SIGNAL)
    if sends:
        found.append(Move(gid, wait.case, "receive-outside", NONE, 0, OUTSIDE))
    if obj.ends & ENV_CLOSE and (not sends or _tells(position(goroutine, work), wait.case)):
        found.append(Move(gid, wait.case, "shut-outside" if sends else "close-outside", NONE, 0, OUTSIDE))
    return found


def _tells(item: instr.Instr, case: int) -> bool:
    """The receive also gives whether the channel is closed."""
    match item:
        case instr.Recv():
            return item.ok != NONE
        case instr.Select():
            return item.cases[case].ok != NONE
        case _:
            return False


def _select_moves(
    work: Work,
    gid: int,
    goroutine: Goroutine,
    item: instr.Select,
    receivers: dict[int, list[tuple[int, int]]],
) -> list[Move]:
    found = _communications(work, gid, goroutine, receivers)
    if item.default == NONE:
        return found
    # A partner that stands at its operation may not have got there yet: nothing in Go tells when it has.
    if all(move.by != INTERNAL or move.how == "meet" for move in found):
        found.append(Move(gid, -1, "default", NONE, 0, INTERNAL))
    return found


def _lock_moves(work: Work, gid: int, goroutine: Goroutine, item: instr.Lock) -> list[Move]:
    if item.op.startswith("try"):
        return [Move(gid, 0, "try", NONE, 0, INTERNAL)]
    if item.op in ("unlock", "runlock", "section"):
        return [Move(gid, 0, "turn", NONE, 0, INTERNAL)]
    pointer = sync.sync_pointer(work, goroutine.frames[-1].regs[item.pointer])
    state = sync.lock_state(work, pointer)
    if goroutine.phase == "writer":
        free = state.writer == FREE and not state.readers
        return [Move(gid, 0, "lock", NONE, 0, INTERNAL)] if free else []
    if sync.can_lock(state, item.op):
        return [Move(gid, 0, "lock", NONE, 0, INTERNAL)]
    if item.rw and item.op == "lock" and state.readers:
        return [Move(gid, 0, "announce", NONE, 0, INTERNAL)]
    return []


def _wait_moves(work: Work, gid: int) -> list[Move]:
    (wait,) = waits(work, gid)
    assert wait.pointer is not None
    if sync.counter(work, wait.pointer).count <= 0:
        return [Move(gid, 0, "wait", NONE, 0, INTERNAL)]
    obj = work.heap[wait.obj]
    if isinstance(obj, Cell) and obj.env:
        return [Move(gid, 0, "wait-outside", NONE, 0, OUTSIDE)]
    return []


def _cond_moves(work: Work, gid: int, goroutine: Goroutine) -> list[Move]:
    if goroutine.phase == "":
        return [Move(gid, 0, "cond-park", NONE, 0, INTERNAL)]
    (wait,) = waits(work, gid)
    if goroutine.phase == "relock":
        free = wait.pointer is None or sync.can_lock(sync.lock_state(work, wait.pointer), "lock")
        return [Move(gid, 0, "cond-relock", NONE, 0, INTERNAL)] if free else []
    obj = work.heap[wait.obj]
    if isinstance(obj, Cell) and obj.env:
        return [Move(gid, 0, "cond-outside", NONE, 0, OUTSIDE)]
    return []


def _signal_moves(work: Work, gid: int, goroutine: Goroutine, item: instr.Cond) -> list[Move]:
    """Signal wakes any one of those that wait now; a later one cannot take its place."""
    pointer = sync.sync_pointer(work, goroutine.frames[-1].regs[item.pointer])
    woken = [Move(gid, 0, "signal", other, 0, INTERNAL) for other in cond_waiters(work, pointer)]
    return woken or [Move(gid, 0, "step", NONE, 0, INTERNAL)]


def cond_waiters(work: Work, pointer: Pointer) -> list[int]:
    """Who is parked in Wait of the Cond at pointer."""
    found: list[int] = []
    for gid, goroutine in enumerate(work.goroutines):
        if goroutine is None or goroutine.phase != "cond":
            continue
        (wait,) = waits(work, gid)
        if wait.pointer == pointer:
            found.append(gid)
    return found
