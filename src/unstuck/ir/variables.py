"""Which variables of a function live where.

A variable that is written once and never has its address taken is copied into the closures that capture it
(as the gc compiler does); any other captured variable, and every variable whose address is taken, lives in a
heap cell. Go spec: "Function literals", "Address operators".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from unstuck.syntax import ast
from unstuck.syntax.walk import children
from unstuck.types import model
from unstuck.types.world import World

Owner = ast.FuncDecl | ast.FuncLit | ast.Range
"""A range over an iterator function owns its variables: its body is a function that the iterator calls."""
Inner = ast.FuncLit | ast.Range


@dataclass(slots=True)
class Variables:
    """Facts of one declared function, its literals included."""

    owner: dict[model.Var, Owner] = field(default_factory=dict)
    writes: dict[model.Var, int] = field(default_factory=dict)
    addressed: set[model.Var] = field(default_factory=set)
    """Never iterated."""
    captured: set[model.Var] = field(default_factory=set)
    """Never iterated."""
    captures: dict[Inner, dict[model.Var, None]] = field(default_factory=dict)
    """Variables of enclosing functions that a literal (or one inside it) uses, in order of first use."""

    def needs_cell(self, var: model.Var) -> bool:
        """The variable must live in the heap."""
        if var in self.addressed:
            return True
        return var in self.captured and self.writes.get(var, 0) > 1


def variables(decl: ast.FuncDecl, info: model.Info, world: World) -> Variables:
    """Collects the facts of `decl`."""
    found = Variables()
    _returned(decl.type, info, found)
    _visit(decl, decl, (), info, world, found)
    return found


def _iterates(node: ast.Range, info: model.Info, world: World) -> bool:
    return isinstance(world.underlying(info.types.get(node.x, model.UNKNOWN)), model.Signature)


def root_variable(expr: ast.Expr, info: model.Info) -> model.Var | None:
    """The variable that holds what `expr` denotes: x for `x`, `x.f.g`, `x[i]` unless a pointer, slice or map
    is followed on the way."""
    while True:
        match expr:
            case ast.Paren():
                expr = expr.x
            case ast.Selector() | ast.Index() | ast.SliceExpr():
                if isinstance(info.types.get(expr.x), model.Pointer | model.Slice | model.Map):
                    return None
                expr = expr.x
            case ast.Ident():
                obj = info.uses.get(expr) or info.defs.get(expr)
                return obj if isinstance(obj, model.Var) else None
            case _:
                return None


_TELLING = frozenset(
    (
        ast.Range,
        ast.FuncLit,
        ast.Assign,
        ast.IncDec,
        ast.Unary,
        ast.Call,
        ast.Selector,
        ast.SliceExpr,
        ast.Case,
    )
)
"""Nodes that say something of variables, besides names."""


def _visit(
    node: ast.Node,
    owner: Owner,
    literals: tuple[Inner, ...],
    info: model.Info,
    world: World,
    found: Variables,
) -> None:
    if node.__class__ is ast.Ident:
        _ident(node, owner, literals, info, found)
        return
    if node.__class__ not in _TELLING:
        for child in children(node):
            _visit(child, owner, literals, info, world, found)
        return
    match node:
        case ast.Range() if _iterates(node, info, world):
            _visit(node.x, owner, literals, info, world, found)
            found.captures.setdefault(node, {})
            for variable in (node.key, node.value):
                if variable is not None:
                    _written(variable, info, found, declared=node.define)
                    _visit(variable, node, (*literals, node), info, world, found)
            _visit(node.body, node, (*literals, node), info, world, found)
            return
        case ast.FuncLit():
            found.captures.setdefault(node, {})
            _returned(node.type, info, found)
            owner, literals = node, (*literals, node)
        case ast.Assign():
            for target in node.lhs:
                _written(target, info, found, declared=node.op == ":=")
        case ast.IncDec():
            _written(node.x, info, found, declared=False)
        case ast.Range():
            for variable in (node.key, node.value):
                if variable is not None:
                    _written(variable, info, found, declared=node.define)
        case ast.Unary(op="&"):
            _address(node.x, info, found)
        case ast.Call():
            _method_address(node, info, found)
        case ast.Selector():
            _method_value(node, info, found)
        case ast.SliceExpr():
            if isinstance(info.types.get(node.x), model.Array):
                _address(node.x, info, found)
        case ast.Case() if node in info.implicits:
            found.owner[info.implicits[node]] = owner
            found.writes[info.implicits[node]] = 1
        case _:
            pass
    for child in children(node):
        _visit(child, owner, literals, info, world, found)


def _ident(
    node: ast.Ident, owner: Owner, literals: tuple[Inner, ...], info: model.Info, found: Variables
) -> None:
    var = info.defs.get(node)
    if var is not None:
        found.owner[var] = owner
        found.writes[var] = found.writes.get(var, 0) + 1
        return
    used = info.uses.get(node)
    if not isinstance(used, model.Var) or used.kind in ("global", "field"):
        return
    home = found.owner.get(used)
    if home is None or home is owner:
        return
    found.captured.add(used)
    for literal in reversed(literals):
        if literal is home:
            break
        found.captures[literal].setdefault(used)


def _returned(type_: ast.FuncType, info: model.Info, found: Variables) -> None:
    """Named results are written by every return with values, before deferred calls run. Go spec, "Return
    statements"."""
    for result in type_.results:
        for name in result.names:
            var = info.defs.get(name)
            if var is not None:
                found.writes[var] = found.writes.get(var, 0) + 1


def _written(target: ast.Expr, info: model.Info, found: Variables, declared: bool) -> None:
    if isinstance(target, ast.Paren):
        _written(target.x, info, found, declared)
        return
    if isinstance(target, ast.Ident):
        if declared and target in info.defs:
            return  # counted where the identifier is visited
        var = info.uses.get(target)
        if isinstance(var, model.Var):
            found.writes[var] = found.writes.get(var, 0) + 1
        return
    _address(target, info, found)


def _address(expr: ast.Expr, info: model.Info, found: Variables) -> None:
    var = root_variable(expr, info)
    if var is not None:
        found.addressed.add(var)


def _method_address(node: ast.Call, info: model.Info, found: Variables) -> None:
    fun = node.fun
    while isinstance(fun, ast.Paren):
        fun = fun.x
    if isinstance(fun, ast.Selector):
        _method_value(fun, info, found)


def _method_value(node: ast.Selector, info: model.Info, found: Variables) -> None:
    selection = info.selections.get(node)
    if selection is None or selection.method is None or not selection.method.pointer:
        return
    if not isinstance(info.types.get(node.x), model.Pointer):
        _address(node.x, info, found)
