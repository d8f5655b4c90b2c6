"""Function values: literals, declared functions, method values."""

from __future__ import annotations

from unstuck.ir import expressions, instr, library, statements
from unstuck.ir.builder import Builder, finish, parameter
from unstuck.ir.instr import At, Desc, Reg
from unstuck.syntax import ast
from unstuck.types import model


def function_id(ref: model.FuncRef) -> str:
    """Id of a declared function in a Program."""
    return f"{ref.package}.{ref.recv}.{ref.name}" if ref.recv else f"{ref.package}.{ref.name}"


def named(b: Builder, ref: model.FuncRef) -> str:
    """Id of a declared function that the code refers to."""
    name = function_id(ref)
    b.shared.refs[name] = ref
    return name


def closure(b: Builder, lit: ast.FuncLit) -> Reg:
    """A function literal: its code, and a closure over the variables that it captures."""
    if b.shared.unfollowed:
        return b.fresh(expressions.at(lit), Desc("func"))
    captured = tuple(var for var in b.shared.variables.captures.get(lit, {}) if var in b.storage)
    inner = Builder(b.shared, b.next_id())
    for var in captured:
        cell = b.storage[var][1]
        desc = b.shared.descs.of(var.type)
        reg = parameter(inner, Desc("pointer", "", desc) if cell else desc)
        inner.storage[var] = (reg, cell)
    results = function_body(inner, lit.type, None, lit.body)
    done = finish(inner, expressions.at(lit), results, bound=len(captured))
    b.shared.done.append(done)
    dst = b.reg()
    bound = tuple(b.storage[var][0] for var in captured)
    b.emit(instr.MakeClosure(expressions.at(lit), dst, done.id, bound))
    return dst


def function_body(
    b: Builder, type_: ast.FuncType, recv: ast.Param | None, body: ast.Block
) -> tuple[Desc, ...]:
    """Parameters, named results and statements; returns the Descs of the results."""
    params = ((recv,) if recv is not None else ()) + type_.params
    bind: list[tuple[model.Var, Reg]] = []
    for param in params:
        _parameters(b, param, bind)
    for var, reg in bind:
        if b.in_cell(var):
            cell = b.reg()
            desc = b.shared.descs.of(var.type)
            b.emit(instr.New(expressions.at(body), cell, reg, desc))
            b.storage[var] = (cell, True)
        else:
            b.storage[var] = (reg, False)
    descs: list[Desc] = []
    for result in type_.results:
        _results(b, result, body, descs)
    b.result_descs = tuple(descs)
    statements.block(b, body)
    end = (body.rbrace, body.rbrace + 1)
    b.emit(instr.Return(end, ()))
    return tuple(descs)


def _parameters(b: Builder, param: ast.Param, bind: list[tuple[model.Var, Reg]]) -> None:
    info = b.shared.info
    if not param.names:
        parameter(b, b.shared.descs.of(info.types.get(param.type, model.UNKNOWN)))
        return
    for name in param.names:
        var = info.defs.get(name)
        type_ = var.type if var is not None else info.types.get(param.type, model.UNKNOWN)
        reg = parameter(b, b.shared.descs.of(type_))
        if var is not None:
            bind.append((var, reg))


def _results(b: Builder, result: ast.Param, body: ast.Block, descs: list[Desc]) -> None:
    info = b.shared.info
    where = (body.start, body.start + 1)
    if not result.names:
        descs.append(b.shared.descs.of(info.types.get(result.type, model.UNKNOWN)))
        return
    for name in result.names:
        var = info.defs.get(name)
        type_ = var.type if var is not None else info.types.get(result.type, model.UNKNOWN)
        desc = b.shared.descs.of(type_)
        descs.append(desc)
        cell = var is not None and b.in_cell(var)
        reg = b.reg()
        if cell:
            b.emit(instr.New(where, reg, instr.NONE, desc))
        else:
            b.emit(instr.Zero(where, reg, desc))
        b.results.append((reg, cell))
        if var is not None:
            b.storage[var] = (reg, cell)


def function_value(b: Builder, where: At, ref: model.FuncRef) -> Reg:
    """A declared function as a value."""
    dst = b.reg()
    b.emit(instr.MakeClosure(where, dst, named(b, ref), ()))
    return dst


def method_value(b: Builder, e: ast.Selector, selection: model.Selection) -> Reg:
    """`x.M` not called, or `T.M`."""
    where = expressions.at(e)
    dst = b.reg()
    if selection.kind == "method-expr":
        if selection.method is not None:
            b.emit(instr.MakeClosure(where, dst, named(b, selection.method), ()))
        else:
            b.emit(instr.Fresh(where, dst, Desc("func")))
        return dst
    receiver = receiver_of(b, e, selection)
    if selection.method is not None:
        b.emit(instr.MakeClosure(where, dst, named(b, selection.method), (receiver,)))
    else:
        interface = library.interface_name(selection.interface)
        b.emit(instr.BindMethod(where, dst, receiver, e.sel.name, interface))
    return dst


def receiver_of(b: Builder, e: ast.Selector, selection: model.Selection) -> Reg:
    """The receiver of a method call or value: the value or its address, as the method wants it."""
    where = expressions.at(e)
    wants_pointer = selection.method is not None and selection.method.pointer
    pointer = expressions.is_pointer(b, e.x)
    if not selection.path:
        if wants_pointer:
            return expressions.expr(b, e.x) if pointer else expressions.address(b, e.x)
        if pointer and selection.method is not None and not expressions.is_unknown(b, e.x):
            desc = Desc("struct")
            return expressions.load(b, where, expressions.expr(b, e.x), desc)
        return expressions.expr(b, e.x)
    if not pointer and not expressions.addressable(b, e.x):
        base = expressions.address(b, e.x)
    else:
        base = expressions.expr(b, e.x) if pointer else expressions.address(b, e.x)
    type_ = expressions.type_of(b, e.x)
    at_field = expressions.walk_path(b, where, base, type_, selection.path)
    last = path_type(b, type_, selection.path)
    last_is_pointer = isinstance(b.shared.world.underlying(last), model.Pointer)
    if wants_pointer and not last_is_pointer:
        return at_field
    return expressions.load(b, where, at_field, b.shared.descs.of(last))


def path_type(b: Builder, type_: model.Type, path: tuple[str, ...]) -> model.Type:
    """The type at the end of a field path."""
    for name in path:
        under = b.shared.world.underlying(type_)
        if isinstance(under, model.Pointer):
            type_ = under.elem
        type_ = expressions.field_type(b, type_, name)
    return type_
