"""Stop and a drain that cannot block in front of a Reset: no old tick is left for the next wait."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, statement_of, upward
from unstuck.fixes.plan import Plan, drained
from unstuck.fixes.spelling import method_call
from unstuck.syntax import ast

NAME = "reset"
RULES = ("stale-reset",)


def candidates(case: Case) -> Iterator[Candidate]:
    """The drain before the Reset."""
    sight, stmt = case.at.sight, upward(case.at, ast.ExprStmt)
    called = method_call(sight, stmt) if stmt is not None else None
    if stmt is None or called is None or called[1] != "Reset" or statement_of(sight, stmt) is not stmt:
        return
    changes = Plan().before(sight, stmt, *drained(called[0])).changes()
    if changes is not None:
        means = "a tick of the time before is taken out and forgotten; right for every version of Go"
        yield Candidate(f"stop and drain {called[0]} before its Reset", means, 0, changes)
