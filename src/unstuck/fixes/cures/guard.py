"""A wait that also watches for the end: a select with the context or done channel that is in scope.

Where nothing in scope says that the work is over, the function that starts the goroutine makes a done channel
and closes it when it returns.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import (
    Candidate,
    Case,
    Sight,
    body_around,
    place_in,
    statement_of,
    type_of,
    upward,
)
from unstuck.fixes.channels import outermost
from unstuck.fixes.guarded import guarded
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import End, ends, fresh, handed_on
from unstuck.fixes.spelling import method_call
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Var

NAME = "guard"
RULES = (
    "abandoned-sender",
    "abandoned-receiver",
    "abandoned-select",
    "ends-only-by-cancellation",
    "never-closed",
    "abandoned-poller",
    "stopped-timer-wait",
)
_NAMES = ("done", "stop", "quit", "finished")
MAX_ENDS = 4
"""Ends in scope that are tried, likely ones first."""


def candidates(case: Case) -> Iterator[Candidate]:
    """The blocked operation in a select with a way out."""
    sight, stmt = case.at.sight, blocked(case)
    if stmt is None:
        return
    for end in ends(sight, stmt, _channel(sight, stmt))[:MAX_ENDS]:
        plan = Plan()
        drops = guarded(plan, sight, stmt, end)
        if drops is not None:
            rank = 2 + end.rank + len(drops)
            means = f"the goroutine gives up and returns as soon as {end.wait} is ready"
            if isinstance(stmt, ast.SendStmt):
                means += "; its value is then lost"
            changes = plan.changes()
            if changes is not None:
                yield Candidate(f"wait for {end.wait} too", means, rank, changes, drops)
    yield from _with_new_end(case, stmt)


def _with_new_end(case: Case, stmt: ast.Stmt) -> Iterator[Candidate]:
    """A done channel of the function that starts the goroutine, closed when that returns."""
    spawn, sight = case.spawn, case.at.sight
    if spawn is None or spawn.sight.function is not sight.function:
        return
    started = upward(spawn, ast.GoStmt)
    if not isinstance(started, ast.GoStmt) or not started.start <= stmt.start < started.end:
        return
    owner = body_around(sight, started)
    first = outermost(sight, started, owner.body) if owner.body is not None else None
    if first is None or not _is_over_on_return(sight, owner, started, stmt):
        return
    name = fresh(sight, *_NAMES)
    end = End(name, "", 0)
    plan = Plan().before(sight, first, f"{name} := make(chan struct{{}})", f"defer close({name})")
    drops, changes = guarded(plan, sight, stmt, end), plan.changes()
    if drops is not None and changes is not None:
        title = f"add a channel {name}, closed on return, and wait for it too"
        means = "when the function that started the goroutine returns, the goroutine gives up and returns too"
        yield Candidate(title, means, 4 + len(drops), changes, drops)


def _is_over_on_return(
    sight: Sight, owner: ast.FuncDecl | ast.FuncLit, started: ast.GoStmt, stmt: ast.Stmt
) -> bool:
    """What the goroutine does is of no more use when its starter returns: that waits for something behind the
    go statement, or made the channel and hands it to nobody. Else the goroutine would end before it began."""
    place = place_in(sight, waited) if (waited := _waited(stmt)) is not None else None
    if place is not None and not place.fields and _is_made_in(sight, owner, place.root):
        return not handed_on(sight, place.root)
    return any(
        node.start > started.end and body_around(sight, node) is owner and waits(sight, node)
        for node in walk(owner)
    )


def _is_made_in(sight: Sight, owner: ast.Node, var: Var) -> bool:
    """The variable is declared in a body, and is no parameter of it."""
    return var.kind == "local" and any(
        isinstance(node, ast.Ident) and sight.info.defs.get(node) is var for node in walk(owner)
    )


def waits(sight: Sight, node: ast.Node) -> bool:
    """A receive, a send, a select, a range over a channel, a call of Wait."""
    match node:
        case ast.Unary():
            return node.op == "<-"
        case ast.SendStmt() | ast.Select():
            return True
        case ast.Range():
            ranged = type_of(sight, node.x)
            return ranged is not None and isinstance(sight.world.underlying(ranged), Chan)
        case ast.Call():
            return (method_call(sight, node) or ("", ""))[1] == "Wait"
        case _:
            return False


def blocked(case: Case) -> ast.Stmt | None:
    """The statement that waits: a send, a receive on its own or assigned, a select, a range."""
    found = upward(case.at, (ast.Select, ast.SendStmt, ast.ExprStmt, ast.Assign, ast.Range))
    if found is None or statement_of(case.at.sight, found) is not found:
        return None
    return found


def _channel(sight: Sight, stmt: ast.Stmt) -> str:
    waited = _waited(stmt)
    return sight.text(waited) if waited is not None else ""


def _waited(stmt: ast.Stmt) -> ast.Expr | None:
    """The channel that a statement other than a select waits at."""
    match stmt:
        case ast.SendStmt():
            return stmt.chan
        case ast.ExprStmt() if isinstance(stmt.x, ast.Unary):
            return stmt.x.x
        case ast.Assign() if len(stmt.rhs) == 1 and isinstance(stmt.rhs[0], ast.Unary):
            return stmt.rhs[0].x
        case ast.Range():
            return stmt.x
        case _:
            return None
