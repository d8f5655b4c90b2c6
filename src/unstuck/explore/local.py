"""Running a goroutine up to its next operation that others can observe.

`settle` runs every goroutine in `Work.pending` and returns all outcomes; unknown values make several. What is
local, or concerns an object that one goroutine alone can reach, happens here at once; everything else stops
the goroutine in front of the operation, for `moves` to schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations
from typing import Any

from unstuck.explore import arithmetic, memory
from unstuck.explore.canonical import canonical
from unstuck.explore.state import (
    ENVIRONMENT,
    FREE,
    Array,
    Cell,
    Channel,
    ChanRef,
    Closure,
    Deferred,
    Frame,
    Goroutine,
    LockState,
    Map,
    MapRef,
    Pointer,
    Returned,
    Site,
    SliceValue,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.work import (
    FORK_COST,
    STATE_COST,
    Activation,
    Dropped,
    Fork,
    Happening,
    Meter,
    Place,
    Thread,
    Work,
    bind_to,
    choose,
)
from unstuck.ir import instr
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Desc, Function, Instr

MAX_LOCAL_STEPS = 20_000
"""Instructions of one goroutine between two scheduling points; past it the path is dropped."""
MAX_DEFERS = 200
"""Deferred calls of one function that wait to be run; past it the path is dropped."""
MAX_ORDERED = 3
"""Entries of a map that are visited in every order; those of larger ones are visited as they were put in."""
MAX_FRAMES = 48
"""Depth of calls; deeper ones are unknown code."""
MAX_RECURSION = 3
"""How often one function may stand on a goroutine's stack; deeper calls are unknown code."""
MAX_LENGTH = 2_000
"""Elements of a slice that is made; longer ones are dropped."""

HARMLESS = (
    "fmt.", "log.", "errors.", "strings.", "strconv.", "bytes.", "math", "unicode", "sort.", "slices.",
    "maps.", "reflect.", "encoding/", "hash", "log/slog.", "testing.", "crypto", "path", "runtime.",
)  # fmt: skip
"""Packages whose functions keep nothing they are given and call back at once or not at all."""


MAX_FORKS = 1_000
"""Choices between two scheduling points; past it the remaining ways are dropped."""
FREE_FORKS = 6
"""Choices after which ways that come together are looked for."""
ROUND = 64
"""Backward jumps after which a goroutine is asked whether it has been here before."""


class Looping(Exception):
    """The goroutine has jumped backwards many times."""


class Stopped(Exception):
    """The goroutine stands in front of an operation that others can observe."""


Handler = Callable[[Work, int, Thread, Activation, Any], None]


def settle(work: Work, dropped: Callable[[str], None], meter: Meter | None = None) -> list[Work]:
    """Runs the pending goroutines; every way it can go. Ways that come together again are followed once.
    Past the limit of the meter the remaining ways are dropped."""
    meter = meter or Meter()
    out: list[Work] = []
    todo = [work]
    seen: set[object] = set()
    forks = 0
    while todo:
        if meter.spent > meter.limit:
            dropped("work")
            break
        current = todo.pop()
        if not current.pending:
            out.append(current)
            continue
        gid = current.pending[-1]
        try:
            _metered(current, gid, meter)
        except Stopped:
            current.settle_thread(gid)
            current.pending.remove(gid)
            current.steps = 0
            todo.append(current)
        except Looping:
            current.settle_thread(gid)
            if _known_point(current, seen):
                continue  # goes round for ever without parking
            todo.append(current)
        except Fork as fork:
            forks += 1
            if forks > MAX_FORKS:
                dropped("paths")
                break
            if forks > FREE_FORKS and current.choice < 0:
                current.settle_thread(gid)
                meter.spent += STATE_COST
                if _known_point(current, seen):
                    continue
            meter.spent += FORK_COST * len(fork.options)
            for option in reversed(fork.options):
                other = current.copy()
                option(other)
                todo.append(other)
        except Dropped as drop:
            dropped(drop.why)
    return out


def _metered(work: Work, gid: int, meter: Meter) -> None:
    before = work.steps
    try:
        _run(work, gid)
    finally:
        meter.spent += work.steps - before


def _known_point(work: Work, seen: set[object]) -> bool:
    """The same state was met at the same place before in this step."""
    point = (canonical(work), tuple(work.pending))
    if point in seen:
        return True
    seen.add(point)
    return False


