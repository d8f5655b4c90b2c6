"""Package-level variables that no code of the package assigns: whatever their value is, it stays.

`var workers = runtime.NumCPU()` is an unknown number, and always the same; so is what `var port =
flag.Int(...)` points to, as long as it is only read as `*port`, and `var port int` behind
`flag.IntVar(&port, ...)`: options are set once, before anybody asks. What is looked at is the text of all
functions; a local variable of the same name counts as the variable itself.
"""

from __future__ import annotations

from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.fixed import changes
from unstuck.types.model import Basic, Pointer, Var
from unstuck.types.words import has_word
from unstuck.types.world import World

KEPT, BEHIND = "kept", "behind"
"""The variable's own value stays; so does what it points to."""


def steady(world: World, var: Var) -> str:
    """`KEPT`, `BEHIND`, or "" when nothing is known."""
    key = (var.package, var.name)
    if key not in world.steady:
        world.steady[key] = _steady(world, var)
    return world.steady[key]


def _steady(world: World, var: Var) -> str:
    if not world.analysed(var.package) or (var.name[:1].isupper() and not world.is_main(var.package)):
        return ""
    under = world.underlying(var.type)
    pointed = world.underlying(under.elem) if isinstance(under, Pointer) else None
    if not isinstance(pointed or under, Basic):
        return ""
    if pointed is not None and not _is_given(world, var):
        return ""
    word = var.name.encode("utf-8", "surrogateescape")
    for body in world.bodies(var.package, lambda text: has_word(text, word)):
        if changes(body, var.name, _options(body)):
            return ""
        if pointed is not None and not _only_read(body, var.name):
            return ""
    return KEPT if pointed is None else BEHIND


def _is_given(world: World, var: Var) -> bool:
    """Code of another package made what the variable points to."""
    declared = world.global_init(var)
    value = declared.value if declared is not None else None
    return isinstance(value, ast.Call) and isinstance(value.fun, ast.Selector)


def _options(body: ast.Node) -> frozenset[ast.Node]:
    """Addresses that are given to say where an option goes: `flag.IntVar(&port, ...)`."""
    return frozenset(
        arg
        for node in walk(body)
        if isinstance(node, ast.Call) and isinstance(node.fun, ast.Selector)
        if node.fun.sel.name.rstrip("P").endswith("Var")
        for arg in node.args[:1]
    )


def _only_read(body: ast.Node, name: str) -> bool:
    """The variable occurs as `*name` only."""
    named = sum(isinstance(node, ast.Ident) and node.name == name for node in walk(body))
    read = sum(
        isinstance(node, ast.Star) and isinstance(node.x, ast.Ident) and node.x.name == name
        for node in walk(body)
    )
    return named == read
