"""Operations on channels, contexts and timers: what of them is local, and how each one completes.

An operation on an object that only one goroutine can reach is done at once when it can complete. So are
Unlock, RUnlock, Done and Add: they only ever enable others (Lipton's left movers), so doing them early loses
no stuck state. Everything else stops the goroutine (`Stopped`), and `moves` schedules it.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.explore import control, memory, sequences
from unstuck.explore.outcomes import TURN, Fork, Stopped, choose
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    ENV_SIGNAL,
    RESTING,
    Channel,
    ChanRef,
    Site,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Handler, Work
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc

# Channels.


def channel_at(work: Work, value: Value) -> int | None:
    """Number of the channel object, None for nil; an unknown value becomes a channel of the environment's."""
    value = work.materialise(value)
    if type(value) is ChanRef:
        return value.obj
    if type(value) is Symbol:
        ends = ENV_SEND | ENV_RECEIVE | ENV_CLOSE
        made = work.allocate(Channel("chan", 0, (), False, None, ends, True, False, -1))
        work.bind[value.id] = ChanRef(made, "both")
        return made
    return None


def channel(work: Work, number: int) -> Channel:
    """The channel object."""
    obj = work.heap[number]
    assert isinstance(obj, Channel)
    return obj


def context_done(work: Work, number: int) -> bool:
    """The context or one of its ancestors has ended."""
    while number >= 0:
        obj = channel(work, number)
        if obj.closed:
            return True
        number = obj.parent
    return False


def endable(work: Work, number: int) -> tuple[tuple[int, bool], ...]:
    """The contexts, this one or an ancestor, whose end can come now: (object, by its deadline). A deadline
    ends any of them; an outsider ends the outermost that it holds."""
    found: list[tuple[int, bool]] = []
    held = NONE
    while number >= 0:
        obj = channel(work, number)
        if obj.armed:
            found.append((number, True))
        if obj.ends & ENV_CLOSE:
            held = number
        number = obj.parent
    if held != NONE:
        found.append((held, False))
    return tuple(found)


def _shared(work: Work, number: int) -> bool:
    return work.observed(number)


def _make_chan(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeChan) -> None:
    capacity = sequences.size_of(work, act.regs[item.capacity]) if item.capacity != NONE else 0
    if capacity < 0:
        control.start_panic(work, thread)
        return
    site = Site(act.function.id, *item.at)
    made = Channel("chan", capacity, (), False, site, 0, False, False, -1)
    act.regs[item.dst] = ChanRef(work.allocate(made), "both")
    act.pc += 1


def _send(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Send) -> None:
    number = channel_at(work, act.regs[item.channel])
    if number is None or _shared(work, number):
        raise Stopped
    obj = channel(work, number)
    if obj.closed:
        control.start_panic(work, thread)
    elif len(obj.queue) < obj.capacity and not obj.ends:
        value = act.regs[item.value] if item.value != NONE else None
        push_value(work, number, value)
        act.pc += 1
    else:
        raise Stopped


def push_value(work: Work, number: int, value: Value) -> None:
    """Puts a value into the buffer."""
    obj = channel(work, number)
    if obj.ends & ENV_RECEIVE:
        work.escape(value)
        obj = channel(work, number)
    if obj.shared:
        work.share((value,))
        obj = channel(work, number)
    work.heap[number] = obj._replace(queue=(*obj.queue, value))


def take_value(work: Work, number: int) -> Value:
    """Takes the first value out of the buffer."""
    obj = channel(work, number)
    work.heap[number] = obj._replace(queue=obj.queue[1:])
    return obj.queue[0]


def _recv(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Recv) -> None:
    number = channel_at(work, act.regs[item.channel])
    if number is None or _shared(work, number):
        raise Stopped
    obj = channel(work, number)
    if obj.kind == "chan" and obj.queue and not obj.ends:
        received(act, item.dst, item.ok, take_value(work, number), True)
    elif (obj.kind == "chan" and obj.closed and not obj.queue) or (
        obj.kind == "context" and context_done(work, number)
    ):
        received(act, item.dst, item.ok, work.zero(item.desc), False)
    else:
        raise Stopped
    act.pc += 1


def received(act: Activation, dst: int, ok: int, value: Value, open_: Value) -> None:
    """Stores what a receive yields."""
    if dst != NONE:
        act.regs[dst] = value
    if ok != NONE:
        act.regs[ok] = open_


def _close(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Close) -> None:
    number = channel_at(work, act.regs[item.channel])
    if number is not None and _shared(work, number):
        raise Stopped
    close_now(work, thread, act, number)


def close_now(work: Work, thread: Thread, act: Activation, number: int | None) -> None:
    """close(channel)"""
    if number is None or channel(work, number).closed:
        control.start_panic(work, thread)
        return
    work.heap[number] = channel(work, number)._replace(closed=True)
    act.pc += 1


def _select(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Select) -> None:
    for case in item.cases:
        if case.channel != NONE:
            channel_at(work, act.regs[case.channel])
    raise Stopped


def _stop(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Instr) -> None:
    raise Stopped


def _yield(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Yield) -> None:
    if not work.alone():
        raise Stopped
    act.pc += 1


# Contexts and timers.


def _make_context(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeContext) -> None:
    act.pc += 1
    parent = -1
    if item.parent != NONE and item.kind != "detached":
        value = work.materialise(act.regs[item.parent])
        if type(value) is not ChanRef:
            value = _outer_context(work)
        parent = value.obj
    site = Site(act.function.id, *item.at)
    armed = item.kind == "deadline"
    kind = "background" if item.kind in ("background", "detached") else "context"
    made = Channel(kind, 0, (), False, site, 0, False, armed, parent)
    act.regs[item.dst] = ChanRef(work.allocate(made), "both")


