"""Range over an iterator function: the body becomes a function that the iterator calls (`yield`).

Go spec: "For statements with range clause", and the rewriting described in cmd/compile/internal/rangefunc.
`break` and jumps out of the loop make the body return false and are carried out behind the call; `continue`
makes it return true. Not modelled: a `defer` in the body runs when the body ends, not the function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from unstuck.ir import expressions, instr, statements
from unstuck.ir.builder import Builder, Label, Leave, Target, finish, parameter
from unstuck.ir.instr import BOOL_DESC, INT_DESC, NONE, At, Desc, Reg
from unstuck.syntax import ast
from unstuck.types import model

_RETURNED = 1
_FIRST_JUMP = 2


def over_function(b: Builder, node: ast.Range, label: str) -> None:
    """`for k, v := range f { }`"""
    where = expressions.at(node.x)
    iterator = expressions.expr(b, node.x)
    code = _cell(b, where, INT_DESC)
    results = tuple(_cell(b, where, desc) for desc in b.result_descs)
    exits: list[tuple[int, Label]] = []
    body = _body(b, node, label, (code, results), exits)
    b.emit(instr.CallValue(where, (), iterator, (body,), (), (body,)))
    left = expressions.load(b, where, code, INT_DESC)
    _on(b, where, left, _RETURNED, lambda: _return(b, where, results))
    for number, goal in exits:
        _on(b, where, left, number, partial(b.jump, where, goal))


def _cell(b: Builder, where: At, desc: Desc) -> Reg:
    dst = b.reg()
    b.emit(instr.New(where, dst, NONE, desc))
    return dst


def _return(b: Builder, where: At, results: tuple[Reg, ...]) -> None:
    values = tuple(expressions.load(b, where, cell, desc) for cell, desc in zip(results, b.result_descs))
    statements.leave_function(b, where, values)


def _on(b: Builder, where: At, left: Reg, number: int, act: Callable[[], None]) -> None:
    """Does `act` when the body left with this number."""
    same = b.reg()
    yes, no = b.label(), b.label()
    b.emit(instr.Binary(where, same, "==", left, b.const(where, number)))
    b.emit(instr.Branch(where, same, yes, no))
    b.place(yes)
    act()
    b.place(no)


def _body(
    b: Builder,
    node: ast.Range,
    label: str,
    cells: tuple[Reg, tuple[Reg, ...]],
    exits: list[tuple[int, Label]],
) -> Reg:
    """The closure that the iterator calls for each value."""
    code, results = cells
    captured = tuple(var for var in b.shared.variables.captures.get(node, {}) if var in b.storage)
    inner = Builder(b.shared, b.next_id(), result_descs=b.result_descs)
    for var in captured:
        cell = b.storage[var][1]
        desc = b.shared.descs.of(var.type)
        inner.storage[var] = (parameter(inner, Desc("pointer", "", desc) if cell else desc), cell)
    pointers = [parameter(inner, Desc("pointer", "", INT_DESC))]
    pointers.extend(parameter(inner, Desc("pointer", "", desc)) for desc in b.result_descs)
    inner.leave = Leave(pointers[0], tuple(pointers[1:]))
    values = [parameter(inner, desc) for desc in _yielded(b, node)]
    escapes = _escapes(b, inner, exits)
    on_break, on_continue = inner.label(), inner.label()
    inner.targets.append(Target(label, on_break, on_continue))
    for target, src in zip((node.key, node.value), values):
        if target is not None:
            statements.assign(inner, target, src, node.define)
    statements.block(inner, node.body)
    end = (node.body.rbrace, node.body.rbrace + 1)
    inner.place(on_continue)
    inner.emit(instr.Return(end, (inner.const(end, True),)))
    inner.place(on_break)
    inner.emit(instr.Return(end, (inner.const(end, False),)))
    for place, number in escapes:
        inner.place(place)
        inner.emit(instr.Store(end, pointers[0], inner.const(end, number), INT_DESC, False))
        inner.emit(instr.Return(end, (inner.const(end, False),)))
    done = finish(inner, expressions.at(node), (BOOL_DESC,), bound=len(captured) + len(pointers))
    b.shared.done.append(done)
    dst = b.reg()
    bound = (*(b.storage[var][0] for var in captured), code, *results)
    b.emit(instr.MakeClosure(expressions.at(node), dst, done.id, bound))
    return dst


def _escapes(b: Builder, inner: Builder, exits: list[tuple[int, Label]]) -> list[tuple[Label, int]]:
    """Targets in the body for jumps to loops and switches around the range."""
    places: list[tuple[Label, int]] = []
    for target in b.targets:
        pair: list[Label] = []
        for goal in (target.on_break, target.on_continue):
            if goal < 0:
                pair.append(-1)
                continue
            place, number = inner.label(), _FIRST_JUMP + len(exits)
            places.append((place, number))
            exits.append((number, goal))
            pair.append(place)
        inner.targets.append(Target(target.label, pair[0], pair[1]))
    return places


def _yielded(b: Builder, node: ast.Range) -> list[Desc]:
    """Descs of the values that the iterator hands to the body."""
    under = expressions.underlying(b, node.x)
    if not isinstance(under, model.Signature) or not under.params:
        return []
    body = b.shared.world.underlying(under.params[0])
    if not isinstance(body, model.Signature):
        return []
    return [b.shared.descs.of(param) for param in body.params]
