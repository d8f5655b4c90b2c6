"""A loop makes a new timer in each iteration and drops it before it fires (timers of Go before 1.23).

`case <-time.After(d)` makes a timer. When another case wins, the timer is dropped. Since Go 1.23 a dropped
timer is collected, and `time.After` in a loop is fine: "no reason to prefer NewTimer when After will do"
(package time). Before, it is held until it fires: about 220 bytes for each iteration within `d` (measured
with Go 1.22.10, and nothing with Go 1.27.3: `make heap`; a loop with 1,000 messages a second and a timeout
of ten minutes holds 130 MB).

What counts is what builds the program: toolchains 1.23 to 1.26 use the new timers only when the go.mod of
the main module says `go 1.23` or later and GODEBUG `asynctimerchan` is not set; toolchain 1.27 always does.
The rule judges by the lowest toolchain that go.mod (or go.work) admits; without go.mod it takes the old
timers and says so. `--go-version` and `--toolchain` change that.

Cures: `go 1.23` in go.mod, or one timer for the whole loop, stopped, drained and reset.

Wrong:

    package drain

    import "time"

    func Drain(jobs <-chan string, handle func(string)) {
        for {
            select {
            case job := <-jobs:
                handle(job)
            case <-time.After(time.Minute): // with go 1.22 held for a minute
                return
            }
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

What the rule does not know: how often the loop runs. Where the loop goes on only through the timer, a
single timer outlives the function: a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.graph import ENTRY, EXIT, cyclic
from unstuck.flow.paths import walk
from unstuck.flow.places import Place, bare, parameter, point_nodes
from unstuck.rules.armed_timers import Armed, Timer, ends_with, left_by, timers_made
from unstuck.rules.left_timers import Caller, callers, goes_on, inside
from unstuck.rules.loops import runs_few
from unstuck.rules.subject import Body, Subject, Suspicion, head, loop_around
from unstuck.rules.timers import BYTES, Made, channel_call, makes
from unstuck.syntax import ast

NAME = "timer-in-loop"
SUMMARY = "each iteration of a loop leaves a timer behind (Go before 1.23)"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (rb"for ", rb"goto ")
NEEDS = (b"time.After(", b"time.NewTimer(")
OLD_TIMERS = True


def check(subject: Subject) -> Iterable[Suspicion]:
    """Timers that a loop drops before they fire."""
    for body in subject.bodies:
        for timer in timers_made(subject, body):
            found = _judged(subject, body, timer)
            if found is not None:
                yield found
        yield from _called(subject, body)
        yield from _given(subject, body)


# Functions that are called in a loop.


def _called(subject: Subject, body: Body) -> Iterator[Suspicion]:
    """Timers that a function leaves behind which a loop of this body calls again and again."""
    cycles = cyclic(body.graph)
    looped = [number for number in range(len(body.graph.points)) if number in cycles and _calls(body, number)]
    for caller in callers(subject, body, (b"time.After(", b"time.NewTimer("), looped):
        inner = inside(subject, caller)
        for timer in timers_made(inner, inner.bodies[0], False):
            if timer.at in cyclic(inner.bodies[0].graph):
                continue
            returns = left_by(inner, inner.bodies[0], timer)
            if returns and goes_on(subject, body, caller, returns):
                yield _told_called(subject, caller, timer)


def _calls(body: Body, number: int) -> list[ast.Call]:
    point = body.graph.points[number]
    return [node for node in point_nodes(point.kind, point.node) if isinstance(node, ast.Call)]


def _given(subject: Subject, body: Body) -> Iterator[Suspicion]:
    """Timers that a loop makes for a function which may return before they fire."""
    cycles = cyclic(body.graph)
    looped = [number for number in range(len(body.graph.points)) if number in cycles]
    gives = [number for number in looped if any(_arguments(subject, call) for call in _calls(body, number))]
    for caller in callers(subject, body, (b"",), gives):
        for number, timer in _arguments(subject, caller.call):
            inner, given = inside(subject, caller), parameter(caller.function, number)
            if given is None:
                continue
            kept = replace(timer, place=Place(given))
            returns = left_by(inner, inner.bodies[0], kept)
            if returns and goes_on(subject, body, caller, returns):
                yield _told(subject, timer, _severity(subject, timer.call))


def _arguments(subject: Subject, call: ast.Call) -> list[tuple[int, Timer]]:
    """The timers among the arguments of a call, whose channels nobody but the called function gets."""
    found = []
    for number, argument in enumerate(call.args):
        inner = channel_call(argument)
        made = (
            makes(subject.world, subject.function.info, subject.function.file.data, inner) if inner else None
        )
        if inner is None or made is None or made.duration == "0":
            continue
        if made.kind == ("after" if bare(argument) is inner else "timer"):
            found.append((number, Timer(ENTRY, inner, Made("after", made.duration), None, None)))
    return found


# Telling.


def _judged(subject: Subject, body: Body, timer: Timer) -> Suspicion | None:
    visits = walk(body.graph, body.memory, Armed(subject, body, timer))
    if visits is None:
        return None
    if any(visit.at == timer.at and visit.state.armed for visit in visits):
        return _told(subject, timer, _severity(subject, timer.call))
    left = any(visit.at == EXIT and visit.state.armed for visit in visits)
    if left and not ends_with(subject, body, timer):
        return _told_once(subject, timer)
    return None


def _told(subject: Subject, timer: Timer, severity: Severity) -> Suspicion:
    how, loop = _name(timer), loop_around(subject, timer.call)
    time = timer.made.duration or "its whole duration"
    return Suspicion(
        at=timer.call,
        message=f"each iteration leaves the timer of {how} behind when something else wins: about {BYTES} "
        f"bytes an iteration, held for {time} ({subject.package.versions.why})",
        advice="make one timer before the loop, and stop, drain and reset it; or say go 1.23 in go.mod",
        object="timer",
        made=timer.call,
        severity=severity,
        growth=Growth.PER_ITERATION,
        related=(("this loop makes a new timer each time", head(loop)),) if loop is not None else (),
        assumptions=("the loop runs more often than the timer fires",),
    )


def _told_once(subject: Subject, timer: Timer) -> Suspicion:
    loop = loop_around(subject, timer.call)
    return Suspicion(
        at=timer.call,
        message=f"when the loop is left before {_name(timer)} fires, one timer (about {BYTES} bytes) "
        f"outlives it for up to {timer.made.duration or 'its duration'} ({subject.package.versions.why})",
        advice="use time.NewTimer and stop it when the loop is left; or say go 1.23 in go.mod",
        object="timer",
        made=timer.call,
        severity=Severity.NOTE,
        related=(("the loop", head(loop)),) if loop is not None else (),
    )


def _told_called(subject: Subject, caller: Caller, timer: Timer) -> Suspicion:
    loop = loop_around(subject, caller.call)
    here = caller.function.file is subject.function.file
    return Suspicion(
        at=timer.call,
        message=f"{subject.function.ref} calls {caller.function.ref} in a loop, and each call leaves the "
        f"timer of {_name(timer)} behind when something else wins: about {BYTES} bytes a call, held for "
        f"{timer.made.duration or 'its whole duration'} ({subject.package.versions.why})",
        advice="make one timer before the loop, and stop, drain and reset it; or say go 1.23 in go.mod",
        object="timer",
        made=timer.call,
        severity=Severity.NOTE if loop is None else _severity(subject, caller.call),
        growth=Growth.PER_ITERATION,
        related=(("this loop calls it", head(loop)),) if loop is not None and here else (),
        assumptions=("the loop runs more often than the timer fires",),
        owner=caller.function,
    )


def _severity(subject: Subject, node: ast.Node) -> Severity:
    """A note in tests, which end soon, and where few rounds are to be expected."""
    if subject.test or loop_around(subject, node) is None or runs_few(subject, node):
        return Severity.NOTE
    return Severity.WARNING


def _name(timer: Timer) -> str:
    return "time.After" if timer.made.kind == "after" else "time.NewTimer"
