"""How long `unstuck check` takes: cold, warm and after one file changed; and `go vet` on the same packages.

    python -m benchmarks.speed                     std, cmd and two large modules
    python -m benchmarks.speed --only std          those whose name matches
    python -m benchmarks.speed --packages ./net/...   instead of ./...
    python -m benchmarks.speed --write docs/benchmarks.md   puts the table there, between its marks

Each tree is copied, so that a file can be touched. A run is a process of its own with a cache of its own;
time is wall time, memory the peak of all its processes together, watched in another cold run, which that
makes a tenth slower. `go vet` compiles what it needs: its cold run starts with an empty build cache; where it
cannot find all packages there is none. Warm runs are repeated and the median is told.
"""

from __future__ import annotations

import argparse
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

import psutil

from benchmarks.checker import SOURCE
from benchmarks.fetch import CACHE, default_go
from benchmarks.modules import Target, targets

TARGETS = r"^std|^cmd|golang.org/grpc|nats-server"
WARM_RUNS = 3
EVERY = 0.05
"""Seconds between two looks at the memory of the processes."""
_STATS = re.compile(r"([\d,]+) files, ([\d,]+) lines, ([\d,]+) fragments, ([\d,]+) states in ([\d.]+) s")
_MARKS = ("<!-- speed: begin -->", "<!-- speed: end -->")


