"""Calls, deferred calls, panics, `go`, function values and jumps: how a goroutine goes from place to place.

Go spec: "Calls", "Defer statements", "Handling panics", "Go statements"; runtime/panic.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from unstuck.explore import arithmetic, memory, unseen
from unstuck.explore.bystanders import is_another
from unstuck.explore.ending import known_of
from unstuck.explore.state import (
    START,
    Cell,
    ChanRef,
    Closure,
    Deferred,
    Frame,
    Goroutine,
    MapRef,
    Pointer,
    Returned,
    Site,
    SliceValue,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.unfollowed import forget, forget_data, hand_over
from unstuck.explore.work import KEPT, MADE, Dropped, Fork, Handler, Looping, Work, choose
from unstuck.ir import instr
from unstuck.ir.asking import METHODS
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Desc, Function, Instr
from unstuck.ir.keeping import AT_ONCE, HARMLESS

MAX_DEFERS = 200
"""Deferred calls of one function that wait to be run; past it the path is dropped."""
MAX_FRAMES = 48
"""Depth of calls; deeper ones are unknown code."""
MAX_RECURSION = 3
"""How often one function may stand on a goroutine's stack; deeper calls are unknown code."""
MAX_PER_SITE = 1_200
"""Live goroutines of one `go` statement; past it the path is dropped."""
ROUND = 64
"""Backward jumps after which a goroutine is asked whether it has been here before."""


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


def unwind(work: Work, thread: Thread, act: Activation) -> None:
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
            _not_followed(work, callee, call.args)
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
            work.returned = Returned((), (), tuple(known_of(work, value) for value in values))
        if not values and act.function.result_descs:
            return
        for value, desc in zip(values, act.function.result_descs):
            work.escape(value, desc.dir if desc.kind == "chan" else "both")
        return
    caller = thread.acts[-1]
    if act.deferred:
        if caller.mode == "run":  # called back by unknown code, which has now what it returned
            hand_over(work, values)
        return
    if len(values) == 1 and arithmetic.counts(act.function.id):
        arithmetic.not_negative(work, values[0])
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
    left_out = work.symbol(UNKNOWN_DESC) if thread.spawn is None and len(thread.acts) == 1 else None
    values = tuple(act.regs[reg] if reg != NONE else left_out for reg in item.values)
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
    if type(callee) is Closure:
        _call_unknown(work, thread, act, item, callee.func, callee.bound)
    else:
        _call_unknown(work, thread, act, item, "")


def _call_method(work: Work, gid: int, thread: Thread, act: Activation, item: instr.CallMethod) -> None:
    x = work.materialise(act.regs[item.x])
    if x is None:
        raise memory.NilDereference
    _implementation(work, x, item)
    type_, _ = memory.type_behind(work, x)
    func = _method(work, x, type_, item)
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
    if type(x) is Symbol and item.dsts and f"{item.interface}.{item.name}" in METHODS:
        act.pc += 1
        act.regs[item.dsts[0]] = arithmetic.given(work, f"gives {item.name}", x, item.results[0])
        return
    _call_unknown(work, thread, act, item, func or "")


def _call_unknown(
    work: Work,
    thread: Thread,
    act: Activation,
    item: instr.Call | instr.CallValue | instr.CallMethod,
    name: str,
    bound: tuple[Value, ...] = (),
) -> None:
    """Code that is not in sight: gets what it is given, `bound` to it from before, may call back, returns
    unknown values."""
    given = [*(work.resolve(act.regs[reg]) for reg in item.escapes), *bound]
    harmless = name in work.program.harmless or name in work.program.changing
    callback = next((v for v in given if type(v) is Closure and v.func in work.program.functions), None)
    if harmless:
        callback = None
    choice = 0
    if callback is not None and act.mode == "run":
        choice = work.take_choice()
        if choice < 0:
            kept = [choose(2)] if _may_keep(work, item, name, callback) else []
            raise Fork([choose(1), choose(0), *kept], usual=2)
    if harmless:
        if name in work.program.changing:
            forget_data(work, _arguments(act, item.args))
        if name in work.program.passing:
            _unknown_code(work, given)
    elif _in_sight(work, name):
        forget(work, (*given, *_arguments(act, item.args)))
        _unknown_code(work, given)
    elif not name.startswith(HARMLESS):
        at_once = name.startswith(AT_ONCE)
        taken = [value for value in given if not at_once or type(value) is not Closure]
        _unknown_code(work, [value for value in taken if choice != 2 or value is not callback])
    tag = f"{arithmetic.FROM}{arithmetic.package_of(item.func)}" if isinstance(item, instr.Call) else ""
    made = _tag_unseen(work, act, item)
    for dst, desc in zip(item.dsts, item.results):
        if dst != NONE:
            mark = made if desc.kind == "unknown" else tag if desc.kind in ("error", "interface") else ""
            act.regs[dst] = work.symbol(desc, mark)
            if desc.kind == "int" and arithmetic.counts(
                item.name if isinstance(item, instr.CallMethod) else name
            ):
                arithmetic.not_negative(work, act.regs[dst])
    act.pc += 1
    if callback is not None and choice == 1:
        _call_back(work, thread, callback)
    elif callback is not None and choice == 2:
        _call_back_later(work, thread, Site(act.function.id, *item.at), callback)


