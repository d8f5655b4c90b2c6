"""A slip of notes: `go func() { ch := <-ask() }()` where `ch <- ask()` was meant.

The new variable hides an outer channel of the same name and is never used. The code is analysed as it
stands; a finding that nobody ever sends on the outer channel says what was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types import model
from unstuck.types.world import Function, World

_SLIP = re.compile(rb":=\s*<-")


def shadowed_channels(world: World, package: Package) -> Mapping[str, str]:
    """Advice by the name of the outer channel."""
    found: dict[str, str] = {}
    for ref in world.functions(package.path):
        declared = world.declared(ref)
        if declared is None or not _SLIP.search(declared.file.data, declared.start, declared.end):
            continue  # to infer the types of a whole package takes seconds
        function = world.function(ref)
        if function is not None and function.decl.body is not None:
            _collect(function, function.decl.body, found)
    return found


def _collect(function: Function, body: ast.Block, found: dict[str, str]) -> None:
    used = {id(obj) for obj in function.info.uses.values() if isinstance(obj, model.Var)}
    channels = {
        var.name for var in function.info.defs.values() if isinstance(var.type, model.Chan)
    }  # membership only
    for node in walk(body):
        if not isinstance(node, ast.Assign) or node.op != ":=" or len(node.lhs) != 1 or not node.rhs:
            continue
        target, source = node.lhs[0], node.rhs[0]
        var = function.info.defs.get(target) if isinstance(target, ast.Ident) else None
        if var is None or id(var) in used or var.name not in channels:
            continue
        if isinstance(source, ast.Unary) and source.op == "<-":
            data = function.file.data
            meant = f"{var.name} <- {data[source.x.start : source.x.end].decode('utf-8', 'replace')}"
            written = data[node.start : node.end].decode("utf-8", "replace")
            found[var.name] = f"`{written}` declares a new variable; `{meant}` was probably meant"
