"""What the explorer claims of programs, and how each claim can be forced to happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fuzz.native import Stuck, lay_out
from fuzz.program import Program
from unstuck.explore import judging, verdict
from unstuck.explore.fragment import Fragment, analyse
from unstuck.explore.judging import Leak
from unstuck.explore.moves import position
from unstuck.explore.state import State
from unstuck.explore.trace import standing_place
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.code import Code
from unstuck.ir.desc import Descs
from unstuck.ir.program import program
from unstuck.ir.slice import sliced
from unstuck.models.loader import model
from unstuck.source import workspace
from unstuck.source.options import LoadOptions, host_target
from unstuck.types.world import World

MAX_STATES = 12_000
CLASSES = {
    "range": "receive",
    "nil-send": "nil",
    "nil-receive": "nil",
    "select-empty": "select",
    "rlock": "lock",
}
"""Reason classes by the operations of leaks; others have the class's name."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What exploring one program gave."""

    stuck: Mapping[Stuck, tuple[int, ...]]
    """Each claim with the lines its witness passes, in order."""
    complete: bool
    states: int


@dataclass(frozen=True, slots=True)
class Explorable:
    """A lowered and sliced program, and its source."""

    code: instr.Program
    data: bytes


def load(folder: Path, programs: Mapping[int, Program]) -> dict[int, Explorable]:
    """Writes the programs without delays below `folder`, and lowers them."""
    lay_out(folder, programs, delays=False)
    return lowered(folder, programs)


def lowered(folder: Path, programs: Mapping[int, Program]) -> dict[int, Explorable]:
    """Lowers programs that are on disk already."""
    goos, goarch = host_target()
    options = LoadOptions(cwd=str(folder), include_tests=False)
    space = workspace.load(("./fuzz",), workspace.Target(goos, goarch, ()), options)
    world = World(space, model)
    for package in space.packages:
        world.add(package)
    own = tuple(package.path for package in space.packages)
    code = Code(world, Descs(world), own, lambda path: model(path) is not None)
    found: dict[int, Explorable] = {}
    for package in space.packages:
        for ref in world.functions(package.path):
            number = int(ref.name[1:]) if ref.name[1:].isdigit() and ref.name[0] == "P" else -1
            declared = world.declared(ref)
            if number not in programs or declared is None:
                continue
            whole = program(code, ref)
            assert whole is not None
            found[number] = Explorable(sliced(whole), declared.file.data)
    return found


def explore(item: Explorable, max_states: int = MAX_STATES) -> Claims:
    """Explores a program."""
    return claims_of(analyse(item.code, max_states), item.data)


def claims_of(result: Fragment, data: bytes) -> Claims:
    """The leaks of a fragment as claims."""
    found: dict[Stuck, tuple[int, ...]] = {}
    for leak in result.leaks:
        line = _line(data, leak.park.start) if leak.park.path.endswith(".go") else 0
        stuck = (line, _class(leak))
        found.setdefault(stuck, _witness(data, leak))
    return Claims(found, result.complete, result.states)


def stuck_at(item: Explorable, state: State, stuck: verdict.Stuck) -> Stuck:
    """A stuck goroutine of a state as a claim."""
    goroutine = state.goroutines[stuck.gid]
    assert goroutine is not None
    park = standing_place(item.code, goroutine)
    at = position(goroutine, Work(item.code, state))
    operation, _ = judging._operation(at, stuck)
    if operation == "cond" and stuck.waits and stuck.waits[0].how == "lock":
        operation = "lock"
    line = _line(item.data, park.start) if park.path.endswith(".go") else 0
    return line, CLASSES.get(operation, operation)


def _class(leak: Leak) -> str:
    if leak.operation == "cond" and leak.waits and leak.waits[0].how == "lock":
        return "lock"
    return CLASSES.get(leak.operation, leak.operation)


def _witness(data: bytes, leak: Leak) -> tuple[int, ...]:
    if leak.schedule is None:
        return ()
    lines: list[int] = []
    for each in leak.schedule.happenings:
        places = [each.other_place, each.place] if each.other_place is not None else [each.place]
        if each.what in ("end", "return", "exit"):
            continue
        lines.extend(_line(data, place.start) for place in places if place and place.path.endswith(".go"))
    return tuple(lines)


def _line(data: bytes, start: int) -> int:
    return data.count(b"\n", 0, start) + 1
