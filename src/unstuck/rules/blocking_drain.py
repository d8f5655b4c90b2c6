"""The drain `if !t.Stop() { <-t.C }` is reached when no tick can be in the channel.

Before Go 1.23 Stop returns false for a timer that fired, whether or not its tick was received: the drain is
needed in the one case and hangs in the other. Since Go 1.23 Stop returns true for a tick that was not yet
received and leaves nothing in the channel; when it returns false there is nothing to receive, and the bare
drain blocks whenever it is reached (unless somebody resets the timer at the same time). The Go runtime
calls this state `chan receive`.

Each goroutine that blocks so holds about 2.6 kB with its stack (measured with Go 1.22.10 and 1.27.3: `make
heap`).

Cure: a drain that cannot block. It is right for every version.

Wrong:

    package ask

    import "time"

    func Ask(answer <-chan string, patience time.Duration) (text string) {
        timer := time.NewTimer(patience)
        select {
        case text = <-answer:
        case <-timer.C:
            text = "no answer"
        }
        if !timer.Stop() {
            <-timer.C // the tick was taken above
        }
        return text
    }

Right:

    package ask

    import "time"

    func Ask(answer <-chan string, patience time.Duration) (text string) {
        timer := time.NewTimer(patience)
        select {
        case text = <-answer:
        case <-timer.C:
            text = "no answer"
        }
        if !timer.Stop() {
            select {
            case <-timer.C:
            default:
            }
        }
        return text
    }

A drain that the state of the timer makes safe is not reported. What the rule does not know: whether code
that it cannot see resets the timer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from unstuck.findings import Growth, Kind, WaitReason
from unstuck.rules.subject import Body, Subject, Suspicion, loop_around
from unstuck.rules.timer_state import DRAIN, MAYBE, Event, Timer, events_of, timers_of
from unstuck.syntax import ast

NAME = "blocking-drain"
SUMMARY = "draining a timer's channel blocks, because there is nothing in it"
KIND = Kind.LEAKED
ACTIVE = True
SIGNS = (rb"\.Stop\(\)", rb"NewTimer\(")


def check(subject: Subject) -> Iterable[Suspicion]:
    """Drains that are reached with nothing to receive."""
    old = subject.package.versions.old_timers
    for body in subject.bodies:
        for timer in timers_of(subject, body.block):
            if timer.ticker:
                continue
            for event in events_of(subject, body.graph, body.memory, timer, old=old):
                if event.kind == "blocked" and _is_wrong(subject, body, timer, event):
                    yield _told(subject, timer, event)


def _is_wrong(subject: Subject, body: Body, timer: Timer, event: Event) -> bool:
    if event.status == DRAIN:
        return True
    if event.status != MAYBE or event.owner is not subject.function or not timer.place.fields:
        return False
    return _received_elsewhere(subject, timer.place.fields[-1], event.node)


def _received_elsewhere(subject: Subject, field: str, drain: ast.Node) -> bool:
    """Whether the package receives from the channel of that field at another place, too, and never sets the
    field to nil (as code does that forgets a timer whose tick it has taken)."""
    emptied = re.compile(rb"\.\s*" + re.escape(field.encode()) + rb"\s*=\s*nil\b")
    if any(emptied.search(item.file.data) for item in subject.package.files):
        return False
    used = re.compile(rb"<-\s*[\w.]*\b" + re.escape(field.encode()) + rb"\.C\b")
    own = subject.function.file.data[drain.start : drain.end]
    count = sum(len(used.findall(item.file.data)) for item in subject.package.files if not item.test)
    return count > len(used.findall(own))


def _told(subject: Subject, timer: Timer, event: Event) -> Suspicion:
    name = ".".join((timer.place.root.name, *timer.place.fields))
    old = subject.package.versions.old_timers
    why = (
        "its tick was taken before"
        if old
        else "with the timers of Go 1.23 nothing is left when Stop returns false"
    )
    inside = "" if event.owner is subject.function else f" (called from {subject.function.ref})"
    steps = tuple((f"`{_line(subject, node)}`", node) for node in event.steps)
    return Suspicion(
        at=event.node,
        message=f"this drain of {name} blocks for ever when Stop returns false{inside}: {why}",
        advice=f"drain in a select with default: select {{ case <-{name}.C: default: }}",
        object="timer",
        growth=Growth.PER_ITERATION if loop_around(subject, event.node) is not None else Growth.PER_CALL,
        reason=WaitReason.RECEIVE,
        steps=steps if event.owner is subject.function else (),
        owner=event.owner,
    )


def _line(subject: Subject, node: ast.Node) -> str:
    line = subject.text(node).split("\n")[0].strip()
    return line if len(line) <= 60 else line[:57] + "..."