def _run(work: Work, gid: int) -> None:
    thread = work.thread(gid)
    while True:
        work.steps += 1
        if work.steps > MAX_LOCAL_STEPS:
            raise Dropped("steps")
        if not thread.acts:
            if work.log is not None:
                work.log.append(Happening(gid, "end", work.log[-1].place if work.log else NOWHERE, -1, None))
            work.end_goroutine(gid)
            raise Stopped
        act = thread.acts[-1]
        if act.mode != "run":
            _unwind(work, thread, act)
            continue
        item = act.function.code[act.pc]
        note = None if work.log is None else _note(work, gid, thread, item)
        try:
            HANDLERS[type(item)](work, gid, thread, act, item)
        except memory.NilDereference:
            start_panic(work, thread)
        if note is not None and work.log is not None:
            work.log.append(note)


# Telling what happens.

NOWHERE = Place("", 0, 0)


def user_place(
    functions: dict[str, Function], frames: Sequence[tuple[str, int]], spawn: Site | None
) -> Place:
    """Where the runtime's innermost user frame would stand. `frames` are (function, pc of the instruction it
    is at), outermost first; frames without user code are skipped, down to the `go` statement."""
    for func, pc in reversed(frames):
        function = functions[func]
        if not function.hidden:
            return Place(function.path, *function.code[pc].at)
    if spawn is not None:
        return Place(functions[spawn.func].path, spawn.start, spawn.end)
    return NOWHERE


def standing(thread: Thread) -> list[tuple[str, int]]:
    """The frames of a thread for `user_place`: callers stand at their call."""
    frames: list[tuple[str, int]] = []
    for index, act in enumerate(thread.acts):
        inner = thread.acts[index + 1] if index + 1 < len(thread.acts) else None
        calling = inner is not None and act.mode == "run"
        frames.append((act.function.id, max(act.pc - 1, 0) if calling else act.pc))
    return frames


_TOLD = {
    instr.Go: "go",
    instr.Return: "return",
    instr.Close: "close",
    instr.Panic: "panic",
    instr.Goexit: "exit",
    instr.Lock: "lock",
    instr.WaitGroup: "waitgroup",
    instr.Cancel: "cancel",
    instr.Send: "send",
    instr.Recv: "receive",
}


def _note(work: Work, gid: int, thread: Thread, item: Instr) -> Happening | None:
    what = _TOLD.get(type(item))
    if what is None:
        return None
    if isinstance(item, instr.Lock | instr.WaitGroup):
        what = item.op
    if what == "return" and (len(thread.acts) > 1 or thread.acts[-1].function.hidden):
        return None
    place = user_place(work.program.functions, standing(thread), thread.spawn)
    other = len(work.goroutines) if what == "go" else -1
    return Happening(gid, what, place, other, None)


# Control.


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
    frame = Frame(function.id, 0, tuple(regs), (), "run", (), dsts, deferred, False)
    thread.acts.append(Activation(function, frame))


def start_panic(work: Work, thread: Thread) -> None:
    """The innermost frame panics."""
    act = thread.acts[-1]
    act.mode = "panic"
    act.values = ()


def _unwind(work: Work, thread: Thread, act: Activation) -> None:
    """One step of leaving a frame: the next deferred call, or the end of the frame."""
    if act.mode == "panic" and act.recovered:
        act.mode, act.recovered = "return", False
        act.values = tuple(work.zero(desc) for desc in act.function.result_descs)
    if act.defers:
        call = act.defers.pop()
        callee = work.resolve(call.callee)
        if type(callee) is Closure and _enterable(work, thread, callee.func):
            push(work, thread, work.program.functions[callee.func], (*callee.bound, *call.args), (), True)
        else:
            _unknown_code(work, (callee, *call.args))
        return
    thread.acts.pop()
    if act.mode == "return":
        _deliver(work, thread, act)
        return
    if not thread.acts:
        if act.mode == "panic":
            raise Dropped("panic")
        return
    caller = thread.acts[-1]
    if act.mode == "panic" and act.deferred:
        caller.recovered = False  # a new panic, whatever became of an earlier one
    caller.mode = act.mode
    caller.values = ()


