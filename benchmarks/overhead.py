"""What `unstuck test` costs: the test binaries of real modules, under it and under plain `go test`, in pairs.

    python -m benchmarks.overhead                all modules, 5 pairs each
    python -m benchmarks.overhead --only nsq --pairs 3

Both commands get the same flags, and an `-exec` that notes the wall and processor time of each test binary:
that leaves out building and linking. What `unstuck test` does itself, around the binaries, is told apart: the
time of the whole command less that of `go test`. Each pair's order is the other way round than that of the
one before.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.fetch import CACHE, default_go, fetch

GOAL = 1.15
"""Most times that a test binary may take under observation, wall and processor time."""
EXEC = """\
import json, os, sys, time
started = time.perf_counter()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
took = time.perf_counter() - started
with open(sys.argv[1], "a") as log:
    print(json.dumps([took, used.ru_utime + used.ru_stime]), file=log)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


@dataclass(frozen=True, slots=True)
class Module:
    """A module, and which of its tests are run."""

    path: str
    version: str
    packages: tuple[str, ...] = ("./...",)
    flags: tuple[str, ...] = ()


MODULES = (
    Module("github.com/gorilla/websocket", "v1.5.3", (".",)),
    Module("github.com/hashicorp/yamux", "v0.1.2", (".",)),
    Module("github.com/nsqio/nsq", "v1.3.0", ("./nsqd", "./nsqlookupd", "./internal/...")),
    Module("github.com/panjf2000/ants/v2", "v2.10.0", (".",)),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds of the test binaries, and of the whole command; its exit status."""

    wall: float
    processor: float
    command: float
    status: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One run of each kind."""

    plain: Run
    watched: Run


def run(argv: Sequence[str], module: Module, folder: Path) -> Run:
    """Run the tests of a module with a command."""
    with tempfile.TemporaryDirectory() as work:
        script, log = Path(work) / "exec.py", Path(work) / "log"
        script.write_text(EXEC)
        flags = ("-count=1", "-p=1", f"-exec={sys.executable} {script} {log}", *module.flags)
        environment = os.environ | {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}
        started = time.perf_counter()
        done = subprocess.run(
            [*argv, *flags, *module.packages], cwd=folder, env=environment, capture_output=True, text=True
        )
        command = time.perf_counter() - started
        rows = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if not rows:
        raise SystemExit(f"overhead: no test binary of {module.path} ran\n{done.stdout}{done.stderr}")
    return Run(sum(row[0] for row in rows), sum(row[1] for row in rows), command, done.returncode)


def pairs(module: Module, options: argparse.Namespace) -> list[Pair]:
    """So many pairs, after one of each kind that fills the build cache."""
    source = fetch(module.path, module.version, options.cache, options.go)
    if source.folder is None:
        raise SystemExit(f"overhead: {module.path} {module.version}: {source.why}")
    go = os.path.abspath(shutil.which(options.go) or options.go)
    plain = (go, "test")
    watched = (sys.executable, "-m", "unstuck", "test", "--go", go)
    made: list[Pair] = []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "module"
        shutil.copytree(source.folder, folder)
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
        for number in range(options.pairs + 1):
            both = (plain, watched) if number % 2 else (watched, plain)
            runs = {argv: run(argv, module, folder) for argv in both}
            pair = Pair(runs[plain], runs[watched])
            print(f"{module.path} {number}: {pair}", file=sys.stderr, flush=True)
            if number:
                made.append(pair)
    return made


def report(results: dict[str, list[Pair]], out: Console) -> bool:
    """Print the table; whether every module is within the goal."""
    table = Table("module", "wall", "watched", "times", "cpu", "watched", "times", "around", box=box.MARKDOWN)
    good = True
    for name, made in results.items():
        wall = statistics.median(pair.watched.wall / pair.plain.wall for pair in made)
        cpu = statistics.median(pair.watched.processor / pair.plain.processor for pair in made)
        around = statistics.median(
            pair.watched.command - pair.watched.wall - (pair.plain.command - pair.plain.wall) for pair in made
        )
        cells = (
            f"{statistics.median(pair.plain.wall for pair in made):.2f} s",
            f"{statistics.median(pair.watched.wall for pair in made):.2f} s",
            f"{wall:.2f}",
            f"{statistics.median(pair.plain.processor for pair in made):.2f} s",
            f"{statistics.median(pair.watched.processor for pair in made):.2f} s",
            f"{cpu:.2f}",
            f"{around:.1f} s",
        )
        table.add_row(name, *cells)
        good = good and wall <= GOAL and cpu <= GOAL
    out.print(table)
    out.print(f"times: median over the pairs; wanted: at most {GOAL}")
    return good


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when the goal is missed and `--require` is given."""
    parser = argparse.ArgumentParser(
        prog="overhead", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--go", default=default_go(), help="the Go command")
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", default="", help="modules whose path matches")
    parser.add_argument("--require", action="store_true", help="exit 1 when the goal is missed")
    options = parser.parse_args(argv)
    results = {
        f"{module.path} {module.version}": pairs(module, options)
        for module in MODULES
        if re.search(options.only, module.path)
    }
    good = report(results, Console(width=160, highlight=False))
    return int(options.require and not good)


if __name__ == "__main__":
    sys.exit(main())
