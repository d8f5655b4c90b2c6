"""The call that lets a holder go, deferred right behind the error check."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, listed, statement_of, upward
from unstuck.fixes.channels import in_loop
from unstuck.fixes.plan import Plan
from unstuck.flow.places import callee, named, type_name
from unstuck.holder import Holder
from unstuck.rules.holders import BY_MAKE
from unstuck.syntax import ast
from unstuck.types.model import Tuple

NAME = "holder"
RULES = ("unreleased-holder",)


def candidates(case: Case) -> Iterator[Candidate]:
    """`defer x.Close()`."""
    sight, call = case.at.sight, upward(case.at, ast.Call)
    if not isinstance(call, ast.Call):
        return
    holder = _holder(sight, call)
    stmt = sight.parents.get(call)
    if holder is None or not holder.release or holder.result != 0 or not isinstance(stmt, ast.Assign):
        return
    target = stmt.lhs[0]
    if not isinstance(target, ast.Ident) or target.name == "_" or in_loop(sight, stmt):
        return
    after = _behind_check(sight, stmt)
    way = holder.release[0]
    text = f"defer {target.name}()" if way == "()" else f"defer {target.name}.{way}()"
    changes = Plan().after(sight, after, text).changes() if after is not None else None
    if changes is not None:
        yield Candidate(text, f"that lets go of {holder.holds} when the function returns", 0, changes)


def _holder(sight: Sight, call: ast.Call) -> Holder | None:
    known = BY_MAKE.get(named(callee(sight.info, call)))
    if known is not None:
        return known
    result = sight.info.types.get(call)
    if isinstance(result, Tuple):
        result = result.items[0] if result.items else None
    kind = type_name(result)
    return BY_MAKE.get(f"type {kind}") if kind else None


def _behind_check(sight: Sight, stmt: ast.Assign) -> ast.Stmt | None:
    """The `if err != nil { return }` right behind, or the statement itself where no error comes with it."""
    if statement_of(sight, stmt) is not stmt:
        return None
    if len(stmt.lhs) < 2:
        return stmt
    error = stmt.lhs[-1]
    stmts = listed(sight.parents.get(stmt))
    following = stmts[stmts.index(stmt) + 1 : stmts.index(stmt) + 2]
    if not following or not isinstance(error, ast.Ident) or error.name == "_":
        return None
    check = following[0]
    if not isinstance(check, ast.If) or check.init is not None or check.orelse is not None:
        return None
    cond = check.cond
    asks = isinstance(cond, ast.Binary) and cond.op == "!=" and sight.text(cond.x) == error.name
    leaves = bool(check.body.stmts) and isinstance(
        check.body.stmts[-1], (ast.Return, ast.ExprStmt, ast.Branch)
    )
    return check if asks and leaves else None