def _deliver(work: Work, thread: Thread, act: Activation) -> None:
    values = act.values
    if act.function.results and act.mode == "return":
        values = _named_results(work, act)
    if not thread.acts:
        if thread.spawn is None:
            work.returned = Returned((), (), tuple(work.known_of(value) for value in values))
        if not values and act.function.result_descs:
            return
        for value, desc in zip(values, act.function.result_descs):
            work.escape(value, desc.dir if desc.kind == "chan" else "both")
        return
    caller = thread.acts[-1]
    if act.deferred:
        return
    for index, dst in enumerate(act.dsts):
        if dst == NONE:
            continue
        if index < len(values):
            caller.regs[dst] = values[index]
        else:
            descs = act.function.result_descs
            caller.regs[dst] = work.symbol(descs[index] if index < len(descs) else UNKNOWN_DESC)


def _named_results(work: Work, act: Activation) -> tuple[Value, ...]:
    values: list[Value] = []
    function = act.function
    for reg, cell, desc in zip(function.results, function.cells, function.result_descs):
        value = act.regs[reg]
        if cell and type(work.resolve(value)) is Pointer:
            value = memory.read(work, value, desc)
        values.append(value)
    return tuple(values)


def _return(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Return) -> None:
    values = tuple(act.regs[reg] if reg != NONE else None for reg in item.values)
    function = act.function
    if function.results and values:
        for reg, cell, value, given in zip(function.results, function.cells, values, item.values):
            if given == NONE:
                continue
            if cell:
                memory.write(work, act.regs[reg], value)
            else:
                act.regs[reg] = value
    act.values = values
    act.mode = "return"


def _enterable(work: Work, thread: Thread, func: str) -> bool:
    if func not in work.program.functions or len(thread.acts) >= MAX_FRAMES:
        return False
    return sum(act.function.id == func for act in thread.acts) < MAX_RECURSION


def _arguments(act: Activation, regs: tuple[int, ...]) -> list[Value]:
    return [act.regs[reg] if reg != NONE else None for reg in regs]


def _call(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Call) -> None:
    if _enterable(work, thread, item.func):
        act.pc += 1
        push(work, thread, work.program.functions[item.func], _arguments(act, item.args), item.dsts, False)
        return
    _call_unknown(work, thread, act, item, item.func)


def _call_value(work: Work, gid: int, thread: Thread, act: Activation, item: instr.CallValue) -> None:
    callee = work.resolve(act.regs[item.callee])
    if callee is None:
        raise memory.NilDereference
    if type(callee) is Closure and _enterable(work, thread, callee.func):
        act.pc += 1
        args = (*callee.bound, *_arguments(act, item.args))
        push(work, thread, work.program.functions[callee.func], args, item.dsts, False)
        return
    name = callee.func if type(callee) is Closure else ""
    _call_unknown(work, thread, act, item, name)


def _call_method(work: Work, gid: int, thread: Thread, act: Activation, item: instr.CallMethod) -> None:
    x = work.materialise(act.regs[item.x])
    if x is None:
        raise memory.NilDereference
    _implementation(work, x, item.interface)
    type_, _ = memory.type_behind(work, x)
    func = work.program.methods.get((type_, item.name))
    if func is not None and _enterable(work, thread, func):
        act.pc += 1
        args = [x, *_arguments(act, item.args)]
        push(work, thread, work.program.functions[func], args, item.dsts, False)
        return
    if type_ == "context.Context" and item.name in ("Done", "Err"):
        act.pc += 1
        if item.dsts:
            act.regs[item.dsts[0]] = x if item.name == "Done" else work.symbol(Desc("error", ".error"))
        return
    _call_unknown(work, thread, act, item, "")


def _call_unknown(
    work: Work,
    thread: Thread,
    act: Activation,
    item: instr.Call | instr.CallValue | instr.CallMethod,
    name: str,
) -> None:
    """Code that is not in sight: gets what it is given, may call back, returns unknown values."""
    given = [work.resolve(act.regs[reg]) for reg in item.escapes]
    callback = next((v for v in given if type(v) is Closure and v.func in work.program.functions), None)
    if callback is not None and act.mode == "run":
        choice = work.take_choice()
        if choice < 0:
            raise Fork([choose(1), choose(0)])
        if choice == 1:
            _call_back(work, thread, act, item, callback)
            return
    if name in work.program.cut:
        _release_locks(work, given)
    if not name.startswith(HARMLESS):
        _unknown_code(work, given)
    for dst, desc in zip(item.dsts, item.results):
        if dst != NONE:
            act.regs[dst] = work.symbol(desc)
    act.pc += 1


