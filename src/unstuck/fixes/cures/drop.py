"""What may find nobody does not wait: a drain that takes what is there, a signal that is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, statement_of, type_of, upward
from unstuck.fixes.channels import semaphore
from unstuck.fixes.guarded import is_tick
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import visible
from unstuck.syntax import ast
from unstuck.types.model import Chan, Struct

NAME = "drop"
RULES = (
    "blocking-drain",
    "abandoned-receiver",
    "abandoned-sender",
    "stopped-timer-wait",
    "lock-never-released",
)

NOBODY = "no code in sight ever receives from it"
"""What the message of a finding says of such a channel."""


def candidates(case: Case) -> Iterator[Candidate]:
    """The operation in a select with a default."""
    sight = case.at.sight
    yield from _taken_out(sight, upward(case.at, ast.Assign))
    stmt = upward(case.at, (ast.ExprStmt, ast.SendStmt))
    if stmt is None or statement_of(sight, stmt) is not stmt:
        return
    taken = stmt.x.x if isinstance(stmt, ast.ExprStmt) and isinstance(stmt.x, ast.Unary) else None
    if taken is not None and is_tick(sight, taken):
        means = "it takes the tick when there is one and waits for none; right for every version of Go"
        yield from _with_default(sight, stmt, "drain without waiting", means, 0)
    if isinstance(stmt, ast.SendStmt) and NOBODY in case.finding.message:
        means = "no code receives from the channel: what does not fit into its buffer is dropped"
        yield from _with_default(sight, stmt, f"drop what {sight.text(stmt.chan)} has no room for", means, 6)
    elif isinstance(stmt, ast.SendStmt) and _is_signal(sight, stmt) and semaphore(case) is None:
        means = "the signal is dropped when nobody waits for it at that moment"
        yield from _with_default(
            sight, stmt, f"do not wait for a receiver of {sight.text(stmt.chan)}", means, 6
        )


def _taken_out(sight: Sight, stmt: ast.Node | None) -> Iterator[Candidate]:
    """`if _, ok := <-ch; ok`, a receive that throws the value away: it takes what is there."""
    holder = sight.parents.get(stmt) if stmt is not None else None
    if not isinstance(stmt, ast.Assign) or not isinstance(holder, ast.If) or holder.init is not stmt:
        return
    if stmt.op != ":=" or len(stmt.lhs) != 2 or sight.text(stmt.lhs[0]) != "_":
        return
    (received,) = stmt.rhs
    flag = sight.text(stmt.lhs[1])
    if not isinstance(received, ast.Unary) or flag == "_" or flag in visible(sight, holder):
        return
    if statement_of(sight, holder) is not holder:
        return
    rows = (
        f"var {flag} bool",
        "select {",
        f"case _, {flag} = {sight.text(received)}:",
        "default:",
        "}",
    )
    plan = Plan().before(sight, holder, *rows)
    changes = plan.text(sight, stmt.start, holder.cond.start, "").changes()
    if changes is not None:
        means = f"it takes a value when there is one and waits for none; {flag} is false then"
        yield Candidate(f"do not wait for a sender of {sight.text(received.x)}", means, 6, changes)


def _is_signal(sight: Sight, stmt: ast.SendStmt) -> bool:
    """What is sent carries nothing."""
    type_ = type_of(sight, stmt.chan)
    under = sight.world.underlying(type_) if type_ is not None else None
    return isinstance(under, Chan) and under.elem == Struct(())


def _with_default(sight: Sight, stmt: ast.Stmt, title: str, means: str, rank: int) -> Iterator[Candidate]:
    rows = ("select {", f"case {sight.text(stmt)}:", "default:", "}")
    changes = Plan().instead(sight, stmt, *rows).changes()
    if changes is not None:
        yield Candidate(title, means, rank, changes)
