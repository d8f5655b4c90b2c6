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

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.graph import EXIT, Edge, cyclic
from unstuck.flow.paths import trail, walk, writes
from unstuck.flow.places import Place, bare, callee, is_nil, place_of, point_nodes, received
from unstuck.rules.left_timers import Caller, callers, goes_on, inside, return_of
from unstuck.rules.loops import runs_few
from unstuck.rules.subject import Body, Subject, Suspicion, head, loop_around
from unstuck.rules.timers import BYTES, ENDS, Made, makes, method_on
from unstuck.syntax import ast
from unstuck.types.model import Info

NAME = "timer-in-loop"
SUMMARY = "each iteration of a loop leaves a timer behind (Go before 1.23)"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (b"for ", b"goto ")
NEEDS = (b"time.After(", b"time.NewTimer(")
OLD_TIMERS = True


@dataclass(frozen=True, slots=True, eq=False)
class _Timer:
    """One call that makes a timer: at point `at` of a graph."""

    at: int
    call: ast.Call
    made: Made
    case: ast.CommCase | None
    """The case that receives from the call itself."""
    place: Place | None
    """Where the channel or timer is kept first."""


@dataclass(frozen=True, slots=True)
class _State:
    """`armed`: one made here waits to fire. `kept`: its place still has it. `lost`: others have it too."""

    armed: bool = False
    kept: bool = False
    lost: bool = False


def check(subject: Subject) -> Iterable[Suspicion]:
    """Timers that a loop drops before they fire."""
    for body in subject.bodies:
        for timer in _timers(subject, body):
            found = _judged(subject, body, timer)
            if found is not None:
                yield found
        yield from _called(subject, body)


def _timers(subject: Subject, body: Body, looped: bool = True) -> Iterator[_Timer]:
    info, data = subject.function.info, subject.function.file.data
    cycles = cyclic(body.graph)
    for number, point in enumerate(body.graph.points):
        for node in point_nodes(point.kind, point.node):
            if not isinstance(node, ast.Call):
                continue
            made = makes(subject.world, info, data, node)
            if made is None or made.kind not in ("after", "timer") or made.duration == "0":
                continue
            if looped and number not in cycles:
                continue
            timer = _kept(subject, number, node, made)
            if timer is not None:
                yield timer


def _kept(subject: Subject, number: int, call: ast.Call, made: Made) -> _Timer | None:
    """Where the timer goes; None where others get it, or where it is waited for on the spot."""
    at: ast.Node = call
    parent = subject.parents.get(at)
    while isinstance(parent, (ast.Paren, ast.Selector)):
        at, parent = parent, subject.parents.get(parent)
    if isinstance(at, ast.Selector) != (made.kind == "timer") and isinstance(at, ast.Selector):
        return None
    channel = made.kind == "after" or isinstance(at, ast.Selector)
    if isinstance(parent, ast.Unary) and parent.op == "<-":
        case = _case_of(subject, parent)
        return _Timer(number, call, made, case, None) if case is not None else None
    target = _target(parent, at)
    place = place_of(subject.function.info, target) if target is not None else None
    if place is None or (place.root.kind == "global" and channel):
        return None
    return _Timer(number, call, Made("after", made.duration) if channel else made, None, place)


def _case_of(subject: Subject, receive: ast.Unary) -> ast.CommCase | None:
    parent = subject.parents.get(receive)
    while parent is not None and not isinstance(parent, (ast.CommCase, ast.Block, ast.FuncLit)):
        if isinstance(parent, ast.CommCase):
            break
        up = subject.parents.get(parent)
        if isinstance(up, ast.CommCase) and up.comm is not parent:
            return None
        parent = up
    if not isinstance(parent, ast.CommCase):
        return None
    return parent if received(parent.comm) is receive else None


def _target(parent: ast.Node | None, value: ast.Node) -> ast.Expr | None:
    for target, written in writes(parent) if parent is not None else ():
        if written is not None and (written is value or bare(written) is value):
            return target
    return None


# Walking.