def _release_locks(work: Work, values: Iterable[Value]) -> None:
    """A function in sight that is not followed may unlock what it can reach: such locks become outsiders'."""
    seen: set[int] = set()
    stack = list(values)
    while stack:
        value = stack.pop()
        stack.extend(work.children(value))
        number = work.object_of(value)
        if number < 0 or number in seen:
            continue
        seen.add(number)
        obj = work.heap[number]
        if isinstance(obj, Cell):
            work.heap[number] = obj._replace(value=_unlocked(obj.value))
        stack.extend(work.contents(number))


def _unlocked(value: Value) -> Value:
    if type(value) is LockState:
        held = value.writer != FREE or value.readers
        return value._replace(writer=ENVIRONMENT if held else FREE, readers=())
    if type(value) is StructValue:
        return value._replace(fields=tuple((name, _unlocked(item)) for name, item in value.fields))
    return value


def _call_back(
    work: Work,
    thread: Thread,
    act: Activation,
    item: instr.Call | instr.CallValue | instr.CallMethod,
    callback: Closure,
) -> None:
    """The unknown code runs the function it was given, once, before it returns."""
    for dst, desc in zip(item.dsts, item.results):
        if dst != NONE:
            act.regs[dst] = work.symbol(desc)
    work.escape(callback)
    act.pc += 1
    function = work.program.functions[callback.func]
    unknown = [work.symbol(desc) for desc in function.params[len(callback.bound) :]]
    push(work, thread, function, (*callback.bound, *unknown), (), True)


def _unknown_code(work: Work, values: Iterable[Value]) -> None:
    for value in values:
        work.escape(work.materialise(value))


def _go(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Go) -> None:
    callee = work.resolve(act.regs[item.callee])
    args = _arguments(act, item.args)
    act.pc += 1
    if type(callee) is not Closure or callee.func not in work.program.functions:
        _unknown_code(work, (callee, *args))
        return
    work.share((callee, *args))
    site = Site(act.function.id, *item.at)
    function = work.program.functions[callee.func]
    values: list[Value] = [*callee.bound, *args][: len(function.params)]
    values.extend([None] * (function.registers - len(values)))
    frame = Frame(function.id, 0, tuple(values), (), "run", (), (), False, False)
    _check_room(work, site)
    work.goroutines.append(Goroutine((frame,), site, "", 1, thread.callback, thread.cancelled))
    work.pending.insert(0, len(work.goroutines) - 1)


MAX_PER_SITE = 1_200
"""Live goroutines of one `go` statement; past it the path is dropped."""


def _check_room(work: Work, site: Site) -> None:
    if len(work.goroutines) < MAX_PER_SITE:
        return
    live = sum(item.count for item in work.goroutines if item is not None and item.spawn == site)
    if live >= MAX_PER_SITE:
        raise Dropped("goroutines")


def _defer(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Defer) -> None:
    if len(act.defers) >= MAX_DEFERS:
        raise Dropped("length")
    act.defers.append(Deferred(act.regs[item.callee], tuple(_arguments(act, item.args))))
    act.pc += 1


def _recover(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Recover) -> None:
    act.pc += 1
    value: Value = None
    caller = thread.acts[-2] if len(thread.acts) > 1 else act
    if act.deferred and caller.mode == "panic" and not caller.recovered:
        caller.recovered = True
        value = work.symbol(Desc("interface", "", dir="non-nil"))
    act.regs[item.dst] = value


def _panic(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Panic) -> None:
    start_panic(work, thread)


def _goexit(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Goexit) -> None:
    if item.failing and "t.Fatal" not in work.assumptions:
        work.assumptions = (*work.assumptions, "t.Fatal")
    act.mode = "exit"


def _exit(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Exit) -> None:
    raise Dropped("exit")


def _jump(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Jump) -> None:
    back = item.target <= act.pc
    act.pc = item.target
    if back:
        work.rounds += 1
        if work.rounds % ROUND == 0:
            raise Looping


def _branch(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Branch) -> None:
    act.pc = item.then if arithmetic.truth(work, act.regs[item.cond]) else item.orelse


# Data.


