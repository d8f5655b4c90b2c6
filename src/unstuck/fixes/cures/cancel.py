"""The cancel function of a context, deferred right after the context is made."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, statement_of, upward
from unstuck.fixes.channels import in_loop
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import fresh
from unstuck.flow.places import callee, named
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Tuple

NAME = "cancel"
RULES = (
    "lost-cancel",
    "abandoned-receiver",
    "abandoned-select",
    "ends-only-by-cancellation",
    "lingering-goroutine",
    "lock-never-released",
)


def candidates(case: Case) -> Iterator[Candidate]:
    """`defer cancel()`."""
    made = case.made
    if made is None or case.finding.object is None or case.finding.object.kind != "context":
        return
    call = upward(made, ast.Call)
    stmt = made.sight.parents.get(call) if call is not None else None
    if not isinstance(call, ast.Call) or not isinstance(stmt, ast.Assign) or len(stmt.lhs) != 2:
        return
    if statement_of(made.sight, stmt) is stmt and not in_loop(made.sight, stmt):
        yield from _deferred(made.sight, stmt, call)


def _deferred(sight: Sight, stmt: ast.Assign, call: ast.Call) -> Iterator[Candidate]:
    target = stmt.lhs[1]
    if not isinstance(target, ast.Ident):
        return
    result = sight.info.types.get(call)
    kind = result.items[1] if isinstance(result, Tuple) and len(result.items) == 2 else None
    cause = getattr(kind, "name", "") == "CancelCauseFunc"
    name, plan = target.name, Plan()
    if name == "_":
        notify = named(callee(sight.info, call)).endswith("NotifyContext")
        name = fresh(sight, "stop" if notify else "cancel")
        plan.text(sight, target.start, target.end, name)
        if stmt.op == "=":
            if notify or not isinstance(call.fun, ast.Selector):
                return
            func = "CancelCauseFunc" if cause else "CancelFunc"
            plan.before(sight, stmt, f"var {name} {sight.text(call.fun.x)}.{func}")
    elif _handed_on(sight, target):
        return
    text = f"defer {name}({'nil' if cause else ''})"
    changes = plan.after(sight, stmt, text).changes()
    if changes is not None:
        means = "the context ends when the function returns, and so does whoever waits for its Done"
        yield Candidate(text, means, 0, changes)


def _handed_on(sight: Sight, target: ast.Ident) -> bool:
    """The cancel function is returned, stored or passed on: somebody else is to call it."""
    var = sight.info.defs.get(target) or sight.info.uses.get(target)
    for node in walk(sight.function.decl):
        if isinstance(node, ast.Ident) and node is not target and sight.info.uses.get(node) is var:
            parent = sight.parents.get(node)
            if not (isinstance(parent, ast.Call) and parent.fun is node) and not _is_dropped(parent):
                return True
    return False


def _is_dropped(parent: ast.Node | None) -> bool:
    """`_ = cancel`."""
    return (
        isinstance(parent, ast.Assign)
        and len(parent.lhs) == 1
        and isinstance(parent.lhs[0], ast.Ident)
        and parent.lhs[0].name == "_"
    )
