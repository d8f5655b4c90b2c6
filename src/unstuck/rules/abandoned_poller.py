"""Only its own timer still wakes the goroutine, in a loop that it cannot leave.

Such a goroutine runs, so neither the Go runtime nor its leak profile calls it leaked: a ticker, a timer or
a Sleep wakes it again and again. But nobody who can still run is able to end it, and each call of the
function that starts it adds one more. It parks as `chan receive`, `select` or `sleep`. Beside its stack it
costs processor time.

Cures: a second case that ends the loop (a context, a done channel that the owner closes), and `defer
ticker.Stop()`.

Wrong:

    package ping

    import "time"

    func Ping(send func()) {
        ticker := time.NewTicker(time.Second)
        go func() {
            for range ticker.C { // for ever
                send()
            }
        }()
    }

Right:

    package ping

    import "time"

    func Ping(send func()) (stop func()) {
        done := make(chan struct{})
        go func() {
            ticker := time.NewTicker(time.Second)
            defer ticker.Stop()
            for {
                select {
                case <-ticker.C:
                    send()
                case <-done:
                    return
                }
            }
        }()
        return func() { close(done) }
    }

A poller that main or init starts once and that lives as long as the process is a note. What the rule does
not know: whether a call in the loop, to code that it cannot see, ends the goroutine or the process.
"""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.findings import Kind, Severity
from unstuck.flow.graph import ENTRY, EXIT, Graph
from unstuck.flow.paths import writes
from unstuck.flow.places import bare, callee, named, variable
from unstuck.rules.subject import Body, Subject, Suspicion
from unstuck.rules.timers import method_on
from unstuck.rules.uses import Use, use_of, uses_in
from unstuck.syntax import ast
from unstuck.types.model import Func, FuncRef, Var

NAME = "abandoned-poller"
SUMMARY = "a goroutine polls for ever in a loop that it cannot leave"
KIND = Kind.POLLER
ACTIVE = True
SIGNS = (b"time.AfterFunc(",)


def check(subject: Subject) -> Iterable[Suspicion]:
    """Functions that time.AfterFunc calls and that always set themselves again."""
    for body in subject.bodies:
        for number, point in enumerate(body.graph.points):
            node = point.node
            call = bare(node.x) if isinstance(node, ast.ExprStmt) else None
            if not isinstance(call, ast.Call) or not _sets_again(subject, body, call):
                continue
            if not _avoids(body.graph, number):
                yield _told(subject, body, call)


def _sets_again(subject: Subject, body: Body, call: ast.Call) -> bool:
    """Whether a statement sets the timer that runs this very body, and nobody gets that timer."""
    info = subject.function.info
    if named(callee(info, call)) == "time.AfterFunc" and len(call.args) == 2:
        return _is_self(subject, body, call.args[1])
    method = method_on(info, call)
    if method is None or method[1] != "time.Timer.Reset" or method[0].fields:
        return False
    return _runs_by(subject, body) is method[0].root and not _can_stop(subject, method[0].root)


def _is_self(subject: Subject, body: Body, expr: ast.Expr) -> bool:
    """Whether an expression is the function that the body belongs to."""
    info, expr = subject.function.info, bare(expr)
    if isinstance(body.node, ast.FuncDecl):
        return _function(subject, expr) == subject.function.ref
    if not isinstance(expr, ast.Ident):
        return False
    var, parent = variable(info, expr), subject.parents.get(body.node)
    for target, value in writes(parent) if parent is not None else ():
        if value is body.node and isinstance(target, ast.Ident):
            return var is not None and variable(info, target) is var
    return False


def _function(subject: Subject, expr: ast.Expr) -> FuncRef | None:
    """The declared function or method that an expression names."""
    info = subject.function.info
    if isinstance(expr, ast.Ident):
        found = info.uses.get(expr)
        return found.ref if isinstance(found, Func) else None
    selection = info.selections.get(expr) if isinstance(expr, ast.Selector) else None
    return selection.method if selection is not None else None


def _runs_by(subject: Subject, body: Body) -> Var | None:
    """The variable with the AfterFunc timer that runs a literal."""
    call = subject.parents.get(body.node)
    if not isinstance(call, ast.Call) or named(callee(subject.function.info, call)) != "time.AfterFunc":
        return None
    parent = subject.parents.get(call)
    for target, value in writes(parent) if parent is not None else ():
        if value is call and isinstance(target, ast.Ident):
            return variable(subject.function.info, target)
    return None


def _can_stop(subject: Subject, var: Var) -> bool:
    """Whether the timer is stopped somewhere, or others get it."""
    if var.kind != "local":
        return True
    info = subject.function.info
    uses = [
        use_of(subject.world, info, subject.parents, ident, (("Stop",),))
        for ident in uses_in(info, subject.function.decl, var)
    ]
    return any(use in (Use.RELEASE, Use.HAND_ON) for use in uses)


def _avoids(graph: Graph, number: int) -> bool:
    """Whether a path leads to the exit around a point."""
    seen, waiting = {number: None, ENTRY: None}, [ENTRY]
    while waiting:
        for edge in graph.points[waiting.pop()].edges:
            if edge.to not in seen:
                seen[edge.to] = None
                waiting.append(edge.to)
    return EXIT in seen


def _told(subject: Subject, body: Body, call: ast.Call) -> Suspicion:
    once = isinstance(body.node, ast.FuncDecl) and not subject.function.ref.recv
    return Suspicion(
        at=call,
        message="this function sets its own timer again each time it runs, and nobody can stop it",
        advice="keep the timer and stop it, or look at a context or a done channel before setting it again",
        object="timer",
        made=call,
        severity=Severity.NOTE if once or subject.test else Severity.WARNING,
    )