@dataclass(frozen=True, slots=True)
class Timed:
    """One run of a command: seconds of wall time, peak MiB of all its processes where they were watched, what
    it said on stderr."""

    seconds: float
    peak: float
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured on a tree. `vet_cold` and `vet_warm` are None without a Go that can vet it."""

    name: str
    files: int
    lines: int
    states: int
    cold: Timed
    peak: float
    """MiB of all processes of a cold run."""
    warm: float
    touched: float
    vet_cold: float | None
    vet_warm: float | None


def timed(
    command: Sequence[str], folder: Path, environment: dict[str, str], timeout: float, watched: bool = False
) -> Timed:
    """Run a command, and watch its memory where that is wanted. Raises TimeoutError."""
    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=said
        )
        peak = 0.0
        try:
            while watched and process.poll() is None and time.monotonic() - started < timeout:
                peak = max(peak, _memory(process.pid))
                time.sleep(EVERY)
            process.wait(max(timeout - (time.monotonic() - started), 0))
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{' '.join(command)}: more than {timeout:.0f} s") from None
        finally:
            _kill(process)
        seconds = time.monotonic() - started
        said.seek(0)
        return Timed(seconds, peak, said.read().decode("utf-8", "replace"))


def _memory(number: int) -> float:
    """MiB that a process and those it started hold by themselves, shared pages counted once."""
    total = 0
    try:
        top = psutil.Process(number)
        for each in (top, *top.children(recursive=True)):
            try:
                full = each.memory_full_info()
                total += getattr(full, "pss", full.uss)
            except psutil.Error:
                continue
    except psutil.Error:
        return 0.0
    return total / (1 << 20)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    for each in psutil.Process(process.pid).children(recursive=True):
        each.kill()
    process.kill()
    process.wait()


def measure(target: Target, packages: str, go: str, timeout: float, jobs: int) -> Row:
    """Measure one tree, in a copy of it."""
    assert target.folder is not None
    with tempfile.TemporaryDirectory(prefix="unstuck-speed-") as made:
        tree, cache = _copied(target, Path(made)), Path(made) / "cache"
        environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
        command = [sys.executable, "-m", "unstuck", "check", "--stats", "--format", "json", f"--jobs={jobs}"]
        command += [f"--cache-dir={cache}", packages]
        cold = timed(command, tree, environment, timeout)
        again = [each.replace(str(cache), f"{cache}-watched") for each in command]
        peak = timed(again, tree, environment, timeout, watched=True).peak
        numbers = _STATS.search(cold.said)
        if numbers is None:
            raise RuntimeError(f"{target.name}: {cold.said[-300:]}")
        files, lines, _, states = (int(number.replace(",", "")) for number in numbers.groups()[:4])
        warm = statistics.median(timed(command, tree, environment, timeout).seconds for _ in range(WARM_RUNS))
        leaf = _leaf(tree, packages)
        leaf.write_bytes(leaf.read_bytes() + b"\nfunc touchedByTheBenchmark() {}\n")
        touched = timed(command, tree, environment, timeout).seconds
        vet = [go, "vet", packages]
        build = {**os.environ, "GOCACHE": str(Path(made) / "build")}
        found = subprocess.run([go, "list", "-deps", packages], cwd=target.folder, capture_output=True)
        vet_cold = None if found.returncode else _vetted(vet, target.folder, build, timeout)
        vet_warm = _vetted(vet, target.folder, build, timeout) if vet_cold is not None else None
        return Row(target.name, files, lines, states, cold, peak, warm, touched, vet_cold, vet_warm)


def _vetted(command: Sequence[str], tree: Path, environment: dict[str, str], timeout: float) -> float | None:
    try:
        return timed(command, tree, environment, timeout).seconds
    except (OSError, TimeoutError):
        return None


def _copied(target: Target, made: Path) -> Path:
    """A copy that can be changed; of a tree of the Go distribution, of all of its sources."""
    assert target.folder is not None
    if target.name.split()[0] in ("std", "cmd"):
        root = target.folder if target.name.startswith("std") else target.folder.parent
        shutil.copytree(root, made / "go" / "src", symlinks=True)
        return made / "go" / "src" / target.folder.relative_to(root)
    shutil.copytree(target.folder, made / "tree", symlinks=True, copy_function=shutil.copyfile)
    return made / "tree"


def _leaf(tree: Path, packages: str) -> Path:
    """A file of a command or of another package that hardly anybody imports: the last in order of paths."""
    top = tree / packages.split("...")[0]
    found = [
        path
        for path in top.rglob("*.go")
        if not path.name.endswith("_test.go") and not {"testdata", "vendor"} & set(path.parts)
    ]
    return max(found, key=lambda path: (len(path.parts), str(path)))


def table(rows: Sequence[Row], go: str) -> str:
    """The table as Markdown, with the versions it was taken with."""
    version = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout.strip()
    head = (
        "| tree | lines | cold | lines/s | states/s | peak of all processes | warm | one file changed "
        "| `go vet` cold | `go vet` warm | cold: ratio | warm: ratio |",
        "| --- |" + " ---: |" * 11,
    )
    told = [_line(row) for row in rows]
    python = ".".join(map(str, sys.version_info[:3]))
    return "\n".join((f"Python {python}, {version}, {os.cpu_count()} cores.", "", *head, *told)) + "\n"


def _line(row: Row) -> str:
    cells = (
        row.name,
        f"{row.lines:,}",
        f"{row.cold.seconds:.1f} s",
        f"{row.lines / row.cold.seconds:,.0f}",
        f"{row.states / row.cold.seconds:,.0f}",
        f"{row.peak:,.0f} MiB",
        f"{row.warm:.2f} s",
        f"{row.touched:.2f} s",
        "-" if row.vet_cold is None else f"{row.vet_cold:.1f} s",
        "-" if row.vet_warm is None else f"{row.vet_warm:.1f} s",
        "-" if row.vet_cold is None else f"{row.cold.seconds / row.vet_cold:.2f}",
        "-" if row.vet_warm is None else f"{row.warm / row.vet_warm:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def written(page: str, made: str) -> str:
    """A page with the table between its marks. Raises ValueError without marks."""
    before, begin, rest = page.partition(_MARKS[0])
    _, end, after = rest.partition(_MARKS[1])
    if not begin or not end:
        raise ValueError(f"the page has no {_MARKS[0]} and {_MARKS[1]}")
    return f"{before}{begin}\n{made}{end}{after}"


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="time unstuck check and go vet")
    parser.add_argument("--only", default=TARGETS, metavar="REGEXP")
    parser.add_argument("--packages", default="./...")
    parser.add_argument("--go", default=default_go())
    parser.add_argument("--cache", type=Path, default=CACHE, help="where modules are kept")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=float, default=3600, metavar="SECONDS")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    options = parser.parse_args()
    options.go = os.path.abspath(shutil.which(options.go) or options.go)  # it runs in other folders
    rows = []
    for target in targets(options.go, options.cache, options.offline, options.only):
        if target.folder is None:
            print(f"{target.name}: {target.why}", file=sys.stderr)
            continue
        rows.append(measure(target, options.packages, options.go, options.timeout, options.jobs))
        print(_line(rows[-1]), flush=True)
    made = table(rows, options.go)
    print(made)
    if options.write is not None:
        options.write.write_text(written(options.write.read_text("utf-8"), made), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
