"""The place of a semaphore that some path keeps: given back when the work ends, on every path.

A semaphore is a buffered channel; who wants a place sends, who is done receives.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, place_in, statement_of
from unstuck.fixes.channels import in_loop, is_same, semaphore
from unstuck.fixes.plan import Plan
from unstuck.flow.places import Place
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "places"
RULES = ("abandoned-sender", "wait-never-done", "abandoned-receiver")


def candidates(case: Case) -> Iterator[Candidate]:
    """The receive, deferred where the work starts."""
    found = semaphore(case)
    if found is None:
        return
    sight, taken = found
    name, place = sight.text(taken.chan), place_in(sight, taken.chan)
    assert place is not None
    body = body_around(sight, taken)
    for literal in _started(sight, body, taken):
        yield from _deferred(sight, literal, (name, place), None)
    if not in_loop(sight, taken) and statement_of(sight, taken) is taken:
        yield from _deferred(sight, body, (name, place), taken)


def _started(sight: Sight, body: ast.Node, taken: ast.SendStmt) -> Iterator[ast.FuncLit]:
    """Literals that go statements start behind the send."""
    for node in walk(body):
        if not isinstance(node, ast.GoStmt) or node.start < taken.end or body_around(sight, node) is not body:
            continue
        if isinstance(node.call, ast.Call) and isinstance(node.call.fun, ast.FuncLit):
            yield node.call.fun


def _deferred(
    sight: Sight, body: ast.FuncDecl | ast.FuncLit, which: tuple[str, Place], taken: ast.SendStmt | None
) -> Iterator[Candidate]:
    """`defer func() { <-sem }()` at the start of a body, or behind the send, in place of other receives."""
    name, place = which
    line = f"defer func() {{ <-{name} }}()"
    if body.body is None:
        return
    plan = Plan()
    if taken is None:
        plan.top(sight, body.body, line)
    else:
        plan.after(sight, taken, line)
    gone = 0
    for node in walk(body.body):
        received = node.x if isinstance(node, ast.ExprStmt) else None
        if not isinstance(received, ast.Unary) or received.op != "<-":
            continue
        if not is_same(sight, received.x, place) or body_around(sight, node) is not body:
            continue
        if statement_of(sight, node) is not node:
            return
        plan.instead(sight, node)
        gone += 1
    changes = plan.changes()
    if changes is not None:
        what = "goroutine" if isinstance(body, ast.FuncLit) else "function"
        start = sight.file.line_column(body.start)[0]
        title = f"give the place in {name} back when the {what} of line {start} ends: {line}"
        means = "the place is free again on every path, and also after a panic"
        drops = (("receive", "".join(name.split())),) if gone > 1 else ()
        yield Candidate(title, means, 0 if gone else 1, changes, drops)
