"""The state of one timer or ticker along the paths of a function: armed, fired, its tick taken, stopped.

A walk follows one place (`timer`, `s.timer`) and notes where a Reset may meet an old tick, and where a bare
receive finds a timer that will never fire. Calls of functions in sight that get the timer are followed. What
other goroutines do to the timer is not known: once a literal that runs elsewhere has it, nothing is said.

Sources: package time, Timer.Stop and Timer.Reset, for both kinds of timers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from unstuck.flow.calls import graph_of
from unstuck.flow.graph import EXIT, Edge, Graph, called_literal, inlined_literal
from unstuck.flow.paths import Memory, memory, trail, walk, writes
from unstuck.flow.places import (
    Place,
    bare,
    builtin,
    callee,
    evaluated,
    parameter,
    place_of,
    point_nodes,
    received,
    type_name,
    variable,
)
from unstuck.rules.subject import Subject
from unstuck.rules.timers import MAKERS, method_on, timer_of_channel
from unstuck.syntax import ast
from unstuck.syntax.walk import walk as below
from unstuck.types.constant import COMPARED
from unstuck.types.model import Info, Var
from unstuck.types.world import Function, World

OUTSIDE = "outside"
"""Nobody knows: what came from elsewhere, or was handed on."""
LOST = "lost"
"""Other goroutines have it; nothing is said from here on."""
FRESH = "fresh"
"""Armed, and no time has passed since."""
ARMED = "armed"
"""Armed some time ago: it may have fired."""
FULL = "full"
"""It has fired, and the tick waits in the channel (timers of Go before 1.23 only)."""
TAKEN = "taken"
"""It has fired, and the tick was received."""
STOPPED = "stopped"
"""Stopped, with nothing in the channel."""
DRAIN = "drain"
"""Stop returned false, with nothing in the channel."""
MAYBE = "maybe"
"""Stop returned false for a timer nobody knows of (new timers): then nothing is in the channel."""
_SPENT = (TAKEN, STOPPED, DRAIN)
_MAX_DEPTH = 3
"""How deep calls are followed. Past it a call leaves the timer in an unknown state."""
_MAX_BYTES = 6_000
"""Longer functions are not followed."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a walk met: kind "stale" (Reset with an old tick), "blocked" (a receive from a spent timer) or
    "deaf" (a select with a case for a stopped one)."""

    kind: str
    status: str
    """Of the timer before."""
    node: ast.Node
    owner: Function
    steps: tuple[ast.Node, ...]
    """What was done to the timer on the way, in the function where the walk started."""
    chosen: ast.CommCase | None = None
    """The last case that was taken before."""


@dataclass(frozen=True, slots=True)
class _State:
    """`flag` is the variable that keeps the last result of Stop, `said` that result."""

    status: str
    flag: Var | None = None
    said: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Timer:
    """What is followed: a place in a body that starts in a status."""

    place: Place
    ticker: bool
    start: str = OUTSIDE


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """Where the walk is: a function, a graph in it, and the kind of timers."""

    world: World
    function: Function
    graph: Graph
    remembered: Memory
    old: bool
    depth: int


@dataclass(slots=True, eq=False)
class _Walk:
    """An automaton of flow.paths; `events` by node and status, with the number of the point."""

    scene: _Scene
    timer: Timer
    events: dict[tuple[str, str, ast.Node], tuple[int, Event]] = field(default_factory=dict)

    def start(self) -> _State:
        return _State(self.timer.start)

    def step(self, at: int, state: _State) -> Iterable[_State]:
        if state.status == LOST:
            return (state,)
        point = self.scene.graph.points[at]
        if point.kind == "comm" and isinstance(point.node, ast.CommCase):
            return _chosen(self, point.node, state)
        if point.kind == "range" and isinstance(point.node, ast.Range):
            return _ranged(self, at, point.node, state)
        if point.kind == "select" and isinstance(point.node, ast.Select) and state.status in _SPENT:
            self._listen(at, point.node, state)
        if point.kind == "cond" and point.node is not None and self._stop_of(point.node) is not None:
            return (state,)
        states = [state]
        for node in point_nodes(point.kind, point.node):
            states = [after for before in states for after in _act(self, at, point.kind, node, before)]
        return tuple(dict.fromkeys(states))

    def assume(self, at: int, edge: Edge, state: _State) -> _State | None:
        if edge.cond is None or state.status == LOST:
            return state
        cond = bare(edge.cond)
        flag = variable(self.scene.function.info, cond) if isinstance(cond, ast.Ident) else None
        if flag is not None and flag is state.flag:
            return state if state.said == edge.holds else None
        if self._stop_of(cond) is None:
            return _of_length(self, cond, edge, state)
        status = _stopped(self.scene.old, state.status).get(edge.holds)
        return _State(status) if status is not None else None

    def _listen(self, at: int, select: ast.Select, state: _State) -> None:
        for case in select.cases:
            unary = received(case.comm)
            if unary is not None and self.is_channel(unary.x):
                _note(self, at, "deaf", state.status, unary)

    def is_channel(self, expr: ast.Expr) -> bool:
        return timer_of_channel(self.scene.function.info, expr) == self.timer.place

    def _stop_of(self, node: ast.Node) -> ast.Call | None:
        if not isinstance(node, ast.Call):
            return None
        method = method_on(self.scene.function.info, node)
        hit = method is not None and method[0] == self.timer.place and method[1] == "time.Timer.Stop"
        return node if hit else None


def timers_of(subject: Subject, block: ast.Block) -> tuple[Timer, ...]:
    """The places in a body whose Stop or Reset is called or whose channel is received from, in source order;
    literals inside it left out."""
    info = subject.function.info
    found: dict[Place, Timer] = {}
    named = _Named(info, block)
    for node in evaluated(block):
        place: Place | None = None
        if isinstance(node, ast.Call):
            method = method_on(info, node)
            if method is not None and method[1] in _METHODS:
                place = method[0]
        elif isinstance(node, ast.Unary) and node.op == "<-":
            place = timer_of_channel(info, node.x)
        if place is not None and place not in found:
            found[place] = Timer(place, named.is_ticker(place))
    return tuple(timer for timer in found.values() if not _has_function(subject, timer.place))


def events_of(
    subject: Subject, graph: Graph, remembered: Memory, timer: Timer, *, old: bool
) -> tuple[Event, ...]:
    """What a walk of a body meets, for timers of Go before 1.23 (`old`) or later ones."""
    scene = _Scene(subject.world, subject.function, graph, remembered, old, 0)
    return _run(scene, timer)[0]


_METHODS = ("time.Timer.Stop", "time.Timer.Reset", "time.Ticker.Stop", "time.Ticker.Reset")


def _run(scene: _Scene, timer: Timer) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The events of a walk, and the statuses at the exit."""
    automaton = _Walk(scene, timer)
    visits = walk(scene.graph, scene.remembered, automaton)
    if visits is None:
        return (), (LOST,)
    first: dict[int, int] = {}
    for number, visit in enumerate(visits):
        first.setdefault(visit.at, number)
    events = []
    for at, event in automaton.events.values():
        number = next(
            (n for n, visit in enumerate(visits) if visit.at == at and visit.state.status == event.status),
            first[at],
        )
        path = trail(visits, number)
        steps = _touching(scene, timer, path[:-1])
        events.append(replace(event, steps=steps, chosen=_last_case(scene, path[:-1])))
    ends = []
    for number, visit in enumerate(visits):
        if visit.at == EXIT:
            ends.append(visit.state.status)
            more, _ = _deferred(scene, timer, trail(visits, number), visit.state.status)
            events.extend(more)
    return tuple(_unique(events)), tuple(dict.fromkeys(ends))


