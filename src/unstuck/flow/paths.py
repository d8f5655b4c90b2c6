"""Walking all paths of a graph with an automaton, remembering what conditions said.

The automaton says what a point does to its state, and which answers of a condition its state admits. Beside
that state a walk remembers the answers of conditions that can be asked again (and constants given to what
they ask), so that `if async {...} ... if async {...}` never takes both ways. Breadth first: the first path to
a state is a shortest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from unstuck.flow.graph import ENTRY, Edge, Graph
from unstuck.flow.places import Fact, Place, bare, builtin, fact_of, is_nil, place_of, point_nodes
from unstuck.syntax import ast
from unstuck.types.model import Info, Var

MAX_VISITS = 6_000
"""Pairs of point and state in one walk. Past it the walk gives up, and it finds nothing."""
MAX_WALKED = 300_000
"""The same for all walks that the rules ask for in one declared function. Past it they find nothing more in
that function. Both are told as a gap."""

State = TypeVar("State", bound=Hashable)
_State = TypeVar("_State", bound=Hashable, contravariant=True)


Known = tuple[tuple[int, bool], ...]
"""The facts that are known, by number, in order."""


class Automaton(Protocol[State]):
    """What a walk asks."""

    def start(self) -> State:
        """State at the entry."""

    def step(self, at: int, state: State) -> Iterable[State]:
        """States after point `at`; none ends the path."""

    def assume(self, at: int, edge: Edge, state: State) -> State | None:
        """The state after an edge out of `at`; None when the state does not admit it."""


@dataclass(frozen=True, slots=True)
class Visit(Generic[State]):
    """Point `at` was reached in `state`, from visit number `before` (-1 at the start)."""

    at: int
    state: State
    facts: Known
    before: int


@dataclass(slots=True, eq=False)
class Walked:
    """What the walks in one declared function, and in what they follow from there, have come to."""

    visits: int = 0
    cut: bool = False
    """A walk gave up, or was not begun any more."""

    def is_enough(self) -> bool:
        """There were too many: who asks does not begin another one."""
        self.cut = self.cut or self.visits > MAX_WALKED
        return self.visits > MAX_WALKED


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Which conditions of a graph are worth remembering, and what writes to variables do to them. Facts are
    numbered in the order in which they are asked."""

    asks: Mapping[int, tuple[int, bool]]
    """Condition points by number: the fact, and the sign with which they ask for it."""
    sets: Mapping[int, tuple[tuple[int, bool | None], ...]]
    """What is known (None: no longer) of facts after a point."""
    needed: tuple[int, ...]
    """For each point a bit set of the facts that somebody may ask from there on."""
    walked: Walked


def memory(graph: Graph, info: Info, data: bytes, walked: Walked) -> Memory:
    """What to remember on the paths of `graph`; `data` is the text of its file."""
    asked: dict[int, tuple[int, bool]] = {}
    facts: dict[Fact, int] = {}
    mentions: dict[Var, list[tuple[Fact, int]]] = {}
    for number, point in enumerate(graph.points):
        if point.kind != "cond" or point.node is None:
            continue
        found = fact_of(info, data, point.node)  # type: ignore[arg-type]
        if found is None:
            continue
        fact, sign = found
        if fact not in facts:
            facts[fact] = len(facts)
            for var in dict.fromkeys(fact.roots):
                mentions.setdefault(var, []).append((fact, facts[fact]))
        asked[number] = facts[fact], sign
    sets: dict[int, tuple[tuple[int, bool | None], ...]] = {}
    for number, point in enumerate(graph.points):
        changed = _changed(point.kind, point.node, info, facts, mentions)
        if changed:
            sets[number] = changed
    return Memory(asked, sets, _needed(graph, asked, sets), walked)


def walk(graph: Graph, remembered: Memory, automaton: Automaton[State]) -> tuple[Visit[State], ...] | None:
    """All visits, in the order they were found; None when there are too many."""
    if remembered.walked.is_enough():
        return None
    visits = _visits(graph, remembered, automaton)
    remembered.walked.cut = remembered.walked.cut or visits is None
    remembered.walked.visits += MAX_VISITS if visits is None else len(visits)
    return visits


def _visits(graph: Graph, remembered: Memory, automaton: Automaton[State]) -> tuple[Visit[State], ...] | None:
    visits: list[Visit[State]] = [Visit(ENTRY, automaton.start(), (), -1)]
    seen = {(ENTRY, visits[0].state, visits[0].facts)}
    waiting = deque((0,))
    while waiting:
        number = waiting.popleft()
        visit = visits[number]
        facts = _after(remembered, visit.at, visit.facts)
        for state in automaton.step(visit.at, visit.state):
            for edge in graph.points[visit.at].edges:
                told = _told(remembered, visit.at, edge, facts)
                moved = automaton.assume(visit.at, edge, state) if told is not None else None
                if told is None or moved is None:
                    continue
                told = tuple(item for item in told if remembered.needed[edge.to] >> item[0] & 1)
                if (edge.to, moved, told) in seen:
                    continue
                seen.add((edge.to, moved, told))
                visits.append(Visit(edge.to, moved, told, number))
                waiting.append(len(visits) - 1)
                if len(visits) > MAX_VISITS:
                    return None
    return tuple(visits)