def _tag_unseen(work: Work, act: Activation, item: instr.Call | instr.CallValue | instr.CallMethod) -> str:
    """The tag of a result of unknown type: that of a function without source, or of a method."""
    if isinstance(item, instr.CallValue):
        return ""
    place = f"{act.function.id} {act.pc}"
    if isinstance(item, instr.CallMethod):
        return unseen.tag_of_result(work, act.regs[item.x], place)
    if not (item.args and unseen.is_method(item.func)):
        return MADE
    return unseen.tag_of_result(work, act.regs[item.args[0]], place) if item.args[0] != NONE else ""


def _call_back(work: Work, thread: Thread, callback: Closure) -> None:
    """The unknown code runs the function it was given, once, before it returns."""
    function = work.program.functions[callback.func]
    unknown = [work.symbol(desc) for desc in function.params[len(callback.bound) :]]
    push(work, thread, function, (*callback.bound, *unknown), (), True)


def _may_keep(
    work: Work, item: instr.Call | instr.CallValue | instr.CallMethod, name: str, callback: Closure
) -> bool:
    """The unknown code may run the function later, on a goroutine of its own, and it can block there. Said of
    code outside only, and when that gives nothing back by which the function could be taken away again."""
    if KEPT in work.assumptions or name.startswith((*HARMLESS, *AT_ONCE)) or _in_sight(work, name):
        return False
    if any(desc.kind != "error" for desc in item.results):
        return False
    return any(isinstance(each, _PARKS) for each in work.program.functions[callback.func].code)


_PARKS = (instr.Send, instr.Recv, instr.Select)


def _call_back_later(work: Work, thread: Thread, site: Site, callback: Closure) -> None:
    """The unknown code runs the function that it was given on a goroutine of its own."""
    work.assume(KEPT)
    function = work.program.functions[callback.func]
    values = [*callback.bound, *(work.symbol(desc) for desc in function.params[len(callback.bound) :])]
    work.share(values)
    values.extend([None] * (function.registers - len(values)))
    frame = Frame(function.id, 0, tuple(values), (), "run", (), (), False, False)
    _start(work, Goroutine((frame,), site, "", 1, True, thread.cancelled))


def _not_followed(work: Work, callee: Value, args: Sequence[Value]) -> None:
    """A function value is started or deferred that is unknown, or not followed."""
    if type(callee) is Closure and _in_sight(work, callee.func):
        forget(work, (*callee.bound, *args))
    _unknown_code(work, (callee, *args))


def _in_sight(work: Work, func: str) -> bool:
    """Code of the packages to analyse that is not followed: by its size or depth, or because it recurses."""
    return func in work.program.cut or func in work.program.functions


def _unknown_code(work: Work, values: Iterable[Value]) -> None:
    for value in values:
        work.escape(work.materialise(value))


def _make_closure(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeClosure) -> None:
    act.regs[item.dst] = Closure(item.func, tuple(_arguments(act, item.bound)))
    act.pc += 1


def _method(work: Work, x: Value, type_: str, item: instr.CallMethod | instr.BindMethod) -> str | None:
    """The method of a value: by the name of its type, or, where the machine knows only that it is a channel,
    function, slice or map, that of the one type in sight of this kind that implements the interface."""
    methods, functions = work.program.methods, work.program.functions
    if type_:
        return methods.get((type_, item.name))
    kind = _KINDS.get(type(x))
    having = work.program.implementations.get(item.interface, ()) if kind is not None else ()
    fitting = [methods.get((name, item.name), "") for name, pointer in having if not pointer]
    if any(func not in functions for func in fitting):
        return None
    known = [func for func in fitting if functions[func].params[0].kind == kind]
    return known[0] if len(known) == 1 else None


