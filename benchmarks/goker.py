"""Scores `unstuck check` on the Go distribution's own leak suite.

    python -m benchmarks.goker              score against the stored truth
    python -m benchmarks.goker --scrambled  the same with every name replaced and declarations reordered
    python -m benchmarks.goker --native     run the programs and add what leaks to the stored truth

The suite comes with every Go since 1.26; `--go` names the Go command. The truth is data/goker.json: lines
where the runtime marked goroutines as leaked. A finding (above note) counts by its line: right at a line seen
leaking, neither right nor wrong where a goroutine was only seen parked to the end, else stray.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import goker_native as native
from benchmarks.checker import CheckError, Found, Run, check
from benchmarks.fetch import default_go

SCRAMBLER = Path(__file__).parent / "go" / "scramble" / "main.go"
GOALS = {"kernels": 0.94, "lines": 0.85, "stray": 0.05}
"""Least share of leaking kernels and lines found; largest share of findings at lines never seen leaking."""

Place = tuple[str, int]
"""File of the suite and line, as in the distribution."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What was seen of one program."""

    name: str
    file: str
    group: str
    leaked: frozenset[int]
    parked: frozenset[int]
    runs: int


@dataclass(frozen=True, slots=True)
class At:
    """A finding above note and its place in the distribution's text."""

    place: Place
    found: Found


@dataclass(frozen=True, slots=True)
class Score:
    """One program: `found` and `missed` are leaking lines, `stray` findings at lines never seen leaking."""

    truth: Truth
    found: tuple[int, ...]
    missed: tuple[int, ...]
    parked: tuple[int, ...]
    """Lines reported where goroutines were only seen parked."""
    stray: tuple[At, ...]
    findings: int

    @property
    def right(self) -> bool:
        """All leaking lines found and nothing else."""
        return not self.missed and not self.stray


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over scores: (part, whole) pairs."""

    kernels: tuple[int, int]
    lines: tuple[int, int]
    stray: tuple[int, int]
    small_right: tuple[int, int]
    silent: bool
    """NoLeakGlobal has no finding."""


def truths(suite: Path) -> list[Truth]:
    """The stored truth about the programs whose text is exactly the suite's."""
    now = {p.file: native.sha256(suite / p.file) for p in native.programs(suite)}
    return [
        Truth(
            name=p["name"],
            file=p["file"],
            group=p["group"],
            leaked=frozenset(int(line) for line in p["leaked"]),
            parked=frozenset(int(line) for line in p["parked"]),
            runs=p["runs"],
        )
        for p in native.load()["programs"]
        if now.get(p["file"]) == p["sha256"]
    ]


def keep_only(suite: Path, known: Sequence[Truth]) -> None:
    """Take the files of other programs out of a copy of the suite."""
    wanted = {t.file for t in known}
    for program in native.programs(suite):
        if program.file not in wanted:
            (suite / program.file).unlink(missing_ok=True)


def score(known: Sequence[Truth], found: Sequence[At]) -> list[Score]:
    """Each program's score.

    Where a file holds several programs, a stray finding goes to the one whose function it stands in, else to
    the file's first.
    """
    scores = []
    homes = _homes(known, found)
    for truth in known:
        lines = {at.place[1] for at in found if at.place[0] == truth.file}
        mine = [at for at, home in zip(found, homes) if home == truth.name]
        right = sum(at.place[0] == truth.file and at.place[1] in truth.leaked for at in found)
        scores.append(
            Score(
                truth,
                tuple(sorted(truth.leaked & lines)),
                tuple(sorted(truth.leaked - lines)),
                tuple(sorted((truth.parked - truth.leaked) & lines)),
                tuple(mine),
                right + len(mine),
            )
        )
    return scores


def _homes(known: Sequence[Truth], found: Sequence[At]) -> list[str]:
    """For each finding the program that it is stray in; "" for one that is right or at a parked line."""
    homes = []
    for at in found:
        file, line = at.place
        same = [t for t in known if t.file == file]
        if not same or any(line in t.leaked or line in t.parked for t in same):
            homes.append("")
            continue
        homes.append(next((t.name for t in same if t.name == at.found.function), same[0].name))
    return homes


def totals(scores: Iterable[Score]) -> Totals:
    """The figures that the goals are about."""
    scores = list(scores)
    kernels = [s for s in scores if s.truth.group == "kernel"]
    leaking = [s for s in kernels if s.truth.leaked]
    small = [s for s in scores if s.truth.group in ("micro", "pattern")]
    return Totals(
        kernels=(sum(bool(s.found) for s in leaking), len(leaking)),
        lines=(sum(len(s.found) for s in leaking), sum(len(s.truth.leaked) for s in leaking)),
        stray=(sum(len(s.stray) for s in scores), sum(s.findings for s in scores)),
        small_right=(sum(s.right for s in small), len(small)),
        silent=all(not s.stray and not s.parked for s in scores if s.truth.name == "NoLeakGlobal"),
    )


def missed_goals(sums: Totals) -> list[str]:
    """The goals that were not reached."""
    missed = [
        name
        for name, (part, whole) in (("kernels", sums.kernels), ("lines", sums.lines))
        if part < GOALS[name] * whole
    ]
    if sums.stray[0] > GOALS["stray"] * sums.stray[1]:
        missed.append("stray")
    if sums.small_right[0] < sums.small_right[1]:
        missed.append("micro and pattern programs")
    if not sums.silent:
        missed.append("NoLeakGlobal")
    return missed


