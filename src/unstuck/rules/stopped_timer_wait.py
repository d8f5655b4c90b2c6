"""A goroutine receives from the channel of a timer or ticker that was stopped, and nobody resets it.

`Stop` does not close the channel (golang/go#68483), in any version: a goroutine that ranges over `ticker.C`
or receives from `timer.C` waits for ever once it was stopped: about 2.9 kB with its stack (measured with Go
1.22.10 and 1.27.3: `make heap`). The Go runtime calls this state `chan
receive`.

Cure: a done channel or a context beside the ticker, and Stop in the goroutine that receives.

Wrong:

    package beat

    import "time"

    func While(work func(), beat func()) {
        ticker := time.NewTicker(time.Second)
        go func() {
            for range ticker.C { // Stop does not end this
                beat()
            }
        }()
        work()
        ticker.Stop()
    }

Right:

    package beat

    import "time"

    func While(work func(), beat func()) {
        done := make(chan struct{})
        defer close(done)
        go func() {
            ticker := time.NewTicker(time.Second)
            defer ticker.Stop()
            for {
                select {
                case <-ticker.C:
                    beat()
                case <-done:
                    return
                }
            }
        }()
        work()
    }

What the rule does not know: whether code that it cannot see resets the timer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unstuck.findings import Kind, WaitReason
from unstuck.flow.graph import EXIT, Graph
from unstuck.flow.places import Place, received
from unstuck.rules.subject import Body, Subject, Suspicion, head
from unstuck.rules.timer_state import STOPPED, Event, Timer, events_of, timers_of
from unstuck.rules.timers import ENDS, method_on, timer_of_channel
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "stopped-timer-wait"
SUMMARY = "a goroutine waits for a timer or ticker that was stopped"
KIND = Kind.LEAKED
ACTIVE = True
SIGNS = (rb"\.Stop\(\)", rb"range [^\n]*\.C(?: \{|\n)")


def is_likely(text: bytes) -> bool:
    """A timer's channel is mentioned."""
    return b".C" in text


def check(subject: Subject) -> Iterable[Suspicion]:
    """Waits for what was stopped: by the same goroutine, or by another one."""
    old = subject.package.versions.old_timers
    info = subject.function.info
    ranged = any(isinstance(node, ast.Range) and timer_of_channel(info, node.x) for node in subject.parents)
    for body in subject.bodies:
        for timer in timers_of(subject, body.block):
            for event in events_of(subject, body.graph, body.memory, timer, old=old):
                if event.status == STOPPED and event.owner is subject.function and _waits(subject, event):
                    yield _told(subject, timer, event)
        if ranged:
            yield from _endless(subject, body)


def _waits(subject: Subject, event: Event) -> bool:
    if event.kind == "blocked":
        return True
    return event.kind == "deaf" and _only_spent(subject, event)


def _only_spent(subject: Subject, event: Event) -> bool:
    """Whether the select has no way but the timer and the case that was taken before it was stopped."""
    if event.chosen is None or event.chosen.comm is None:
        return False
    case = subject.parents.get(event.node)
    while case is not None and not isinstance(case, ast.Select):
        case = subject.parents.get(case)
    last = received(event.chosen.comm)
    if not isinstance(case, ast.Select) or last is None or not ENDS.search(subject.text(last.x)):
        return False
    for one in case.cases:
        unary = received(one.comm)
        if unary is None or (unary is not event.node and subject.text(unary.x) != subject.text(last.x)):
            return False
    return True


def _told(subject: Subject, timer: Timer, event: Event) -> Suspicion:
    name = ".".join((timer.place.root.name, *timer.place.fields))
    what = "ticker" if timer.ticker else "timer"
    is_select = event.kind == "deaf"
    advice = (
        "leave the loop when the ticker is stopped" if is_select else f"do not wait for {name} after Stop"
    )
    return Suspicion(
        at=head(event.node) if isinstance(event.node, ast.Range) else event.node,
        message=f"waits for {name}, a {what} that was stopped before: Stop does not close the channel",
        advice=advice,
        object=what,
        reason=WaitReason.SELECT if is_select else WaitReason.RECEIVE,
        steps=tuple((f"`{subject.text(node).split(chr(10))[0][:60]}`", node) for node in event.steps),
    )


# One goroutine waits in a loop without end, another stops.


def _endless(subject: Subject, body: Body) -> Iterator[Suspicion]:
    info = subject.function.info
    for point in body.graph.points:
        node = point.node
        if point.kind != "range" or not isinstance(node, ast.Range):
            continue
        place = timer_of_channel(info, node.x)
        if place is None or _can_leave(body.graph, node):
            continue
        stop = _stopped_by(subject, body, place)
        if stop:
            yield _told_endless(subject, node, place, stop)


def _can_leave(graph: Graph, node: ast.Range) -> bool:
    """Whether a path leads from the body of a range to the exit, but for the end of the range."""
    points = graph.points
    start = next(n for n, point in enumerate(points) if point.node is node and point.kind == "range")
    waiting, seen = [points[start].edges[0].to], {start: None}
    while waiting:
        number = waiting.pop()
        if number == EXIT:
            return True
        if number not in seen:
            seen[number] = None
            waiting.extend(edge.to for edge in points[number].edges)
    return False


def _stopped_by(subject: Subject, body: Body, place: Place) -> str:
    """Who stops the ticker, outside the body that waits for it; "" when nobody does in sight."""
    inside = body.block
    for node in walk(subject.function.decl):
        if not isinstance(node, ast.Call) or inside.start <= node.start < inside.end:
            continue
        method = method_on(subject.function.info, node)
        if method is not None and method[0] == place and method[1].endswith(".Stop"):
            return f"line {subject.function.file.line_column(node.start)[0]}"
    if not place.fields:
        return ""
    name = re.escape(place.fields[-1].encode())
    stop = re.compile(rb"\." + name + rb"\.Stop\(\)")
    reset = re.compile(rb"\." + name + rb"\.Reset\(")
    files = [item.file for item in subject.package.files if not item.test]
    if any(reset.search(file.data) for file in files):
        return ""
    for file in files:
        for found in stop.finditer(file.data):
            here = file is subject.function.file and inside.start <= found.start() < inside.end
            if not here:
                return f"{file.path}:{file.line_column(found.start())[0]}"
    return ""


def _told_endless(subject: Subject, node: ast.Range, place: Place, stop: str) -> Suspicion:
    name = ".".join((place.root.name, *place.fields))
    return Suspicion(
        at=head(node),
        message=f"range over {name}.C never ends: {stop} stops the ticker, and Stop does not close it",
        advice="wait in a select that also watches a done channel or a context, and return",
        object="ticker",
        reason=WaitReason.RECEIVE,
    )