_KINDS: dict[type, str] = {ChanRef: "chan", Closure: "func", SliceValue: "slice", MapRef: "map"}
"""Kind of the receiver's Desc for values that do not carry the name of their type."""


def _implementation(work: Work, x: Value, item: instr.CallMethod | instr.BindMethod) -> None:
    """An unknown value of an interface that few types in sight implement is one of them: forks."""
    if type(x) is not Symbol:
        return
    having = work.program.implementations.get(item.interface, ())
    if having:
        raise Fork(
            [_bind_new(x, name, pointer, _receiver(work, name, item.name)) for name, pointer in having]
        )


def _receiver(work: Work, type_: str, method: str) -> Desc | None:
    """What the receiver of a method looks like, where the method is in sight."""
    function = work.program.functions.get(work.program.methods.get((type_, method), ""))
    return function.params[0] if function is not None and function.params else None


def _bind_new(x: Symbol, name: str, pointer: bool, receiver: Desc | None) -> Callable[[Work], None]:
    def apply(work: Work) -> None:
        value: Value = StructValue(name, (), False, "struct")
        if pointer:
            value = Pointer(work.allocate(Cell(value, None, True, True)), ())
        elif receiver is not None and receiver.kind in ("chan", "map"):
            value = work.materialise(work.symbol(receiver), shared=True)
        work.bind[x.id] = value

    return apply


def _bind_method(work: Work, gid: int, thread: Thread, act: Activation, item: instr.BindMethod) -> None:
    x = work.materialise(act.regs[item.x])
    _implementation(work, x, item)
    type_, _ = memory.type_behind(work, x)
    func = _method(work, x, type_, item)
    if func is not None:
        act.regs[item.dst] = Closure(func, (x,))
    else:
        _unknown_code(work, (x,))  # whoever calls the value does what the method does
        act.regs[item.dst] = work.symbol(Desc("func"))
    act.pc += 1


def _go(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Go) -> None:
    callee = work.resolve(act.regs[item.callee])
    args = _arguments(act, item.args)
    act.pc += 1
    if type(callee) is not Closure or callee.func not in work.program.functions:
        _not_followed(work, callee, args)
        return
    work.share((callee, *args))
    site = Site(act.function.id, *item.at)
    function = work.program.functions[callee.func]
    values: list[Value] = [*callee.bound, *args][: len(function.params)]
    values.extend([None] * (function.registers - len(values)))
    frame = Frame(function.id, 0, tuple(values), (), "run", (), (), False, False)
    _start(work, Goroutine((frame,), site, "", 1, thread.callback, thread.cancelled))


def _start(work: Work, new: Goroutine) -> None:
    """Adds a goroutine. Several that are alike and have been given nothing wait as one group to be started
    one by one: what each makes for itself is no other's business."""
    last = len(work.goroutines) - 1
    twin = work.goroutines[last]
    if isinstance(twin, Goroutine) and not any(isinstance(value, tuple) for value in new.frames[0].regs):
        waiting = twin.phase == START and twin._replace(count=1, phase="") == new
        if waiting or (twin == new and last in work.pending):
            work.goroutines[last] = twin._replace(count=twin.count + 1, phase=START)
            if last in work.pending:
                work.pending.remove(last)
            return
    if is_another(work, new):
        return
    if new.spawn is not None:
        _check_room(work, new.spawn)
    work.goroutines.append(new)
    work.pending.insert(0, len(work.goroutines) - 1)


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
    # A deferred builtin stands for the function that defers it: `defer recover()` stops no panic of its own.
    calling = 2 if act.function.hidden else 1
    if len(thread.acts) > calling and _stops(thread.acts[-calling], thread.acts[-calling - 1]):
        thread.acts[-calling - 1].recovered = True
        value = work.symbol(Desc("interface", "", dir="non-nil"))
    act.regs[item.dst] = value


def _stops(act: Activation, caller: Activation) -> bool:
    """A function that calls recover runs because its caller panics."""
    return act.deferred and caller.mode == "panic" and not caller.recovered


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


HANDLERS: dict[type[Instr], Handler] = {
    instr.MakeClosure: _make_closure,
    instr.BindMethod: _bind_method,
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
"""How each of these instructions runs."""
