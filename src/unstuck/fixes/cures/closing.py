"""A close once the senders are done.

Deferred by the only sender, behind the last send, or by a goroutine that waits for all senders.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, listed, statement_of, type_of
from unstuck.fixes.channels import (
    closes,
    fills,
    in_loop,
    is_of,
    is_same,
    outermost,
    owner,
    package_sights,
    passed,
    sends,
    started,
)
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import visible
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import Place, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import FuncRef, Named, Pointer, Var

NAME = "closing"
RULES = ("never-closed", "abandoned-receiver", "abandoned-sender", "wait-never-done", "abandoned-select")
_MEANS = "whoever receives sees the end of the values; a send after it would panic"


def candidates(case: Case) -> Iterator[Candidate]:
    """Closes of the channel that is waited for; that of a timer cannot be closed."""
    made = case.finding.object
    if made is not None and made.kind in ("timer", "ticker"):
        return
    yield from _by_field_sender(case)
    found = owner(case)
    if found is None:
        return
    sight, stmt, name, place = found
    if case.finding.rule in ("abandoned-sender", "wait-never-done"):
        yield from _wait_moved(sight, name, place)
        return
    if any(closes(sight, place)):
        yield from _on_every_path(sight, name, place)
        return
    yield from _by_sender(sight, name, place)
    yield from _by_all(sight, name, place)
    yield from _behind_sends(sight, name, place)
    if not in_loop(sight, stmt):
        yield from _candidate(Plan().after(sight, stmt, f"defer close({name})"), f"defer close({name})", 2)


def _candidate(plan: Plan, title: str, rank: int, means: str = _MEANS) -> Iterator[Candidate]:
    changes = plan.changes()
    if changes is not None:
        yield Candidate(title, means, rank, changes)


def _by_sender(sight: Sight, name: str, place: Place) -> Iterator[Candidate]:
    """The only goroutine that sends closes when it ends."""
    bodies = list(dict.fromkeys(body_around(sight, use.node) for use in sends(sight, place)))
    if len(bodies) == 1 and isinstance(bodies[0], ast.FuncLit):
        plan = Plan().top(sight, bodies[0].body, f"defer close({name})")
        yield from _candidate(plan, f"close {name} when its sender ends: defer close({name})", 0)
    for call, inner, param, inner_name in passed(sight, place):
        if not isinstance(sight.parents.get(call), ast.GoStmt) or in_loop(sight, call):
            continue
        block = inner.function.decl.body if inner.function is not sight.function else body_of(call)
        if block is not None and (any(sends(inner, param)) or not any(sends(sight, place))):
            plan = Plan().top(inner, block, f"defer close({inner_name})")
            yield from _candidate(
                plan, f"close {inner_name} when its goroutine ends: defer close({inner_name})", 0
            )


def _by_field_sender(case: Case) -> Iterator[Candidate]:
    """The channel is a field, one function sends on it, and a go statement calls that: it closes it."""
    field = _field(case.at.sight, case.at.node)
    type_ = type_of(case.at.sight, field.x) if field is not None else None
    kept = type_.elem if isinstance(type_, Pointer) else type_
    if field is None or not isinstance(kept, Named):
        return
    everywhere = package_sights(case)
    filling = [sight for sight in everywhere if fills(sight, kept, field.sel.name)]
    if len(filling) != 1 or not any(_starts(sight, filling[0].function.ref) for sight in everywhere):
        return
    (sender,) = filling
    names = {
        sender.text(node.chan)
        for node in walk(sender.function.decl)
        if isinstance(node, ast.SendStmt) and isinstance(node.chan, ast.Selector)
        if node.chan.sel.name == field.sel.name and is_of(sender, node.chan.x, kept)
    }
    recv, body = sender.function.decl.recv, sender.function.decl.body
    given = {ident.name for param in sender.function.decl.type.params for ident in param.names}
    given |= {ident.name for ident in recv.names} if recv is not None else set()
    if len(names) != 1 or body is None or min(names).partition(".")[0] not in given:
        return
    text = f"defer close({min(names)})"
    plan = Plan().top(sender, body, text)
    yield from _candidate(plan, f"close {min(names)} when its sender ends: {text}", 0)


def _field(sight: Sight, node: ast.Node) -> ast.Selector | None:
    """The field `x.f` that a range or a receive waits at."""
    loop = node if isinstance(node, ast.Range) else None
    waited = loop.x if loop is not None else node.x if isinstance(node, ast.Unary) else None
    return waited if isinstance(waited, ast.Selector) and type_of(sight, waited) is not None else None


def _starts(sight: Sight, ref: FuncRef) -> bool:
    return any(
        isinstance(node, ast.GoStmt)
        and isinstance(node.call, ast.Call)
        and callee(sight.info, node.call) == ref
        for node in walk(sight.function.decl)
    )


def body_of(call: ast.Call) -> ast.Block | None:
    """The body of a literal that is called."""
    return call.fun.body if isinstance(call.fun, ast.FuncLit) else None


def _groups(sight: Sight, at: ast.Node) -> Iterator[str]:
    """Wait groups in scope."""
    for name, var in visible(sight, at).items():
        if _is_group(var):
            yield name


def _is_group(var: Var) -> bool:
    type_ = var.type.elem if isinstance(var.type, Pointer) else var.type
    return isinstance(type_, Named) and (type_.package, type_.name) == ("sync", "WaitGroup")


def _by_all(sight: Sight, name: str, place: Place) -> Iterator[Candidate]:
    """A goroutine that waits for all senders and closes."""
    last: ast.GoStmt | None = None
    for use in sends(sight, place):
        last = started(sight, use.node) or last
    for call, _, _, _ in passed(sight, place):
        above = sight.parents.get(call)
        last = above if isinstance(above, ast.GoStmt) else last
    if last is None:
        return
    body = body_around(sight, last)
    stmt = outermost(sight, last, body.body) if body.body is not None else None
    if stmt is None:
        return
    for group in _groups(sight, stmt):
        if any(method_call(sight, node) == (group, "Wait") for node in walk(body)):
            continue
        plan = Plan().after(sight, stmt, "go func() {", f"\t{group}.Wait()", f"\tclose({name})", "}()")
        yield from _candidate(plan, f"close {name} once {group} says that all senders are done", 1)


def _behind_sends(sight: Sight, name: str, place: Place) -> Iterator[Candidate]:
    """close behind the last statement of the body that sends."""
    bodies = list(dict.fromkeys(body_around(sight, use.node) for use in sends(sight, place)))
    for body in bodies:
        if body.body is None:
            continue
        last = [
            outermost(sight, use.node, body.body)
            for use in sends(sight, place)
            if body_around(sight, use.node) is body
        ]
        if last and last[-1] is not None:
            plan = Plan().after(sight, last[-1], f"close({name})")
            yield from _candidate(plan, f"close {name} behind its last send", 1)


def _on_every_path(sight: Sight, name: str, place: Place) -> Iterator[Candidate]:
    """The only close stands on some paths of a goroutine: deferred at its start."""
    found = list(closes(sight, place))
    stmt = sight.parents.get(found[0])
    body = body_around(sight, found[0])
    if len(found) != 1 or not isinstance(stmt, ast.ExprStmt) or not isinstance(body, ast.FuncLit):
        return
    if statement_of(sight, stmt) is not stmt or started(sight, found[0]) is None:
        return
    if any(isinstance(node, ast.Assign) and _writes(sight, node, place) for node in walk(body)):
        return
    plan = Plan().top(sight, body.body, f"defer {sight.text(found[0])}").instead(sight, stmt)
    line = sight.file.line_column(body.start)[0]
    yield from _candidate(plan, f"close {name} on every path of the goroutine of line {line}", 1)


def _writes(sight: Sight, stmt: ast.Assign, place: Place) -> bool:
    return any(is_same(sight, target, place) for target in stmt.lhs)


def _wait_moved(sight: Sight, name: str, place: Place) -> Iterator[Candidate]:
    """`wg.Wait()` and `close` before the results are read: into a goroutine."""
    for call in closes(sight, place):
        closing = statement_of(sight, call)
        holder = sight.parents.get(closing) if closing is not None else None
        stmts = listed(holder)
        if (
            closing is None
            or closing not in stmts
            or stmts.index(closing) == 0
            or not isinstance(closing, ast.ExprStmt)
        ):
            continue
        waiting = stmts[stmts.index(closing) - 1]
        waits = method_call(sight, waiting)
        if waits is None or waits[1] != "Wait" or isinstance(waiting, ast.DeferStmt):
            continue
        lines = ("go func() {", f"\t{sight.text(waiting)}", f"\tclose({name})", "}()")
        plan = Plan().instead(sight, waiting, *lines).instead(sight, closing)
        means = "the results are read while the goroutines still run; the range ends when all are done"
        yield from _candidate(plan, f"wait and close {name} in a goroutine", 0, means)
