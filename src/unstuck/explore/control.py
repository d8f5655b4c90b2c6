"""Calls, deferred calls, panics, `go`, function values and jumps: how a goroutine goes from place to place.

Go spec: "Calls", "Defer statements", "Handling panics", "Go statements"; runtime/panic.go.
"""

from __future__ import annotations

from collections.abc import Callable

from unstuck.explore import arithmetic, memory
from unstuck.explore.ending import known_of
from unstuck.explore.entering import MAX_FRAMES, arguments, push, start
from unstuck.explore.outcomes import Dropped, Fork, Looping
from unstuck.explore.outside import call_unknown, not_followed, unknown_code
from unstuck.explore.state import (
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
from unstuck.explore.unfollowed import hand_over
from unstuck.explore.work import Handler, Work
from unstuck.ir import instr
from unstuck.ir.asking import METHODS
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Desc, Instr

MAX_DEFERS = 200
"""Deferred calls of one function that wait to be run; past it the path is dropped."""
MAX_RECURSION = 3
"""How often one function may stand on a goroutine's stack; deeper calls are unknown code."""
ROUND = 64
"""Backward jumps after which a goroutine is asked whether it has been here before."""


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
            not_followed(work, callee, call.args)
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
    regs = act.regs
    values = tuple([regs[reg] if reg != NONE else left_out for reg in item.values])
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
    acts = thread.acts
    if func not in work.program.functions or len(acts) >= MAX_FRAMES:
        return False
    return len(acts) < MAX_RECURSION or sum([act.function.id == func for act in acts]) < MAX_RECURSION


def _call(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Call) -> None:
    if _enterable(work, thread, item.func):
        act.pc += 1
        push(work, thread, work.program.functions[item.func], arguments(act, item.args), item.dsts, False)
        return
    call_unknown(work, thread, act, item, item.func)


def _call_value(work: Work, gid: int, thread: Thread, act: Activation, item: instr.CallValue) -> None:
    callee = work.resolve(act.regs[item.callee])
    if callee is None:
        raise memory.NilDereference
    if type(callee) is Closure and _enterable(work, thread, callee.func):
        act.pc += 1
        args = (*callee.bound, *arguments(act, item.args))
        push(work, thread, work.program.functions[callee.func], args, item.dsts, False)
        return
    if type(callee) is Closure:
        call_unknown(work, thread, act, item, callee.func, callee.bound)
    else:
        call_unknown(work, thread, act, item, "")


def _call_method(work: Work, gid: int, thread: Thread, act: Activation, item: instr.CallMethod) -> None:
    x = work.materialise(act.regs[item.x])
    if x is None:
        raise memory.NilDereference
    _implementation(work, x, item)
    type_, _ = memory.type_behind(work, x)
    func = _method(work, x, type_, item)
    if func is not None and _enterable(work, thread, func):
        act.pc += 1
        args = [x, *arguments(act, item.args)]
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
    call_unknown(work, thread, act, item, func or "")


def _make_closure(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeClosure) -> None:
    act.regs[item.dst] = Closure(item.func, tuple(arguments(act, item.bound)))
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
        unknown_code(work, (x,))  # whoever calls the value does what the method does
        act.regs[item.dst] = work.symbol(Desc("func"))
    act.pc += 1


def _go(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Go) -> None:
    callee = work.resolve(act.regs[item.callee])
    args = arguments(act, item.args)
    act.pc += 1
    if type(callee) is not Closure or callee.func not in work.program.functions:
        not_followed(work, callee, args)
        return
    work.share((callee, *args))
    site = Site(act.function.id, *item.at)
    function = work.program.functions[callee.func]
    values: list[Value] = [*callee.bound, *args][: len(function.params)]
    values.extend([None] * (function.registers - len(values)))
    frame = Frame(function.id, 0, tuple(values), (), "run", (), (), False, False)
    start(work, Goroutine((frame,), site, "", 1, thread.callback, thread.cancelled))


def _defer(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Defer) -> None:
    if len(act.defers) >= MAX_DEFERS:
        raise Dropped("length")
    act.defers.append(Deferred(act.regs[item.callee], tuple(arguments(act, item.args))))
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
