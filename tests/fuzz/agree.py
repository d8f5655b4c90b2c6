"""Compares what was seen with what is claimed; hunts down what only one side says."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz import explorer, native
from fuzz.explorer import Claims, Explorable
from fuzz.native import Binary, Stuck, Truth
from fuzz.program import Program, render, smaller
from fuzz.quiet import preemptions

REPEATS = 40
"""Instances of a program in one process."""
MORE = 10
"""How much more a program is run whose claims were not all seen."""
FORCED = 4
"""How often a schedule is forced at most."""


@dataclass(slots=True)
class Case:
    """One program and both sides."""

    program: Program
    truth: Truth
    claims: Claims
    item: Explorable

    @property
    def missed(self) -> list[Stuck]:
        """Seen and not claimed. What waits for a goroutine that ticks for ever is parked and never marked."""
        if not self.claims.complete:
            return []
        seen = self.truth.marked if ticks(self.program) else self.truth.seen
        return sorted(seen - set(self.claims.stuck))

    @property
    def unseen(self) -> list[Stuck]:
        """Claimed and not seen. In a program that may end its process, some goroutines are stuck only until
        then: what final states show is compared."""
        if self.claimed_only and (self.truth.dead or self.truth.crashes):
            return sorted(set(preemptions(self.item)) - self.truth.seen)
        return self.claimed_only

    @property
    def claimed_only(self) -> list[Stuck]:
        """Claimed and not seen, whatever the reason."""
        return sorted(set(self.claims.stuck) - self.truth.seen)


def ticks(program: Program) -> bool:
    """A goroutine of the program may poll for ever."""
    return "NewTicker" in render(program, 0, delays=False).text


def batch(programs: Mapping[int, Program], rounds: int) -> tuple[dict[int, Case], dict[int, str]]:
    """Runs and explores programs; those that do not compile, with the compiler's word."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as name:
        folder = Path(name)
        binary = native.build(folder / "run", programs)
        truths = native.run(binary, sorted(binary.programs), REPEATS, rounds)
        items = explorer.load(folder / "plain", binary.programs)
        cases = {
            number: Case(
                binary.programs[number], truths[number], explorer.explore(items[number]), items[number]
            )
            for number in sorted(binary.programs)
        }
        insist(binary, cases)
        for number in [number for number, case in cases.items() if case.missed or case.unseen]:
            if native.races(binary, number):
                del cases[number]
    return cases, dict(binary.broken)


def insist(binary: Binary, cases: Mapping[int, Case]) -> None:
    """Runs programs with unseen claims again: more often, and held to the schedules of the witnesses."""
    for number, case in cases.items():
        for stuck in case.unseen:
            plan = _plan(case, number, stuck)
            for _ in range(FORCED):
                if plan and stuck not in case.truth.seen:
                    _add(case.truth, native.force(binary, number, plan, REPEATS))
        if case.unseen:
            _add(case.truth, native.run(binary, [number], REPEATS * 3, MORE)[number])


def _plan(case: Case, number: int, stuck: Stuck) -> Sequence[int]:
    """Statements in the order in which the witness passes them, to the one that is stuck."""
    statements = render(case.program, number, delays=False).statements
    lines = (*case.claims.stuck.get(stuck, ()), stuck[0])
    return [statements[line] for line in lines if line in statements]


def _add(truth: Truth, more: Truth) -> None:
    truth.marked |= more.marked
    truth.parked |= more.parked
    truth.crashes += more.crashes
    truth.dead += more.dead
    truth.runs += more.runs


# Reduction.


def reduce(program: Program, missed: bool, rounds: int = 40) -> Program:
    """A program with less statements on which the two sides still disagree in the same way."""
    for _ in range(rounds):
        options = dict(enumerate(smaller(program)))
        if not options:
            return program
        cases, _ = _quick(options, missed)
        wrong = [number for number, case in cases.items() if (case.missed if missed else case.unseen)]
        if not wrong:
            return program
        program = options[
            min(wrong, key=lambda number: (len(render(options[number], 0, False).text), number))
        ]
    return program


def _quick(programs: Mapping[int, Program], missed: bool) -> tuple[dict[int, Case], dict[int, str]]:
    """As `batch`; seen is soon enough to tell a miss, while an unseen claim asks for all the effort."""
    return batch(programs, 1)