def _const(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Const) -> None:
    act.regs[item.dst] = item.value
    act.pc += 1


def _copy(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Copy) -> None:
    value = act.regs[item.src]
    if item.dir != "both":
        value = work.materialise(value)
        if type(value) is ChanRef:
            value = value._replace(dir=item.dir)
    act.regs[item.dst] = value
    act.pc += 1


def _zero(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Zero) -> None:
    act.regs[item.dst] = work.zero(item.desc)
    act.pc += 1


def _fresh(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Fresh) -> None:
    act.regs[item.dst] = work.symbol(item.desc)
    act.pc += 1


def _new(work: Work, gid: int, thread: Thread, act: Activation, item: instr.New) -> None:
    value = act.regs[item.src] if item.src != NONE else work.zero(item.desc)
    site = Site(act.function.id, *item.at)
    act.regs[item.dst] = Pointer(work.allocate(Cell(value, site, False, False)), ())
    act.pc += 1


def _global(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Global) -> None:
    number = work.globals.get(item.name)
    if number is None:
        desc = item.desc
        if desc.kind == "error" and not item.name.startswith(f"{act.function.package}."):
            desc = Desc("error", desc.name, dir="non-nil")  # io.EOF, context.Canceled
        number = work.allocate(Cell(work.unknown(desc), None, True, True))
        work.globals[item.name] = number
    act.regs[item.dst] = Pointer(number, ())
    act.pc += 1


def _load(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Load) -> None:
    pointer = work.materialise(act.regs[item.pointer])
    value = memory.read(work, pointer, item.desc)
    if item.desc.kind == "array" and type(value) is SliceValue:
        value = _copied(work, value)
    if type(value) is Symbol and type(pointer) is Pointer and work.heap[pointer.obj].shared:
        value = work.materialise(value, shared=True)
    if item.desc.kind == "chan" and item.desc.dir != "both" and type(value) is ChanRef:
        value = value._replace(dir=item.desc.dir)
    act.regs[item.dst] = value
    act.pc += 1


def _copied(work: Work, value: SliceValue) -> SliceValue:
    """An array is a value: reading it makes another one."""
    array = work.heap[value.array]
    assert isinstance(array, Array)
    items = array.items[value.low : value.low + value.length]
    number = work.allocate(Array(items, False, False, array.site))
    return value._replace(array=number, low=0, capacity=value.length)


def _store(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Store) -> None:
    value = work.resolve(act.regs[item.src])
    if item.desc.kind == "chan" and item.desc.dir != "both" and type(value) is ChanRef:
        value = value._replace(dir=item.desc.dir)
    memory.write(work, act.regs[item.pointer], value)
    act.pc += 1


def _field_addr(work: Work, gid: int, thread: Thread, act: Activation, item: instr.FieldAddr) -> None:
    act.regs[item.dst] = memory.field_pointer(work, act.regs[item.pointer], item.name, item.type)
    act.pc += 1


def _field_of(work: Work, gid: int, thread: Thread, act: Activation, item: instr.FieldOf) -> None:
    act.regs[item.dst] = memory.field_of(work, act.regs[item.x], item.name, item.desc)
    act.pc += 1


def _elem_addr(work: Work, gid: int, thread: Thread, act: Activation, item: instr.ElemAddr) -> None:
    index = work.resolve(act.regs[item.index])
    base = work.resolve(act.regs[item.x])
    if type(index) is Symbol and type(base) is SliceValue and 0 < base.length <= 4:
        raise Fork([bind_to(index, n) for n in range(base.length)])
    act.regs[item.dst] = memory.element_pointer(work, base, index)
    act.pc += 1


def _make_struct(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeStruct) -> None:
    fields = tuple(sorted((name, act.regs[reg]) for name, reg in item.fields)) if item.fields else ()
    act.regs[item.dst] = StructValue(item.type, fields, True, "struct")
    act.pc += 1


def _make_slice(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeSlice) -> None:
    items = tuple(act.regs[reg] for reg in item.items)
    if item.length != NONE:
        length = size_of(work, act.regs[item.length])
        if length > MAX_LENGTH:
            raise Dropped("length")
        items = tuple(work.zero(item.desc) for _ in range(length))
    number = work.allocate(Array(items, False, False, Site(act.function.id, *item.at)))
    act.regs[item.dst] = SliceValue(number, 0, len(items), len(items), "slice")
    act.pc += 1