def _cancel(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Cancel) -> None:
    value = work.materialise(act.regs[item.context])
    if type(value) is ChanRef:
        if _shared(work, value.obj):
            raise Stopped
        cancel_now(work, value.obj)
    act.pc += 1


def cancel_now(work: Work, number: int) -> None:
    """Ends the context."""
    work.heap[number] = channel(work, number)._replace(closed=True, armed=False)


def _context_done(work: Work, gid: int, thread: Thread, act: Activation, item: instr.ContextDone) -> None:
    value = work.materialise(act.regs[item.context])
    if value is None:
        raise memory.NilDereference
    act.regs[item.dst] = value if type(value) is ChanRef else _outer_context(work)
    act.pc += 1


def _outer_context(work: Work) -> ChanRef:
    """What a context of unknown make, or of a type of the program's own, stands for: when it ends is nobody's
    knowledge."""
    made = work.materialise(work.symbol(Desc("context", "context.Context")))
    assert isinstance(made, ChanRef)
    return made


def _context_err(work: Work, gid: int, thread: Thread, act: Activation, item: instr.ContextErr) -> None:
    value = work.materialise(act.regs[item.context])
    if type(value) is not ChanRef:  # who has seen one of unknown make end is told so
        act.regs[item.dst] = work.symbol(
            Desc("error", ".error", dir="non-nil" if thread.cancelled else "both")
        )
        act.pc += 1
        return
    done = context_done(work, value.obj)
    if not done and not _read_now(work, thread, value.obj):
        raise Stopped
    ways = () if done else endable(work, value.obj)
    if ways:
        choice = work.take_choice()
        if choice < 0:
            raise Fork([choose(way) for way in range(len(ways) + 1)])
        if choice > 0:
            cancel_now(work, ways[choice - 1][0])
            thread.cancelled = thread.cancelled or not ways[choice - 1][1]
            done = True
    thread.phase = ""
    act.regs[item.dst] = _error_of(work, value.obj, item.cause) if done else None
    act.pc += 1


def _error_of(work: Work, number: int, cause: bool) -> Value:
    """The error of a context that has ended: Canceled when no deadline and nobody outside could end it."""
    name = ".error"
    if not cause and all(_only_cancelled(work, obj) for obj in _ancestors(work, number)):
        name = "context.Canceled"
    return work.symbol(Desc("error", name, dir="non-nil"))


def _ancestors(work: Work, number: int) -> Iterator[Channel]:
    """A context and those that it was made from."""
    while number >= 0:
        obj = channel(work, number)
        yield obj
        number = obj.parent


def _only_cancelled(work: Work, obj: Channel) -> bool:
    if obj.kind == "background":
        return True
    function = work.program.functions.get(obj.site.func) if obj.site is not None else None
    if function is None or obj.site is None or obj.ends & ENV_CLOSE:
        return False
    at = (obj.site.start, obj.site.end)
    made = [item for item in function.code if isinstance(item, instr.MakeContext) and item.at == at]
    return bool(made) and all(item.kind == "cancel" for item in made)


def _read_now(work: Work, thread: Thread, number: int) -> bool:
    """Whether the state of a channel or context can be looked at without being scheduled for it."""
    return thread.phase == TURN or not _shared(work, number)


def _make_timer(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeTimer) -> None:
    kind = "ticker" if item.periodic else "timer"
    site = Site(act.function.id, *item.at)
    made = Channel(kind, 0, (), False, site, 0, False, True, -1)
    act.regs[item.dst] = ChanRef(work.allocate(made), "recv")
    act.pc += 1


def _signals(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Signals) -> None:
    """os/signal/signal.go: Notify sends without waiting; after Stop nothing comes any more."""
    value = work.materialise(act.regs[item.channel])
    if type(value) is ChanRef:
        obj = channel(work, value.obj)
        ends = obj.ends | ENV_SIGNAL if item.op == "notify" else obj.ends & ~ENV_SIGNAL
        work.heap[value.obj] = obj._replace(ends=ends)
    act.pc += 1


def _timer(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Timer) -> None:
    value = work.materialise(act.regs[item.channel])
    if type(value) is not ChanRef:
        act.regs[item.dst] = work.symbol(instr.BOOL_DESC)
        act.pc += 1
        return
    if item.op == "rest":
        work.heap[value.obj] = channel(work, value.obj)._replace(armed=RESTING)
        act.pc += 1
        return
    if not _read_now(work, thread, value.obj):
        raise Stopped
    thread.phase = ""
    act.pc += 1
    obj = channel(work, value.obj)
    act.regs[item.dst] = bool(obj.armed)
    work.heap[value.obj] = obj._replace(armed=item.op == "reset")


HANDLERS: dict[type[instr.Instr], Handler] = {
    instr.MakeChan: _make_chan,
    instr.Send: _send,
    instr.Recv: _recv,
    instr.Close: _close,
    instr.Select: _select,
    instr.Diverge: _stop,
    instr.Yield: _yield,
    instr.MakeContext: _make_context,
    instr.Cancel: _cancel,
    instr.ContextDone: _context_done,
    instr.ContextErr: _context_err,
    instr.MakeTimer: _make_timer,
    instr.Timer: _timer,
    instr.Signals: _signals,
}
"""How each of these instructions runs."""
