"""Which leaks of real projects get a verified cure.

    python -m benchmarks.real_fix                 every case that has tags, one after the other
    python -m benchmarks.real_fix --only loki     some

At the last tag before its fix (nearest.py) the package of a case is checked with `--cures all`, by itself
and, where that does not find the case, inside its module. Of the cases that are found, those count whose
finding above a note has a cure that holds. What the maintainers did is compared by hand (docs/benchmarks.md).
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import real
from benchmarks.checker import CheckError, Found, check
from benchmarks.fetch import CACHE, default_go, go_line
from benchmarks.nearest import is_right, read_tags

GOAL = 0.6
"""Least share of the cases found that have a verified cure."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case: the findings above a note that are about it. `why` says what is in the way of any."""

    case: real.Case
    found: tuple[Found, ...]
    setting: str = ""
    why: str = ""

    @property
    def cured(self) -> bool:
        """One of them has a cure: the same leak may be told at several places."""
        return any(one.cures for one in self.found)


def judge(case: real.Case, options: argparse.Namespace) -> Result:
    """Checks a case at its base."""
    base = real.source(case, "base", options)
    if base.folder is None:
        return Result(case, (), why=base.why)
    why = "not found"
    for setting in ("alone", "full"):
        try:
            found = _right(case, base.folder, setting, options.timeout)
        except CheckError as error:
            why = str(error)
            continue
        if found:
            return Result(case, found, setting)
    return Result(case, (), why=why)


def _right(case: real.Case, root: Path, setting: str, timeout: float) -> tuple[Found, ...]:
    folder = PurePosixPath(case.file).parent
    if setting == "full":
        run = check([f"./{folder}"], root, ("--cures", "all"), timeout=timeout)
        shown = case.file
    else:
        with tempfile.TemporaryDirectory() as work:
            for source in sorted((root / folder).glob("*.go")):
                shutil.copy(source, work)
            name = case.module if str(folder) == "." else f"{case.module}/{folder}"
            (Path(work) / "go.mod").write_text(f"module {name}\n\n{go_line(root)}\n")
            run = check(["."], Path(work), ("--cures", "all"), timeout=timeout)
        shown = PurePosixPath(case.file).name
    mine = (one for one in run.findings if one.path == shown and one.loud)
    return tuple(one for one in mine if is_right(case.kind, case.func, one))


def report(results: Sequence[Result], out: Console) -> bool:
    """Print the table; whether the goal is reached."""
    table = Table("case", "kind", "found", "rule", "verified cure", box=box.MARKDOWN)
    for one in results:
        best = next((each for each in one.found if each.cures), one.found[0] if one.found else None)
        cure = best.cures[0] if best is not None and best.cures else "" if best is None else "none"
        rule = best.rule if best is not None else one.why[:60]
        table.add_row(one.case.id, one.case.kind, one.setting, rule, cure)
    out.print(table)
    found = [one for one in results if one.found]
    cured = sum(one.cured for one in found)
    out.print(f"cases with a finding that have a verified cure: {real.share(cured, len(found))}")
    out.print(f"wanted: {GOAL:.0%}")
    return bool(found) and cured / len(found) >= GOAL


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when the goal is missed and `--require` is given."""
    parser = argparse.ArgumentParser(
        prog="real_fix", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=Path, default=real.CASES)
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--go", default=default_go(), help="the Go command that fetches")
    parser.add_argument("--offline", action="store_true", help="take only what the cache has")
    parser.add_argument("--only", default="", help="cases whose id matches")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one check")
    parser.add_argument("--require", action="store_true", help="exit 1 when the goal is missed")
    options = parser.parse_args(argv)
    tags = read_tags()
    results = []
    for case in real.read_cases(options.cases):
        if case.id in tags and re.search(options.only, case.id):
            results.append(judge(real.at_tags(case, tags[case.id]), options))
            last = results[-1]
            cures = [one.cures[:1] for one in last.found]
            print(f"{case.id}: {last.setting} {cures or last.why}", file=sys.stderr, flush=True)
    reached = report(results, Console(width=200, highlight=False))
    return int(options.require and not reached)


if __name__ == "__main__":
    sys.exit(main())
