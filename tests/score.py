"""Score `unstuck check` on testdata: found, missed and false alarms, file by file.

`python tests/score.py [--filter TEXT] [--all]`; exit status 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from oracle.expect import EXAMPLES, ROOT, TESTDATA, Program, module_of, notes, programs
from oracle.score import Told, Verdict, check, compare


def subjects(text: str) -> list[Program]:
    """All programs whose path contains `text`."""
    everything = [*programs(TESTDATA), *notes(TESTDATA), *programs(EXAMPLES), *notes(EXAMPLES)]
    return [each for each in everything if text in each.path.relative_to(ROOT).as_posix()]


def judge(chosen: Sequence[Program], alone: bool) -> list[Verdict]:
    """Check the modules of `chosen`, or with `alone` each file by itself, and compare."""
    runs = [
        (each.path.parent, each.path.name)
        if alone or each.path.suffix == ".md"
        else (module_of(each.path), "./...")
        for each in chosen
    ]
    told: list[Told] = []
    for folder, path in dict.fromkeys(runs):
        checked = check(folder, (path,))
        told.extend(checked.told)
        if checked.failure:
            print(f"{folder.relative_to(ROOT)}: {checked.failure}")
    return [compare(each, told) for each in chosen]


def _print_one(verdict: Verdict) -> None:
    path = verdict.program.path.relative_to(ROOT)
    word = "ok" if verdict.right else "WRONG"
    ledger = f", {len(verdict.ledger)} in the ledger" if verdict.ledger else ""
    notes = f", {verdict.notes} other notes" if verdict.notes else ""
    print(f"{word:5} {path}: {verdict.found} found{ledger}{notes}")
    for mark in verdict.missed:
        print(f"      {path}:{mark.line}: missed {mark.text}")
    for told in verdict.false:
        print(f"      {path}:{told.line}: false alarm {told.text}")
    for mark in verdict.stale:
        print(f"      {path}:{mark.line}: no longer true: // {mark.kind} {mark.text}")


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="score unstuck check on testdata")
    parser.add_argument("--filter", default="", help="only paths that contain this text")
    parser.add_argument("--all", action="store_true", help="print the files that are right, too")
    parser.add_argument("--alone", action="store_true", help="check each file by itself, one run a file")
    options = parser.parse_args()
    start = time.perf_counter()
    verdicts = judge(subjects(options.filter), options.alone)
    for verdict in verdicts:
        if options.all or not verdict.right:
            _print_one(verdict)
    wanted = sum(len(each.program.of("want", "note")) for each in verdicts)
    print(
        f"{len(verdicts)} files, {sum(each.right for each in verdicts)} right; "
        f"{wanted} wanted, {sum(each.found for each in verdicts)} found, "
        f"{sum(len(each.missed) for each in verdicts)} missed, "
        f"{sum(len(each.false) for each in verdicts)} false alarms, "
        f"{sum(len(each.ledger) for each in verdicts)} in the ledger, "
        f"{sum(len(each.stale) for each in verdicts)} stale; {time.perf_counter() - start:.1f} s"
    )
    return 0 if all(each.right for each in verdicts) else 1


if __name__ == "__main__":
    raise SystemExit(main())
