"""Package-level lists, tables and texts that keep the value they are declared with. Of function literals in
them it is known that they are there.

A private variable (in package main: any) with a literal for its value, which no code of the package assigns
to, takes the address of, or hands on as something others could change. What is looked at is the text of all
functions; a local variable of the same name counts as the variable itself. Those of library models keep
theirs in any case (io.Discard).
"""

from __future__ import annotations

from unstuck.syntax import ast
from unstuck.syntax.walk import children
from unstuck.types.model import Basic, Map, Named, Slice, Var
from unstuck.types.unit import GlobalInit
from unstuck.types.usage import usages
from unstuck.types.world import World

MAX_ELEMENTS = 16
"""Elements of a literal, inner ones counted; a longer one is a table, and taken as unknown."""
_PLAIN = (ast.BasicLit, ast.CompositeLit, ast.Element, ast.Paren, ast.Binary, ast.Ident, ast.Selector)
_TYPES = (ast.ArrayType, ast.MapType, ast.StructType, ast.Ellipsis, ast.Star)


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
    # A map may be changed by anybody who gets it: it is only asked and walked over.
    is_map = isinstance(world.underlying(var.type), Map)
    for used in usages(world, var.package, var.name):
        if var.name in used.changed or (is_map and var.name in used.not_asked):
            return None
    return init


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
