"""What a function defers, done before the statement that waits for it.

`defer close(jobs)` and then `wg.Wait()` for goroutines that range over jobs: the deferred call only comes
when the function returns, and it returns only when they have ended. Only for what the function made itself: a
goroutine that defers `wg.Done()` says that it has ended, and is not to say so before.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, Spot, body_around, listed, place_in, stuck_spots
from unstuck.fixes.channels import is_same, outermost
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import builtin
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Signature, Var

NAME = "sooner"
RULES = (
    "abandoned-receiver",
    "abandoned-select",
    "abandoned-sender",
    "wait-never-done",
    "never-closed",
)
_LOCKS = ("Unlock", "RUnlock")
"""Not moved: what stands between is done under the lock (release.py asks what may be done without)."""
MAX_PLACES = 4
"""Deferred calls that are tried, those that stand next to the waiting statement first."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Each call that is deferred before a statement of the witness where a goroutine is stuck."""
    found: dict[ast.DeferStmt, tuple[Sight, ast.Stmt]] = {}
    for spot in stuck_spots(case):
        for deferred, waiting in _deferred(spot):
            found.setdefault(deferred, (spot.sight, waiting))
    for deferred, (sight, waiting) in list(found.items())[:MAX_PLACES]:
        text = sight.text(deferred.call)
        line = sight.file.line_column(waiting.start)[0]
        plan = Plan().before(sight, waiting, text)
        if not _may_repeat(sight, deferred.call):
            plan.instead(sight, deferred)
        changes = plan.changes()
        if changes is not None:
            means = "whoever waits for it goes on before this waits for them, not when it returns or panics"
            yield Candidate(f"{text} before line {line} waits", means, 2, changes)


def _deferred(spot: Spot) -> Iterator[tuple[ast.DeferStmt, ast.Stmt]]:
    """Calls deferred in a list of statements around a place, before it, the nearest first; each with the
    statement of that list that the place is in. A call that may come only once is passed by where the
    function may return in between."""
    sight, body = spot.sight, body_around(spot.sight, spot.node)
    for holder in sight.above(spot.node):
        waiting = outermost(sight, spot.node, holder)
        stmts = listed(holder)
        if waiting in stmts and not isinstance(waiting, ast.DeferStmt):
            for stmt in reversed(stmts[: stmts.index(waiting)]):
                if not isinstance(stmt, ast.DeferStmt) or not _is_own(sight, body, stmt.call):
                    continue
                if _is_received(sight, stmt.call, waiting):
                    continue
                if _may_repeat(sight, stmt.call) or not _leaves(sight, body, stmt, spot.node):
                    yield stmt, waiting
        if holder is body:
            return


def _is_own(sight: Sight, body: ast.FuncDecl | ast.FuncLit, call: ast.Expr) -> bool:
    """A call that names only variables of the body, and has no other call in it."""
    if not isinstance(call, ast.Call) or (method_call(sight, call) or ("", ""))[1] in _LOCKS:
        return False
    if any(isinstance(node, (ast.Call, ast.FuncLit)) for node in walk(call) if node is not call):
        return False
    own = {sight.info.defs.get(node) for node in walk(body) if isinstance(node, ast.Ident)}
    used = [sight.info.uses.get(node) for node in walk(call) if isinstance(node, ast.Ident)]
    variables = [var for var in used if isinstance(var, Var) and var.kind != "field"]
    return bool(variables) and all(var in own for var in variables)


def _is_received(sight: Sight, call: ast.Expr, waiting: ast.Stmt) -> bool:
    """`close(ch)` where what waits is `<-ch`: then nothing would be waited for."""
    if not isinstance(call, ast.Call) or builtin(sight.info, call) != "close" or len(call.args) != 1:
        return False
    place = place_in(sight, call.args[0])
    return place is not None and any(
        is_same(sight, node.x, place)
        for node in walk(waiting)
        if (isinstance(node, ast.Unary) and node.op == "<-") or isinstance(node, ast.Range)
    )


def _may_repeat(sight: Sight, call: ast.Expr) -> bool:
    """A cancel function: its second call does nothing."""
    if not isinstance(call, ast.Call) or not isinstance(call.fun, ast.Ident) or builtin(sight.info, call):
        return False
    var = sight.info.uses.get(call.fun)
    if not isinstance(var, Var):
        return False
    named = getattr(var.type, "name", "")
    return named in ("CancelFunc", "CancelCauseFunc") and isinstance(
        sight.world.underlying(var.type), Signature
    )


def _leaves(sight: Sight, body: ast.Node, after: ast.Node, before: ast.Node) -> bool:
    """The function may return between two places."""
    return any(
        isinstance(node, ast.Return)
        and after.end <= node.start < before.start
        and body_around(sight, node) is body
        for node in walk(body)
    )