def _last_case(scene: _Scene, points: tuple[int, ...]) -> ast.CommCase | None:
    for number in reversed(points):
        node = scene.graph.points[number].node
        if isinstance(node, ast.CommCase):
            return node
    return None


def _unique(events: Iterable[Event]) -> list[Event]:
    """One event for each node."""
    found: dict[tuple[str, ast.Node], Event] = {}
    for event in events:
        found.setdefault((event.kind, event.node), event)
    return list(found.values())


def _deferred(
    scene: _Scene, timer: Timer, points: tuple[int, ...], status: str
) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """What a deferred literal on the path meets when the function ends in `status`."""
    if scene.depth >= _MAX_DEPTH or status in (LOST, OUTSIDE):
        return (), (status,)
    for number in reversed(points):
        node = scene.graph.points[number].node
        if not isinstance(node, ast.DeferStmt) or not isinstance(node.call, ast.Call):
            continue
        literal = bare(node.call.fun)
        info = scene.function.info
        if isinstance(literal, ast.FuncLit) and _touches(info, literal.body, timer.place):
            return _run(_inner(scene, scene.function, literal.body), replace(timer, start=status))
    return (), (status,)


def _inner(scene: _Scene, function: Function, block: ast.Block) -> _Scene:
    graph = graph_of(scene.world, function.info, block)
    remembered = memory(graph, function.info, function.file.data, scene.remembered.walked)
    return _Scene(scene.world, function, graph, remembered, scene.old, scene.depth + 1)


