"""`defer ticker.Stop()` right behind NewTicker."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, statement_of, upward
from unstuck.fixes.channels import in_loop
from unstuck.fixes.plan import Plan
from unstuck.syntax import ast

NAME = "ticker"
RULES = ("ticker-not-stopped",)


def candidates(case: Case) -> Iterator[Candidate]:
    """Stops the ticker when the function returns."""
    call = upward(case.at, ast.Call)
    sight = case.at.sight
    stmt = sight.parents.get(call) if call is not None else None
    if not isinstance(stmt, ast.Assign) or len(stmt.lhs) != 1 or len(stmt.rhs) != 1 or in_loop(sight, stmt):
        return
    if statement_of(sight, stmt) is not stmt or not isinstance(stmt.lhs[0], (ast.Ident, ast.Selector)):
        return
    name = sight.text(stmt.lhs[0])
    changes = Plan().after(sight, stmt, f"defer {name}.Stop()").changes()
    if changes is not None:
        yield Candidate(f"defer {name}.Stop()", "the ticker stops when the function returns", 0, changes)
