"""The cancel function of a context is dropped, overwritten, or not called on some path.

A derived context is registered with its parent until it is cancelled, until its deadline, or until the
parent ends. When cancel is lost, it stays for the parent's life: for WithCancel about 120 bytes for each call
(measured with Go 1.22.10 and 1.27.3: `make heap`), more with a deadline, and every goroutine that waits for
its Done channel. A parent that the package context does not know costs a goroutine more.

Cure: `defer cancel()` right after the context is made. To cancel twice does no harm.

Wrong:

    package fetch

    import (
        "context"
        "time"
    )

    func Fetch(ctx context.Context, fetch func(context.Context) error) error {
        ctx, _ = context.WithTimeout(ctx, time.Hour)
        return fetch(ctx)
    }

Right:

    package fetch

    import (
        "context"
        "time"
    )

    func Fetch(ctx context.Context, fetch func(context.Context) error) error {
        ctx, cancel := context.WithTimeout(ctx, time.Hour)
        defer cancel()
        return fetch(ctx)
    }

A cancel function in a map counts as lost when an entry is deleted and not called on that path, and when no
code of the package reads what the map holds.

go vet's lostcancel sees a part of this: it takes any use of cancel for a call. What the rule does not know:
whether code that it cannot see calls a cancel that was handed to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.places import bare, callee, named, point_nodes, variable
from unstuck.rules.cancel_maps import lost_in_map
from unstuck.rules.ownership import Breach, Duty, breaches, duties, in_cycle
from unstuck.rules.subject import Body, Span, Subject, Suspicion
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import FuncRef, Named, Signature, Tuple, Type, Unknown, Var
from unstuck.types.world import Function, World

NAME = "lost-cancel"
SUMMARY = "a context's cancel function is not called on every path"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (rb"ancel", rb"context\.With", rb"NotifyContext", rb"delete\(")
_MAKERS = frozenset(
    (
        *(
            f"context.With{how}{cause}"
            for how in ("Cancel", "Timeout", "Deadline")
            for cause in ("", "Cause")
        ),
        "os/signal.NotifyContext",
    )
)
"""Functions whose second result is a cancel function; membership only."""
_MAX_DEPTH, _MAX_BYTES = 3, 4_000
"""How deep calls are followed to functions that give out a cancel function, and how long these may be. Past
it nothing is said."""
_CANCELS = ("CancelFunc", "CancelCauseFunc")


def check(subject: Subject) -> Iterable[Suspicion]:
    """Cancel functions that are not called on every path."""
    made = {call: index for call in subject.calls() if (index := _cancel_of(subject, call)) >= 0}
    for body in subject.bodies if made else ():
        for number, point in enumerate(body.graph.points):
            for node in point_nodes(point.kind, point.node):
                if isinstance(node, ast.Call) and node in made:
                    yield from _judged(subject, body, number, node, made[node])


def _cancel_of(subject: Subject, call: ast.Call) -> int:
    """Which result of a call is a cancel function; -1 when none is."""
    info = subject.function.info
    ref = callee(info, call)
    if named(ref) in _MAKERS:
        return 1
    result = info.types.get(call)
    if not isinstance(result, Tuple) or isinstance(info.types.get(call.fun), Signature) is False:
        return -1
    for number, item in enumerate(result.items):
        if _is_cancel(item):
            return -1 if ref is not None and _only_finds(subject.world, ref) else number
    return _given_out(subject.world, ref, len(result.items), 0) if ref is not None else -1


def _is_cancel(type_: Type) -> bool:
    return isinstance(type_, Named) and type_.package == "context" and type_.name in _CANCELS


def _only_finds(world: World, ref: FuncRef) -> bool:
    """A function in sight that has no function literal, and no call that gives a function: the one that it
    gives out was there before, in a map or a field, and so was the duty to call it."""
    function = world.function(ref)
    if function is None or function.stub or function.decl.body is None:
        return False
    for node in walk(function.decl.body):
        if isinstance(node, ast.FuncLit):
            return False
        given = function.info.types.get(node) if isinstance(node, ast.Call) else None
        items = given.items if isinstance(given, Tuple) else (given,)
        if any(isinstance(item, Signature | Unknown) or (item and _is_cancel(item)) for item in items):
            return False
    return True


def _given_out(world: World, ref: FuncRef, results: int, depth: int) -> int:
    """Which result of a function in sight is a cancel function that it made, under another type; -1 for
    none."""
    declared = world.declared(ref) if depth < _MAX_DEPTH else None
    if declared is None or declared.stub or declared.end - declared.start > _MAX_BYTES:
        return -1
    text = declared.file.data[declared.start : declared.end]
    head = text[: text.find(b"{")]
    if b"func(" not in head.partition(b")")[2]:
        return -1
    function = world.function(ref)
    if function is None or function.decl.body is None:
        return -1
    cancels = dict.fromkeys(_cancel_vars(world, function, depth))
    for node in walk(function.decl.body):
        if isinstance(node, ast.Return) and len(node.results) == results:
            for number, value in enumerate(node.results):
                if isinstance(value, ast.Ident) and variable(function.info, value) in cancels:
                    return number
    return -1


def _cancel_vars(world: World, function: Function, depth: int) -> Iterator[Var]:
    """The variables of a function that get a cancel function."""
    info = function.info
    for node in walk(function.decl):
        if not isinstance(node, ast.Assign) or len(node.rhs) != 1 or len(node.lhs) < 2:
            continue
        call = bare(node.rhs[0])
        ref = callee(info, call) if isinstance(call, ast.Call) else None
        if ref is None:
            continue
        index = 1 if named(ref) in _MAKERS else _given_out(world, ref, len(node.lhs), depth + 1)
        target = node.lhs[index] if 0 <= index < len(node.lhs) else None
        var = variable(info, target) if isinstance(target, ast.Ident) else None
        if var is not None:
            yield var


def _judged(subject: Subject, body: Body, number: int, call: ast.Call, index: int) -> Iterator[Suspicion]:
    duty = duties(subject, body, call, number, index, ((),))
    if duty is None:
        yield from _field(subject, call, index)
        return
    if _ends_with_parent(subject, body, call):
        return
    duty = replace(duty, context=_context(subject, call))
    is_main = subject.package.name == "main" and str(subject.function.ref) == "main"
    for breach in breaches(subject, body, duty)[:1]:
        if breach.kind == "dropped" and named(callee(subject.function.info, call)) not in _MAKERS:
            continue  # who makes it may keep it, too
        if is_main and breach.kind in ("dropped", "left"):
            continue
        name = duty.var.name if duty.var is not None else ""
        again = breach.kind in ("again", "overwritten") and in_cycle(subject, body, number)
        told = _told(subject, call, _why(breach, name), breach, again)
        yield replace(told, severity=Severity.NOTE) if _on_purpose(subject, duty.var) else told
        return
    yield from _in_map(subject, body, duty)


def _in_map(subject: Subject, body: Body, duty: Duty) -> Iterator[Suspicion]:
    lost = lost_in_map(subject, body, duty) if duty.var is not None else None
    if lost is None or duty.var is None:
        return
    name = duty.var.name
    if lost.node is None:
        why = f"{name} goes into the map {lost.name}, and no code of the package calls what that holds"
        yield _told(subject, duty.call, why, None, False)
        return
    why = f"{name} is deleted from the map {lost.name} and not called"
    told = _told(subject, duty.call, why, None, False)
    made = (("here the cancel function comes from", duty.call),)
    advice = "call what the map holds before the entry is deleted"
    yield replace(told, at=lost.node, related=made, advice=advice)


def _context(subject: Subject, call: ast.Call) -> Var | None:
    """The variable that gets the context."""
    parent = subject.parents.get(call)
    target = parent.lhs[0] if isinstance(parent, ast.Assign) else None
    return variable(subject.function.info, target) if isinstance(target, ast.Ident) else None


def _on_purpose(subject: Subject, var: Var | None) -> bool:
    """Whether the code says that it drops the cancel function: `_ = cancel`."""
    if var is None:
        return False
    for ident in subject.named.inside(subject.function.decl, var):
        parent = subject.parents.get(ident)
        if isinstance(parent, ast.Assign) and ident in parent.rhs:
            target = parent.lhs[parent.rhs.index(ident)] if len(parent.lhs) == len(parent.rhs) else None
            block = subject.parents.get(parent)
            always = isinstance(subject.parents.get(block) if block else None, (ast.FuncDecl, ast.FuncLit))
            if isinstance(target, ast.Ident) and target.name == "_" and always:
                return True
    return False


def _ends_with_parent(subject: Subject, body: Body, call: ast.Call) -> bool:
    """Whether the parent is made in the same body and its own cancel function is called on every path."""
    info = subject.function.info
    given = bare(call.args[0]) if call.args else None
    parent = variable(info, given) if isinstance(given, ast.Ident) else None
    if parent is None:
        return False
    for number, point in enumerate(body.graph.points):
        node = point.node
        if not isinstance(node, ast.Assign) or len(node.rhs) != 1 or point.kind != "stmt":
            continue
        maker = bare(node.rhs[0])
        if not isinstance(maker, ast.Call) or maker is call or _context(subject, maker) is not parent:
            continue
        index = _cancel_of(subject, maker)
        duty = duties(subject, body, maker, number, index, ((),)) if index >= 0 else None
        if duty is not None and duty.var is not None and not breaches(subject, body, duty):
            return True
    return False


def _why(breach: Breach, name: str) -> str:
    match breach.kind:
        case "dropped":
            return "the cancel function is dropped"
        case "again":
            return f"{name} is not called before the next iteration makes another one"
        case "overwritten":
            return f"{name} gets another cancel function before it was called"
        case _ if breach.inside is not None:
            return f"the goroutine that calls {name} can end without calling it"
        case _:
            return f"{name} is not called on every path"


def _field(subject: Subject, call: ast.Call, index: int) -> Iterator[Suspicion]:
    """A cancel function in a private field that no code of the package reads."""
    parent = subject.parents.get(call)
    if not isinstance(parent, ast.Assign) or len(parent.rhs) != 1 or index >= len(parent.lhs):
        return
    target = parent.lhs[index]
    selection = subject.function.info.selections.get(target) if isinstance(target, ast.Selector) else None
    if selection is None or selection.kind != "field" or not selection.path[-1][0].islower():
        return
    name = selection.path[-1]
    read = re.compile(rb"\." + re.escape(name.encode()) + rb"\b(?!\s*(?:=[^=]|[!=]=|,[^=\n]*=[^=]))")
    files = [item.file.data for item in subject.package.files]
    assigned = re.compile(rb"\." + re.escape(name.encode()) + rb"\s*(?::?=)")
    if any(read.search(assigned.sub(b"", data)) for data in files):
        return
    yield _told(subject, call, f"no code of the package calls the field {name}", None, False)


def _told(subject: Subject, call: ast.Call, why: str, breach: Breach | None, again: bool) -> Suspicion:
    related: tuple[tuple[str, ast.Node | Span], ...] = ()
    if breach is not None and breach.node is not None and breach.kind in ("left", "overwritten"):
        related = (("this way it is not called", breach.node),)
    return Suspicion(
        at=call,
        message=f"{why}: until its parent ends or its deadline passes the context stays with its parent, and "
        "whoever waits for its Done goes on waiting",
        advice="defer the cancel function in that goroutine"
        if breach is not None and breach.inside is not None and breach.kind == "left"
        else "defer the cancel function right after the context is made",
        object="context",
        made=call,
        severity=Severity.NOTE if subject.test else Severity.WARNING,
        growth=Growth.PER_ITERATION if again else Growth.PER_CALL,
        related=related,
    )
