"""Names that an edit would leave without a meaning, or without a use: Go compiles neither.

Go spec: "Declarations and scope"; "Variable declarations" (an unused variable is an error of the compiler).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from unstuck.fixes.ground import Ground
from unstuck.syntax import ast
from unstuck.syntax.walk import parents_of, walk
from unstuck.types.model import FuncRef
from unstuck.types.world import Function


def unresolved(where: Ground, refs: Sequence[FuncRef]) -> Counter[str]:
    """Names in some functions that mean nothing, and local variables that are never read, as far as known."""
    found: Counter[str] = Counter()
    for ref in refs:
        function = where.explorer.world.function(ref)
        if function is not None:
            found.update(_unknown(function))
            found.update(_unused(function))
    return found


def _unknown(function: Function) -> Iterator[str]:
    info, parents = function.info, parents_of(function.decl)
    for node in walk(function.decl):
        if not isinstance(node, ast.Ident) or node.name == "_" or node in info.uses or node in info.defs:
            continue
        parent = parents.get(node)
        if isinstance(parent, ast.Selector) and parent.sel is node:
            continue
        if isinstance(parent, (ast.FuncDecl, ast.Element, ast.Labeled, ast.Branch)):
            continue
        yield node.name


def _unused(function: Function) -> Iterator[str]:
    info = function.info
    declared = {
        var: ident.name for ident, var in info.defs.items() if ident.name != "_" and var.kind == "local"
    }
    used = {info.uses.get(node) for node in walk(function.decl) if isinstance(node, ast.Ident)}
    for var, name in declared.items():
        if var not in used:
            yield name
