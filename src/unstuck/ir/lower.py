"""Types to concurrency IR: one declared function (with its literals and wrappers) at a time."""

from __future__ import annotations

from unstuck.ir import instr, library, literals
from unstuck.ir.builder import Builder, Shared, finish, parameter
from unstuck.ir.desc import Descs
from unstuck.ir.instr import UNKNOWN_DESC
from unstuck.ir.variables import variables
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
