"""Doing a move: how each operation on a concurrency object completes.

Go spec: "Send statements", "Receive operator", "Select statements"; runtime/chan.go, runtime/select.go,
sync/rwmutex.go, sync/cond.go.
"""

from __future__ import annotations

from collections.abc import Callable

from unstuck.explore import control, operations, sync
from unstuck.explore.moves import Move, cond_lock, cond_waiters
from unstuck.explore.operations import channel
from unstuck.explore.outcomes import TURN
from unstuck.explore.state import ChanRef, Goroutine, Pointer, Site
from unstuck.explore.thread import Thread
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc


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
    control.start_panic(work, thread)


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
    operations.received(thread.acts[-1], dst, ok, work.unknown(desc), True)


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
    pointer = sync.sync_pointer(work, act.regs[item.pointer])
    if thread.phase == "writer":
        state = sync.lock_state(work, pointer)
        sync.set_lock(work, pointer, state._replace(waiting=state.waiting - 1))
        thread.phase = ""
    sync.take_lock(work, pointer, item.op, gid, Site(act.function.id, *item.at))
    act.pc += 1


def _announce(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Lock)
    pointer = sync.sync_pointer(work, act.regs[item.pointer])
    state = sync.lock_state(work, pointer)
    sync.set_lock(work, pointer, state._replace(waiting=state.waiting + 1))
    thread.phase = "writer"


def _try(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Lock)
    pointer = sync.sync_pointer(work, act.regs[item.pointer])
    op = item.op.removeprefix("try")
    free = sync.can_lock(sync.lock_state(work, pointer), op)
    if free:
        sync.take_lock(work, pointer, op, gid, Site(act.function.id, *item.at))
    if item.dst != NONE:
        act.regs[item.dst] = free
    act.pc += 1


def _begin(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    """One of a group that has not run yet; `perform` makes it pending."""
    thread.phase = ""


def _advance(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    thread.acts[-1].pc += 1


def _turn(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    """Unlock, Add, Err, len, Stop, Reset: done when the goroutine goes on."""
    thread.phase = TURN


def _cond_pointer(work: Work, thread: Thread) -> Pointer:
    act = thread.acts[-1]
    item = act.function.code[act.pc]
    assert isinstance(item, instr.Cond)
    return sync.sync_pointer(work, act.regs[item.pointer])


def _cond_park(work: Work, gid: int, thread: Thread, move: Move, partner: int) -> None:
    pointer = _cond_pointer(work, thread)
    lock = cond_lock(work, pointer)
    if lock is not None:
        sync.release(work, lock, "unlock", gid)
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
        sync.take_lock(work, lock, "lock", gid, Site(act.function.id, *at))
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
            pointer = sync.sync_pointer(work, act.regs[item.pointer])
            for other in cond_waiters(work, pointer):
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
    "shut-outside": _close_outside,
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
    "start": _begin,
    "step": _step,
}