@dataclass(frozen=True, slots=True, eq=False)
class _Armed:
    """Follows one timer; see paths.Automaton."""

    subject: Subject
    body: Body
    timer: _Timer

    def start(self) -> _State:
        return _State()

    def step(self, at: int, state: _State) -> Iterable[_State]:
        if at == self.timer.at:
            return (_State(armed=True, kept=self.timer.place is not None),)
        if not state.armed:
            return (state,)
        after = self._after(at, state)
        if after.kept and self._emptied(at):
            return after, replace(after, kept=False)
        return (after,)

    def assume(self, at: int, edge: Edge, state: _State) -> _State | None:
        if edge.cond is None or not state.kept:
            return state
        cond = bare(edge.cond)
        if not isinstance(cond, ast.Binary) or cond.op not in ("==", "!="):
            return state
        info = self.subject.function.info
        for one, other in ((cond.x, cond.y), (cond.y, cond.x)):
            if is_nil(info, other) and self._is_kept(one):
                return state if edge.holds == (cond.op == "!=") else None
        return state

    def _after(self, at: int, state: _State) -> _State:
        point = self.body.graph.points[at]
        if point.kind == "comm" and isinstance(point.node, ast.CommCase):
            unary = received(point.node.comm)
            if point.node is self.timer.case or (state.kept and unary is not None and self._ticks(unary.x)):
                return _State()
        if point.kind == "range" and isinstance(point.node, ast.Range) and self._ticks(point.node.x):
            return _State()
        for node in point_nodes(point.kind, point.node):
            state = self._done(node, state, waits=point.kind != "select")
            if not state.armed:
                break
        return state

    def _done(self, node: ast.Node, state: _State, *, waits: bool) -> _State:
        if not state.kept:
            return state
        info = self.subject.function.info
        if isinstance(node, ast.Unary) and node.op == "<-" and waits and self._ticks(node.x):
            return _State()
        if isinstance(node, ast.Call):
            method = method_on(info, node)
            if method is not None and self._same(method[0]) and method[1] == "time.Timer.Stop":
                return _State()
        if isinstance(node, ast.FuncLit) and _mentions(info, node, self._place()):
            return _State()
        for target, _ in writes(node):
            if self._is_kept(target) or place_of(info, target) == Place(self._place().root):
                return _State(armed=True)
        if isinstance(node, (ast.Ident, ast.Selector)) and self._is_kept(node) and self._handed_on(node):
            return _State()
        return state

    def _emptied(self, at: int) -> bool:
        """Whether the point calls a function in sight that writes to a field of the name."""
        place, point = self._place(), self.body.graph.points[at]
        if not place.fields:
            return False
        world, info = self.subject.world, self.subject.function.info
        writes_it = re.compile(rb"\." + re.escape(place.fields[-1].encode()) + rb"\s*=[^=]")
        for node in point_nodes(point.kind, point.node):
            ref = callee(info, node) if isinstance(node, ast.Call) else None
            declared = world.declared(ref) if ref is not None else None
            if declared is not None and writes_it.search(declared.file.data, declared.start, declared.end):
                return True
        return False

    def _place(self) -> Place:
        assert self.timer.place is not None
        return self.timer.place

    def _same(self, place: Place) -> bool:
        return self.timer.place is not None and place == self.timer.place

    def _is_kept(self, expr: ast.Expr) -> bool:
        place = place_of(self.subject.function.info, expr)
        return place is not None and self._same(place)

    def _ticks(self, channel: ast.Expr) -> bool:
        """Whether an expression is the timer's channel."""
        place = place_of(self.subject.function.info, channel)
        if place is None or self.timer.place is None:
            return False
        kept = self.timer.place
        return place == (kept if self.timer.made.kind == "after" else Place(kept.root, (*kept.fields, "C")))

    def _handed_on(self, node: ast.Expr) -> bool:
        """Whether others get the timer: not by receiving, comparing, calling its methods or writing to it."""
        parent = self.subject.parents.get(node)
        value: ast.Node = node
        while isinstance(parent, ast.Paren):
            value, parent = parent, self.subject.parents.get(parent)
        match parent:
            case ast.Unary(op="<-") | ast.Binary() | ast.ExprStmt() | ast.Range():
                return False
            case ast.Selector():
                return parent.sel.name == "C" and self._handed_on(parent)
            case ast.Call():
                return value in parent.args
            case ast.Assign() | ast.VarSpec():
                return any(written is value for _, written in writes(parent))
            case _:
                return True


def _mentions(info: Info, literal: ast.FuncLit, place: Place) -> bool:
    from unstuck.syntax.walk import walk as below

    return any(
        isinstance(node, ast.Ident) and info.uses.get(node) is place.root for node in below(literal.body)
    )


# Functions that are called in a loop.


def _called(subject: Subject, body: Body) -> Iterator[Suspicion]:
    """Timers that a function leaves behind which a loop of this body calls again and again."""
    cycles = cyclic(body.graph)
    looped = [number for number in range(len(body.graph.points)) if number in cycles and _calls(body, number)]
    for caller in callers(subject, body, (b"time.After(", b"time.NewTimer("), looped):
        inner = inside(subject, caller)
        for timer in _timers(inner, inner.bodies[0], False):
            if timer.at in cyclic(inner.bodies[0].graph):
                continue
            returns = _left(inner, inner.bodies[0], timer)
            if returns and goes_on(subject, body, caller, returns):
                yield _told_called(subject, caller, timer)


def _calls(body: Body, number: int) -> bool:
    point = body.graph.points[number]
    return any(isinstance(node, ast.Call) for node in point_nodes(point.kind, point.node))


def _left(subject: Subject, body: Body, timer: _Timer) -> list[ast.Return | None]:
    """The returns that leave the timer running."""
    visits = walk(body.graph, body.memory, _Armed(subject, body, timer)) or ()
    found = []
    for number, visit in enumerate(visits):
        if visit.at == EXIT and visit.state.armed:
            points = trail(visits, number)
            if not _was_told_to_end(subject, body, points):
                found.append(return_of(body.graph, points))
    return found


def _was_told_to_end(subject: Subject, body: Body, points: Iterable[int]) -> bool:
    """Whether the last case taken on a path is a signal to end: that comes once, or ends the caller too."""
    taken = None
    for number in points:
        node = body.graph.points[number].node
        taken = node if isinstance(node, ast.CommCase) else taken
    unary = received(taken.comm) if taken is not None else None
    return unary is not None and ENDS.search(subject.text(unary.x)) is not None


# Telling.


def _judged(subject: Subject, body: Body, timer: _Timer) -> Suspicion | None:
    visits = walk(body.graph, body.memory, _Armed(subject, body, timer))
    if visits is None:
        return None
    if any(visit.at == timer.at and visit.state.armed for visit in visits):
        return _told(subject, timer, _severity(subject, timer.call))
    if any(visit.at == EXIT and visit.state.armed for visit in visits):
        return _told_once(subject, timer)
    return None


def _told(subject: Subject, timer: _Timer, severity: Severity) -> Suspicion:
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


def _told_once(subject: Subject, timer: _Timer) -> Suspicion:
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


def _told_called(subject: Subject, caller: Caller, timer: _Timer) -> Suspicion:
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


def _name(timer: _Timer) -> str:
    return "time.After" if timer.made.kind == "after" else "time.NewTimer"
