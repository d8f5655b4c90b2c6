"""Locks, wait groups and condition variables: their state is the field "state" of the struct they are.

Unlock, RUnlock, Done and Add only ever enable others, so they are done at once when they can complete and
nobody can come to an operation that would see the difference (`operations` says why).
"""

from __future__ import annotations

from unstuck.explore import control, memory, sequences
from unstuck.explore.outcomes import TURN, Dropped, Fork, Stopped, choose
from unstuck.explore.state import (
    ENVIRONMENT,
    FREE,
    Cell,
    Counter,
    Goroutine,
    LockState,
    Map,
    Pointer,
    Site,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Handler, Work
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc

STATE = "state"
WAITS, TRIES = "wait", "try"
"""Kinds of operations that see that another one has not happened yet (`Program.watching`)."""
FREE_LOCK = LockState(FREE, (), 0, ("", 0))
_SYNC_DESC = Desc("sync")
NEW_COUNTER = Counter(0, "waitgroup")


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
    return memory.read(work, Pointer(pointer.obj, (*pointer.path, STATE)), _SYNC_DESC)


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
    through = work.thread(gid).acts[0].pc if gid == 0 else 0
    state = state._replace(site=(site.func, site.start), through=through)
    if op.endswith("rlock"):
        state = state._replace(readers=tuple(sorted((*state.readers, gid))))
    else:
        state = state._replace(writer=gid)
    set_lock(work, pointer, state)
    _others_wrote(work)


def _others_wrote(work: Work) -> None:
    """Where a lock is taken, code outside may have changed the maps that it has: they are asked anew."""
    for number, obj in list(work.heap.items()):
        if type(obj) is Map and obj.looked and obj.env:
            work.heap[number] = obj._replace(looked=())


def _lock(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Lock) -> None:
    pointer = sync_pointer(work, act.regs[item.pointer])
    state = lock_state(work, pointer)
    if item.op in ("unlock", "runlock"):
        if not _its_turn(work, gid, thread, pointer, TRIES, state.writer != FREE or bool(state.readers)):
            raise Stopped
        release(work, pointer, item.op, gid)
    elif item.op == "section":
        if work.observed(pointer.obj) and thread.phase != TURN:
            raise Stopped
        thread.phase = ""
        _others_wrote(work)
    elif item.written and gid in state.readers and can_lock(state, item.op) and _is_outside(work, pointer):
        _read_again(work, pointer, state, act, item, gid)
    elif not work.observed(pointer.obj) and can_lock(state, item.op):
        take_lock(work, pointer, item.op, gid, Site(act.function.id, *item.at))
        if item.dst != NONE:
            act.regs[item.dst] = True
    else:
        raise Stopped
    act.pc += 1


BETWEEN = "another goroutine locks to write between the two read locks"
"""What a path leans on where a goroutine reads a second time."""


def _is_outside(work: Work, pointer: Pointer) -> bool:
    obj = work.heap[pointer.obj]
    return isinstance(obj, Cell) and obj.env


def _read_again(
    work: Work, pointer: Pointer, state: LockState, act: Activation, item: instr.Lock, gid: int
) -> None:
    """A second RLock by the same goroutine: code outside may have asked for the lock to write in between,
    and then waits for the first one's end, as this goroutine does for the writer's (sync/rwmutex.go)."""
    choice = work.take_choice()
    if choice < 0:
        raise Fork([choose(0), choose(1)])
    if choice == 0:
        take_lock(work, pointer, item.op, gid, Site(act.function.id, *item.at))
        return
    set_lock(work, pointer, state._replace(waiting=state.waiting + 1))
    work.assume(BETWEEN)
    raise Stopped


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


HANDLERS: dict[type[instr.Instr], Handler] = {
    instr.Lock: _lock,
    instr.WaitGroup: _wait_group,
    instr.Cond: _cond,
}
"""How each of these instructions runs."""
