"""One timer for the whole loop in place of `time.After` in each round: stopped, drained and reset.

The drain cannot block and the reset comes right before the wait, so the form is right with the timers of
every Go version. Only modules with the timers of Go before 1.23 have findings that want it.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, statement_of, upward
from unstuck.fixes.channels import outermost
from unstuck.fixes.plan import Plan, drained
from unstuck.fixes.scope import fresh, stable
from unstuck.syntax import ast

NAME = "hoist"
RULES = ("timer-in-loop",)


def candidates(case: Case) -> Iterator[Candidate]:
    """A timer before the loop."""
    sight, call = case.at.sight, upward(case.at, ast.Call)
    select = upward(case.at, ast.Select)
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(select, ast.Select):
        return
    if sight.text(call.fun) != "time.After" or statement_of(sight, select) is not select:
        return
    body = body_around(sight, select)
    loop = outermost(sight, select, body.body) if body.body is not None else None
    if loop is None or not _is_loop(sight, select, loop) or not stable(sight, call.args[0], loop, select):
        return
    name, duration = fresh(sight, "timer", "timeout", "idle"), sight.text(call.args[0])
    plan = Plan().before(sight, loop, f"{name} := time.NewTimer({duration})", f"defer {name}.Stop()")
    plan.before(sight, select, *drained(name), f"{name}.Reset({duration})")
    changes = plan.text(sight, call.start, call.end, f"{name}.C").changes()
    if changes is not None:
        means = "one timer is held instead of one for each round; it is stopped when the function returns"
        drops = (("call", "time.After"), ("receive", "".join(sight.text(call).split())))
        yield Candidate(f"make one timer {name} before the loop and reset it", means, 0, changes, drops)


def _is_loop(sight: Sight, select: ast.Select, outer: ast.Stmt) -> bool:
    """The select is in a loop of its own body."""
    for node in sight.above(select):
        if isinstance(node, (ast.For, ast.Range)):
            return True
        if node is outer:
            return False
    return False
