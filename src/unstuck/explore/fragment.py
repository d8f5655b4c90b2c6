"""One fragment from code to leaks: search, then verdict. The result is plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from unstuck.explore import semantics, unseen
from unstuck.explore.happening import Place
from unstuck.explore.judging import Leak, judge, parks
from unstuck.explore.moves import CANCEL, OUTSIDE, Move
from unstuck.explore.outcomes import EXPAND_COST, Meter
from unstuck.explore.search import Graph, Search
from unstuck.explore.state import State
from unstuck.ir import instr
from unstuck.ir.instr import Function, Program
from unstuck.ir.once import classes, once

_HOLDERS = ("chan", "func", "pointer", "interface", "struct", "slice", "map", "context", "unknown")
_MADE = (instr.MakeChan, instr.MakeContext, instr.MakeTimer, instr.Go)
INCOMPLETE = ("steps", "goroutines", "length", "paths", unseen.WHY)
"""Reasons to drop a path that leave a fragment incomplete."""
ENDING = ("exit", "panic", "fatal")
"""Reasons to drop a path because the process ends there."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What exploring a root gave."""

    root: str
    leaks: tuple[Leak, ...]
    states: int
    complete: bool
    causes: tuple[str, ...]
    """Why it is not complete."""
    work: int
    """What it cost, in instructions run."""
    hands_out: bool
    """Goroutines are left waiting for what the root returned or passed out: callers decide."""
    process_ended: bool = False
    """On some path the code itself ended the process."""
    panics: bool = False
    """Some path ends the process by a panic, or by unlocking what is not locked."""
    grows: bool = False
    """What it makes or holds gets to functions that are not followed: more of them may show more."""
    judging: int = 0
    """What it cost to judge the states and to retrace the schedules, in the same units as `work`."""


def analyse(program: Program, limit: int, max_work: int = 1 << 60, max_judging: int = 1 << 60) -> Fragment:
    """Explores a sliced program within `limit` states and `max_work` instructions, and judges what was found
    within `max_judging`."""
    nothing = idle(program)
    if nothing is not None:
        return nothing
    return Exploration(program, limit).go_on(max_work, max_judging)


class Parked(NamedTuple):
    """Where exploring a program has left goroutines behind."""

    known: bool
    """It was explored to its end, and nowhere the code itself ends the process."""
    places: tuple[Place, ...]
    """When that is `known`: those of the leaks of `analyse`, where what main leaves behind counts as that of
    any other function does."""
    work: int
    judging: int
    """What it cost, as of a Fragment."""


def parked(program: Program, limit: int, max_work: int, max_judging: int) -> Parked:
    """The same, for who only wants to know where goroutines are left behind: their schedules are not
    retraced."""
    nothing = idle(program)
    if nothing is not None:
        return Parked(not nothing.process_ended, (), 0, 0)
    exploration = Exploration(program, limit)
    reached = exploration.explored(max_work)
    if not reached.complete or reached.process_ended:
        return Parked(False, (), exploration.work, 0)
    places, judging = parks(program, exploration.graph, max_judging)
    return Parked(True, places, exploration.work, judging)


class Reached(NamedTuple):
    """How far an exploration has come."""

    complete: bool
    causes: tuple[str, ...]
    """Why it is not complete."""
    process_ended: bool