def size_of(work: Work, value: Value) -> int:
    value = work.resolve(value)
    if type(value) is Symbol:
        arithmetic.size(work, value, 0)
    return value if isinstance(value, int) else 0


def _append(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Append) -> None:
    x = work.resolve(act.regs[item.x])
    added: list[Value] = [work.resolve(act.regs[reg]) for reg in item.items]
    if item.spread and added:
        other = added[0]
        added = []
        if type(other) is SliceValue:
            array = work.heap[other.array]
            assert isinstance(array, Array)
            added = list(array.items[other.low : other.low + other.length])
    act.pc += 1
    if type(x) is Symbol:
        for value in added:
            work.escape(value)
        act.regs[item.dst] = x
        return
    items: tuple[Value, ...] = ()
    env = shared = False
    if type(x) is SliceValue:
        array = work.heap[x.array]
        assert isinstance(array, Array)
        items, env, shared = array.items[x.low : x.low + x.length], array.env, array.shared
    if len(items) + len(added) > MAX_LENGTH:
        raise Dropped("length")
    site = Site(act.function.id, *item.at)
    number = work.allocate(Array((*items, *added), env, shared, site))
    if env:
        for value in added:
            work.escape(value)
    if shared:
        work.share(added)
    count = len(items) + len(added)
    act.regs[item.dst] = SliceValue(number, 0, count, count, "slice")


def _reslice(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Reslice) -> None:
    x = work.materialise(act.regs[item.x])
    if type(x) is Pointer:
        x = work.resolve(memory.read(work, x, UNKNOWN_DESC))
    low = work.resolve(act.regs[item.lo]) if item.lo != NONE else 0
    high = work.resolve(act.regs[item.hi]) if item.hi != NONE else None
    act.pc += 1
    if type(x) is not SliceValue:
        act.regs[item.dst] = x
        return
    if high is None:
        high = x.length
    if not isinstance(low, int) or not isinstance(high, int) or not 0 <= low <= high <= x.capacity:
        act.regs[item.dst] = work.symbol(Desc("slice"))
        return
    act.regs[item.dst] = SliceValue(x.array, x.low + low, high - low, x.capacity - low, "slice")


def _len(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Len) -> None:
    x = work.materialise(act.regs[item.x])
    if type(x) is Pointer:
        x = work.resolve(memory.read(work, x, UNKNOWN_DESC))
    value: Value
    if x is None:
        value = 0
    elif isinstance(x, str):
        value = len(x)
    elif type(x) is SliceValue:
        value = x.capacity if item.cap else x.length
    elif type(x) is ChanRef:
        obj = work.heap[x.obj]
        assert isinstance(obj, Channel)
        if obj.shared and not item.cap and obj.capacity and thread.phase == "":
            raise Stopped
        thread.phase = ""
        value = obj.capacity if item.cap else len(obj.queue)
        if obj.ends or obj.kind != "chan":
            value = work.symbol(instr.INT_DESC, "size")
    elif type(x) is MapRef:
        table = work.heap[x.obj]
        assert isinstance(table, Map)
        value = len(table.entries) if table.known else work.symbol(instr.INT_DESC, "size")
    elif type(x) is Symbol:
        value = _length_of_symbol(work, x)
    else:
        value = work.symbol(instr.INT_DESC, "size")
    act.regs[item.dst] = value
    act.pc += 1


def _length_of_symbol(work: Work, x: Symbol) -> Value:
    """An unknown slice gets a length once, and unknown elements; of other things only the length."""
    if x.desc.kind not in ("slice", "array", "unknown"):
        return work.symbol(instr.INT_DESC, "size")
    choice = work.take_choice()
    if choice < 0:
        raise Fork([choose(n) for n in arithmetic.sizes(work)])
    elem = x.desc.elem or UNKNOWN_DESC
    items = tuple(work.unknown(elem) for _ in range(choice))
    number = work.allocate(Array(items, True, False, None))
    work.bind[x.id] = SliceValue(number, 0, choice, choice, "slice")
    return choice


def _make_map(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeMap) -> None:
    entries = tuple((act.regs[key] if key != NONE else None, act.regs[value]) for key, value in item.entries)
    act.regs[item.dst] = MapRef(work.allocate(Map(entries, True, False, False)), "map", "")
    act.pc += 1


