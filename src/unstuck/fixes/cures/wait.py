"""A wait for all goroutines that stands in the loop that starts them: moved behind it."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, listed, statement_of, upward
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.syntax import ast

NAME = "wait"
RULES = ("wait-never-done",)


def candidates(case: Case) -> Iterator[Candidate]:
    """Wait behind the loop."""
    sight, stmt = case.at.sight, upward(case.at, ast.ExprStmt)
    if stmt is None or statement_of(sight, stmt) is not stmt:
        return
    waits = method_call(sight, stmt)
    block = sight.parents.get(stmt)
    loop = sight.parents.get(block) if block is not None else None
    if waits is None or not isinstance(loop, (ast.For, ast.Range)) or listed(block)[-1:] != (stmt,):
        return
    outer = statement_of(sight, loop)
    if outer is None:
        return
    changes = Plan().instead(sight, stmt).after(sight, outer, sight.text(stmt)).changes()
    if changes is not None:
        means = "all goroutines of the loop run at the same time, and are waited for once"
        line = sight.file.line_column(outer.start)[0]
        yield Candidate(f"wait for {waits[0]} behind the loop of line {line}", means, 2, changes)
