"""The campaign: `python -m fuzz [--seed N] [--programs N] [--batch N]` in `tests/` (`make fuzz`).

Prints every disagreement with its program, then the figures. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter

from fuzz import agree
from fuzz.agree import Case
from fuzz.generate import generate
from fuzz.program import render
from fuzz.quiet import preemptions

MEMORY = 3 << 30
"""Bytes that the campaign may take."""


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="random programs: do the explorer and Go agree?")
    parser.add_argument("--seed", type=int, default=0, help="number of the first program")
    parser.add_argument("--programs", type=int, default=200, help="how many; 0 goes on until stopped")
    parser.add_argument("--batch", type=int, default=100, help="programs built into one binary")
    parser.add_argument("--reduce", action="store_true", help="make programs that disagree smaller")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    counts: Counter[str] = Counter()
    first = options.seed
    while not options.programs or first < options.seed + options.programs:
        last = first + options.batch
        if options.programs:
            last = min(last, options.seed + options.programs)
        start = time.perf_counter()
        cases, broken = agree.batch({seed: generate(seed) for seed in range(first, last)}, rounds=2)
        counts["do not compile"] += len(broken)
        for seed, case in cases.items():
            _count(counts, case)
            _tell(seed, case, options.reduce)
        print(f"to {last}: {time.perf_counter() - start:.0f} s, {dict(counts)}", flush=True)
        first = last
    return 1 if counts["missed"] or counts["unseen"] else 0


def _count(counts: Counter[str], case: Case) -> None:
    counts["programs"] += 1
    counts["leak"] += bool(case.truth.seen)
    counts["incomplete"] += not case.claims.complete
    needed = preemptions(case.item) if case.truth.seen else {}
    counts["two preemptions"] += max(needed.values(), default=0) >= 2
    counts["missed"] += bool(case.missed)
    counts["unseen"] += bool(case.unseen)
    counts["may panic"] += bool(case.truth.dead or case.truth.crashes)
    counts["states"] += case.claims.states


def _tell(seed: int, case: Case, reduced: bool) -> None:
    for what, found in (("missed", case.missed), ("unseen", case.unseen)):
        if found:
            program = agree.reduce(case.program, what == "missed") if reduced else case.program
            print(f"--- {seed}: {what} {found}, crashes {case.truth.crashes}")
            print(render(program, seed, delays=False).text, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
