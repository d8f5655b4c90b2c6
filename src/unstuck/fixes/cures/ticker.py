"""`defer ticker.Stop()` right behind NewTicker, or one that stops what the variable holds in the end.

A ticker that a loop makes is stopped on each way out of the round.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, listed, statement_of, upward
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
        yield from _each_round(sight, stmt, name)
        return
    changes = Plan().after(sight, stmt, f"defer {name}.Stop()").changes()
    if changes is not None:
        yield Candidate(f"defer {name}.Stop()", "the ticker stops when the function returns", 0, changes)


def _each_round(sight: Sight, stmt: ast.Assign, name: str) -> Iterator[Candidate]:
    """A Stop before what leaves the round without one, and at its end."""
    block = sight.parents.get(stmt)
    loop = sight.parents.get(block) if block is not None else None
    if not isinstance(block, ast.Block) or not isinstance(loop, (ast.For, ast.Range)):
        return
    plan, lines = Plan(), []
    for node in walk(block):
        if node.start < stmt.end or body_around(sight, node) is not body_around(sight, stmt):
            continue
        if _leaves(sight, node, loop) and not _is_stopped(sight, node, stmt, name):
            plan.before(sight, node, f"{name}.Stop()")
            lines.append(str(sight.file.line_column(node.start)[0]))
    last = block.stmts[-1]
    if not isinstance(last, (ast.Return, ast.Branch)) and not _is_stopped(sight, block, stmt, name):
        plan.after(sight, last, f"{name}.Stop()")
        lines.append("the end of the round")
    changes = plan.changes()
    if changes:
        means = "each round stops the ticker that it made"
        yield Candidate(f"stop {name} before {' and '.join(lines)}", means, 0, changes)


def _leaves(sight: Sight, node: ast.Node, loop: ast.For | ast.Range) -> bool:
    """A return, or a branch to the next round or out of the loop."""
    if isinstance(node, ast.Return):
        return True
    if not isinstance(node, ast.Branch) or node.token not in ("continue", "break"):
        return False
    if node.label is not None:
        return not any(
            isinstance(each, ast.Labeled) and each.label.name == node.label.name and each.start > loop.start
            for each in sight.above(node)
        )
    loops: tuple[type, ...] = (ast.For, ast.Range)
    left = loops if node.token == "continue" else (*loops, ast.Select, ast.Switch, ast.TypeSwitch)
    return next((each for each in sight.above(node) if isinstance(each, left)), None) is loop


def _is_stopped(sight: Sight, node: ast.Node, stmt: ast.Stmt, name: str) -> bool:
    """A Stop stands on the straight way from the statement to a place; for a block, to its end."""
    if isinstance(node, ast.Block):
        return any(method_call(sight, each) == (name, "Stop") for each in node.stmts)
    at: ast.Node | None = node
    while at is not None and at.start > stmt.start:
        holder = sight.parents.get(at)
        for each in listed(holder):
            if stmt.end < each.start < at.start and method_call(sight, each) == (name, "Stop"):
                return True
        at = holder
    return False


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
