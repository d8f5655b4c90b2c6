"""Types to concurrency IR: one declared function (with its literals and wrappers) at a time."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.ir import instr, library, literals
from unstuck.ir.builder import Builder, Shared, finish, parameter
from unstuck.ir.desc import Descs
from unstuck.ir.instr import UNKNOWN_DESC
from unstuck.ir.variables import variables
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types import model
from unstuck.types.world import Function as Source
from unstuck.types.world import World


def lower(
    world: World, descs: Descs, source: Source
) -> tuple[tuple[instr.Function, ...], dict[str, model.FuncRef]]:
    """The function, then its literals and wrappers; and the declared functions they name, by id."""
    shared = Shared(world, descs, source, source.info, variables(source.decl, source.info, world))
    b = Builder(shared, literals.function_id(source.ref))
    where = (source.decl.name.start, source.decl.name.end)
    if source.decl.body is None:
        return _operation(b, source, where), shared.refs
    results = literals.function_body(b, source.decl.type, source.decl.recv, source.decl.body)
    return (finish(b, where, results), *shared.done), shared.refs


def initialisers(world: World, package: str) -> Iterator[Source]:
    """The initial values of package-level variables that have function literals in them, as functions that
    evaluate them."""
    for init in world.literal_globals(package):
        value = init.value
        if value is None or not init.vars or not any(isinstance(node, ast.FuncLit) for node in walk(value)):
            continue
        start, end = value.start, value.end
        name = ast.Ident(start, end, init.vars[0].name)
        kept = ast.Assign(start, end, (ast.Ident(start, start, "_"),), "=", (value,))
        body = ast.Block(start, end, (kept,), end)
        decl = ast.FuncDecl(start, end, None, name, ast.FuncType(start, start, (), (), ()), body)
        ref = model.FuncRef(package, "", name.name)
        yield Source(ref, None, init.file, decl, init.info, model.Signature((), ()), "", stub=False)


def _operation(b: Builder, source: Source, where: instr.At) -> tuple[instr.Function, ...]:
    """A function without body: an operation of the machine, or unknown code (no function)."""
    emit = library.operation(b.id)
    if emit is None:
        return ()
    count = len(source.signature.params) + (1 if source.ref.recv else 0)
    operands = tuple(parameter(b, UNKNOWN_DESC) for _ in range(count))
    results = emit(b, where, operands)
    b.emit(instr.Return(where, results))
    descs = tuple(b.shared.descs.of(item) for item in source.signature.results)
    return (finish(b, where, descs, hidden=True), *b.shared.done)
