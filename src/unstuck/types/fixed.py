"""Package-level lists, tables and texts that keep the value they are declared with. Of function literals in
them it is known that they are there.

A private variable (in package main: any) with a literal for its value, which no code of the package assigns
to, takes the address of, or hands on as something others could change. What is looked at is the text of all
functions; a local variable of the same name counts as the variable itself. Those of library models keep
theirs in any case (io.Discard).
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.syntax import ast
from unstuck.syntax.walk import children, walk
from unstuck.types.model import Basic, Map, Named, Slice, Var
from unstuck.types.unit import GlobalInit
from unstuck.types.words import has_word
from unstuck.types.world import World

MAX_ELEMENTS = 16
"""Elements of a literal, inner ones counted; a longer one is a table, and taken as unknown."""
_PLAIN = (ast.BasicLit, ast.CompositeLit, ast.Element, ast.Paren, ast.Binary, ast.Ident, ast.Selector)
_TYPES = (ast.ArrayType, ast.MapType, ast.StructType, ast.Ellipsis, ast.Star)
_MUTATORS = ("delete", "clear", "copy")


def fixed(world: World, var: Var) -> GlobalInit | None:
    """The declaration of a package-level variable whose value never changes, None for all others."""
    key = (var.package, var.name)
    if key not in world.fixed:
        world.fixed[key] = _fixed(world, var)
    return world.fixed[key]


def _fixed(world: World, var: Var) -> GlobalInit | None:
    if world.modelled(var):
        return world.global_init(var)
    if not world.analysed(var.package) or (var.name[:1].isupper() and not world.is_main(var.package)):
        return None
    if not _keeps_its_size(world, var):
        return None
    init = world.global_init(var)
    if init is None or init.value is None or len(init.vars) != 1 or not _plain(init.value):
        return None
    changed = _changes_entries if isinstance(world.underlying(var.type), Map) else changes
    word = var.name.encode("utf-8", "surrogateescape")
    bodies = world.bodies(var.package, lambda text: has_word(text, word))
    return None if any(changed(body, var.name) for body in bodies) else init


def _keeps_its_size(world: World, var: Var) -> bool:
    """No method can change it behind our back, and its type is one whose values are written out."""
    if isinstance(var.type, Named) and world.declared_methods(var.type):
        return False
    return isinstance(world.underlying(var.type), Slice | Map | Basic)


def _plain(value: ast.Expr) -> bool:
    """Nothing is called, made or pointed to."""
    elements = 0
    stack: list[ast.Node] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, (*_TYPES, ast.FuncLit)):
            continue
        if isinstance(node, ast.Unary):
            if node.op in ("&", "<-"):
                return False
        elif not isinstance(node, _PLAIN):
            return False
        elements += isinstance(node, ast.Element)
        stack.extend(children(node))
    return elements <= MAX_ELEMENTS


def changes(body: ast.Node, name: str, but: frozenset[ast.Node] = frozenset()) -> bool:
    """Something in the body, other than these nodes, may assign to the variable or to a part of it."""
    return any(_root(target) == name for node in walk(body) if node not in but for target in _targets(node))


def _targets(node: ast.Node) -> Iterator[ast.Expr]:
    match node:
        case ast.Assign():
            yield from node.lhs
        case ast.IncDec():
            yield node.x
        case ast.Unary(op="&"):
            yield node.x
        case ast.Range():
            yield from (item for item in (node.key, node.value) if item is not None)
        case ast.Call(fun=ast.Ident(name=called)) if called in _MUTATORS and node.args:
            yield node.args[0]
        case _:
            pass


def _root(expr: ast.Expr) -> str:
    """The variable that an expression denotes, or a part of."""
    while True:
        match expr:
            case ast.Paren() | ast.Index() | ast.Selector() | ast.SliceExpr() | ast.Star():
                expr = expr.x
            case ast.Ident():
                return expr.name
            case _:
                return ""


def _changes_entries(body: ast.Node, name: str) -> bool:
    """The same for a map, which anybody who gets it may change: it is only asked and walked over."""
    if changes(body, name):
        return True
    used = sum(isinstance(node, ast.Ident) and node.name == name for node in walk(body))
    asked = sum(_asks(node, name) for node in walk(body))
    return used > asked


def _asks(node: ast.Node, name: str) -> bool:
    match node:
        case ast.Index() | ast.Range():
            return isinstance(node.x, ast.Ident) and node.x.name == name
        case ast.Call(fun=ast.Ident(name="len"), args=(ast.Ident(name=asked),)):
            return asked == name
        case _:
            return False
