"""`defer ticker.Stop()` right behind NewTicker, or one that stops what the variable holds in the end."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, statement_of, upward
from unstuck.fixes.channels import in_loop
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "ticker"
RULES = ("ticker-not-stopped",)


def candidates(case: Case) -> Iterator[Candidate]:
    """Stops the ticker when the function returns."""
    call = upward(case.at, ast.Call)
    sight = case.at.sight
    stmt = sight.parents.get(call) if call is not None else None
    if not isinstance(stmt, ast.Assign) or len(stmt.lhs) != 1 or len(stmt.rhs) != 1:
        return
    if statement_of(sight, stmt) is not stmt or not isinstance(stmt.lhs[0], (ast.Ident, ast.Selector)):
        return
    name = sight.text(stmt.lhs[0])
    yield from _last(sight, stmt, name)
    if in_loop(sight, stmt):
        return
    changes = Plan().after(sight, stmt, f"defer {name}.Stop()").changes()
    if changes is not None:
        yield Candidate(f"defer {name}.Stop()", "the ticker stops when the function returns", 0, changes)


def _last(sight: Sight, stmt: ast.Assign, name: str) -> Iterator[Candidate]:
    """The Stop that is deferred already stops the first ticker of a variable that gets others."""
    if stmt.op != "=":
        return
    body = body_around(sight, stmt)
    for node in walk(body):
        if isinstance(node, ast.DeferStmt) and method_call(sight, node.call) == (name, "Stop"):
            text = f"defer func() {{ {name}.Stop() }}()"
            changes = Plan().text(sight, node.start, node.end, text).changes()
            if changes is not None:
                means = (
                    f"what {name} holds when the function returns is stopped, not what it held at the defer"
                )
                yield Candidate(f"stop the last {name}: {text}", means, 0, changes)
