"""Calls to IR: of declared functions, function values, methods, builtins and operations of the machine.

A call is first prepared (callee and operands evaluated, in Go's order) and then performed, or, for `go` and
`defer`, turned into a closure with its operands bound. Go spec: "Calls", "Go statements", "Defer statements".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from unstuck.ir import builtins, expressions, instr, library, literals, texts
from unstuck.ir.builder import Builder, finish, parameter
from unstuck.ir.instr import NONE, UNKNOWN_DESC, At, Desc, Reg
from unstuck.ir.keeping import keeps_nothing
from unstuck.ir.repeating import OF_PLAIN
from unstuck.syntax import ast
from unstuck.types import model
from unstuck.types.endings import ending

Emitter = Callable[[Builder, At, tuple[Reg, ...]], tuple[Reg, ...]]


@dataclass(frozen=True, slots=True)
class Static:
    """A declared function or method by id."""

    at: At
    func: str
    args: tuple[Reg, ...]
    results: tuple[Desc, ...]
    escapes: tuple[Reg, ...]
    rests: bool = False
    """It makes a timer that fires after a Reset only."""


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A function value."""

    at: At
    callee: Reg
    args: tuple[Reg, ...]
    results: tuple[Desc, ...]
    escapes: tuple[Reg, ...]


@dataclass(frozen=True, slots=True)
class Interface:
    """A method of an interface value."""

    at: At
    x: Reg
    name: str
    interface: str
    args: tuple[Reg, ...]
    results: tuple[Desc, ...]
    escapes: tuple[Reg, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Something the machine does itself."""

    at: At
    emit: Emitter
    operands: tuple[Reg, ...]


Prepared = Static | Dynamic | Interface | Operation


def call(b: Builder, e: ast.Call, wanted: int) -> tuple[Reg, ...]:
    """Calls; returns registers of the results."""
    if e in b.shared.info.conversions and e.args:
        return (expressions.expr(b, e.args[0]),)
    return _perform(b, prepare(b, e))


def closure_of(b: Builder, e: ast.Expr) -> tuple[Reg, tuple[Reg, ...], At]:
    """Callee and arguments of a `go` or `defer`."""
    while isinstance(e, ast.Paren):
        e = e.x
    if not isinstance(e, ast.Call):
        return expressions.expr(b, e), (), expressions.at(e)
    prepared = prepare(b, e)
    match prepared:
        case Static():
            dst = b.reg()
            b.emit(instr.MakeClosure(prepared.at, dst, prepared.func, ()))
            return dst, prepared.args, prepared.at
        case Dynamic():
            return prepared.callee, prepared.args, prepared.at
        case Interface():
            dst = b.reg()
            b.emit(instr.BindMethod(prepared.at, dst, prepared.x, prepared.name, prepared.interface))
            return dst, prepared.args, prepared.at
        case Operation():
            return _wrap(b, prepared), (), prepared.at
        case _:
            assert_never(prepared)


def _wrap(b: Builder, prepared: Operation) -> Reg:
    inner = Builder(b.shared, b.next_id())
    operands = tuple(parameter(inner, UNKNOWN_DESC) for _ in prepared.operands)
    prepared.emit(inner, prepared.at, operands)
    inner.emit(instr.Return(prepared.at, ()))
    done = finish(inner, prepared.at, (), hidden=True, bound=len(operands))
    b.shared.done.append(done)
    dst = b.reg()
    b.emit(instr.MakeClosure(prepared.at, dst, done.id, prepared.operands))
    return dst


def _perform(b: Builder, prepared: Prepared) -> tuple[Reg, ...]:
    if isinstance(prepared, Operation):
        return prepared.emit(b, prepared.at, prepared.operands)
    dsts = tuple(b.reg() for _ in prepared.results)
    where, args, results_, escapes = prepared.at, prepared.args, prepared.results, prepared.escapes
    match prepared:
        case Static():
            b.emit(instr.Call(where, dsts, prepared.func, args, results_, escapes))
            if prepared.rests:
                library.rest(b, where, dsts)
        case Dynamic():
            b.emit(instr.CallValue(where, dsts, prepared.callee, args, results_, escapes))
        case Interface():
            x, name, interface = prepared.x, prepared.name, prepared.interface
            b.emit(instr.CallMethod(where, dsts, x, name, interface, args, results_, escapes))
        case _:
            assert_never(prepared)
    return dsts


def prepare(b: Builder, e: ast.Call) -> Prepared:
    """Evaluates callee and operands."""
    fun = _callee(b, e.fun)
    where = position(e)
    info = b.shared.info
    if isinstance(fun, ast.Ident):
        used = info.uses.get(fun)
        if isinstance(used, model.Builtin):
            return _builtin(b, e, used.name, where)
        if isinstance(used, model.Func):
            return _function(b, e, used.ref, where)
    if isinstance(fun, ast.Selector):
        used = info.uses.get(fun.sel)
        if isinstance(used, model.Func):
            return _function(b, e, used.ref, where)
        if isinstance(used, model.Builtin):
            return _builtin(b, e, used.name, where)
        selection = info.selections.get(fun)
        if used is None and selection is not None and selection.kind in ("method", "interface"):
            return _method(b, e, fun, selection, where)
        if used is None and selection is None:
            x = expressions.expr(b, fun.x)
            args = arguments(b, e, None)
            emit = _ending(b, e, model.FuncRef("", "", fun.sel.name))
            if emit is not None:
                return Operation(where, emit, (x, *args))
            escapes = (x, *escaping(b, e, args, receiver=False))
            return Interface(where, x, fun.sel.name, "", args, results(b, e), escapes)
    callee = expressions.expr(b, fun)
    signature = b.shared.world.underlying(expressions.type_of(b, fun))
    args = arguments(b, e, signature)
    return Dynamic(where, callee, args, results(b, e), escaping(b, e, args, receiver=False))


def position(e: ast.Call) -> At:
    """Where the runtime would say the call is: a chained call stands at the selector's line."""
    fun = e.fun
    while isinstance(fun, ast.Paren | ast.Index):
        fun = fun.x
    if isinstance(fun, ast.Selector):
        start, line_start = fun.start, fun.sel.start
        return (start if _one_line(fun) else line_start, e.end)
    return (e.start, e.end)


def _one_line(fun: ast.Selector) -> bool:
    return isinstance(fun.x, ast.Ident) or not _has_call(fun.x)


def _has_call(e: ast.Expr) -> bool:
    while True:
        match e:
            case ast.Call():
                return True
            case ast.Selector() | ast.Paren() | ast.Index() | ast.Star():
                e = e.x
            case _:
                return False


def results(b: Builder, e: ast.Call) -> tuple[Desc, ...]:
    """Descs of a call's results."""
    type_ = expressions.type_of(b, e)
    if isinstance(type_, model.Tuple):
        return tuple(b.shared.descs.of(item) for item in type_.items)
    return (b.shared.descs.of(type_),)


def arguments(b: Builder, e: ast.Call, signature: model.Type | None) -> tuple[Reg, ...]:
    """Evaluates the arguments; those of a variadic parameter become a slice."""
    return _packed(b, e, signature, _plain_arguments(b, e, signature))


def _packed(b: Builder, e: ast.Call, signature: model.Type | None, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Arguments as the function gets them."""
    if isinstance(signature, model.Signature):
        regs = tuple(
            expressions.narrowed(b, expressions.at(e), reg, signature.params[index])
            if index < len(signature.params)
            else reg
            for index, reg in enumerate(regs)
        )
    if not isinstance(signature, model.Signature) or not signature.variadic or e.spread:
        return regs
    fixed = len(signature.params) - 1
    if len(regs) < fixed:
        return regs
    last = signature.params[-1]
    elem = last.elem if isinstance(last, model.Slice) else model.UNKNOWN
    dst = b.reg()
    b.emit(instr.MakeSlice(expressions.at(e), dst, NONE, regs[fixed:], b.shared.descs.of(elem)))
    return (*regs[:fixed], dst)


def escaping(b: Builder, e: ast.Call, regs: tuple[Reg, ...], receiver: bool) -> tuple[Reg, ...]:
    """The operands that can hold concurrency objects, by their static types."""
    first = 1 if receiver else 0
    kept = []
    for index, reg in enumerate(regs):
        if index < first:
            assert isinstance(e.fun, ast.Selector | ast.Paren | ast.Index)
            if expressions.holds(b, expressions.type_of(b, e.fun.x)):
                kept.append(reg)
        elif index - first >= len(e.args) or expressions.holds(
            b, expressions.type_of(b, e.args[index - first])
        ):
            kept.append(reg)
    return tuple(kept)


def _plain_arguments(b: Builder, e: ast.Call, signature: model.Type | None) -> tuple[Reg, ...]:
    if len(e.args) == 1 and isinstance(e.args[0], ast.Call):
        inner = expressions.type_of(b, e.args[0])
        if isinstance(inner, model.Tuple) and len(inner.items) > 1:
            return call(b, e.args[0], len(inner.items))
    return tuple(expressions.expr(b, arg) for arg in e.args)


def _callee(b: Builder, fun: ast.Expr) -> ast.Expr:
    while True:
        if isinstance(fun, ast.Paren) or (isinstance(fun, ast.Index) and _instantiates(b, fun)):
            fun = fun.x
        else:
            return fun


def _instantiates(b: Builder, e: ast.Index) -> bool:
    name = e.x.sel if isinstance(e.x, ast.Selector) else e.x
    return isinstance(name, ast.Ident) and isinstance(b.shared.info.uses.get(name), model.Func)


def _function(b: Builder, e: ast.Call, ref: model.FuncRef, where: At) -> Prepared:
    signature = b.shared.world.signature(ref) or expressions.type_of(b, e.fun)
    name = literals.function_id(ref)
    emit = library.operation(name) or _ending(b, e, ref)
    plain = _texts_of_lists(b, e, name, _plain_arguments(b, e, signature))
    args = _packed(b, e, None if emit is not None else signature, plain)
    if emit is not None:
        if name == library.WITH_VALUE and escaping(b, e, args, receiver=False)[-1:] == args[-1:]:
            emit = library.giving_value(emit)
        return _telling(b, e, name, plain, Operation(where, emit, args))
    literals.named(b, ref)
    escapes = () if keeps_nothing(name) else escaping(b, e, args, receiver=False)
    made = Static(where, name, args, results(b, e), escapes, _rests(b, e, name))
    return _telling(b, e, name, plain, made)


def _texts_of_lists(b: Builder, e: ast.Call, name: str, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """The arguments of a function whose answers are remembered: a text made of a list is another one each
    time, as the list may have been written."""
    if name not in OF_PLAIN or len(regs) != len(e.args):
        return regs
    return tuple(
        b.fresh(expressions.at(arg), Desc("string")) if _is_text_of_list(b, arg) else reg
        for arg, reg in zip(e.args, regs)
    )


def _is_text_of_list(b: Builder, arg: ast.Expr) -> bool:
    if not isinstance(arg, ast.Call) or arg not in b.shared.info.conversions or not arg.args:
        return False
    return isinstance(expressions.underlying(b, arg.args[0]), model.Slice)


def _telling(
    b: Builder, e: ast.Call, name: str, plain: tuple[Reg, ...], prepared: Operation | Static
) -> Prepared:
    """The call of a function that prints; what it prints is asked for its text first."""
    asked, unsure = texts.asked(b, e, name)
    if unsure:
        where, kept = prepared.at, tuple(plain[number] for number in unsure)
        b.emit(instr.Call(where, (), name, kept, (), kept))
    if not asked:
        return prepared
    whom = [(expressions.type_of(b, e.args[number]), told) for number, told in asked]
    count = len(whom)

    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        for x, (type_, told) in zip(regs, whom):
            texts.ask(b, where, x, type_, told)
        if isinstance(prepared, Operation):
            return prepared.emit(b, where, regs[count:])
        return _perform(b, replace(prepared, args=regs[count:]))

    own = prepared.operands if isinstance(prepared, Operation) else prepared.args
    return Operation(prepared.at, emit, (*(plain[number] for number, _ in asked), *own))


def _rests(b: Builder, e: ast.Call, name: str) -> bool:
    after = b.shared.info.constants.get(e.args[0]) if name == "time.AfterFunc" and e.args else None
    return isinstance(after, int) and after >= library.FOREVER


_ENDINGS = {"fail": library.fail_test, "exit": library.exit_process, "panic": library.panic}


def _ending(b: Builder, e: ast.Call, ref: model.FuncRef) -> library.Emitter | None:
    """For a call that never returns, going by its name."""
    return _ENDINGS.get(ending(b.shared.world, ref, expressions.type_of(b, e)))


def _method(b: Builder, e: ast.Call, fun: ast.Selector, selection: model.Selection, where: At) -> Prepared:
    receiver = literals.receiver_of(b, fun, selection)
    if selection.method is None:
        interface = library.interface_name(selection.interface)
        emit = library.operation(f"{interface}.{fun.sel.name}")
        if emit is None:
            emit = _ending(b, e, model.FuncRef(b.shared.source.ref.package, interface, fun.sel.name))
        args = arguments(b, e, selection.type)
        if emit is not None:
            return Operation(where, emit, (receiver, *args))
        escapes = (receiver, *escaping(b, e, args, receiver=False))
        if keeps_nothing(f"{interface}.{fun.sel.name}"):
            escapes = ()
        return Interface(where, receiver, fun.sel.name, interface, args, results(b, e), escapes)
    name = literals.function_id(selection.method)
    emit = library.operation(name) or _ending(b, e, selection.method)
    plain = _texts_of_lists(b, e, name, _plain_arguments(b, e, selection.type))
    args = _packed(b, e, None if emit is not None else selection.type, plain)
    if emit is not None:
        return _telling(b, e, name, plain, Operation(where, emit, (receiver, *args)))
    literals.named(b, selection.method)
    operands = (receiver, *args)
    escapes = () if keeps_nothing(name) else escaping(b, e, operands, receiver=True)
    return _telling(b, e, name, plain, Static(where, name, operands, results(b, e), escapes))


def _builtin(b: Builder, e: ast.Call, name: str, where: At) -> Prepared:
    emit, operands = builtins.prepare(b, e, name)
    return Operation(where, emit, operands)
