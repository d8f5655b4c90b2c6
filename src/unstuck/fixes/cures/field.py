"""A done channel as a field beside the channel that is waited at, closed when the other side is gone.

Who waits at a channel of a struct, and has nothing in scope that says that the work is over, gets a field of
the struct for it. It is closed where the struct is closed already, or when the function that receives ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unstuck.fixes.case import Candidate, Case, Sight, statement_of, type_of
from unstuck.fixes.channels import is_of, package_sights
from unstuck.fixes.cures.guard import blocked
from unstuck.fixes.guarded import guarded, is_tick
from unstuck.fixes.plan import Plan, member
from unstuck.fixes.scope import End
from unstuck.flow.places import builtin, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import FuncRef, Named, Pointer

NAME = "field"
RULES = ("abandoned-sender", "abandoned-receiver", "abandoned-select", "stopped-timer-wait")
_NAMES = ("done", "quit", "stopped", "finished")
MAX_CLOSED = 4
"""Places to close the field that are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The struct that has the channel: its type, the channel's field, a name for the new one."""

    type: Named
    channel: str
    name: str
    sights: tuple[Sight, ...]
    """All functions of its package."""


def candidates(case: Case) -> Iterator[Candidate]:
    """The field, what it is made with, its close and the guard."""
    sight, stmt = case.at.sight, blocked(case)
    channel = _channel(sight, stmt) if stmt is not None else None
    if stmt is None or channel is None:
        return
    kept = _kept(case, channel)
    if kept is None:
        return
    base = sight.text(channel.x)
    for where, owner, rank in _ends(kept, sight)[:MAX_CLOSED]:
        plan = Plan()
        if not (_declared(plan, kept, sight) and _made(plan, kept)):
            return
        closing = f"close({owner}.{kept.name})"
        if isinstance(where.node, ast.Block):
            plan.top(where.sight, where.node, closing if where.at_once else f"defer {closing}")
        else:
            plan.before(where.sight, where.node, closing)
        drops = guarded(plan, sight, stmt, End(f"{base}.{kept.name}", "", 1))
        changes = plan.changes()
        if drops is not None and changes is not None:
            told, ender = f"{kept.type.name}.{kept.name}", where.sight.function.ref
            title = f"add a channel {told}, closed in {ender}, and wait for it too"
            when = "returns" if isinstance(where.node, ast.Block) and not where.at_once else "is called"
            means = f"the goroutine gives up and returns when {ender} {when}, which must not happen twice"
            yield Candidate(title, means, rank, changes, drops)


@dataclass(frozen=True, slots=True, eq=False)
class _Where:
    """Before a statement, or in a body: deferred, or at once."""

    sight: Sight
    node: ast.Node
    at_once: bool = False


def _channel(sight: Sight, stmt: ast.Stmt) -> ast.Selector | None:
    """The field `x.f` that a statement waits at, or whose ticks it waits for."""
    waited: ast.Expr | None = None
    match stmt:
        case ast.SendStmt():
            waited = stmt.chan
        case ast.ExprStmt():
            waited = stmt.x
        case ast.Assign() if len(stmt.rhs) == 1:
            waited = stmt.rhs[0]
        case ast.Range():
            waited = stmt.x
        case _:
            pass
    if isinstance(waited, ast.Unary) and waited.op == "<-":
        waited = waited.x
    if isinstance(waited, ast.Selector) and is_tick(sight, waited):
        waited = waited.x
    return waited if isinstance(waited, ast.Selector) else None


def _kept(case: Case, channel: ast.Selector) -> _Kept | None:
    sight = case.at.sight
    type_ = type_of(sight, channel.x)
    base = type_.elem if isinstance(type_, Pointer) else type_
    if not isinstance(base, Named) or base.package != sight.package.path or base.args:
        return None
    fields = {field.name for field in sight.world.struct_fields(base)}
    name = next((each for each in _NAMES if each not in fields), None)
    if name is None or channel.sel.name not in fields:
        return None
    return _Kept(base, channel.sel.name, name, tuple(package_sights(case)))