def trail(visits: tuple[Visit[State], ...], number: int) -> tuple[int, ...]:
    """The points on the way to visit `number`, from the entry on."""
    points = []
    while number >= 0:
        points.append(visits[number].at)
        number = visits[number].before
    return tuple(reversed(points))


def _needed(
    graph: Graph,
    asked: Mapping[int, tuple[int, bool]],
    sets: Mapping[int, tuple[tuple[int, bool | None], ...]],
) -> tuple[int, ...]:
    """Backwards over the edges until nothing changes: asked here or needed behind, and not set here."""
    before: list[list[int]] = [[] for _ in graph.points]
    for number, point in enumerate(graph.points):
        for edge in point.edges:
            before[edge.to].append(number)
    asks = [1 << asked[number][0] if number in asked else 0 for number in range(len(graph.points))]
    kept = [~sum({1 << fact for fact, _ in sets.get(number, ())}) for number in range(len(graph.points))]
    needed = [0] * len(graph.points)
    waiting = list(range(len(graph.points)))
    while waiting:
        number = waiting.pop()
        behind = asks[number]
        for edge in graph.points[number].edges:
            behind |= needed[edge.to]
        if behind & kept[number] != needed[number]:
            needed[number] = behind & kept[number]
            waiting.extend(before[number])
    return tuple(needed)


def _after(remembered: Memory, at: int, facts: Known) -> Known:
    changed = remembered.sets.get(at)
    if changed is None:
        return facts
    known = dict(facts)
    for fact, value in changed:
        known.pop(fact, None)
        if value is not None:
            known[fact] = value
    return _ordered(known)


def _told(remembered: Memory, at: int, edge: Edge, facts: Known) -> Known | None:
    """The facts behind an edge, None when they contradict it."""
    asked = remembered.asks.get(at)
    if asked is None or edge.cond is None:
        return facts
    fact, sign = asked
    value = edge.holds == sign
    known = dict(facts)
    if fact in known:
        return facts if known[fact] == value else None
    known[fact] = value
    return _ordered(known)


def _ordered(known: Mapping[int, bool]) -> Known:
    return tuple(sorted(known.items()))


def _changed(
    kind: str,
    node: ast.Node | None,
    info: Info,
    facts: Mapping[Fact, int],
    mentions: Mapping[Var, list[tuple[Fact, int]]],
) -> tuple[tuple[int, bool | None], ...]:
    found: list[tuple[int, bool | None]] = []
    if kind in ("loop", "range"):
        found.extend((number, None) for fact, number in facts.items() if fact.shared)
    for item in point_nodes(kind, node):
        for target, value in writes(item):
            place = place_of(info, target)
            if place is not None:
                found.extend(
                    (number, _known(fact, place, _constant(info, item, value)))
                    for fact, number in mentions.get(place.root, ())
                )
    return tuple(found)


def _known(fact: Fact, place: Place, constant: str) -> bool | None:
    """What a fact is after `constant` was written to a place that it mentions."""
    name = ".".join((place.root.name, *place.fields))
    if constant == "append":
        return {(f"len({name})", "0"): False, (f"len({name}) > 0", ">"): True}.get((fact.left, fact.right))
    if fact.left != name:
        return None
    if fact.right == "nil" and constant in ("nil", "zero"):
        return True
    if fact.right == "" and constant in ("true", "false", "zero"):
        return constant == "true"
    return None


def writes(node: ast.Node) -> Iterable[tuple[ast.Expr, ast.Expr | None]]:
    """(target, value) of what a statement writes; value None where it is not an expression of its own."""
    match node:
        case ast.Assign(op="=" | ":="):
            values = node.rhs if len(node.rhs) == len(node.lhs) else (None,) * len(node.lhs)
            yield from zip(node.lhs, values)
        case ast.Assign():
            yield from ((target, None) for target in node.lhs)
        case ast.IncDec():
            yield node.x, None
        case ast.VarSpec():
            values = node.values if len(node.values) == len(node.names) else (None,) * len(node.names)
            yield from zip(node.names, values)
        case ast.Range():
            yield from ((target, None) for target in (node.key, node.value) if target is not None)
        case ast.Unary(op="&"):
            yield node.x, None
        case _:
            return


def _constant(info: Info, node: ast.Node, value: ast.Expr | None) -> str:
    if value is None:
        return "zero" if isinstance(node, ast.VarSpec) and not node.values else ""
    if is_nil(info, value):
        return "nil"
    value = bare(value)
    if isinstance(value, ast.Call) and len(value.args) > 1 and builtin(info, value) == "append":
        return "" if value.spread else "append"
    return value.name if isinstance(value, ast.Ident) and value.name in ("true", "false") else ""