def _touching(scene: _Scene, timer: Timer, points: Iterable[int]) -> tuple[ast.Node, ...]:
    """What the points do to the timer, in order."""
    found: list[ast.Node] = []
    for number in points:
        point = scene.graph.points[number]
        node = point.node
        if point.kind == "comm" and isinstance(node, ast.CommCase):
            node = node.comm
        if node is None or point.kind in ("select", "range"):
            continue
        if any(
            isinstance(part, (ast.Ident, ast.Selector)) and place_of(scene.function.info, part) == timer.place
            for part in evaluated(node)
        ):
            found.append(node)
    return tuple(found[-6:])


# One step.


def _stopped(old: bool, status: str) -> dict[bool, str]:
    """Status after Stop, by its result."""
    match status:
        case "outside":
            return {True: STOPPED, False: OUTSIDE if old else MAYBE}
        case "fresh":
            return {True: STOPPED}
        case "armed":
            return {True: STOPPED, False: FULL} if old else {True: STOPPED}
        case "full":
            return {False: FULL}
        case _:
            return {False: DRAIN}


def _of_length(it: _Walk, cond: ast.Node, edge: Edge, state: _State) -> _State | None:
    """What is known behind a condition on `len(t.C)`: 1 where a tick waits. With the timers of Go 1.23 it is
    always 0."""
    told = _length_asked(it, cond)
    if told is None:
        return state
    full = {True: FULL if not it.timer.ticker else LOST, False: state.status}
    lengths = (0,) if not it.scene.old else (1,) if state.status == FULL else (0, 1)
    if state.status in (*_SPENT, FRESH) and not it.timer.ticker:
        lengths = (0,)
    left = [length for length in lengths if COMPARED[told[0]](length, told[1]) == edge.holds]
    if len(left) == len(lengths):
        return state
    return replace(state, status=full[left[0] == 1]) if left else None


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _length_asked(it: _Walk, cond: ast.Node) -> tuple[str, int] | None:
    """(">", 0) of `len(t.C) > 0`."""
    info = it.scene.function.info
    if not isinstance(cond, ast.Binary) or cond.op not in COMPARED:
        return None
    for one, other, op in ((cond.x, cond.y, cond.op), (cond.y, cond.x, _TURNED.get(cond.op, cond.op))):
        call, number = bare(one), info.constants.get(other)
        if not isinstance(call, ast.Call) or builtin(info, call) != "len" or not isinstance(number, int):
            continue
        if len(call.args) == 1 and it.is_channel(call.args[0]):
            return op, number
    return None


def _chosen(it: _Walk, case: ast.CommCase, state: _State) -> tuple[_State, ...]:
    """A case of a select was taken."""
    unary = received(case.comm)
    if unary is not None and timer_of_channel(it.scene.function.info, unary.x) == it.timer.place:
        if it.timer.ticker:
            return () if state.status == STOPPED else (state,)
        return () if state.status in _SPENT else (_State(TAKEN),)
    if case.comm is None:
        if state.status == FULL:
            return ()
        return (_State(FRESH),) if state.status == ARMED else (state,)
    return (_later(state),)


def _ranged(it: _Walk, at: int, node: ast.Range, state: _State) -> tuple[_State, ...]:
    """The head of a range takes the next tick."""
    if not it.is_channel(node.x):
        return (_later(_written(it, node, state)),)
    if it.timer.ticker and state.status != STOPPED:
        return (state,)
    if not it.timer.ticker and state.status not in (*_SPENT, MAYBE):
        return (_State(TAKEN),)
    _note(it, at, "blocked", state.status, node)
    return ()


def _later(state: _State) -> _State:
    """Time passes."""
    return replace(state, status=ARMED) if state.status == FRESH else state