def _ends(kept: _Kept, blocked_in: Sight) -> list[tuple[_Where, str, int]]:
    """Where to close the field and what the struct is called there: beside the close of another field or the
    Stop of the timer that is waited for, when a function returns that receives from the channel, and at the
    start of a method that goes on to such a close (which may have to wait for a lock that the goroutine
    holds)."""
    found: list[tuple[_Where, str, int]] = []
    closers: list[FuncRef] = []
    for sight in kept.sights:
        for node in walk(sight.function.decl):
            closed = _closed(sight, node, kept)
            if closed is None or statement_of(sight, node) is not node:
                continue
            if is_of(sight, closed.x, kept.type):
                found.append((_Where(sight, node), sight.text(closed.x), 5))
                closers.append(sight.function.ref)
        body = sight.function.decl.body
        recv = sight.function.decl.recv
        if body is None or recv is None or not recv.names or sight.function is blocked_in.function:
            continue
        channel = f"{recv.names[0].name}.{kept.channel}"
        if is_of(sight, recv.names[0], kept.type) and any(
            _receives(sight, node, channel) for node in walk(body)
        ):
            found.append((_Where(sight, body), recv.names[0].name, 5))
    found.extend(_closing_methods(kept, closers))
    return found


def _closed(sight: Sight, node: ast.Node, kept: _Kept) -> ast.Selector | None:
    """The `x.f` of the statements `close(x.f)`, and `x.f.Stop()` of the timer that is waited for."""
    call = node.x if isinstance(node, ast.ExprStmt) else None
    if not isinstance(call, ast.Call):
        return None
    field: ast.Expr | None = None
    if builtin(sight.info, call) == "close" and len(call.args) == 1:
        field = call.args[0]
    elif isinstance(call.fun, ast.Selector) and call.fun.sel.name == "Stop":
        field = call.fun.x
        if not isinstance(field, ast.Selector) or field.sel.name != kept.channel:
            return None
    return field if isinstance(field, ast.Selector) else None


def _closing_methods(kept: _Kept, closers: Sequence[FuncRef]) -> Iterator[tuple[_Where, str, int]]:
    for sight in kept.sights:
        body, recv = sight.function.decl.body, sight.function.decl.recv
        if body is None or recv is None or not recv.names or not is_of(sight, recv.names[0], kept.type):
            continue
        if any(isinstance(node, ast.Call) and callee(sight.info, node) in closers for node in walk(body)):
            yield _Where(sight, body, at_once=True), recv.names[0].name, 5


def _receives(sight: Sight, node: ast.Node, channel: str) -> bool:
    receives = isinstance(node, ast.Range) or (isinstance(node, ast.Unary) and node.op == "<-")
    return receives and isinstance(node, (ast.Range, ast.Unary)) and sight.text(node.x) == channel


def _declared(plan: Plan, kept: _Kept, sight: Sight) -> bool:
    """The field behind the last one of the struct."""
    found = sight.world.type_spec(kept.type)
    if found is None or not isinstance(found[1].type, ast.StructType) or not found[1].type.fields:
        return False
    file, struct = found[0], found[1].type
    last = struct.fields[-1].end
    end = file.data.find(b"\n", last)
    if b"\n" not in file.data[struct.start : last] or file.data[last:end].strip()[:2] not in (b"", b"//"):
        return False
    text = member(file.data, last, kept.name, "", "chan struct{}")
    plan.text_in(file, end, end, text)
    return True


def _made(plan: Plan, kept: _Kept) -> bool:
    """The channel in every place where the struct is made with the other field, or gets it; False where it is
    also made otherwise."""
    made, otherwise, assigned = 0, 0, 0
    for sight in kept.sights:
        for node in walk(sight.function.decl):
            if isinstance(node, ast.CompositeLit) and type_of(sight, node) in (kept.type, Pointer(kept.type)):
                keys = [sight.text(each.key) for each in node.elements if each.key is not None]
                if kept.channel in keys:
                    _element(plan, sight, node, kept.name)
                    made += 1
                else:
                    otherwise += 1
            elif isinstance(node, ast.Call) and builtin(sight.info, node) == "new":
                otherwise += [sight.text(each) for each in node.args] == [kept.type.name]
            elif isinstance(node, ast.Assign) and statement_of(sight, node) is node:
                for target in node.lhs:
                    if isinstance(target, ast.Selector) and _is_channel(sight, target, kept):
                        plan.after(sight, node, f"{sight.text(target.x)}.{kept.name} = make(chan struct{{}})")
                        assigned += 1
    return (made > 0 and not otherwise) or (assigned > 0 and not made)


def _is_channel(sight: Sight, field: ast.Selector, kept: _Kept) -> bool:
    return field.sel.name == kept.channel and is_of(sight, field.x, kept.type)


def _element(plan: Plan, sight: Sight, literal: ast.CompositeLit, name: str) -> None:
    data, last = sight.file.data, literal.elements[-1].end
    if b"\n" not in data[last : literal.end]:
        plan.text(sight, last, last, f", {name}: make(chan struct{{}})")
        return
    end = data.find(b"\n", last)
    plan.text(sight, end, end, member(data, last, name, ":", "make(chan struct{}),"))
