"""A request that some path leaves unanswered: there its reply channel is closed.

The channel travels in a struct, one for each request; who asked gets the zero value.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, listed, type_of, upward
from unstuck.fixes.channels import is_of, package_sights
from unstuck.fixes.plan import Plan, indent_at
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Named, Pointer

NAME = "answered"
RULES = ("abandoned-receiver", "never-closed")
MAX_PLACES = 6
"""Paths that are tried."""


def candidates(case: Case) -> Iterator[Candidate]:
    """A close on each way past the answer."""
    sight, received = case.at.sight, upward(case.at, ast.Unary)
    field = received.x if isinstance(received, ast.Unary) and received.op == "<-" else None
    if not isinstance(field, ast.Selector):
        return
    type_ = type_of(sight, field.x)
    kept = type_.elem if isinstance(type_, Pointer) else type_
    if not isinstance(kept, Named) or kept.package != sight.package.path:
        return
    tried = 0
    for other in package_sights(case):
        for node in walk(other.function.decl):
            if not isinstance(node, ast.SendStmt) or not isinstance(node.chan, ast.Selector):
                continue
            if node.chan.sel.name != field.sel.name or not is_of(other, node.chan.x, kept):
                continue
            for plan, line in _past(other, node):
                changes = plan.changes()
                tried += 1
                if changes is None or tried > MAX_PLACES:
                    continue
                text = f"close({other.text(node.chan)})"
                means = "who asked gets the zero value at once where there is no answer"
                yield Candidate(f"{text} {line}", means, 3, changes)


def _past(sight: Sight, send: ast.SendStmt) -> Iterator[tuple[Plan, str]]:
    """Ways past a send: the missing else of an `if` around it, and what leaves before it."""
    text = f"close({sight.text(send.chan)})"
    body = body_around(sight, send)
    at: ast.Node | None = send
    while at is not None and at is not body:
        holder = sight.parents.get(at)
        if isinstance(holder, ast.If) and holder.body is at and holder.orelse is None:
            indent = indent_at(sight.file.data, holder.start)
            added = f" else {{\n{indent}\t{text}\n{indent}}}"
            line = sight.file.line_column(holder.start)[0]
            yield Plan().text(sight, holder.end, holder.end, added), f"where line {line} does not answer"
        for stmt in listed(holder):
            if stmt.start < send.start and stmt is not at and isinstance(stmt, ast.If):
                for leaving in _leaving(sight, stmt, body):
                    line = sight.file.line_column(leaving.start)[0]
                    yield Plan().before(sight, leaving, text), f"before line {line} leaves"
        at = holder


def _leaving(sight: Sight, stmt: ast.If, body: ast.Node) -> Iterator[ast.Stmt]:
    for node in walk(stmt):
        if isinstance(node, (ast.Return, ast.Branch)) and body_around(sight, node) is body:
            yield node
