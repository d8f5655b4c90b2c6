"""A call in a goroutine of its own, where the caller would wait for itself."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, Spot, sights_of, statement_of
from unstuck.fixes.plan import Plan
from unstuck.flow.places import builtin, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "apart"
RULES = (
    "abandoned-receiver",
    "abandoned-sender",
    "wait-never-done",
    "lock-never-released",
    "abandoned-select",
)
MAX_PLACES = 6
"""Calls that are tried."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Calls that are statements in functions of the witness, each with `go` in front."""
    for spot in _calls(case)[:MAX_PLACES]:
        sight, stmt = spot.sight, spot.node
        changes = Plan().text(sight, stmt.start, stmt.start, "go ").changes()
        if changes is not None:
            line = sight.file.line_column(stmt.start)[0]
            title = f"call {_name(sight, stmt)} of line {line} in a goroutine of its own"
            means = "the caller goes on at once; whoever relied on the finished call has to wait otherwise"
            yield Candidate(title, means, 8, changes)


def _name(sight: Sight, stmt: ast.Node) -> str:
    call = stmt.x if isinstance(stmt, ast.ExprStmt) else stmt
    return sight.text(call.fun) if isinstance(call, ast.Call) else ""


def _calls(case: Case) -> list[Spot]:
    """Calls that are statements and may lead to the blocked operation."""
    found: list[Spot] = []
    for sight in sights_of(case):
        for node in walk(sight.function.decl):
            if not isinstance(node, ast.ExprStmt) or not isinstance(node.x, ast.Call):
                continue
            if statement_of(sight, node) is node and _leads_there(case, sight, node.x):
                found.append(Spot(sight, node))
    return found


def _leads_there(case: Case, sight: Sight, call: ast.Call) -> bool:
    """Its function is the blocked one, or unknown (a function value, an interface's method)."""
    if isinstance(call.fun, ast.FuncLit) or builtin(sight.info, call):
        return False
    ref = callee(sight.info, call)
    if ref is None:
        return True
    if ref == case.at.sight.function.ref:
        return True
    unknown = sight.world.declared(ref) is None
    return unknown and (ref.package == sight.package.path or "." in ref.package)
