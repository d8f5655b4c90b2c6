"""Walking a state graph within limits, most promising states first.

The search does not know that the states are Go's: it is given the initial states, a function that yields
the successors with their cost, and a limit counted in states.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from unstuck.explore.outcomes import Meter

S = TypeVar("S", bound=Hashable)
M = TypeVar("M")


@dataclass(slots=True)
class Graph(Generic[S, M]):
    """What was seen. `parents[i]` is the state before state i on the cheapest way found, and the move."""

    states: list[S] = field(default_factory=list)
    parents: list[tuple[int, M | None]] = field(default_factory=list)
    costs: list[tuple[int, int]] = field(default_factory=list)
    revisited: set[int] = field(default_factory=set)
    """States reached again after they had been seen. Never iterated."""
    complete: bool = True
    quiet: dict[int, bool] = field(default_factory=dict)
    """Of the states that were expanded: nothing moves by itself there."""
    computed: int = 0
    """Successors computed, those already known included: what the limit counts."""


class Search(Generic[S, M]):
    """Best first by (cost, steps), and stopped and taken up again: what is found does not depend on where it
    was stopped.

    `successors` gets a state and the move that led to it, and gives moves with their extra cost; `reduced`
    gives enough of them and tells whether they are all, and whether the state is quiet. Where the reduced
    ones lead nowhere new all are taken (the cycle proviso). Both are paid from `meter`, which may stop them
    in the midst of a state: then not all that follows it came, and it is taken up again.
    """

    def __init__(
        self,
        reduced: Callable[[S, M | None], tuple[list[tuple[M, int, S]], bool, bool]],
        successors: Callable[[S, M | None], list[tuple[M, int, S]]],
        meter: Meter,
        limit: int,
    ) -> None:
        """Once `limit` states have been computed the graph is not complete."""
        self.graph: Graph[S, M] = Graph()
        self._reduced = reduced
        self._successors = successors
        self._meter = meter
        self._limit = limit
        self._index: dict[S, int] = {}
        self._queue: list[tuple[int, int, int]] = []
        self._partial: set[int] = set()
        """States that came out of the one in whose midst the search was stopped."""

    def begin(self, state: S) -> None:
        """Adds an initial state."""
        self._add(state, -1, None, 0, 0)

    def go_on(self) -> None:
        """Goes on till the end, the limit or a stop."""
        graph, index, meter = self.graph, self._index, self._meter
        while self._queue and graph.complete and meter.left >= 0:
            entry = heapq.heappop(self._queue)
            cost, depth, number = entry
            state, last = graph.states[number], graph.parents[number][1]
            found, whole, graph.quiet[number] = self._reduced(state, last)
            if not whole and all(after in index for _, _, after in found) and not meter.cut:
                found = self._successors(state, last)
            before = len(graph.states)
            for move, extra, after in found:
                self._add(after, number, move, cost + extra, depth + 1)
            self._partial.clear()
            if meter.cut:
                meter.cut = False
                self._partial.update(range(before, len(graph.states)))
                heapq.heappush(self._queue, entry)
            if graph.computed >= self._limit and self._queue:
                graph.complete = False

    @property
    def ended(self) -> bool:
        """Nothing is left, or more states than the limit."""
        return not self._queue or not self.graph.complete

    def _add(self, state: S, parent: int, move: M | None, cost: int, depth: int) -> None:
        graph = self.graph
        number = len(graph.states)
        known = self._index.setdefault(state, number)
        if known in self._partial:
            self._partial.remove(known)
            return
        graph.computed += 1
        if known != number:
            graph.revisited.add(known)
            return
        graph.states.append(state)
        graph.parents.append((parent, move))
        graph.costs.append((cost, depth))
        heapq.heappush(self._queue, (cost, depth, number))


def path(graph: Graph[S, M], number: int) -> list[int]:
    """State numbers from an initial state to `number`."""
    found = [number]
    while graph.parents[found[-1]][0] >= 0:
        found.append(graph.parents[found[-1]][0])
    return found[::-1]
