"""A ticker is made and not stopped on every path.

Before Go 1.23 a ticker that is not stopped is never collected: it ticks as long as the process lives, about
200 bytes (measured with Go 1.22.10, and nothing with Go 1.27.3: `make heap`) and some processor time for
each. Since Go 1.23 an unreferenced ticker is collected, stopped or not (see `unstuck explain timer-in-loop`
for which timers a program has). A goroutine that still receives from the ticker keeps it in every version.
`time.Tick` gives no way to stop: before Go 1.23 it is for code that never ends.

Cure: `defer ticker.Stop()` right after NewTicker.

Wrong:

    package wait

    import "time"

    func Until(ready func() bool) {
        ticker := time.NewTicker(time.Second)
        for !ready() {
            <-ticker.C
        }
    }

Right:

    package wait

    import "time"

    func Until(ready func() bool) {
        ticker := time.NewTicker(time.Second)
        defer ticker.Stop()
        for !ready() {
            <-ticker.C
        }
    }

What the rule does not know: whether code that it cannot see stops a ticker that was handed to it, or stored
in a field that such code reaches. It is silent then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.places import place_of, point_nodes, type_name
from unstuck.rules.ownership import Breach, breaches, can_end, duties, in_cycle
from unstuck.rules.subject import Body, Span, Subject, Suspicion
from unstuck.rules.timers import BYTES, Made, makes
from unstuck.syntax import ast

NAME = "ticker-not-stopped"
SUMMARY = "a ticker that nobody stops"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (rb"NewTicker\(", rb"time\.Tick\(")
OLD_TIMERS = True
_CLOSERS = rb"(?:Close|Stop|Shutdown|Quit|Cancel|Done|Finish|Destroy|Terminate|stop|close|shutdown)\w*"


def check(subject: Subject) -> Iterable[Suspicion]:
    """Tickers that are not stopped on every path."""
    info, data = subject.function.info, subject.function.file.data
    if subject.package.name == "main" and str(subject.function.ref) == "main":
        return
    for body in subject.bodies:
        for number, point in enumerate(body.graph.points):
            for node in point_nodes(point.kind, point.node):
                made = makes(subject.world, info, data, node) if isinstance(node, ast.Call) else None
                if made is not None and made.kind in ("ticker", "tick") and isinstance(node, ast.Call):
                    yield from _judged(subject, body, number, node, made)


def _judged(subject: Subject, body: Body, number: int, call: ast.Call, made: Made) -> Iterator[Suspicion]:
    if made.kind == "tick" or _only_channel(subject, call):
        if can_end(subject, body, number) and not _kept_for_good(subject, call):
            again = in_cycle(subject, body, number)
            yield _told(subject, call, made, "nobody can stop it", None, again)
        return
    duty = duties(subject, body, call, number, 0, (("Stop",),))
    if duty is None:
        yield from _field(subject, call, made)
        return
    for breach in breaches(subject, body, duty)[:1]:
        again = breach.kind in ("again", "overwritten") and in_cycle(subject, body, number)
        yield _told(subject, call, made, _WHY[breach.kind], breach, again)


_WHY = {
    "dropped": "nobody can stop it",
    "again": "the next iteration makes another one, and this one is not stopped",
    "overwritten": "its variable gets another one, and this one is not stopped",
    "left": "not every way out stops it",
}


def _only_channel(subject: Subject, call: ast.Call) -> bool:
    parent = subject.parents.get(call)
    return isinstance(parent, ast.Selector) and parent.sel.name == "C"


def _kept_for_good(subject: Subject, call: ast.Call) -> bool:
    """Whether the channel is put where it outlives the function."""
    parent = subject.parents.get(call)
    while isinstance(parent, (ast.Paren, ast.Selector)):
        parent = subject.parents.get(parent)
    if isinstance(parent, (ast.Return, ast.Element, ast.Call)):
        return True
    if isinstance(parent, ast.Assign):
        place = place_of(subject.function.info, parent.lhs[0])
        return place is None or bool(place.fields) or place.root.kind not in ("local", "param")
    return False


def _field(subject: Subject, call: ast.Call, made: Made) -> Iterator[Suspicion]:
    """A ticker in a private field that no code of the package stops or hands on."""
    owner, name = _field_name(subject, call)
    if not name or not name[0].islower():
        return
    word = re.escape(name.encode())
    other = re.compile(rb"\." + word + rb"\b(?!\s*=[^=]|\.C\b|\.Reset\(|\s*[!=]=\s*nil)")
    files = [item.file.data for item in subject.package.files if not item.test]
    if any(other.search(data) for data in files):
        return
    why = f"no code of the package stops the field {name}"
    yield _told(subject, call, made, why, None, False, loud=has_closer(subject, owner.rpartition(".")[2]))


def has_closer(subject: Subject, name: str) -> bool:
    """Whether a type of the package has a method that ends it, by the method's name."""
    base = re.escape(name.encode())
    closer = re.compile(rb"(?m)^func \((?:\w+ )?\*?" + base + rb"(?:\[[^]]*\])?\) " + _CLOSERS + rb"\(")
    return any(closer.search(item.file.data) for item in subject.package.files if not item.test)


def _field_name(subject: Subject, call: ast.Call) -> tuple[str, str]:
    """The type and the field that get the ticker."""
    parent, info = subject.parents.get(call), subject.function.info
    if isinstance(parent, ast.Assign) and len(parent.lhs) == len(parent.rhs):
        target = parent.lhs[parent.rhs.index(call)]
        selection = info.selections.get(target) if isinstance(target, ast.Selector) else None
        if isinstance(target, ast.Selector) and selection is not None and selection.kind == "field":
            return type_name(info.types.get(target.x)), selection.path[-1]
    if isinstance(parent, ast.Element) and isinstance(parent.key, ast.Ident):
        literal = subject.parents.get(parent)
        if isinstance(literal, ast.CompositeLit):
            return type_name(info.types.get(literal)), parent.key.name
    return "", ""


def _told(
    subject: Subject,
    call: ast.Call,
    made: Made,
    why: str,
    breach: Breach | None,
    again: bool,
    *,
    loud: bool = True,
) -> Suspicion:
    name = "time.Tick" if made.kind == "tick" else "this ticker"
    return Suspicion(
        at=call,
        message=f"{name} is never collected when it is not stopped, and {why}: about {BYTES} bytes and a "
        f"wake-up every {made.duration or 'period'} for each ({subject.package.versions.why})",
        advice="use time.NewTicker and defer Stop"
        if made.kind == "tick"
        else "defer Stop right after NewTicker; or say go 1.23 in go.mod",
        object="ticker",
        made=call,
        severity=Severity.NOTE if subject.test or not loud else Severity.WARNING,
        growth=Growth.PER_ITERATION if again else Growth.PER_CALL,
        related=_where(breach),
    )


def _where(breach: Breach | None) -> tuple[tuple[str, ast.Node | Span], ...]:
    if breach is None or breach.node is None or breach.kind in ("dropped", "again"):
        return ()
    text = "here it still runs" if breach.kind == "left" else "here another one takes its place"
    return ((text, breach.node),)