def _map_get(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapGet) -> None:
    x = work.materialise(act.regs[item.x])
    key = work.resolve(act.regs[item.key]) if item.key != NONE else None
    value: Value
    found: Value = False
    if type(x) is not MapRef:
        value = work.zero(item.desc) if x is None else work.symbol(item.desc)
        found = False if x is None else work.symbol(instr.BOOL_DESC)
    else:
        value, found = _lookup(work, x, key, item.desc)
    if item.dst != NONE:
        act.regs[item.dst] = value
    if item.ok != NONE:
        act.regs[item.ok] = found
    act.pc += 1


def _lookup(work: Work, x: MapRef, key: Value, desc: Desc) -> tuple[Value, Value]:
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    for name, value in table.entries:
        name = work.resolve(name)
        if name == key or arithmetic.compare(work, "==", name, key):
            return work.resolve(value), True
    if table.known:
        return work.zero(desc), False
    made = work.unknown(desc)
    return made, work.symbol(instr.BOOL_DESC)


def _map_set(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapSet) -> None:
    x = work.materialise(act.regs[item.x])
    if x is None:
        raise memory.NilDereference
    key, value = work.resolve(act.regs[item.key]), work.resolve(act.regs[item.src])
    act.pc += 1
    if type(x) is not MapRef:
        work.escape(value)
        return
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    if table.env:
        work.escape(value)
    if table.shared:
        work.share((key, value))
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    entries = tuple(entry for entry in table.entries if work.resolve(entry[0]) != key)
    if len(entries) > 64:
        raise Dropped("length")
    work.heap[x.obj] = table._replace(entries=(*entries, (key, value)))


def _map_delete(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapDelete) -> None:
    x = work.materialise(act.regs[item.x])
    act.pc += 1
    if type(x) is not MapRef:
        return
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    entries: tuple[tuple[Value, Value], ...] = ()
    if item.key != NONE:
        key = work.resolve(act.regs[item.key])
        entries = tuple(entry for entry in table.entries if work.resolve(entry[0]) != key)
    work.heap[x.obj] = table._replace(entries=entries)


def _map_next(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapNext) -> None:
    x = work.materialise(act.regs[item.x])
    index = act.regs[item.index]
    entries: tuple[tuple[Value, Value], ...] = ()
    unknown = False
    if type(x) is MapRef:
        table = work.heap[x.obj]
        assert isinstance(table, Map)
        entries, unknown = table.entries, not table.known
    elif x is not None:
        unknown = True
    assert isinstance(index, int)
    if index == 0 and 1 < len(entries) <= MAX_ORDERED and item.value != NONE:
        entries = _any_order(work, x, entries)
    if index < len(entries):
        key, value = entries[index]
    elif unknown and index < arithmetic.sizes(work)[-1]:
        choice = work.take_choice()
        if choice < 0:
            raise Fork([choose(1), choose(0)])
        if choice == 0:
            act.pc = item.done
            return
        key, value = work.symbol(item.key_desc), work.unknown(item.value_desc)
    else:
        act.pc = item.done
        return
    if item.key != NONE:
        act.regs[item.key] = key
    if item.value != NONE:
        act.regs[item.value] = value
    act.pc += 1


def _any_order(
    work: Work, x: Value, entries: tuple[tuple[Value, Value], ...]
) -> tuple[tuple[Value, Value], ...]:
    """The entries of a small map in any order: forks. Nobody else can tell that they were put in order."""
    choice = work.take_choice()
    orders = list(permutations(entries))
    if choice < 0:
        raise Fork([choose(number) for number in range(len(orders))])
    assert type(x) is MapRef
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    work.heap[x.obj] = table._replace(entries=orders[choice])
    return orders[choice]


def _make_closure(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeClosure) -> None:
    act.regs[item.dst] = Closure(item.func, tuple(_arguments(act, item.bound)))
    act.pc += 1


def _implementation(work: Work, x: Value, interface: str) -> None:
    """An unknown value of an interface that few types in sight implement is one of them: forks."""
    if type(x) is not Symbol:
        return
    having = work.program.implementations.get(interface, ())
    if having:
        raise Fork([_bind_new(x, name, pointer) for name, pointer in having])


