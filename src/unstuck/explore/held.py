"""Locks that a return leaves held (SEMANTICS.md, "Locks have takers").

Reported at the Lock, when another return of the same root gives back the lock that was taken by the same
call. Silent when a goroutine or a closure that leaves the function may unlock later, and for lock helpers:
functions all of whose returns leave the lock held, or whose held returns tell of success where the others do
not: no error, true, a value.
"""

from __future__ import annotations

from dataclasses import dataclass

from unstuck.explore.moves import Move
from unstuck.explore.search import Graph
from unstuck.explore.state import State
from unstuck.ir import instr
from unstuck.ir.instr import Program


@dataclass(frozen=True, slots=True)
class HeldLock:
    """State `number` is one in which the root has returned and left the lock held."""

    func: str
    pc: int
    number: int


def held_locks(program: Program, graph: Graph[State, Move]) -> tuple[HeldLock, ...]:
    """The locks that the root forgets, with the cheapest state for each."""
    if _unlocks_later(program):
        return ()
    errors = tuple(desc.kind == "error" for desc in program.functions[program.root].result_descs)
    held: dict[tuple[str, int, int], list[tuple[int, tuple[str, ...]]]] = {}
    released: dict[tuple[str, int, int], list[tuple[str, ...]]] = {}
    for number, state in enumerate(graph.states):
        if state.returned is None or state.detached:
            continue
        for site in state.returned.held:
            held.setdefault(site, []).append((number, state.returned.results))
        for site in state.returned.released:
            released.setdefault(site, []).append(state.returned.results)
    found: list[HeldLock] = []
    for site in sorted(held):
        others = released.get(site, [])
        suspects = [entry for entry in held[site] if not _told_apart(errors, entry[1], others)]
        if not others or not suspects:
            continue
        number = min(suspects, key=lambda entry: graph.costs[entry[0]])[0]
        pc = _pc(program, site)
        if pc is not None:
            found.append(HeldLock(site[0], pc, number))
    return tuple(found)


def _told_apart(errors: tuple[bool, ...], results: tuple[str, ...], others: list[tuple[str, ...]]) -> bool:
    """Some result tells this return from every one that released, and it is not one of failure."""
    return all(
        any(
            mine != theirs and "?" not in (mine, theirs) and not _fails(error, mine)
            for error, mine, theirs in zip(errors, results, other)
        )
        for other in others
    )


def _fails(error: bool, result: str) -> bool:
    """The result says that nothing came of it: an error, nil, false."""
    return result == "non-nil" if error else result in ("nil", "False")


def _unlocks_later(program: Program) -> bool:
    """An unlock in code that runs after the return: in a goroutine, what it defers included, or in a closure
    that is not deferred."""
    started: dict[str, None] = {}
    for function in program.functions.values():
        deferred = {item.callee for item in function.code if isinstance(item, instr.Defer)}
        for item in function.code:
            if isinstance(item, instr.MakeClosure) and item.dst not in deferred:
                started[item.func] = None
    todo = list(started)
    while todo:
        known = program.functions.get(todo.pop())
        if known is None:
            continue
        for item in known.code:
            if isinstance(item, instr.Lock) and item.op in ("unlock", "runlock"):
                return True
            if isinstance(item, instr.Call | instr.MakeClosure) and item.func not in started:
                started[item.func] = None
                todo.append(item.func)
    return False


def _pc(program: Program, site: tuple[str, int, int]) -> int | None:
    function = program.functions.get(site[0])
    if function is None or function.hidden:
        return None
    for pc, item in enumerate(function.code):
        if isinstance(item, instr.Lock) and item.at[0] == site[1]:
            return pc
    return None