def _act(it: _Walk, at: int, kind: str, node: ast.Node, state: _State) -> tuple[_State, ...]:
    info = it.scene.function.info
    match node:
        case ast.Unary(op="<-"):
            if timer_of_channel(info, node.x) != it.timer.place:
                return (_later(state),)
            return _receive(it, at, node, state) if kind != "select" else (state,)
        case ast.Call():
            return _call(it, at, node, state)
        case ast.FuncLit():
            runs_here = _runs_here(it.scene.graph.points[at].node, node)
            lost = not runs_here and _touches(info, node.body, it.timer.place)
            return (_State(LOST),) if lost else (state,)
        case ast.SendStmt():
            return (_later(state),)
        case _:
            return (_written(it, node, state),)


def _runs_here(stmt: ast.Node | None, literal: ast.FuncLit) -> bool:
    """Whether a literal is deferred, or called by its statement and part of the graph."""
    if isinstance(stmt, ast.DeferStmt):
        return called_literal(stmt.call) is literal
    return stmt is not None and inlined_literal(stmt) is literal


def _receive(it: _Walk, at: int, node: ast.Unary, state: _State) -> tuple[_State, ...]:
    if it.timer.ticker:
        if state.status != STOPPED:
            return (state,)
    elif state.status not in (*_SPENT, MAYBE):
        return (_State(TAKEN),)
    _note(it, at, "blocked", state.status, node)
    return ()


def _note(it: _Walk, at: int, kind: str, status: str, node: ast.Node) -> None:
    event = Event(kind, status, node, it.scene.function, ())
    it.events.setdefault((kind, status, node), (at, event))


def _call(it: _Walk, at: int, call: ast.Call, state: _State) -> tuple[_State, ...]:
    info = it.scene.function.info
    point = it.scene.graph.points[at].node
    if isinstance(point, (ast.DeferStmt, ast.GoStmt)) and bare(point.call) is call:
        return (
            (state,) if isinstance(point, ast.DeferStmt) or not _passes(info, call, it) else (_State(LOST),)
        )
    method = method_on(info, call)
    if method is not None and method[0] == it.timer.place and method[1] in _METHODS:
        return _method(it, at, call, method[1], state)
    if builtin(info, call) or call in info.conversions:
        return (state,)
    ways = _passes(info, call, it)
    if not ways:
        return (_later(state),)
    return _followed(it, call, ways, state)


def _method(it: _Walk, at: int, call: ast.Call, name: str, state: _State) -> tuple[_State, ...]:
    if name == "time.Ticker.Stop":
        return (_State(STOPPED),)
    if name.endswith(".Reset"):
        if it.scene.old and name == "time.Timer.Reset" and state.status in (ARMED, FULL):
            _note(it, at, "stale", state.status, call)
        return (_State(FRESH),)
    results = _stopped(it.scene.old, state.status)
    flag, used = _flag(it, at, call)
    if used and flag is None:
        return (_State(OUTSIDE),)
    made = [_State(status, flag, said if flag is not None else False) for said, status in results.items()]
    return tuple(dict.fromkeys(made))


def _flag(it: _Walk, at: int, call: ast.Call) -> tuple[Var | None, bool]:
    """The variable that gets the result of a Stop, and whether anything is done with the result."""
    point = it.scene.graph.points[at].node
    if isinstance(point, ast.ExprStmt) and bare(point.x) is call:
        return None, False
    if isinstance(point, ast.Assign) and len(point.rhs) == 1 and bare(point.rhs[0]) is call:
        target = point.lhs[0]
        if isinstance(target, ast.Ident):
            return variable(it.scene.function.info, target), target.name != "_"
    return None, True


