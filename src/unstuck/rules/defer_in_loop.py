"""What a loop opens is released by a defer, which runs at the end of the function and not of the iteration.

`defer` belongs to the function. In a loop over many files, connections or timeouts everything stays open
until the last one is done; in a loop that never ends, for ever.

Cure: a function for the body of the loop, or the releasing call itself at the end of each iteration.

Wrong:

    package sizes

    import "os"

    func Sizes(names []string) (total int64, err error) {
        for _, name := range names {
            file, err := os.Open(name)
            if err != nil {
                return 0, err
            }
            defer file.Close() // all files stay open until the end
            info, err := file.Stat()
            if err != nil {
                return 0, err
            }
            total += info.Size()
        }
        return total, nil
    }

Right:

    package sizes

    import "os"

    func Sizes(names []string) (total int64, err error) {
        for _, name := range names {
            size, err := sizeOf(name)
            if err != nil {
                return 0, err
            }
            total += size
        }
        return total, nil
    }

    func sizeOf(name string) (int64, error) {
        file, err := os.Open(name)
        if err != nil {
            return 0, err
        }
        defer file.Close()
        info, err := file.Stat()
        if err != nil {
            return 0, err
        }
        return info.Size(), nil
    }

What the rule does not know: how often the loop runs. Loops over a few constants, and loops that end right
after the defer, are not meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.places import bare, builtin, received, type_name, variable
from unstuck.rules.loops import runs_few
from unstuck.rules.ownership import in_cycle
from unstuck.rules.subject import Subject, Suspicion, head
from unstuck.syntax import ast
from unstuck.types.model import Named, Var

NAME = "defer-in-loop"
SUMMARY = "a release is deferred in a loop and runs only when the function ends"
KIND = Kind.HELD
ACTIVE = True
_RELEASES = ("Close", "Stop", "Release", "Rollback", "CloseIdleConnections", "Disconnect")
"""Methods that let something go."""
_DEFER = re.compile(
    rb"defer [\s(]*(?!func\b)(?:[\w\x80-\xff]+|[\w\x80-\xff\s.]+\.\s*(?:"
    + "|".join(_RELEASES).encode()
    + rb"))[\s)]*\("
)
"""A variable, or one of these methods of what a variable leads to, is called by a defer."""
SIGNS = (_DEFER.pattern,)
_LOOP = re.compile(rb"\bfor\b")


def is_likely(text: bytes) -> bool:
    """A loop begins before something is deferred."""
    loop = _LOOP.search(text)
    return loop is not None and _DEFER.search(text, loop.end()) is not None


def check(subject: Subject) -> Iterable[Suspicion]:
    """Releases deferred in a loop that goes on behind them."""
    deferred = dict(_deferred(subject))
    for body in subject.bodies if deferred else ():
        for number, point in enumerate(body.graph.points):
            node = point.node
            if not isinstance(node, ast.DeferStmt) or node not in deferred:
                continue
            loop, var = deferred[node]
            if in_cycle(subject, body, number) and not runs_few(subject, node):
                yield _told(subject, node, loop, var)


def _deferred(subject: Subject) -> Iterator[tuple[ast.DeferStmt, tuple[ast.For | ast.Range, Var]]]:
    """The defers in a loop that release what the loop made."""
    for node in subject.parents:
        if not isinstance(node, ast.DeferStmt) or not isinstance(node.call, ast.Call):
            continue
        loop = _loop(subject, node)
        var = _released(subject, node.call) if loop is not None else None
        if loop is None or var is None or not loop.start <= var.start < loop.end:
            continue
        if not _fires_once(subject, node) and not _is_kept(subject, loop, var):
            yield node, (loop, var)


def _loop(subject: Subject, node: ast.Node) -> ast.For | ast.Range | None:
    """The loop around, of the function that the defer belongs to."""
    at = subject.parents.get(node)
    while at is not None and not isinstance(at, (ast.FuncDecl, ast.FuncLit)):
        if isinstance(at, (ast.For, ast.Range)):
            return at
        at = subject.parents.get(at)
    return None


def _is_kept(subject: Subject, loop: ast.For | ast.Range, var: Var) -> bool:
    """Whether the thing was not made in this loop, or is put where it is needed until the end."""
    info = subject.function.info
    if isinstance(loop, ast.Range):
        named = [ident for ident in (loop.key, loop.value) if isinstance(ident, ast.Ident)]
        if any(variable(info, ident) is var for ident in named):
            return True
    for ident in subject.named.inside(loop.body, var):
        match subject.parents.get(ident):
            case ast.Call() as call if builtin(info, call) == "append":
                return True
            case ast.Assign() as assign if any(value is ident for value in assign.rhs):
                return True
            case ast.Element() | ast.SendStmt():
                return True
            case _:
                pass
    return False


def _case(subject: Subject, node: ast.Node) -> ast.CommCase | None:
    """The case of a select around, of the same function and loop."""
    at = subject.parents.get(node)
    while at is not None and not isinstance(at, (ast.FuncDecl, ast.FuncLit, ast.For, ast.Range)):
        if isinstance(at, ast.CommCase):
            return at
        at = subject.parents.get(at)
    return None


def _fires_once(subject: Subject, node: ast.Node) -> bool:
    """Whether it stands in a case that waits for a timer: that comes once, unless the timer is reset."""
    case = _case(subject, node)
    unary = received(case.comm) if case is not None else None
    channel = bare(unary.x) if unary is not None else None
    if not isinstance(channel, ast.Selector):
        return False
    return type_name(subject.function.info.types.get(channel.x)) == "time.Timer"


def _released(subject: Subject, call: ast.Call) -> Var | None:
    """The variable whose thing a deferred call releases."""
    info, fun = subject.function.info, bare(call.fun)
    if isinstance(fun, ast.Ident):
        var = variable(info, fun)
        t = var.type if var is not None else None
        cancels = isinstance(t, Named) and t.package == "context" and t.name.endswith("Func")
        return var if cancels else None
    if not isinstance(fun, ast.Selector) or fun.sel.name not in _RELEASES:
        return None
    base = bare(fun.x)
    while isinstance(base, ast.Selector):
        base = bare(base.x)
    return variable(info, base) if isinstance(base, ast.Ident) else None


def _is_harmless(subject: Subject, node: ast.Node) -> bool:
    """In tests and main, which end soon, and in a case of a select, which may come once."""
    is_main = subject.package.name == "main" and str(subject.function.ref) == "main"
    return subject.test or is_main or _case(subject, node) is not None


def _told(subject: Subject, node: ast.DeferStmt, loop: ast.For | ast.Range, var: Var) -> Suspicion:
    return Suspicion(
        at=node,
        message=f"`{subject.text(node)}` runs when {subject.function.ref} ends, not when the iteration "
        f"does: what {var.name} holds adds up until then",
        advice="make the body of the loop a function, or release at the end of each iteration",
        object="holder",
        severity=Severity.NOTE if _is_harmless(subject, node) else Severity.WARNING,
        growth=Growth.PER_ITERATION,
        related=(("the loop", head(loop)),),
    )
