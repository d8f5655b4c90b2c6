"""The `make` that a channel variable was declared without."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, statement_of, upward
from unstuck.fixes.plan import Plan
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Var

NAME = "made"
RULES = ("nil-channel",)


def candidates(case: Case) -> Iterator[Candidate]:
    """`ch := make(chan T)` in place of `var ch chan T`, with room for one value as well."""
    sight, waiting = case.at.sight, upward(case.at, (ast.SendStmt, ast.Unary, ast.Range))
    match waiting:
        case ast.SendStmt():
            channel = waiting.chan
        case ast.Unary() | ast.Range():
            channel = waiting.x
        case _:
            return
    var = sight.info.uses.get(channel) if isinstance(channel, ast.Ident) else None
    for node in walk(sight.function.decl):
        if (
            not isinstance(node, ast.DeclStmt)
            or len(node.specs) != 1
            or statement_of(sight, node) is not node
        ):
            continue
        (spec,) = node.specs
        if not isinstance(spec, ast.VarSpec) or len(spec.names) != 1 or spec.values or spec.type is None:
            continue
        declared = sight.info.defs.get(spec.names[0])
        if isinstance(var, Var) and declared is var and isinstance(spec.type, ast.ChanType):
            name, type_ = spec.names[0].name, sight.text(spec.type)
            for rank, room in enumerate(("", ", 1")):
                changes = Plan().instead(sight, node, f"{name} := make({type_}{room})").changes()
                means = "whoever uses the channel meets the others there"
                if changes is not None:
                    yield Candidate(f"make {name} where it is declared", means, 1 + rank, changes)
