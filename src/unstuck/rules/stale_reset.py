"""A timer is reset while its earlier tick may still wait in the channel: the next receive gets it at once.

With the timers of Go before 1.23 a timer that fired puts its tick into a channel of capacity 1, and neither
Stop nor Reset takes it out again. A loop that resets its timer after other work, without Stop and a drain,
may then see a timeout that has not happened. Since Go 1.23 no stale tick is seen after Stop or Reset
returned.

Which timers a program has is decided as `unstuck explain timer-in-loop` says. The drain must not block:
`<-t.C` alone hangs when the tick was already taken, and since Go 1.23 whenever it is reached.

Cure: Stop, then a drain in a `select` with `default`, then Reset. It is right for every version.

Wrong:

    package drain

    import "time"

    func Drain(jobs <-chan string, handle func(string)) {
        idle := time.NewTimer(time.Minute)
        defer idle.Stop()
        for {
            select {
            case job := <-jobs:
                handle(job) // may take longer than a minute: the timer fires
            case <-idle.C:
                return
            }
            idle.Reset(time.Minute) // the old tick stays in idle.C
        }
    }

Right:

    package drain

    import "time"

    func Drain(jobs <-chan string, handle func(string)) {
        idle := time.NewTimer(time.Minute)
        defer idle.Stop()
        for {
            select {
            case job := <-jobs:
                handle(job)
            case <-idle.C:
                return
            }
            if !idle.Stop() {
                select {
                case <-idle.C:
                default:
                }
            }
            idle.Reset(time.Minute)
        }
    }

What the rule does not know: how long the work between two Resets takes. Timers of `time.AfterFunc` have no
channel and are not meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from unstuck.findings import Growth, Kind
from unstuck.flow.places import Place, place_of
from unstuck.rules.subject import Subject, Suspicion, head, loop_around
from unstuck.rules.timer_state import FULL, Event, Timer, events_of, timers_of
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "stale-reset"
SUMMARY = "Reset of a timer whose old tick may still be in its channel (Go before 1.23)"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (rb"\.Reset\(",)
OLD_TIMERS = True


def check(subject: Subject) -> Iterable[Suspicion]:
    """Resets that may leave an old tick."""
    for body in subject.bodies:
        for timer in timers_of(subject, body.block):
            if timer.ticker or not _is_received(subject, timer.place):
                continue
            for event in events_of(subject, body.graph, body.memory, timer, old=True):
                if event.kind == "stale" and event.owner is subject.function:
                    yield _told(subject, timer, event)


def _is_received(subject: Subject, place: Place) -> bool:
    """Whether somebody may see the tick: the channel is used in the function, or in the package's files."""
    info = subject.function.info
    for node in walk(subject.function.decl):
        if isinstance(node, ast.Selector) and node.sel.name == "C" and place_of(info, node.x) == place:
            return True
    if not place.fields:
        return False
    used = re.compile(rb"\b" + re.escape(place.fields[-1].encode()) + rb"\.C\b")
    return any(used.search(item.file.data) for item in subject.package.files)


def _told(subject: Subject, timer: Timer, event: Event) -> Suspicion:
    name = ".".join((timer.place.root.name, *timer.place.fields))
    may = "has fired" if event.status == FULL else "may have fired"
    loop = loop_around(subject, event.node)
    return Suspicion(
        at=event.node,
        message=f"{name} {may} and its tick was not taken out of the channel: after this Reset the next "
        f"receive from {name}.C gets the old tick at once ({subject.package.versions.why})",
        advice=f"before Reset: if !{name}.Stop() {{ select {{ case <-{name}.C: default: }} }}; or say go "
        "1.23 in go.mod",
        object="timer",
        growth=Growth.NONE,
        related=(("the loop", head(loop)),) if loop is not None else (),
        steps=tuple((f"`{_line(subject, node)}`", node) for node in event.steps),
    )


def _line(subject: Subject, node: ast.Node) -> str:
    line = subject.text(node).split("\n")[0].strip()
    return line if len(line) <= 60 else line[:57] + "..."
