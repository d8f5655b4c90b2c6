"""What may find nobody does not wait: a drain that takes what is there, a signal that is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, statement_of, type_of, upward
from unstuck.fixes.plan import Plan
from unstuck.syntax import ast
from unstuck.types.model import Chan, Named, Struct

NAME = "drop"
RULES = (
    "blocking-drain",
    "abandoned-receiver",
    "abandoned-sender",
    "stopped-timer-wait",
    "lock-never-released",
)


def candidates(case: Case) -> Iterator[Candidate]:
    """The operation in a select with a default."""
    sight = case.at.sight
    stmt = upward(case.at, (ast.ExprStmt, ast.SendStmt))
    if stmt is None or statement_of(sight, stmt) is not stmt:
        return
    taken = stmt.x.x if isinstance(stmt, ast.ExprStmt) and isinstance(stmt.x, ast.Unary) else None
    if taken is not None and _is_tick(sight, taken):
        means = "it takes the tick when there is one and waits for none; right for every version of Go"
        yield from _with_default(sight, stmt, "drain without waiting", means, 0)
    if isinstance(stmt, ast.SendStmt) and _is_signal(sight, stmt):
        means = "the signal is dropped when nobody waits for it at that moment"
        yield from _with_default(
            sight, stmt, f"do not wait for a receiver of {sight.text(stmt.chan)}", means, 6
        )


def _is_tick(sight: Sight, channel: ast.Expr) -> bool:
    """`t.C` of a timer or ticker."""
    type_ = type_of(sight, channel)
    return (
        isinstance(channel, ast.Selector)
        and channel.sel.name == "C"
        and isinstance(type_, Chan)
        and type_.elem == Named("time", "Time")
    )


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
