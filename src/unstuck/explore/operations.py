"""Operations on concurrency objects: what of them is local, and how each one completes.

An operation on an object that only one goroutine can reach is done at once when it can complete. So are
Unlock, RUnlock, Done and Add: they only ever enable others (Lipton's left movers), so doing them early loses
no stuck state. Everything else stops the goroutine (`Stopped`), and `moves` schedules it.
"""

from __future__ import annotations

from unstuck.explore import control, memory, sequences
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    ENVIRONMENT,
    FREE,
    Cell,
    Channel,
    ChanRef,
    Counter,
    Goroutine,
    LockState,
    Pointer,
    Site,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.work import Activation, Dropped, Fork, Handler, Stopped, Thread, Work, choose
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc

STATE = "state"
TURN = "turn"
"""Phase of a goroutine whose operation was scheduled and now runs as its next local step."""
WAITS, TRIES = "wait", "try"
"""Kinds of operations that see that another one has not happened yet (`Program.watching`)."""
FREE_LOCK = LockState(FREE, (), 0, ("", 0))
NEW_COUNTER = Counter(0, "waitgroup")


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


# Locks, wait groups, condition variables: their state is the field "state" of the struct they are.


def sync_pointer(work: Work, value: Value) -> Pointer:
    """The address of a sync object."""
    pointer = memory.pointed(work, value)
    if pointer is None:
        pointer = Pointer(work.allocate(Cell(work.zero(Desc("struct")), None, True, True)), ())
        value = work.resolve(value)
        if type(value) is Symbol:
            work.bind[value.id] = pointer
    return pointer


def _read_state(work: Work, pointer: Pointer) -> Value:
    return memory.read(work, Pointer(pointer.obj, (*pointer.path, STATE)), Desc("sync"))


def _write_state(work: Work, pointer: Pointer, value: Value) -> None:
    memory.write(work, Pointer(pointer.obj, (*pointer.path, STATE)), value)


def lock_state(work: Work, pointer: Pointer) -> LockState:
    """State of the Mutex or RWMutex at pointer."""
    found = _read_state(work, pointer)
    return found if type(found) is LockState else FREE_LOCK


def set_lock(work: Work, pointer: Pointer, state: LockState) -> None:
    """Changes it."""
    _write_state(work, pointer, state)


def counter(work: Work, pointer: Pointer) -> Counter:
    """State of the WaitGroup at pointer."""
    found = _read_state(work, pointer)
    return found if type(found) is Counter else NEW_COUNTER


def can_lock(state: LockState, op: str) -> bool:
    """Whether the lock can be taken now."""
    if state.writer not in (FREE, ENVIRONMENT) or state.waiting:
        return False
    return op.endswith("rlock") or not state.readers


def take_lock(work: Work, pointer: Pointer, op: str, gid: int, site: Site) -> None:
    """Takes the lock for goroutine gid."""
    state = lock_state(work, pointer)
    where = (site.func, site.start)
    if op.endswith("rlock"):
        state = state._replace(readers=tuple(sorted((*state.readers, gid))), site=where)
    else:
        state = state._replace(writer=gid, site=where)
    set_lock(work, pointer, state)


def _lock(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Lock) -> None:
    pointer = sync_pointer(work, act.regs[item.pointer])
    state = lock_state(work, pointer)
    if item.op in ("unlock", "runlock"):
        if not _its_turn(work, gid, thread, pointer, TRIES, state.writer != FREE or bool(state.readers)):
            raise Stopped
        release(work, pointer, item.op, gid)
    elif not work.observed(pointer.obj) and can_lock(state, item.op):
        take_lock(work, pointer, item.op, gid, Site(act.function.id, *item.at))
        if item.dst != NONE:
            act.regs[item.dst] = True
    else:
        raise Stopped
    act.pc += 1


def release(work: Work, pointer: Pointer, op: str, gid: int) -> None:
    """Gives a lock back; when nobody holds it the process ends (fatal error: unlock of unlocked mutex),
    unless code outside the fragment may have taken it."""
    state = lock_state(work, pointer)
    if not state.readers if op == "runlock" else state.writer == FREE:
        if _known(work, pointer):
            raise Dropped("fatal")
        return
    if op == "unlock":
        set_lock(work, pointer, state._replace(writer=FREE))
    else:
        set_lock(work, pointer, state._replace(readers=_without(state.readers, gid)))


def _known(work: Work, pointer: Pointer) -> bool:
    """Only code of the fragment can have changed the sync object."""
    obj = work.heap[pointer.obj]
    return isinstance(obj, Cell) and not obj.env and type(obj.value) is StructValue and obj.value.known


