"""Loops to IR. Go spec: "For statements"."""

from __future__ import annotations

from dataclasses import dataclass

from unstuck.ir import expressions, instr, iterators, statements
from unstuck.ir.builder import Builder, Target
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Desc, Reg
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types import model

MAX_ARRAY = 64
"""Elements of an array that is ranged over; those of a longer one are unknown."""

at = expressions.at


def for_loop(b: Builder, node: ast.For, label: str) -> None:
    """`for init; cond; post { }`; since go 1.22 each iteration has its own copy of the variables."""
    if node.init is not None:
        statements.statement(b, node.init)
    top, body, proceed, after = b.label(), b.label(), b.label(), b.label()
    b.place(top)
    if node.cond is not None:
        _loop_condition(b, node, body, after)
    b.place(body)
    b.targets.append(Target(label, after, proceed))
    statements.block(b, node.body)
    b.targets.pop()
    b.place(proceed)
    if _per_iteration(b):
        _renew(b, node.init)
    if node.post is not None:
        statements.statement(b, node.post)
    b.jump(at(node), top)
    b.place(after)


def _loop_condition(b: Builder, node: ast.For, body: int, after: int) -> None:
    cond = node.cond
    while isinstance(cond, ast.Paren):
        cond = cond.x
    if isinstance(cond, ast.Binary) and cond.op in ("<", "<=", ">", ">=", "!="):
        counts = node.post is not None and expressions.desc_of(b, cond.x).kind == "int"
        reg = expressions.binary(b, cond, sizing=counts, spawns=counts and _spawns(node.body))
        b.emit(instr.Branch(at(cond), reg, body, after))
    elif cond is not None:
        expressions.condition(b, cond, body, after)


def _spawns(body: ast.Block) -> bool:
    return any(isinstance(node, ast.GoStmt) or _is_group_go(node) for node in walk(body))


def _is_group_go(node: ast.Node) -> bool:
    """The Go method of a sync.WaitGroup, an errgroup.Group or the like."""
    return isinstance(node, ast.Call) and isinstance(node.fun, ast.Selector) and node.fun.sel.name == "Go"


def _per_iteration(b: Builder) -> bool:
    parts = b.shared.source.language.split(".")
    try:
        return (int(parts[0]), int(parts[1])) >= (1, 22)
    except (ValueError, IndexError):
        return True


def _renew(b: Builder, init: ast.Stmt | None) -> None:
    if not isinstance(init, ast.Assign):
        return
    for target in init.lhs:
        var = b.shared.info.defs.get(target) if isinstance(target, ast.Ident) else None
        if var is None or not b.storage.get(var, (0, False))[1]:
            continue
        cell = b.storage[var][0]
        desc = b.shared.descs.of(var.type)
        value = expressions.load(b, at(target), cell, desc)
        b.emit(instr.New(at(target), cell, value, desc))


def range_loop(b: Builder, node: ast.Range, label: str) -> None:
    """`for k, v := range x { }`"""
    under = expressions.underlying(b, node.x)
    if isinstance(under, model.Pointer):
        under = b.shared.world.underlying(under.elem)
    match under:
        case model.Chan():
            _over_channel(b, node, label, b.shared.descs.of(under.elem))
        case model.Map():
            _over_map(b, node, label, under)
        case model.Slice() | model.Array():
            _over_elements(b, node, label, under)
        case model.Basic() if b.shared.descs.of(under).kind == "int":
            _counted(b, node, label, expressions.expr(b, node.x), _Elements())
        case model.Signature():
            iterators.over_function(b, node, label)
        case _:
            _over_unknown(b, node, label)


def _define(b: Builder, node: ast.Range, key: Reg, value: Reg, shared: dict[model.Var, Reg]) -> None:
    for target, src in ((node.key, key), (node.value, value)):
        if target is None or src == NONE:
            continue
        var = b.shared.info.defs.get(target) if isinstance(target, ast.Ident) else None
        if var is not None and var in shared:
            b.storage[var] = (shared[var], True)
            b.emit(instr.Store(at(target), shared[var], src, b.shared.descs.of(var.type)))
        else:
            statements.assign(b, target, src, node.define)


