"""From a state back to the schedule that leads there: replayed with goroutines that keep their numbers.

The replay runs the true program again along the path and compares each state with the one of the search, so
a witness is never anything but a run of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from unstuck.explore import semantics
from unstuck.explore.canonical import canonical
from unstuck.explore.components import parts
from unstuck.explore.happening import Happening, Place
from unstuck.explore.moves import Move, moves, position
from unstuck.explore.outcomes import Meter, state_cost
from unstuck.explore.search import Graph, path
from unstuck.explore.state import Goroutine, Site, State
from unstuck.explore.told import user_place
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import Program

MAX_WORK = 300_000
"""Instructions run to retrace a schedule; past it the witness has no steps."""
MAX_TRIES = 400
"""Moves tried for one step of a replay; past it the witness has no steps."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What happened, and in the last state where each goroutine stands. Goroutine numbers are those of the
    replay; 0 is the root."""

    happenings: tuple[Happening, ...]
    goroutines: tuple[tuple[int, Site | None, Place], ...]


def standing_place(program: Program, goroutine: Goroutine) -> Place:
    """Where a parked goroutine's innermost user frame stands."""
    frames: list[tuple[str, int]] = []
    for index, frame in enumerate(goroutine.frames):
        calling = index + 1 < len(goroutine.frames) and frame.mode == "run"
        frames.append((frame.func, max(frame.pc - 1, 0) if calling else frame.pc))
    return user_place(program.functions, frames, goroutine.spawn)


def replay(
    program: Program, graph: Graph[State, Move], number: int, total: Meter | None = None
) -> Schedule | None:
    """The schedule to state `number`; None when it could not be retraced, or once `total` is spent."""
    total = total or Meter()
    if total.left < 0:
        return None
    meter = Meter(min(MAX_WORK, total.left))
    found = _retraced(program, graph, path(graph, number), meter)
    total.spent += meter.spent
    return found


def _retraced(
    program: Program, graph: Graph[State, Move], numbers: list[int], meter: Meter
) -> Schedule | None:
    work = _begin(program, graph.states[numbers[0]], meter)
    for before, after in pairwise(numbers):
        if work is None:
            return None
        work = _follow(work, graph.states[before], graph.parents[after][1], graph.states[after], meter)
    if work is None or work.log is None:
        return None
    standing = tuple(
        (gid, item.spawn, standing_place(program, item))
        for gid, item in enumerate(work.goroutines)
        if isinstance(item, Goroutine)
    )
    return Schedule(tuple(work.log), standing)


def _begin(program: Program, goal: State, meter: Meter) -> Work | None:
    for work in semantics.start(program, [], log=True, meter=meter):
        for part in parts(work):
            if _leads_to(part, goal, meter):
                return part
    return None


def _follow(work: Work, before: State, wanted: Move | None, goal: State, meter: Meter) -> Work | None:
    if wanted is None:
        return None
    shape = _shape(before.goroutines, wanted, work)
    candidates = sorted(moves(work), key=lambda move: _shape(work.goroutines, move, work) != shape)
    for move in candidates[:MAX_TRIES]:
        happening = _happening(work, move)
        base = work.copy()
        assert base.log is not None
        base.log.append(happening)
        for after in semantics.step(base, move, [], meter):
            for part in parts(after):
                if _leads_to(part, goal, meter):
                    return part
        if meter.left < 0:
            break
    return None


def _leads_to(part: Work, goal: State, meter: Meter) -> bool:
    """The goal is what is left of `part`: all of it, or what falls apart from the rest once fields are
    forgotten that nobody reads any more."""
    state = canonical(part)
    meter.spent += state_cost(state)
    return state == goal or any(canonical(each) == goal for each in parts(Work(part.program, state)))


def _shape(goroutines: object, move: Move, work: Work) -> tuple[object, ...]:
    assert isinstance(goroutines, tuple | list)
    places = []
    for gid in (move.gid, move.partner):
        item = goroutines[gid] if gid >= 0 else None
        frame = item.frames[-1] if isinstance(item, Goroutine) else None
        places.append((frame.func, frame.pc) if frame is not None else None)
    return (move.how, move.case, move.partner_case, *places)


def _happening(work: Work, move: Move) -> Happening:
    item = work.goroutines[move.gid]
    assert isinstance(item, Goroutine)
    place = _case_place(work, item, move.case)
    other_place = None
    if move.partner >= 0:
        partner = work.goroutines[move.partner]
        assert isinstance(partner, Goroutine)
        other_place = _case_place(work, partner, move.partner_case)
    return Happening(move.gid, move.how, place, move.partner, other_place)


def _case_place(work: Work, goroutine: Goroutine, case: int) -> Place:
    place = standing_place(work.program, goroutine)
    item = position(goroutine, work)
    function = work.program.functions[goroutine.frames[-1].func]
    if isinstance(item, instr.Select) and not function.hidden and 0 <= case < len(item.cases):
        return Place(function.path, *item.cases[case].at)
    return place
