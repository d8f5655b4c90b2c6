"""A request that some path leaves unanswered: there its reply channel is closed.

The channel travels in a struct, or itself through a channel, one for each request; who asked gets the zero
value.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, listed, type_of, upward
from unstuck.fixes.channels import is_of, package_sights
from unstuck.fixes.plan import Plan, indent_at
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Named, Pointer

NAME = "answered"
RULES = ("abandoned-receiver", "never-closed")
MAX_PLACES = 6
"""Paths that are tried."""


def candidates(case: Case) -> Iterator[Candidate]:
    """A close on each way past the answer."""
    sight, received = case.at.sight, upward(case.at, ast.Unary)
    reply = received.x if isinstance(received, ast.Unary) and received.op == "<-" else None
    if reply is None:
        return
    tried = 0
    for other in package_sights(case):
        for node in walk(other.function.decl):
            if not isinstance(node, ast.SendStmt) or not _is_answer(sight, reply, other, node.chan):
                continue
            for plan, line in _past(other, node):
                changes = plan.changes()
                tried += 1
                if changes is None or tried > MAX_PLACES:
                    continue
                text = f"close({other.text(node.chan)})"
                means = "who asked gets the zero value at once where there is no answer"
                yield Candidate(f"{text} {line}", means, 3, changes)


def _is_answer(sight: Sight, reply: ast.Expr, other: Sight, sent: ast.Expr) -> bool:
    """A send on the same field of the same type, or on a channel of this type that was received itself."""
    if isinstance(reply, ast.Selector):
        type_ = type_of(sight, reply.x)
        kept = type_.elem if isinstance(type_, Pointer) else type_
        return (
            isinstance(kept, Named)
            and isinstance(sent, ast.Selector)
            and sent.sel.name == reply.sel.name
            and is_of(other, sent.x, kept)
        )
    one, two = type_of(sight, reply), type_of(other, sent)
    alike = isinstance(one, Chan) and isinstance(two, Chan) and one.elem == two.elem
    return alike and isinstance(sent, ast.Ident) and _was_received(other, sent)


def _was_received(sight: Sight, ident: ast.Ident) -> bool:
    """The variable is declared by a receive, or by a range over a channel."""
    var = sight.info.uses.get(ident)
    for node in walk(sight.function.decl):
        declared: tuple[ast.Expr | None, ...] = ()
        if isinstance(node, ast.Assign) and len(node.rhs) == 1:
            received = node.rhs[0]
            declared = node.lhs if isinstance(received, ast.Unary) and received.op == "<-" else ()
        elif isinstance(node, ast.Range) and isinstance(type_of(sight, node.x), Chan):
            declared = (node.key,)
        if any(isinstance(each, ast.Ident) and sight.info.defs.get(each) is var for each in declared):
            return True
    return False


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
