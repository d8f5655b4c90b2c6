"""A wait group that counts goroutines which are not started: each is counted right where it starts.

`wg.Add(len(xs))` before a loop that passes some by, or `wg.Add(1)` before a way out of the round.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, place_in, statement_of, upward
from unstuck.fixes.channels import is_same
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import Place, builtin
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "counted"
RULES = ("wait-never-done",)


def candidates(case: Case) -> Iterator[Candidate]:
    """The only Add, moved to the only go statement behind it."""
    sight, wait = case.at.sight, upward(case.at, ast.Call)
    if not isinstance(wait, ast.Call) or not isinstance(wait.fun, ast.Selector):
        return
    place = place_in(sight, wait.fun.x)
    if wait.fun.sel.name != "Wait" or place is None:
        return
    adds = [node for node in walk(sight.function.decl) if _is_add(sight, node, place)]
    if len(adds) != 1 or not isinstance(adds[0], ast.ExprStmt):
        return
    if any(isinstance(each, (ast.For, ast.Range)) for each in _around_only(sight, wait, adds[0])):
        return  # the wait stands in the loop that starts them (wait.py)
    started = _started(sight, adds[0], wait)
    name, counted = sight.text(wait.fun.x), _counted(sight, adds[0])
    if len(started) != 1 or counted is None or statement_of(sight, started[0]) is not started[0]:
        return
    plan = Plan().instead(sight, adds[0]).before(sight, started[0], f"{name}.Add(1)")
    changes = plan.changes()
    if changes is not None:
        line = sight.file.line_column(started[0].start)[0]
        title = f"count each goroutine where it starts: {name}.Add(1) before line {line}"
        means = "what is passed by is not waited for"
        yield Candidate(title, means, 1, changes, counted)


def _around_only(sight: Sight, wait: ast.Node, add: ast.Node) -> list[ast.Node]:
    """What the wait stands in, and the Add does not."""
    return [each for each in sight.above(wait) if each not in list(sight.above(add))]


def _is_add(sight: Sight, node: ast.Node, place: Place) -> bool:
    if not isinstance(node, ast.ExprStmt) or (method_call(sight, node) or ("", ""))[1] != "Add":
        return False
    call = node.x
    return (
        isinstance(call, ast.Call)
        and isinstance(call.fun, ast.Selector)
        and is_same(sight, call.fun.x, place)
        and statement_of(sight, node) is node
    )


def _started(sight: Sight, add: ast.ExprStmt, wait: ast.Call) -> list[ast.GoStmt]:
    """Goroutines that the same body starts between the Add and the Wait."""
    body = body_around(sight, add)
    return [
        node
        for node in walk(body)
        if isinstance(node, ast.GoStmt) and add.end < node.start and body_around(sight, node) is body
        if node.end < wait.start or not body.start <= wait.start < body.end
    ]


def _counted(sight: Sight, add: ast.ExprStmt) -> tuple[tuple[str, str], ...] | None:
    """What is no longer called when the Add counts one: it counted one, or as many as something is long. None
    for other Adds."""
    call = add.x
    if not isinstance(call, ast.Call) or len(call.args) != 1:
        return None
    (count,) = call.args
    if sight.info.constants.get(count) == 1:
        return ()
    measured = isinstance(count, ast.Call) and builtin(sight.info, count) == "len"
    if not measured and not isinstance(count, (ast.Ident, ast.Selector)):
        return None
    return (("call", "len"),) if measured else ()
