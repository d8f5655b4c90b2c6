"""Package-level variables that no code of the package assigns: whatever their value is, it stays.

`var workers = runtime.NumCPU()` is an unknown number, and always the same; so is what `var port =
flag.Int(...)` points to, as long as it is only read as `*port`, and `var port int` behind
`flag.IntVar(&port, ...)`: options are set once, before anybody asks. What is looked at is the text of all
functions; a local variable of the same name counts as the variable itself.
"""

from __future__ import annotations

from unstuck.syntax import ast
from unstuck.types.model import Basic, Pointer, Var
from unstuck.types.usage import usages
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
    for used in usages(world, var.package, var.name):
        if var.name in used.changed_by_code or (pointed is not None and var.name in used.not_read):
            return ""
    return KEPT if pointed is None else BEHIND


def _is_given(world: World, var: Var) -> bool:
    """Code of another package made what the variable points to."""
    declared = world.global_init(var)
    value = declared.value if declared is not None else None
    return isinstance(value, ast.Call) and isinstance(value.fun, ast.Selector)
