"""The stop channel that the goroutine watches already, and that nobody closes.

A local one is closed when the function that made it returns; a field where its struct is closed or stopped.
Only channels that nobody sends on: a close is then all that they can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, place_in, sights_of, statement_of, type_of
from unstuck.fixes.channels import closes, fills, in_loop, is_of, package_sights, sends
from unstuck.fixes.cures.guard import blocked, waits
from unstuck.fixes.cures.owner import CLOSERS
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import handed_on
from unstuck.flow.places import Place, builtin
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Named, Pointer, Struct

NAME = "ended"
RULES = ("abandoned-select", "abandoned-poller", "abandoned-receiver")
MAX_LOCALS = 4
"""Local channels that are tried."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Closes of channels that a select watches."""
    select = blocked(case)
    if not isinstance(select, ast.Select):
        return
    yield from list(_locals(case))[:MAX_LOCALS]
    for field in _watched(select):
        if isinstance(field, ast.Selector):
            yield from _in_closers(case, field)


def _watched(select: ast.Select) -> Iterator[ast.Expr]:
    """Channels that a select receives from."""
    for clause in select.cases:
        received = clause.comm
        found = received.rhs[0] if isinstance(received, ast.Assign) and len(received.rhs) == 1 else None
        found = received.x if isinstance(received, ast.ExprStmt) else found
        if isinstance(found, ast.Unary) and found.op == "<-":
            yield found.x


def _locals(case: Case) -> Iterator[Candidate]:
    for sight in sights_of(case):
        for node in walk(sight.function.decl):
            if not isinstance(node, ast.Assign) or node.op != ":=" or len(node.lhs) != 1:
                continue
            place, made = place_in(sight, node.lhs[0]), node.rhs[0]
            if not isinstance(made, ast.Call) or builtin(sight.info, made) != "make" or place is None:
                continue
            if statement_of(sight, node) is node and _is_stop(sight, node, place):
                name = sight.text(node.lhs[0])
                changes = Plan().after(sight, node, f"defer close({name})").changes()
                if changes is not None:
                    means = "whoever watches it ends when the function that made it returns"
                    yield Candidate(f"defer close({name})", means, 2, changes)


def _is_stop(sight: Sight, made: ast.Assign, place: Place) -> bool:
    """A channel without values that nobody closes or sends on or hands on, in a function that waits for
    something after it."""
    type_ = type_of(sight, made.lhs[0])
    if not isinstance(type_, Chan) or type_.elem != Struct(()) or in_loop(sight, made):
        return False
    if any(closes(sight, place)) or any(sends(sight, place)) or handed_on(sight, place.root):
        return False
    body = body_around(sight, made)
    return any(
        node.start > made.end and body_around(sight, node) is body and waits(sight, node)
        for node in walk(body)
    )


def _in_closers(case: Case, field: ast.Selector) -> Iterator[Candidate]:
    """The field closed at the end of what closes its struct, where no code closes or fills it."""
    type_ = type_of(case.at.sight, field.x)
    kept = type_.elem if isinstance(type_, Pointer) else type_
    if not isinstance(kept, Named) or kept.package != case.at.sight.package.path:
        return
    everywhere = package_sights(case)
    if any(fills(sight, kept, field.sel.name) for sight in everywhere):
        return
    for sight in everywhere:
        recv, body = sight.function.decl.recv, sight.function.decl.body
        if recv is None or not recv.names or body is None or not CLOSERS.match(sight.function.ref.name):
            continue
        if not is_of(sight, recv.names[0], kept):
            continue
        text = f"close({recv.names[0].name}.{field.sel.name})"
        changes = Plan().top(sight, body, text).changes()
        if changes is not None:
            means = f"the goroutine ends when {sight.function.ref} is called, which must not happen twice"
            yield Candidate(f"{text} in {sight.function.ref}", means, 4, changes)
