"""The abstract Go machine as a graph: the initial state, and what follows a state."""

from __future__ import annotations

from typing import NamedTuple

from unstuck.explore.canonical import canonical
from unstuck.explore.components import parts
from unstuck.explore.local import Settling, settle
from unstuck.explore.moves import Move, is_quiet, moves
from unstuck.explore.outcomes import Dropped, Meter, state_cost
from unstuck.explore.perform import perform
from unstuck.explore.reduce import ample
from unstuck.explore.state import Frame, Goroutine, State, Symbol, Value
from unstuck.explore.work import Work
from unstuck.ir.instr import Desc, Program


class Successor(NamedTuple):
    """A move and the state behind it."""

    move: Move
    state: State


def starting(program: Program, dropped: list[str], meter: Meter, log: bool = False) -> Settling:
    """The ways on which the root can run up to its first operation; with `log` they write down what
    happens."""
    root = program.functions[program.root]
    work = Work(program, State((), (), (), (), (), ()))
    args: list[Value] = [_argument(work, desc) for desc in root.params]
    args.extend([None] * (root.registers - len(args)))
    frame = Frame(root.id, 0, tuple(args), (), "run", (), (), False, False)
    work.goroutines.append(Goroutine((frame,), None, "", 1, False, False))
    work.pending.append(0)
    if log:
        work.log = []
    return Settling(work, dropped.append, meter)


def named(work: Work, meter: Meter) -> list[State]:
    """The states that a work stands for, one for each component."""
    return [_named(part, meter) for part in parts(work)]


def _named(work: Work, meter: Meter | None) -> State:
    state = canonical(work)
    if meter is not None:
        meter.spent += state_cost(state)
    return state


def start(program: Program, dropped: list[str], log: bool = False, meter: Meter | None = None) -> list[Work]:
    """Where these ways lead, not renamed."""
    return starting(program, dropped, meter or Meter(), log).go_on()


def _argument(work: Work, desc: Desc) -> Value:
    if desc.kind == "struct":
        return work.unknown(desc)
    tag = "size" if desc.kind == "int" else ""
    return Symbol(work.symbol(desc).id, desc, tag)


def successors(
    program: Program, state: State, dropped: list[str], meter: Meter | None = None
) -> list[Successor]:
    """Every move of a state and every state it can lead to."""
    base = Work(program, state)
    return _after(base, moves(base), dropped, meter)


def reduced(
    program: Program, state: State, dropped: list[str], meter: Meter | None = None
) -> tuple[list[Successor], bool, bool]:
    """Enough of the successors (explore/reduce.py), whether they are all, and whether the state is quiet."""
    base = Work(program, state)
    possible = moves(base)
    chosen = ample(base, possible)
    return _after(base, chosen, dropped, meter), len(chosen) == len(possible), is_quiet(possible)


def _after(base: Work, chosen: list[Move], dropped: list[str], meter: Meter | None) -> list[Successor]:
    return [
        Successor(move, _named(part, meter))
        for move in chosen
        for work in step(base, move, dropped, meter)
        for part in parts(work)
    ]


def step(base: Work, move: Move, dropped: list[str], meter: Meter | None = None) -> list[Work]:
    """One move; every way the goroutines that moved can go on."""
    work = base.copy()
    try:
        perform(work, move)
    except Dropped as drop:
        dropped.append(drop.why)
        return []
    return settle(work, dropped.append, meter)