def scramble(go: str, seed: int, source: Path, target: Path) -> Mapping[str, tuple[str, Sequence[int]]]:
    """Write the scrambled suite to `target`, check that Go compiles it, and say where its lines come from."""
    origin = {}
    environment = native.go_environment(go)
    for folder in ("", "goker"):
        argv = [go, "run", str(SCRAMBLER), str(seed), str(source / folder), str(target / folder)]
        said = subprocess.run(argv, env=environment, stdout=subprocess.PIPE, check=True).stdout
        for name, came in json.loads(said).items():
            origin[_join(folder, name)] = (_join(folder, came["file"]), came["lines"])
    (target / "go.mod").write_text((source / "go.mod").read_text())
    subprocess.run([go, "build", "-o", "/dev/null", "./..."], cwd=target, env=environment, check=True)
    return origin


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def located(run: Run, origin: Mapping[str, tuple[str, Sequence[int]]] | None) -> list[At]:
    """The findings above note, at their places in the distribution's text."""
    placed = []
    for found in run.findings:
        if not found.loud:
            continue
        place = (found.path, found.line)
        if origin is not None:
            file, lines = origin.get(found.path, (found.path, ()))
            place = (file, lines[found.line - 1] if found.line <= len(lines) else 0)
        placed.append(At(place, found))
    return placed


def report(scores: Sequence[Score], run: Run, out: Console) -> None:
    """Print the table and the totals."""
    table = Table("program", "found", "missed", "only parked", "stray", box=box.MARKDOWN)
    for s in scores:
        stray = ", ".join(f"{at.place[1]} {at.found.rule}" for at in s.stray)
        found = f"{len(s.found)}/{len(s.truth.leaked)}" if s.truth.leaked else "never seen leaking"
        table.add_row(s.truth.name, found, " ".join(map(str, s.missed)), " ".join(map(str, s.parked)), stray)
    out.print(table)
    sums = totals(scores)
    out.print(
        f"leaking kernels with a leaking line found: {_share(*sums.kernels)}, wanted {GOALS['kernels']:.0%}"
    )
    out.print(f"leaking lines of kernels found: {_share(*sums.lines)}, wanted {GOALS['lines']:.0%}")
    out.print(f"findings at lines never seen leaking: {_share(*sums.stray)}, at most {GOALS['stray']:.0%}")
    out.print(f"micro and pattern programs right: {sums.small_right[0]} of {sums.small_right[1]}")
    out.print(f"NoLeakGlobal {'silent' if sums.silent else 'REPORTED'}")
    fragments = run.stats.get("fragments", {})
    out.print(f"{run.seconds:.1f} s, {run.peak_mib:.0f} MiB, fragments {fragments}, gaps {len(run.gaps)}")
    out.print(f"goals missed: {', '.join(missed_goals(sums)) or 'none'}")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else f"{part} of 0"


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when a goal is missed and `--require` is given; 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(
        prog="goker", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--go", default=default_go(), help="the Go command whose suite is used")
    parser.add_argument(
        "--native", action="store_true", help="measure the truth; counts add to the stored ones"
    )
    parser.add_argument("--runs", type=int, default=201, help="with --native: runs per program")
    parser.add_argument("--jobs", type=int, default=2, help="with --native: programs at a time")
    parser.add_argument("--only", default="", help="programs whose name matches; no other file is checked")
    parser.add_argument("--scrambled", action="store_true", help="score a scrambled copy")
    parser.add_argument("--seed", type=int, default=1, help="with --scrambled")
    parser.add_argument("--unstuck", help="command to run in place of `python -m unstuck`")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for the check")
    parser.add_argument("--require", action="store_true", help="exit 1 when a goal is missed")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as work:
        if options.native:
            return _measure(options, Path(work))
        return _score(options, Path(work))


def _measure(options: argparse.Namespace, work: Path) -> int:
    measured = native.measure(options.go, work, options.runs, options.jobs, options.only)
    native.store(native.merge(native.load(), measured))
    leaking = sum(bool(p["leaked"]) for p in measured["programs"])
    print(f"{leaking} of {len(measured['programs'])} programs leaked in {options.runs} runs each")
    return 0


def _score(options: argparse.Namespace, work: Path) -> int:
    suite = work / "suite"
    native.copy_suite(native.go_root(options.go), suite, native.go_version(options.go))
    known = [t for t in truths(suite) if re.search(options.only, t.name)]
    if not known:
        print("goker: no such program was measured on this Go's suite; see --native", file=sys.stderr)
        return 2
    keep_only(suite, known)
    origin = scramble(options.go, options.seed, suite, work / "scrambled") if options.scrambled else None
    try:
        folder = work / "scrambled" if origin else suite
        run = check(["./..."], folder, command=options.unstuck, timeout=options.timeout)
    except CheckError as failed:
        print(f"goker: {failed}", file=sys.stderr)
        return 2
    scores = score(known, located(run, origin))
    report(scores, run, Console(width=200, highlight=False))
    return int(options.require and bool(missed_goals(totals(scores))))


if __name__ == "__main__":
    sys.exit(main())
