"""Runs programs under a real Go and tells what was seen stuck.

Truth is a set of (line, reason class). `marked` by the runtime's leak profile; `parked` in the same place in
two samples after everything has come to rest (senders of captured variables are never marked).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.program import Program, operations, render, size
from oracle.expect import TESTDATA
from oracle.native import go_command

Stuck = tuple[int, str]
PROCS = (1, 2, 4)
CHUNK = 12
"""Programs run by one process."""
SINGLES = 8
"""Runs in a process of their own, for a program that ends its process."""
CLASSES = {
    "chan send": "send",
    "chan receive": "receive",
    "chan send (nil chan)": "nil",
    "chan receive (nil chan)": "nil",
    "select": "select",
    "select (no cases)": "select",
    "sync.Mutex.Lock": "lock",
    "sync.RWMutex.Lock": "lock",
    "sync.RWMutex.RLock": "lock",
    "sync.WaitGroup.Wait": "wait",
    "sync.Cond.Wait": "cond",
}
"""Reason classes by the runtime's wait reasons; goroutines with another reason are not stuck."""


@dataclass(slots=True)
class Truth:
    """What was seen of one program so far."""

    marked: set[Stuck] = field(default_factory=set)
    parked: set[Stuck] = field(default_factory=set)
    crashes: int = 0
    """Processes that it ended."""
    dead: int = 0
    """Instances that panicked."""
    runs: int = 0

    @property
    def seen(self) -> set[Stuck]:
        """Everything seen stuck."""
        return self.marked | self.parked


@dataclass(frozen=True, slots=True)
class Binary:
    """Programs that compile, in one binary; `broken` do not."""

    path: Path
    programs: Mapping[int, Program]
    broken: Mapping[int, str]


def lay_out(folder: Path, programs: Mapping[int, Program], delays: bool) -> None:
    """Writes a module with the programs as package fuzz."""
    (folder / "fuzz").mkdir(parents=True, exist_ok=True)
    (folder / "outside").mkdir(exist_ok=True)
    (folder / "go.mod").write_text("module example.com/fuzz\n\ngo 1.25\n", encoding="utf-8")
    shutil.copy(TESTDATA / "outside" / "outside.go", folder / "outside" / "outside.go")
    for number, program in programs.items():
        text = render(program, number, delays).text
        (folder / "fuzz" / f"p{number}.go").write_text(text, encoding="utf-8")


def build(folder: Path, programs: Mapping[int, Program]) -> Binary:
    """Compiles; programs that do not compile are left out."""
    left = dict(programs)
    broken: dict[int, str] = {}
    lay_out(folder, left, delays=True)
    driver = Path(__file__).with_name("driver.go.txt").read_text(encoding="utf-8")
    (folder / "fuzz" / "driver.go").write_text(driver, encoding="utf-8")
    while True:
        (folder / "main.go").write_text(_main(left), encoding="utf-8")
        done = _go(folder, ["build", "-gcflags=-e", "-o", "fuzz.exe", "."])
        if done.returncode == 0:
            return Binary(folder / "fuzz.exe", left, broken)
        wrong = dict(re.findall(r"fuzz/p(\d+)\.go:\d+:\d+: (.*)", done.stderr)[::-1])
        if not wrong:
            raise RuntimeError(done.stderr)
        for number, why in wrong.items():
            broken[int(number)] = why
            left.pop(int(number), None)
            (folder / "fuzz" / f"p{number}.go").unlink()


def races(binary: Binary, number: int) -> bool:
    """The race detector finds a data race in the program: then there is nothing to agree on."""
    folder = binary.path.parent
    (folder / "main.go").write_text(_main([number]), encoding="utf-8")
    done = _go(folder, ["build", "-race", "-o", "race.exe", "."], {"CGO_ENABLED": "1"})
    if done.returncode:
        raise RuntimeError(done.stderr)
    env = {**os.environ, "GORACE": "halt_on_error=1"}
    command = ["nice", str(folder / "race.exe"), "200", f"{number}={size(binary.programs[number])}"]
    return "DATA RACE" in subprocess.run(command, env=env, capture_output=True, text=True, timeout=120).stderr


def _go(
    folder: Path, args: Sequence[str], more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    go, env = go_command()
    env |= more or {}
    return subprocess.run(["nice", go, *args], cwd=folder, env=env, capture_output=True, text=True)


def _main(programs: Iterable[int]) -> str:
    entries = "".join(f"\t\t{number}: fuzz.P{number},\n" for number in programs)
    return (
        'package main\n\nimport "example.com/fuzz/fuzz"\n\n'
        f"func main() {{\n\tfuzz.Main(map[int]func(*fuzz.In){{\n{entries}\t}})\n}}\n"
    )


def run(binary: Binary, numbers: Sequence[int], repeats: int, rounds: int, jobs: int = 3) -> dict[int, Truth]:
    """Runs programs `repeats` times at each GOMAXPROCS, `rounds` times over."""
    found = {number: Truth() for number in numbers}
    chunks = [numbers[i : i + CHUNK] for i in range(0, len(numbers), CHUNK)]
    work = [(chunk, procs) for _ in range(rounds) for procs in PROCS for chunk in chunks]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for _ in pool.map(lambda item: _run_chunk(binary, item[0], repeats, item[1], found), work):
            pass
    return found


def force(binary: Binary, number: int, plan: Sequence[int], repeats: int) -> Truth:
    """Runs one program with its statements held back to the order of a schedule."""
    found = {number: Truth()}
    eventful = operations(binary.programs[number])
    arg = f"{number}=0:{','.join(map(str, plan))}:{','.join(map(str, eventful))}"
    for procs in PROCS:
        if not _process(binary, [arg], repeats, procs, found):
            for _ in range(SINGLES):
                _process(binary, [arg], 1, procs, found)
    return found[number]


def _run_chunk(
    binary: Binary, numbers: Sequence[int], repeats: int, procs: int, found: dict[int, Truth]
) -> None:
    args = [f"{number}={size(binary.programs[number])}" for number in numbers]
    if _process(binary, args, repeats, procs, found):
        return
    for arg in args:
        # The process of one of them ends: each alone, and that one with a process for each run.
        if not _process(binary, [arg], repeats, procs, found):
            for _ in range(SINGLES):
                _process(binary, [arg], 1, procs, found)


def _process(binary: Binary, args: Sequence[str], repeats: int, procs: int, found: dict[int, Truth]) -> bool:
    env = {**os.environ, "GOMAXPROCS": str(procs), "GODEBUG": "tracebacklabels=1"}
    command = ["nice", str(binary.path), str(repeats), *args]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return False
    ended = done.stdout.endswith("end\n")
    for arg in args:
        truth = found[int(arg.split("=")[0])]
        truth.runs += repeats
        truth.crashes += not ended and len(args) == 1
    for line in done.stdout.splitlines() if ended else ():
        _add(line, found)
    return ended


def _add(line: str, found: dict[int, Truth]) -> None:
    if line == "end":
        return
    number, at, mark, reason, count = line.split("\t")
    if mark == "dead":
        found[int(number)].dead += int(count)
    if reason not in CLASSES:
        return
    truth = found[int(number)]
    (truth.marked if mark == "leaked" else truth.parked).add((int(at), CLASSES[reason]))


def folder() -> tempfile.TemporaryDirectory[str]:
    """A place for one batch."""
    return tempfile.TemporaryDirectory(prefix="fuzz")
