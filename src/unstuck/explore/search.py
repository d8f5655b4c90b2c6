"""Walking a state graph within limits, most promising states first.

The search does not know that the states are Go's: it is given the initial states, a function that yields
the successors with their cost, and a limit counted in states.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

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


def explore(
    initial: list[S],
    reduced: Callable[[S, M | None], tuple[list[tuple[M, int, S]], bool, bool]],
    successors: Callable[[S, M | None], list[tuple[M, int, S]]],
    limit: int,
) -> Graph[S, M]:
    """Best first by (cost, steps): `successors` gets a state and the move that led to it, and yields moves
    with their extra cost; `reduced` yields enough of them and tells whether they are all, and whether the
    state is quiet. Where the reduced ones lead nowhere new all are taken (the cycle proviso). Stops once
    `limit` states have been computed; then the graph is not complete."""
    graph: Graph[S, M] = Graph()
    index: dict[S, int] = {}
    queue: list[tuple[int, int, int]] = []

    def add(state: S, parent: int, move: M | None, cost: int, depth: int) -> None:
        graph.computed += 1
        known = index.get(state)
        if known is not None:
            graph.revisited.add(known)
            return
        number = len(graph.states)
        index[state] = number
        graph.states.append(state)
        graph.parents.append((parent, move))
        graph.costs.append((cost, depth))
        heapq.heappush(queue, (cost, depth, number))

    for state in initial:
        add(state, -1, None, 0, 0)
    while queue:
        cost, depth, number = heapq.heappop(queue)
        state, last = graph.states[number], graph.parents[number][1]
        found, whole, graph.quiet[number] = reduced(state, last)
        if not whole and all(after in index for _, _, after in found):
            found = successors(state, last)
        for move, extra, after in found:
            add(after, number, move, cost + extra, depth + 1)
        if graph.computed >= limit and queue:
            graph.complete = False
            break
    return graph


def path(graph: Graph[S, M], number: int) -> list[int]:
    """State numbers from an initial state to `number`."""
    found = [number]
    while graph.parents[found[-1]][0] >= 0:
        found.append(graph.parents[found[-1]][0])
    return found[::-1]
