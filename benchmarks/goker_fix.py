"""Cures the programs of the Go distribution's leak suite, and runs what comes out.

    python -m benchmarks.goker_fix              all kernels, 200 runs each
    python -m benchmarks.goker_fix --only Etcd --runs 20
    python -m benchmarks.goker_fix --keep DIR   the cured kernels stay there, and are not cured anew next time

For each kernel with a finding above a note `unstuck check --fix` is run on its file. A kernel is cured when
something was changed, the result compiles, every go statement, arrow and call is still there, and none of the
runs at GOMAXPROCS 1, 2 and 4 leaks or ends badly.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import goker_native as native
from benchmarks.fetch import default_go
from unstuck.rules.identity import normalised_tokens

_LOCKS = ("Lock", "Unlock", "RLock", "RUnlock")
GOAL = 0.85
"""Least share of the kernels with a finding that are cured."""


_DONE = re.compile(r"^unstuck: fixed \S+: (.*)$", re.MULTILINE)


@dataclass(slots=True)
class Result:
    """One kernel. `done` are the titles of the cures; `why` says what is wrong, "" when it is cured."""

    program: native.Program
    findings: int
    left: int
    done: list[str] = field(default_factory=list)
    why: str = ""


def cure(suite: Path, program: native.Program, keep: Path | None, timeout: float) -> Result | None:
    """Fix one kernel in place; None when it has no finding above a note."""
    before = _check(suite, program, (), timeout)
    if not before:
        return None
    text = (suite / program.file).read_bytes()
    known = _kept(keep, program, text)
    if known is not None:
        said_left, done, after = known
        (suite / program.file).write_bytes(after)
    else:
        said = _run(suite, program, ("--fix", "--allow-dirty"), timeout)
        said_left, done = _count(said.stdout), _DONE.findall(said.stderr)
        after = (suite / program.file).read_bytes()
        _keep(keep, program, (text, after), (said_left, done))
    result = Result(program, before, said_left, done)
    print(f"{program.name}: {'; '.join(done) or 'no cure'}", file=sys.stderr, flush=True)
    if after == text:
        result.why = "no cure"
    elif lost := _lost(text, after):
        result.why = f"gone: {', '.join(lost)}"
    return result


def _keep(
    keep: Path | None, program: native.Program, texts: tuple[bytes, bytes], said: tuple[int, list[str]]
) -> None:
    """Stores a kernel before and after, and what was said of it."""
    if keep is None:
        return
    for text, folder in zip(texts, ("before", "after")):
        target = keep / folder / program.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
    (keep / f"{program.name}.json").write_text(json.dumps(said))


def _kept(keep: Path | None, program: native.Program, text: bytes) -> tuple[int, list[str], bytes] | None:
    """What an earlier run stored of a kernel, when that was the same text."""
    said = keep / f"{program.name}.json" if keep is not None else None
    if keep is None or said is None or not said.exists():
        return None
    if (keep / "before" / program.file).read_bytes() != text:
        return None
    left, done = json.loads(said.read_text())
    return left, done, (keep / "after" / program.file).read_bytes()


def _check(suite: Path, program: native.Program, options: Sequence[str], timeout: float) -> int:
    return _count(_run(suite, program, ("--cures", "none", *options), timeout).stdout)


def _run(
    suite: Path, program: native.Program, options: Sequence[str], timeout: float
) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "unstuck", "check", "--format", "json", *options, program.file]
    return subprocess.run(argv, cwd=suite, capture_output=True, text=True, timeout=timeout)


def _count(report: str) -> int:
    """Findings above a note."""
    return sum(one["severity"] != "note" for one in json.loads(report)["findings"]) if report else 0


def _lost(before: bytes, after: bytes) -> list[str]:
    """Go statements, arrows and calls that were there before. A Lock turned into an Unlock is still there."""
    return sorted(_operations(before) - _operations(after))


def _operations(text: bytes) -> Counter[str]:
    tokens = normalised_tokens(text)
    found = Counter(token for token in tokens if token in ("go", "<-"))
    names = (name for name, follows in pairwise(tokens) if follows == "(" and re.match(r"[A-Za-z_]", name))
    found.update("Lock or Unlock" if name in _LOCKS else name for name in names)
    return found


def compiles(go: str, suite: Path, originals: Path, results: Sequence[Result]) -> None:
    """Put the text before back where the result does not compile, and note it."""
    for result in results:
        done = subprocess.run(
            [go, "build", "-o", "/dev/null", "./goker"],
            cwd=suite,
            env=native.go_environment(go),
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            return
        broken = [one for one in results if not one.why and Path(one.program.file).name in done.stderr]
        for one in broken or [result]:
            one.why = f"does not compile: {done.stderr.splitlines()[1:2]}"
            (suite / one.program.file).write_bytes((originals / one.program.file).read_bytes())


def run(go: str, suite: Path, work: Path, results: Sequence[Result], runs: int, jobs: int) -> None:
    """Run what is cured so far, and note what leaks."""
    built = native.build(go, suite, work)
    tallies = {result.program.name: native.Tally() for result in results if not result.why}
    plan = [(r, native.PROCS[n % len(native.PROCS)]) for r in results if not r.why for n in range(runs)]

    def once(at: tuple[Result, int]) -> tuple[Result, bytes, bool]:
        result, procs = at
        return result, *native.run_once(built["goker"], result.program.name, procs)

    with ThreadPoolExecutor(jobs) as pool:
        for result, text, clean in pool.map(once, plan):
            native.count(tallies[result.program.name], text, result.program.file, clean)
    for result in results:
        tally = tallies.get(result.program.name)
        if tally is not None and tally.leaked_runs:
            lines = ", ".join(f"{line} ({count})" for line, count in sorted(tally.leaked_runs.items()))
            result.why = f"leaks at line {lines} of the result"
        elif tally is not None and tally.unclean:
            result.why = f"{tally.unclean} runs ended badly"


def report(results: Sequence[Result], runs: int, out: Console) -> bool:
    """Print the table; whether the goal is reached."""
    table = Table("kernel", "findings", "left", "cures", "wrong", box=box.MARKDOWN)
    for one in results:
        table.add_row(
            one.program.name, str(one.findings), str(one.left), "; ".join(one.done), one.why or "cured"
        )
    out.print(table)
    cured = sum(not one.why for one in results)
    share = cured / len(results) if results else 0.0
    out.print(f"kernels with a finding cured ({runs} runs each): {cured} of {len(results)} ({share:.1%})")
    out.print(f"wanted: {GOAL:.0%}")
    return share >= GOAL


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when the goal is missed and `--require` is given."""
    parser = argparse.ArgumentParser(
        prog="goker_fix", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--go", default=default_go(), help="the Go command whose suite is used")
    parser.add_argument("--only", default="", help="kernels whose name matches")
    parser.add_argument("--runs", type=int, default=200, help="runs of each cured kernel")
    parser.add_argument("--jobs", type=int, default=2, help="kernels that are cured at a time")
    parser.add_argument("--at-once", type=int, default=6, help="runs at a time: most of a run is sleep")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one kernel")
    parser.add_argument("--keep", type=Path, help="store the kernels there, and reuse what is there")
    parser.add_argument("--require", action="store_true", help="exit 1 when the goal is missed")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        suite, originals = work / "suite", work / "originals"
        version = native.go_version(options.go)
        native.copy_suite(native.go_root(options.go), suite, version)
        native.copy_suite(native.go_root(options.go), originals, version)
        kernels = [
            p for p in native.programs(suite) if p.group == "kernel" and re.search(options.only, p.name)
        ]
        with ThreadPoolExecutor(options.jobs) as pool:
            tried = list(pool.map(lambda one: cure(suite, one, options.keep, options.timeout), kernels))
        results = [one for one in tried if one is not None]
        compiles(options.go, suite, originals, results)
        run(options.go, suite, work, results, options.runs, options.at_once)
        reached = report(results, options.runs, Console(width=240, highlight=False))
    return int(options.require and not reached)


if __name__ == "__main__":
    sys.exit(main())
