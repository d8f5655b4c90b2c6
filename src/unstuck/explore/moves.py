"""What can happen next in a state: every enabled operation of every goroutine, and doing one.

Go spec: "Send statements", "Receive operator", "Select statements"; runtime/chan.go, runtime/select.go,
sync/rwmutex.go, sync/cond.go, sync/waitgroup.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from unstuck.explore import local, operations
from unstuck.explore.operations import channel
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    FREE,
    Cell,
    ChanRef,
    Goroutine,
    Pointer,
    Site,
    Value,
)
from unstuck.explore.work import Thread, Work
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
    pointer = operations.sync_pointer(work, value)
    return Wait(how, pointer.obj, pointer, 0, op)


def _relock_wait(work: Work, value: Value) -> Wait:
    lock = cond_lock(work, operations.sync_pointer(work, value))
    return Wait("lock", lock.obj if lock is not None else -1, lock, 0, "lock")


def cond_lock(work: Work, pointer: Pointer) -> Pointer | None:
    """The lock of a Cond, its field L."""
    from unstuck.explore import memory

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
            found.extend(_receive_moves(work, gid, wait))
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


def _receive_moves(work: Work, gid: int, wait: Wait) -> list[Move]:
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
        return [Move(gid, wait.case, "tick", NONE, 0, TIME)] if obj.armed else []
    if obj.queue:
        return [Move(gid, wait.case, "receive-buffer", NONE, 0, INTERNAL)]
    if obj.closed:
        return [Move(gid, wait.case, "receive-closed", NONE, 0, INTERNAL)]
    if obj.ends & (ENV_SEND | ENV_CLOSE):
        how = "receive-outside" if obj.ends & ENV_SEND else "close-outside"
        return [Move(gid, wait.case, how, NONE, 0, OUTSIDE)]
    return []


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
    if item.op in ("unlock", "runlock"):
        return [Move(gid, 0, "turn", NONE, 0, INTERNAL)]
    pointer = operations.sync_pointer(work, goroutine.frames[-1].regs[item.pointer])
    state = operations.lock_state(work, pointer)
    if goroutine.phase == "writer":
        free = state.writer == FREE and not state.readers
        return [Move(gid, 0, "lock", NONE, 0, INTERNAL)] if free else []
    if operations.can_lock(state, item.op):
        return [Move(gid, 0, "lock", NONE, 0, INTERNAL)]
    if item.rw and item.op == "lock" and state.readers:
        return [Move(gid, 0, "announce", NONE, 0, INTERNAL)]
    return []


def _wait_moves(work: Work, gid: int) -> list[Move]:
    (wait,) = waits(work, gid)
    assert wait.pointer is not None
    if operations.counter(work, wait.pointer).count <= 0:
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
        free = wait.pointer is None or operations.can_lock(operations.lock_state(work, wait.pointer), "lock")
        return [Move(gid, 0, "cond-relock", NONE, 0, INTERNAL)] if free else []
    obj = work.heap[wait.obj]
    if isinstance(obj, Cell) and obj.env:
        return [Move(gid, 0, "cond-outside", NONE, 0, OUTSIDE)]
    return []


def _signal_moves(work: Work, gid: int, goroutine: Goroutine, item: instr.Cond) -> list[Move]:
    """Signal wakes any one of those that wait now; a later one cannot take its place."""
    pointer = operations.sync_pointer(work, goroutine.frames[-1].regs[item.pointer])
    woken = [Move(gid, 0, "signal", other, 0, INTERNAL) for other in _cond_waiters(work, pointer)]
    return woken or [Move(gid, 0, "step", NONE, 0, INTERNAL)]


def _cond_waiters(work: Work, pointer: Pointer) -> list[int]:
    """Who is parked in Wait of the Cond at pointer."""
    found: list[int] = []
    for gid, goroutine in enumerate(work.goroutines):
        if goroutine is None or goroutine.phase != "cond":
            continue
        (wait,) = waits(work, gid)
        if wait.pointer == pointer:
            found.append(gid)
    return found


# Doing a move.


def perform(work: Work, move: Move) -> None:
    """Changes the work by the move; the goroutines that moved are pending afterwards."""
    gid = _single(work, move.gid)
    partner = NONE
    if move.partner != NONE:
        partner = _single(work, move.partner)
    thread = work.thread(gid)
    _PERFORM[move.how](work, gid, thread, move, partner)
    for moved in (gid, partner):
        if moved != NONE and moved not in work.pending:
            work.pending.append(moved)


def _single(work: Work, gid: int) -> int:
    """Splits one off a group of identical goroutines."""
    goroutine = work.goroutines[gid]
    assert isinstance(goroutine, Goroutine | Thread)
    if goroutine.count == 1:
        return gid
    if isinstance(goroutine, Thread):
        goroutine = goroutine.freeze()
    work.goroutines[gid] = goroutine._replace(count=goroutine.count - 1)
    work.goroutines.append(goroutine._replace(count=1))
    return len(work.goroutines) - 1


def _operand(thread: Thread, move_case: int) -> tuple[int, int, int, int, Desc]:
    """(channel register, value register, dst, ok, desc) of the communication; advances the pc."""
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    match item:
        case instr.Send():
            act.pc += 1
            return item.channel, item.value, NONE, NONE, Desc("unknown")
        case instr.Recv():
            act.pc += 1
            return item.channel, NONE, item.dst, item.ok, item.desc
        case instr.Select():
            case = item.cases[move_case]
            act.pc = case.target
            return case.channel, case.value, case.dst, case.ok, case.desc
        case _:
            raise AssertionError(item)


def _number(work: Work, thread: Thread, register: int) -> int:
    number = operations.channel_at(work, thread.acts[-1].regs[register])
    assert number is not None
    return number


def _meet(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    chan, value, _, _, _ = _operand(thread, move.case)
    number = _number(work, thread, chan)
    sent = thread.acts[-1].regs[value] if value != NONE else None
    if channel(work, number).shared:
        work.share((sent,))
    other = work.thread(partner)
    _, _, dst, ok, _ = _operand(other, move.partner_case)
    operations.received(other.acts[-1], dst, ok, sent, True)


def _send_closed(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    local.start_panic(work, thread)


def _send_buffer(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    chan, value, _, _, _ = _operand(thread, move.case)
    sent = thread.acts[-1].regs[value] if value != NONE else None
    operations.push_value(work, _number(work, thread, chan), sent)


def _send_outside(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    _, value, _, _, _ = _operand(thread, move.case)
    if value != NONE:
        work.escape(thread.acts[-1].regs[value])


def _receive_buffer(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    chan, _, dst, ok, _ = _operand(thread, move.case)
    value = operations.take_value(work, _number(work, thread, chan))
    operations.received(thread.acts[-1], dst, ok, value, True)


def _receive_closed(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    _, _, dst, ok, desc = _operand(thread, move.case)
    operations.received(thread.acts[-1], dst, ok, work.zero(desc), False)


def _receive_outside(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    _, _, dst, ok, desc = _operand(thread, move.case)
    operations.received(thread.acts[-1], dst, ok, work.unknown(desc), work.symbol(instr.BOOL_DESC))


def _close_outside(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    chan, _, dst, ok, desc = _operand(thread, move.case)
    number = _number(work, thread, chan)
    work.heap[number] = channel(work, number)._replace(closed=True)
    operations.received(thread.acts[-1], dst, ok, work.zero(desc), False)


def _ended(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    """A deadline or an outsider ends a context; the goroutine sees it."""
    chan, _, dst, ok, desc = _operand(thread, move.case)
    number = _number(work, thread, chan)
    operations.cancel_now(work, operations.endable(work, number)[move.partner_case][0])
    if move.how == "cancel":
        thread.cancelled = True
    operations.received(thread.acts[-1], dst, ok, work.zero(desc), False)


def _tick(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    chan, _, dst, ok, desc = _operand(thread, move.case)
    number = _number(work, thread, chan)
    obj = channel(work, number)
    if obj.kind == "timer":
        work.heap[number] = obj._replace(armed=False)
    operations.received(thread.acts[-1], dst, ok, work.unknown(desc), True)


def _default(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Select)
    act.pc = item.default


def _take(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Lock)
    pointer = operations.sync_pointer(work, act.regs[item.pointer])
    if thread.phase == "writer":
        state = operations.lock_state(work, pointer)
        operations.set_lock(work, pointer, state._replace(waiting=state.waiting - 1))
        thread.phase = ""
    operations.take_lock(work, pointer, item.op, gid, Site(act.function.id, *item.at))
    act.pc += 1


def _announce(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Lock)
    pointer = operations.sync_pointer(work, act.regs[item.pointer])
    state = operations.lock_state(work, pointer)
    operations.set_lock(work, pointer, state._replace(waiting=state.waiting + 1))
    thread.phase = "writer"


def _try(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Lock)
    pointer = operations.sync_pointer(work, act.regs[item.pointer])
    op = item.op.removeprefix("try")
    free = operations.can_lock(operations.lock_state(work, pointer), op)
    if free:
        operations.take_lock(work, pointer, op, gid, Site(act.function.id, *item.at))
    if item.dst != NONE:
        act.regs[item.dst] = free
    act.pc += 1


def _advance(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    thread.acts[-1].pc += 1


def _turn(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    """Unlock, Add, Err, len, Stop, Reset: done when the goroutine goes on."""
    thread.phase = operations.TURN


def _cond_pointer(work: Work, thread: Thread) -> Pointer:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Cond)
    return operations.sync_pointer(work, act.regs[item.pointer])


def _cond_park(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    pointer = _cond_pointer(work, thread)
    lock = cond_lock(work, pointer)
    if lock is not None:
        operations.release(work, lock, "unlock", gid)
    thread.phase = "cond"


def _cond_wake(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    thread.phase = "relock"


def _signal(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    work.thread(partner).phase = "relock"
    thread.acts[-1].pc += 1


def _cond_relock(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    lock = cond_lock(work, _cond_pointer(work, thread))
    act = thread.acts[-1]
    if lock is not None:
        at = act.function.code[act.pc].at
        operations.take_lock(work, lock, "lock", gid, Site(act.function.id, *at))
    thread.phase = ""
    act.pc += 1


def _step(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    """Close, Cancel, Signal, Broadcast, an operation on shared memory."""
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    match item:
        case instr.Close():
            operations.close_now(work, thread, act, operations.channel_at(work, act.regs[item.channel]))
            return
        case instr.Cancel():
            value = work.materialise(act.regs[item.context])
            if type(value) is ChanRef:
                operations.cancel_now(work, value.obj)
        case instr.Cond() if item.op == "broadcast":
            pointer = operations.sync_pointer(work, act.regs[item.pointer])
            for other in _cond_waiters(work, pointer):
                woken = work.goroutines[other]
                assert isinstance(woken, Goroutine)
                work.goroutines[other] = woken._replace(phase="relock")
        case _:
            pass
    act.pc += 1


_Perform = Callable[[Work, int, Thread, Move, int], None]
_PERFORM: dict[str, _Perform] = {
    "meet": _meet,
    "send-closed": _send_closed,
    "send-buffer": _send_buffer,
    "send-outside": _send_outside,
    "receive-buffer": _receive_buffer,
    "receive-closed": _receive_closed,
    "receive-outside": _receive_outside,
    "close-outside": _close_outside,
    "deadline": _ended,
    "cancel": _ended,
    "tick": _tick,
    "default": _default,
    "lock": _take,
    "announce": _announce,
    "try": _try,
    "turn": _turn,
    "wait": _advance,
    "wait-outside": _advance,
    "cond-park": _cond_park,
    "cond-outside": _cond_wake,
    "signal": _signal,
    "cond-relock": _cond_relock,
    "step": _step,
}