def _bind_new(x: Symbol, name: str, pointer: bool) -> Callable[[Work], None]:
    def apply(work: Work) -> None:
        value: Value = StructValue(name, (), False, "struct")
        if pointer:
            value = Pointer(work.allocate(Cell(value, None, True, True)), ())
        work.bind[x.id] = value

    return apply


def _bind_method(work: Work, gid: int, thread: Thread, act: Activation, item: instr.BindMethod) -> None:
    x = work.materialise(act.regs[item.x])
    _implementation(work, x, item.interface)
    type_, _ = memory.type_behind(work, x)
    func = work.program.methods.get((type_, item.name))
    act.regs[item.dst] = Closure(func, (x,)) if func is not None else work.symbol(Desc("func"))
    act.pc += 1


def _binary(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Binary) -> None:
    x, y = work.resolve(act.regs[item.x]), work.resolve(act.regs[item.y])
    if item.sizing:
        least = 1 if item.spawns else 0
        if type(y) is Symbol and isinstance(x, int):
            arithmetic.size(work, y, x + least if x == 0 else 0)
        if type(x) is Symbol and isinstance(y, int):
            arithmetic.size(work, x, 0)
    if item.op in ("==", "!=", "<", "<=", ">", ">="):
        act.regs[item.dst] = arithmetic.compare(work, item.op, x, y)
    else:
        act.regs[item.dst] = arithmetic.arithmetic(work, item.op, x, y)
    act.pc += 1


def _not(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Not) -> None:
    act.regs[item.dst] = not arithmetic.truth(work, act.regs[item.x])
    act.pc += 1


def _type_test(work: Work, gid: int, thread: Thread, act: Activation, item: instr.TypeTest) -> None:
    x = work.resolve(act.regs[item.x])
    desc = item.desc
    type_, pointer = memory.type_behind(work, x)
    kind = _KINDS.get(type(x), "")
    if x is None:
        act.regs[item.dst] = False
    elif kind and not desc.name and desc.kind in _KINDS.values():
        act.regs[item.dst] = kind == desc.kind
    elif type_ and desc.kind == "pointer" and desc.elem is not None and desc.elem.name:
        act.regs[item.dst] = pointer and desc.elem.name == type_
    elif type_ and desc.kind == "struct" and desc.name:
        act.regs[item.dst] = not pointer and desc.name == type_
    else:
        name = f"{desc.kind} {desc.name} {desc.elem.name if desc.elem else ''}"
        act.regs[item.dst] = arithmetic.known(work, ("is", x, name))
    act.pc += 1


_KINDS: dict[type, str] = {
    ChanRef: "chan",
    Closure: "func",
    SliceValue: "slice",
    MapRef: "map",
    int: "int",
    bool: "bool",
    str: "string",
}
"""Kind of a value that has no name of a type with it."""

_DATA: dict[type[Instr], Handler] = {
    instr.Const: _const,
    instr.Copy: _copy,
    instr.Zero: _zero,
    instr.Fresh: _fresh,
    instr.New: _new,
    instr.Global: _global,
    instr.Load: _load,
    instr.Store: _store,
    instr.FieldAddr: _field_addr,
    instr.FieldOf: _field_of,
    instr.ElemAddr: _elem_addr,
    instr.MakeStruct: _make_struct,
    instr.MakeSlice: _make_slice,
    instr.Append: _append,
    instr.Reslice: _reslice,
    instr.Len: _len,
    instr.MakeMap: _make_map,
    instr.MapGet: _map_get,
    instr.MapSet: _map_set,
    instr.MapDelete: _map_delete,
    instr.MapNext: _map_next,
    instr.MakeClosure: _make_closure,
    instr.BindMethod: _bind_method,
    instr.Binary: _binary,
    instr.Not: _not,
    instr.TypeTest: _type_test,
}
_CONTROL: dict[type[Instr], Handler] = {
    instr.Jump: _jump,
    instr.Branch: _branch,
    instr.Call: _call,
    instr.CallValue: _call_value,
    instr.CallMethod: _call_method,
    instr.Go: _go,
    instr.Defer: _defer,
    instr.Return: _return,
    instr.Panic: _panic,
    instr.Recover: _recover,
    instr.Goexit: _goexit,
    instr.Exit: _exit,
}
HANDLERS: dict[type[Instr], Handler] = {**_DATA, **_CONTROL}
"""How each instruction runs; `operations` adds those on concurrency objects."""
