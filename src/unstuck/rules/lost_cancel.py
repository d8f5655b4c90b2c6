"""The cancel function of a context is dropped, overwritten, or not called on some path.

A derived context is registered with its parent until it is cancelled, until its deadline, or until the
parent ends. When cancel is lost, it stays: about 300 bytes for each call (measured with Go 1.26.8), and
every goroutine that waits for its Done channel, for the parent's life. A parent that the package context
does not know costs a goroutine more.

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

go vet's lostcancel sees a part of this: it takes any use of cancel for a call. What the rule does not know:
whether code that it cannot see calls a cancel that was handed to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.places import bare, callee, named, point_nodes, variable
from unstuck.rules.ownership import Breach, breaches, duties, in_cycle
from unstuck.rules.subject import Body, Subject, Suspicion
from unstuck.rules.uses import uses_in
from unstuck.syntax import ast
from unstuck.types.model import Named, Signature, Tuple, Var

NAME = "lost-cancel"
SUMMARY = "a context's cancel function is not called on every path"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (b"ancel", b"context.With", b"NotifyContext")
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
_CANCELS = ("CancelFunc", "CancelCauseFunc")


def check(subject: Subject) -> Iterable[Suspicion]:
    """Cancel functions that are not called on every path."""
    for body in subject.bodies:
        for number, point in enumerate(body.graph.points):
            for node in point_nodes(point.kind, point.node):
                index = _cancel_of(subject, node) if isinstance(node, ast.Call) else -1
                if index >= 0 and isinstance(node, ast.Call):
                    yield from _judged(subject, body, number, node, index)


def _cancel_of(subject: Subject, call: ast.Call) -> int:
    """Which result of a call is a cancel function; -1 when none is."""
    info = subject.function.info
    if named(callee(info, call)) in _MAKERS:
        return 1
    result = info.types.get(call)
    if not isinstance(result, Tuple) or isinstance(info.types.get(call.fun), Signature) is False:
        return -1
    for number, item in enumerate(result.items):
        if isinstance(item, Named) and item.package == "context" and item.name in _CANCELS:
            return number
    return -1


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


def _context(subject: Subject, call: ast.Call) -> Var | None:
    """The variable that gets the context."""
    parent = subject.parents.get(call)
    target = parent.lhs[0] if isinstance(parent, ast.Assign) else None
    return variable(subject.function.info, target) if isinstance(target, ast.Ident) else None


def _on_purpose(subject: Subject, var: Var | None) -> bool:
    """Whether the code says that it drops the cancel function: `_ = cancel`."""
    if var is None:
        return False
    for ident in uses_in(subject.function.info, subject.function.decl, var):
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
    related: tuple[tuple[str, ast.Node], ...] = ()
    if breach is not None and breach.node is not None and breach.kind in ("left", "overwritten"):
        related = (("this way it is not called", breach.node),)
    return Suspicion(
        at=call,
        message=f"{why}: until its parent ends or its deadline passes the context stays with its parent, and "
        "whoever waits for its Done goes on waiting",
        advice="defer the cancel function right after the context is made",
        object="context",
        made=call,
        severity=Severity.NOTE if subject.test else Severity.WARNING,
        growth=Growth.PER_ITERATION if again else Growth.PER_CALL,
        related=related,
    )
