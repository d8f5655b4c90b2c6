"""Timers that are made and not waited for: where one goes, and on which paths it is left running.

Beside what makes a timer this knows what takes its tick, what stops it and what hands it on to others. Loops
are no matter here: `timer_in_loop` asks it about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from unstuck.flow.graph import EXIT, Edge, called_literal, cyclic
from unstuck.flow.paths import trail, walk, writes
from unstuck.flow.places import Place, bare, callee, is_nil, place_of, point_nodes, received
from unstuck.rules.left_timers import return_of
from unstuck.rules.subject import Body, Subject
from unstuck.rules.timers import ENDS, Made, makes, method_on
from unstuck.syntax import ast
from unstuck.syntax.walk import walk as below
from unstuck.types.model import Info


@dataclass(frozen=True, slots=True, eq=False)
class Timer:
    """One call that makes a timer: at point `at` of a graph."""

    at: int
    call: ast.Call
    made: Made
    case: ast.CommCase | None
    """The case that receives from the call itself."""
    place: Place | None
    """Where the channel or timer is kept first."""


@dataclass(frozen=True, slots=True)
class State:
    """`armed`: one made here waits to fire. `kept`: its place still has it."""

    armed: bool = False
    kept: bool = False


def timers_made(subject: Subject, body: Body, looped: bool = True) -> Iterator[Timer]:
    """The timers that a body makes and keeps or drops, only those in loops where `looped`."""
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


def _kept(subject: Subject, number: int, call: ast.Call, made: Made) -> Timer | None:
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
        return Timer(number, call, made, case, None) if case is not None else None
    target = _target(parent, at)
    place = place_of(subject.function.info, target) if target is not None else None
    if place is None or (place.root.kind == "global" and channel):
        return None
    return Timer(number, call, Made("after", made.duration) if channel else made, None, place)


def _case_of(subject: Subject, receive: ast.Unary) -> ast.CommCase | None:
    parent = subject.parents.get(receive)
    while parent is not None and not isinstance(parent, (ast.CommCase, ast.Block, ast.FuncLit)):
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


@dataclass(frozen=True, slots=True, eq=False)
class Armed:
    """Follows one timer; see paths.Automaton."""

    subject: Subject
    body: Body
    timer: Timer

    def start(self) -> State:
        """Nothing is made yet."""
        return State()

    def step(self, at: int, state: State) -> Iterable[State]:
        """What the point makes of the timer."""
        if at == self.timer.at:
            return (State(armed=True, kept=self.timer.place is not None),)
        if not state.armed:
            return (state,)
        after = self._after(at, state)
        if after.kept and self._emptied(at):
            return after, replace(after, kept=False)
        return (after,)

    def assume(self, at: int, edge: Edge, state: State) -> State | None:
        """A place that has the timer is not nil."""
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

    def _after(self, at: int, state: State) -> State:
        point = self.body.graph.points[at]
        if point.kind == "comm" and isinstance(point.node, ast.CommCase):
            unary = received(point.node.comm)
            if point.node is self.timer.case or (state.kept and unary is not None and self._ticks(unary.x)):
                return State()
        if point.kind == "range" and isinstance(point.node, ast.Range) and self._ticks(point.node.x):
            return State()
        for node in point_nodes(point.kind, point.node):
            state = self._done(node, state, waits=point.kind != "select")
            if not state.armed:
                break
        return state

    def _done(self, node: ast.Node, state: State, *, waits: bool) -> State:
        if not state.kept:
            return state
        info = self.subject.function.info
        if isinstance(node, ast.Unary) and node.op == "<-" and waits and self._ticks(node.x):
            return State()
        if isinstance(node, ast.Call):
            method = method_on(info, node)
            if method is not None and self._same(method[0]) and method[1] == "time.Timer.Stop":
                return State()
        if isinstance(node, ast.FuncLit) and _mentions(info, node, self._place()):
            return State()
        for target, _ in writes(node):
            if self._is_kept(target) or place_of(info, target) == Place(self._place().root):
                return State(armed=True)
        if isinstance(node, (ast.Ident, ast.Selector)) and self._is_kept(node) and self._handed_on(node):
            return State()
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
    return any(
        isinstance(node, ast.Ident) and info.uses.get(node) is place.root for node in below(literal.body)
    )


def ends_with(subject: Subject, body: Body, timer: Timer) -> bool:
    """What the function defers has the timer, and can stop whatever is kept there in the end."""
    if timer.place is None:
        return False
    points = (point.node for point in body.graph.points)
    literals = (called_literal(node.call) for node in points if isinstance(node, ast.DeferStmt))
    info = subject.function.info
    return any(literal is not None and _mentions(info, literal, timer.place) for literal in literals)


def left_by(subject: Subject, body: Body, timer: Timer) -> list[ast.Return | None]:
    """The returns that leave the timer running."""
    if ends_with(subject, body, timer):
        return []
    visits = walk(body.graph, body.memory, Armed(subject, body, timer)) or ()
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