def _its_turn(work: Work, gid: int, thread: Thread, pointer: Pointer, kind: str, easy: bool) -> bool:
    """Whether an operation that usually only enables others can be done now: it completes (`easy`), and no
    other goroutine can come to an operation of `kind`, which would see that it has not happened yet."""
    if thread.phase == TURN:
        thread.phase = ""
        return True
    if not work.observed(pointer.obj):
        return True
    return easy and not _others_can(work, gid, kind)


def _others_can(work: Work, gid: int, kind: str) -> bool:
    watching = work.program.watching.get(kind)
    if not watching:
        return False
    for other, item in enumerate(work.goroutines):
        if other == gid or item is None:
            continue
        frames = item.frames if isinstance(item, Goroutine) else [act.frame() for act in item.acts]
        if any(frame.func in watching for frame in frames):
            return True
    return False


def _without(readers: tuple[int, ...], gid: int) -> tuple[int, ...]:
    gone = gid if gid in readers else readers[-1] if readers else gid
    out = list(readers)
    if gone in out:
        out.remove(gone)
    return tuple(out)


def _wait_group(work: Work, gid: int, thread: Thread, act: Activation, item: instr.WaitGroup) -> None:
    pointer = sync_pointer(work, act.regs[item.pointer])
    state = counter(work, pointer)
    if item.op == "wait":
        if work.observed(pointer.obj) or state.count > 0:
            raise Stopped
        act.pc += 1
        return
    delta = -1 if item.op == "done" else sequences.size_of(work, act.regs[item.delta])
    count = state.count + delta
    if not _its_turn(work, gid, thread, pointer, WAITS if delta > 0 else "", count >= 0):
        raise Stopped
    if count < 0 and _known(work, pointer):
        control.start_panic(work, thread)
        return
    _write_state(work, pointer, Counter(max(count, 0), "waitgroup"))
    act.pc += 1


def _cond(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Cond) -> None:
    pointer = sync_pointer(work, act.regs[item.pointer])
    if item.op == "wait" or work.observed(pointer.obj):
        raise Stopped
    act.pc += 1


# Contexts and timers.


def _make_context(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeContext) -> None:
    act.pc += 1
    parent = -1
    if item.parent != NONE and item.kind != "detached":
        value = work.materialise(act.regs[item.parent])
        if type(value) is Symbol or value is None or type(value) is Pointer:
            value = work.materialise(work.symbol(Desc("context", "context.Context")))
        if type(value) is ChanRef:
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
    act.regs[item.dst] = work.materialise(act.regs[item.context])
    act.pc += 1


def _context_err(work: Work, gid: int, thread: Thread, act: Activation, item: instr.ContextErr) -> None:
    value = work.materialise(act.regs[item.context])
    if type(value) is not ChanRef:
        act.regs[item.dst] = work.symbol(Desc("error", ".error"))
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
    act.regs[item.dst] = work.symbol(Desc("error", ".error", dir="non-nil")) if done else None
    act.pc += 1


def _read_now(work: Work, thread: Thread, number: int) -> bool:
    """Whether the state of a channel or context can be looked at without being scheduled for it."""
    return thread.phase == TURN or not _shared(work, number)


def _make_timer(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeTimer) -> None:
    kind = "ticker" if item.periodic else "timer"
    site = Site(act.function.id, *item.at)
    made = Channel(kind, 0, (), False, site, 0, False, True, -1)
    act.regs[item.dst] = ChanRef(work.allocate(made), "recv")
    act.pc += 1


def _timer(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Timer) -> None:
    value = work.materialise(act.regs[item.channel])
    if type(value) is not ChanRef:
        act.regs[item.dst] = work.symbol(instr.BOOL_DESC)
        act.pc += 1
        return
    if not _read_now(work, thread, value.obj):
        raise Stopped
    thread.phase = ""
    act.pc += 1
    obj = channel(work, value.obj)
    act.regs[item.dst] = obj.armed
    work.heap[value.obj] = obj._replace(armed=item.op == "reset")


HANDLERS: dict[type[instr.Instr], Handler] = {
    instr.MakeChan: _make_chan,
    instr.Send: _send,
    instr.Recv: _recv,
    instr.Close: _close,
    instr.Select: _select,
    instr.Diverge: _stop,
    instr.Yield: _yield,
    instr.Lock: _lock,
    instr.WaitGroup: _wait_group,
    instr.Cond: _cond,
    instr.MakeContext: _make_context,
    instr.Cancel: _cancel,
    instr.ContextDone: _context_done,
    instr.ContextErr: _context_err,
    instr.MakeTimer: _make_timer,
    instr.Timer: _timer,
}
"""How each of these instructions runs."""
