"""Scores `unstuck test` on the kernels of the Go distribution's leak suite, wrapped as tests.

    python -m benchmarks.goker_tests                ten plain runs
    python -m benchmarks.goker_tests --stress 50    one run with 50 more, schedules disturbed

Each kernel becomes a package of its own in a temporary module, its text and lines unchanged but for the
profile that it prints at its end, with one test that calls it. A kernel is found when a finding above note
stands at a line where its goroutines were seen leaking or parked (data/goker.json, see goker_native); other
findings are strays.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import goker_native as native
from benchmarks.fetch import default_go

REGISTER = "package main\n\nfunc register(string, func()) {}\n\nconst yieldCount = 10\n\nfunc main() {}\n"
TEST = 'package main\n\nimport "testing"\n\nfunc Test{name}(t *testing.T) {{ {name}() }}\n'
PROFILE = re.compile(r"prof\.WriteTo\(os\.Stdout, 2\)")
GOAL_PLAIN, GOAL_MISSED_STRESSED = 0.90, 1


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel and where its goroutines were seen."""

    name: str
    folder: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of all kernels."""

    found: frozenset[str]
    """Names of kernels."""
    strays: tuple[tuple[str, int, str], ...]
    seconds: float


def write_module(go: str, target: Path, only: str) -> tuple[Kernel, ...]:
    """Generate the module; its kernels by name."""
    suite = native.go_root(go) / native.SUITE
    truths = {one["name"]: one for one in native.load()["programs"] if one["group"] == "kernel"}
    minor = ".".join(native.go_version(go).split(".")[:2])
    (target / "go.mod").write_text(f"module kernels\n\ngo {minor}\n")
    kernels = []
    for program in native.programs(suite):
        truth = truths.get(program.name)
        if truth is None or not re.search(only, program.name):
            continue
        folder = target / program.name.lower()
        folder.mkdir()
        text = (suite / program.file).read_text()
        (folder / Path(program.file).name).write_text(PROFILE.sub("_, _ = os.Stdout, prof", text))
        (folder / "register.go").write_text(REGISTER)
        (folder / f"{program.name.lower()}_test.go").write_text(TEST.format(name=program.name))
        lines = frozenset(int(line) for line in (*truth["leaked"], *truth["parked"]))
        kernels.append(Kernel(program.name, folder.name, lines))
    return tuple(kernels)


def run(command: Sequence[str], module: Path, kernels: Sequence[Kernel]) -> Run:
    """Run `unstuck test ./...` once."""
    report = module / "report.json"
    started = time.monotonic()
    done = subprocess.run(
        [*command, f"--report=json={report}", "./..."],
        cwd=module,
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - started
    if not report.exists():
        raise SystemExit(f"goker-test: unstuck test gave no report\n{done.stderr[-3000:]}")
    told = json.loads(report.read_text())
    report.unlink()
    by_folder = {kernel.folder: kernel for kernel in kernels}
    found: dict[str, None] = {}
    strays = []
    for one in told["findings"]:
        kernel = by_folder.get(one["path"].split("/")[0])
        if kernel is None or one["severity"] == "note":
            continue
        if one["line"] in kernel.lines:
            found[kernel.name] = None
        else:
            strays.append((one["path"], one["line"], one["message"]))
    for one in told["run"]["unchecked"]:
        print(f"  unchecked: {one['package']}: {one['why']}", file=sys.stderr)
    return Run(frozenset(found), tuple(strays), seconds)


def report(runs: Sequence[Run], kernels: Sequence[Kernel], console: Console) -> float:
    """Print the table; the average share of kernels found."""
    table = Table("run", "found", "of", "strays", "seconds")
    for number, one in enumerate(runs, 1):
        cells = (number, len(one.found), len(kernels), len(one.strays), round(one.seconds))
        table.add_row(*(str(cell) for cell in cells))
    console.print(table)
    share = sum(len(one.found) for one in runs) / (len(runs) * len(kernels))
    missed = Counter(k.name for one in runs for k in kernels if k.name not in one.found)
    console.print(f"found on average: {share:.1%}")
    names = ", ".join(f"{name} ({count}x)" for name, count in missed.most_common())
    console.print(f"missed: {names or 'none'}")
    for stray in sorted({stray for one in runs for stray in one.strays}):
        console.print(f"stray: {stray[0]}:{stray[1]}: {stray[2]}")
    return share


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when a goal is missed and `--require` is given."""
    parser = argparse.ArgumentParser(prog="goker-test", description=__doc__)
    parser.add_argument("--go", default=default_go(), help="the Go command, 1.26 or later")
    parser.add_argument("--runs", type=int, default=10, help="plain runs")
    parser.add_argument("--stress", type=int, default=0, help="one run with so many more")
    parser.add_argument("--only", default="", help="kernels whose name matches")
    parser.add_argument("--require", action="store_true", help="exit 1 when a goal is missed")
    options = parser.parse_args(argv)
    go = shutil.which(options.go) or options.go
    command = [sys.executable, "-m", "unstuck", "test", "--go", os.path.abspath(go)]
    console = Console(width=110, highlight=False)
    with tempfile.TemporaryDirectory() as work:
        module = Path(work)
        kernels = write_module(options.go, module, options.only)
        if options.stress:
            runs = [run([*command, f"--stress={options.stress}"], module, kernels)]
            report(runs, kernels, console)
            good = len(kernels) - len(runs[0].found) <= GOAL_MISSED_STRESSED
        else:
            runs = [run(command, module, kernels) for _ in range(options.runs)]
            good = report(runs, kernels, console) >= GOAL_PLAIN
    return int(options.require and not good)


if __name__ == "__main__":
    sys.exit(main())