def _passes(info: Info, call: ast.Call, it: _Walk) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Which arguments (-1 is the receiver) hold the timer, and behind which fields of them."""
    fun = bare(call.fun)
    given: list[tuple[int, ast.Expr]] = []
    if isinstance(fun, ast.Selector) and fun in info.selections:
        given.append((-1, fun.x))
    given.extend(enumerate(call.args))
    found = []
    for number, expr in given:
        expr = bare(expr)
        if isinstance(expr, ast.Unary) and expr.op == "&":
            expr = expr.x
        place = place_of(info, expr)
        whole = it.timer.place
        if place is None or place.root is not whole.root:
            continue
        if whole.fields[: len(place.fields)] == place.fields:
            found.append((number, whole.fields[len(place.fields) :]))
    return tuple(found)


def _followed(
    it: _Walk, call: ast.Call, ways: tuple[tuple[int, tuple[str, ...]], ...], state: _State
) -> tuple[_State, ...]:
    """A call that gets the timer."""
    scene = it.scene
    ref = callee(scene.function.info, call)
    declared = scene.world.declared(ref) if ref is not None else None
    if ref is None or declared is None or declared.end - declared.start > _MAX_BYTES:
        return (_State(OUTSIDE),)
    function = scene.world.function(ref) if scene.depth < _MAX_DEPTH and len(ways) == 1 else None
    if function is None or function.stub or function.decl.body is None:
        return (_State(OUTSIDE),)
    number, fields = ways[0]
    var = parameter(function, number)
    if var is None:
        return (_later(state),)
    inner = _inner(scene, function, function.decl.body)
    if not inner.graph.whole:
        return (_State(OUTSIDE),)
    events, ends = _run(inner, Timer(Place(var, fields), it.timer.ticker, state.status))
    for event in events:
        if event.status != OUTSIDE:
            it.events.setdefault((event.kind, event.status, event.node), (_at(it, call), event))
    return tuple(_State(end) for end in ends)


def _at(it: _Walk, call: ast.Call) -> int:
    for number, point in enumerate(it.scene.graph.points):
        if point.node is None or not point.node.start <= call.start < point.node.end:
            continue
        if any(node is call for node in point_nodes(point.kind, point.node)):
            return number
    return 0


def _written(it: _Walk, node: ast.Node, state: _State) -> _State:
    """What a statement writes to the timer's place, or hands on of it."""
    info = it.scene.function.info
    for target, value in writes(node):
        place = place_of(info, target)
        if place is None:
            continue
        if state.flag is not None and place == Place(state.flag) and not _is_stop(info, value):
            state = _State(state.status)
        if place.root is it.timer.place.root and it.timer.place.fields[: len(place.fields)] == place.fields:
            return _State(_made(info, value, it.timer.ticker))
    if isinstance(node, ast.Unary) and node.op == "&" and place_of(info, node.x) == it.timer.place:
        return _State(LOST)
    return state


def _is_stop(info: Info, value: ast.Expr | None) -> bool:
    value = bare(value) if value is not None else None
    method = method_on(info, value) if isinstance(value, ast.Call) else None
    return method is not None and method[1].endswith(".Stop")


def _made(info: Info, value: ast.Expr | None, ticker: bool) -> str:
    """The status of what an assignment puts into the place."""
    value = bare(value) if value is not None else None
    if not isinstance(value, ast.Call):
        return OUTSIDE
    ref = callee(info, value)
    kind = MAKERS.get(f"{ref.package}.{ref.name}") if ref is not None and not ref.recv else None
    if kind == "func":
        return LOST
    if kind not in ("timer", "ticker"):
        return OUTSIDE
    at_once = bool(value.args) and info.constants.get(value.args[0]) == 0
    return ARMED if at_once or ticker else FRESH


# Facts about places.


def _touches(info: Info, block: ast.Block, place: Place) -> bool:
    return any(
        isinstance(node, (ast.Ident, ast.Selector)) and place_of(info, node) == place for node in below(block)
    )


class _Named:
    """What first names each place of a block: looked for once, however many places are asked about."""

    def __init__(self, info: Info, block: ast.Block) -> None:
        self._info = info
        self._nodes: Iterator[ast.Node] = below(block)
        self._first: dict[Place, ast.Expr] = {}

    def is_ticker(self, place: Place) -> bool:
        """The place is a ticker by its type."""
        while place not in self._first:
            node = next(self._nodes, None)
            if node is None:
                return False
            found = place_of(self._info, node) if isinstance(node, (ast.Ident, ast.Selector)) else None
            if found is not None and isinstance(node, ast.Expr):
                self._first.setdefault(found, node)
        return type_name(self._info.types.get(self._first[place])) == "time.Ticker"


def _has_function(subject: Subject, place: Place) -> bool:
    """Whether a field is set by time.AfterFunc somewhere in the package: such a timer has no channel."""
    if not place.fields:
        return False
    name = re.escape(place.fields[-1].encode())
    pattern = re.compile(rb"\b" + name + rb"\s*[:=]+\s*time\.AfterFunc\b")
    return any(pattern.search(item.file.data) for item in subject.package.files)