class Exploration:
    """A sliced program that is explored, further and further."""

    def __init__(self, program: Program, limit: int) -> None:
        """`limit` is that of the states."""
        self.program = program
        self._meter = Meter()
        self._dropped: list[str] = []
        self._starting = semantics.starting(program, self._dropped, self._meter)
        steps = _Steps(program, self._dropped, self._meter)
        self._search = Search(steps.reduced, steps.successors, self._meter, limit)

    @property
    def work(self) -> int:
        """What it has cost."""
        return self._meter.spent

    @property
    def states(self) -> int:
        """How many were computed."""
        return self._search.graph.computed

    @property
    def graph(self) -> Graph[State, Move]:
        """What it knows so far."""
        return self._search.graph

    def go_on(self, max_work: int, max_judging: int = 1 << 60) -> Fragment:
        """What is known of it once it has cost `max_work`, or ended: the same as if it had gone so far at
        once. What was found is judged within `max_judging`."""
        reached = self.explored(max_work)
        graph, dropped = self._search.graph, self._dropped
        judged = judge(self.program, graph, _is_main(self.program), max_judging)
        undecided = judged.undecided and unseen.WHY not in reached.causes
        return Fragment(
            root=self.program.root,
            leaks=judged.leaks,
            states=graph.computed,
            complete=reached.complete and not judged.undecided,
            causes=tuple(sorted((*reached.causes, unseen.WHY))) if undecided else reached.causes,
            work=self._meter.spent,
            hands_out=judged.hands_out or _returns_made(self.program),
            process_ended=reached.process_ended,
            panics="panic" in dropped or "fatal" in dropped,
            judging=judged.cost,
        )

    def explored(self, max_work: int) -> Reached:
        """Explores it till it has cost `max_work`, or ended; nothing is judged."""
        meter, search, dropped = self._meter, self._search, self._dropped
        meter.limit, meter.cut = max_work, False
        for work in self._starting.go_on():
            for state in semantics.named(work, meter):
                search.begin(state)
        begun, meter.cut = not meter.cut, False
        search.go_on()
        causes = {why for why in dropped if why in INCOMPLETE}
        if not begun or not search.ended:
            causes.add("work")
        whole = search.graph.complete
        return Reached(
            not causes and whole,
            (*sorted(causes), *(() if whole else ("states",))),
            any(why in ENDING for why in dropped),
        )


class _Steps:
    """What the search asks of the machine. A class of its own: an exploration that held itself, by way of its
    search, would stay in memory with all its states till the garbage collector comes."""

    def __init__(self, program: Program, dropped: list[str], meter: Meter) -> None:
        self._program = program
        self._dropped = dropped
        self._meter = meter

    def reduced(self, state: State, last: Move | None) -> tuple[list[_Priced], bool, bool]:
        """See `Search`."""
        found, whole, quiet = semantics.reduced(self._program, state, self._dropped, self._meter)
        self._meter.spent += EXPAND_COST
        return _priced(found, last), whole, quiet

    def successors(self, state: State, last: Move | None) -> list[_Priced]:
        """See `Search`."""
        found = semantics.successors(self._program, state, self._dropped, self._meter)
        self._meter.spent += EXPAND_COST
        return _priced(found, last)


def idle(program: Program) -> Fragment | None:
    """What a program gives in which no goroutine can be parked, sliced or not; none where one can."""
    functions = program.functions.values()
    if any(_parks(function) for function in functions):
        return None
    ended = any(instr.Exit in classes(function) for function in functions)
    return Fragment(program.root, (), 0, True, (), 0, _returns_made(program), ended)


@once
def _parks(function: Function) -> bool:
    return any(_may_stop(item) for item in function.code)


def _may_stop(item: instr.Instr) -> bool:
    """A goroutine can be parked here, or leave something behind that others are parked at."""
    match item:
        case instr.Send() | instr.Recv() | instr.Select():
            return True
        case instr.Lock():
            return item.op not in ("section", "leave")
        case instr.WaitGroup() | instr.Cond():
            return item.op == "wait"
        case _:
            return False


def _returns_made(program: Program) -> bool:
    """The root may return what goroutines meet at, made in the fragment."""
    root = program.functions[program.root]
    if not any(desc.kind in _HOLDERS for desc in root.result_descs):
        return False
    return any(isinstance(item, _MADE) for function in program.functions.values() for item in function.code)


_Priced = tuple[Move, int, State]


def _priced(found: list[semantics.Successor], last: Move | None) -> list[_Priced]:
    return [(item.move, _cost(last, item.move), item.state) for item in found]


def _cost(last: Move | None, move: Move) -> int:
    """Few preemptions first, and what outsiders do last."""
    outside = 1 if move.by in (OUTSIDE, CANCEL) else 0
    return outside + (0 if last is None or move.gid == last.gid or move.partner == last.gid else 1)


def _is_main(program: Program) -> bool:
    root = program.functions[program.root]
    return root.id.endswith(".main") and root.outer == "main" and not root.params