def _shared_cells(b: Builder, node: ast.Range) -> dict[model.Var, Reg]:
    """Before go 1.22 the variables of a range are made once for the whole loop."""
    cells: dict[model.Var, Reg] = {}
    if _per_iteration(b) or not node.define:
        return cells
    for target in (node.key, node.value):
        var = b.shared.info.defs.get(target) if isinstance(target, ast.Ident) else None
        if var is None or var not in b.shared.variables.captured:
            continue
        b.shared.variables.addressed.add(var)
        cells[var] = b.reg()
        b.emit(instr.New(at(node), cells[var], NONE, b.shared.descs.of(var.type)))
    return cells


def _over_channel(b: Builder, node: ast.Range, label: str, elem: Desc) -> None:
    channel = expressions.expr(b, node.x)
    cells = _shared_cells(b, node)
    top, body, after = b.label(), b.label(), b.label()
    b.place(top)
    dst, ok = b.reg(), b.reg()
    b.emit(instr.Recv((node.start, node.x.end), dst, ok, channel, elem, range=True))
    b.emit(instr.Branch(at(node.x), ok, body, after))
    b.place(body)
    b.targets.append(Target(label, after, top))
    _define(b, node, dst, NONE, cells)
    statements.block(b, node.body)
    b.targets.pop()
    b.jump(at(node), top)
    b.place(after)


def _over_map(b: Builder, node: ast.Range, label: str, under: model.Map) -> None:
    x = expressions.expr(b, node.x)
    cells = _shared_cells(b, node)
    index, one, keys = b.const(at(node), 0), b.const(at(node), 1), b.const(at(node), None)
    top, proceed, after = b.label(), b.label(), b.label()
    b.place(top)
    key, value = b.reg(), b.reg()
    key_desc, value_desc = b.shared.descs.of(under.key), b.shared.descs.of(under.elem)
    b.emit(instr.MapNext(at(node.x), key, value, x, index, keys, key_desc, value_desc, after))
    b.targets.append(Target(label, after, proceed))
    _define(b, node, key, value, cells)
    statements.block(b, node.body)
    b.targets.pop()
    b.place(proceed)
    b.emit(instr.Binary(at(node.x), index, "+", index, one))
    b.jump(at(node), top)
    b.place(after)


@dataclass(frozen=True, slots=True)
class _Elements:
    """What a loop counts through: elements of a slice, of an array of `length` behind a pointer, or none."""

    x: Reg = NONE
    elem: Desc = UNKNOWN_DESC
    length: int = -1


def _over_elements(b: Builder, node: ast.Range, label: str, under: model.Slice | model.Array) -> None:
    array = isinstance(expressions.underlying(b, node.x), model.Array)
    x = expressions.address(b, node.x) if array else expressions.expr(b, node.x)
    elem = b.shared.descs.of(under.elem)
    if isinstance(under, model.Array) and under.length is not None:
        length = b.const(at(node.x), under.length)
        known = under.length if under.length <= MAX_ARRAY else -1
        _counted(b, node, label, length, _Elements(x, elem, known))
        return
    length = b.reg()
    b.emit(instr.Len(at(node.x), length, x, False))
    _counted(b, node, label, length, _Elements(x, elem))


def _counted(b: Builder, node: ast.Range, label: str, length: Reg, over: _Elements) -> None:
    cells = _shared_cells(b, node)
    index, one = b.const(at(node), 0), b.const(at(node), 1)
    top, body, proceed, after = b.label(), b.label(), b.label(), b.label()
    b.place(top)
    more = b.reg()
    b.emit(instr.Binary(at(node.x), more, "<", index, length, True, _spawns(node.body)))
    b.emit(instr.Branch(at(node.x), more, body, after))
    b.place(body)
    value = NONE
    if over.x != NONE and node.value is not None:
        pointer = b.reg()
        b.emit(instr.ElemAddr(at(node.x), pointer, over.x, index, over.elem, over.length))
        value = expressions.load(b, at(node.x), pointer, over.elem)
    b.targets.append(Target(label, after, proceed))
    _define(b, node, index, value, cells)
    statements.block(b, node.body)
    b.targets.pop()
    b.place(proceed)
    b.emit(instr.Binary(at(node.x), index, "+", index, one))
    b.jump(at(node), top)
    b.place(after)


def _over_unknown(b: Builder, node: ast.Range, label: str) -> None:
    """Nobody knows what is walked over: it is taken for a slice. What turns out to be a channel when the
    loop runs is not followed."""
    x, length = expressions.expr(b, node.x), b.reg()
    b.emit(instr.Len(at(node.x), length, x, False, walked=True))
    _counted(b, node, label, length, _Elements(x))
