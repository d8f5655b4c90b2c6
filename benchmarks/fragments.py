"""What the fragments of some packages cost: a table of the dearest ones, and totals.

    python -m benchmarks.fragments ./net/http/...            folders are those below GOROOT/src
    python -m benchmarks.fragments --json out.json ./os/...  all rows, to compare two commits

Everything runs in this process, so that the seconds are CPU seconds of one fragment. `size` and `kept` are
its instructions before and after slicing. Work and states are counts and the same on every machine.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.goker_native import go_root
from unstuck import analysis, attempts
from unstuck.explore.fragment import Exploration, Fragment
from unstuck.interpreter import on_big_stack, tune
from unstuck.ir.instr import Program


@dataclass(slots=True)
class Row:
    """One exploration: a fragment that is tried again, smaller or with more work, has several."""

    root: str
    functions: int
    size: int
    kept: int = 0
    states: int = 0
    work: int = 0
    slicing: float = 0.0
    exploring: float = 0.0
    causes: str = ""
    leaks: int = 0
    cut: int = 0


def measure(
    patterns: Sequence[str], where: Path, most: int
) -> tuple[list[Row], analysis.Report, float, float]:
    """The rows in the order of exploring, the report, and CPU seconds: all, and outside of fragments."""
    rows: list[Row] = []
    simplify, slice_, go_on = attempts.simplified, attempts.relevant, Exploration.go_on

    def timed_simplify(whole: Program) -> Program:
        rows.append(Row(whole.root, len(whole.functions), _size(whole), cut=len(whole.cut)))
        started = time.process_time()
        ready = simplify(whole)
        rows[-1].slicing = time.process_time() - started
        return ready

    def timed_slice(ready: Program) -> Program:
        started = time.process_time()
        kept = slice_(ready)
        rows[-1].slicing += time.process_time() - started
        rows[-1].kept = _size(kept)
        return kept

    def timed(self: Exploration, max_work: int, *judging: int) -> Fragment:
        kept, work, states = self.program, self.work, self.states
        if not rows or rows[-1].states or rows[-1].work:  # gone on with, with more work
            rows.append(Row(kept.root, len(kept.functions), 0, _size(kept), cut=len(kept.cut)))
        started = time.process_time()
        found = go_on(self, min(max_work, most), *judging)
        row = rows[-1]
        row.exploring = time.process_time() - started
        row.states, row.work, row.leaks = found.states - states, found.work - work, len(found.leaks)
        row.causes = " ".join(found.causes)
        return found

    attempts.simplified, attempts.relevant = timed_simplify, timed_slice
    Exploration.go_on = timed  # type: ignore[method-assign]
    try:
        started = time.process_time()
        report = analysis.check(_options(patterns, where), lambda done, total, what: None)
        whole = time.process_time() - started
    finally:
        attempts.simplified, attempts.relevant = simplify, slice_
        Exploration.go_on = go_on  # type: ignore[method-assign]
    inside = sum(row.slicing + row.exploring for row in rows)
    return rows, report, whole, whole - inside


def _size(program: Program) -> int:
    return sum(len(function.code) for function in program.functions.values())


def _options(patterns: Sequence[str], where: Path) -> analysis.CheckOptions:
    return analysis.CheckOptions(
        paths=tuple(patterns),
        tests=True,
        generated=False,
        goos="linux",
        goarch="amd64",
        tags=(),
        go_version=None,
        toolchain=None,
        jobs=1,
        config_path=None,
        stdin=lambda: b"",
        cwd=str(where),
    )


def _table(rows: Sequence[Row], count: int, key: Callable[[Row], float]) -> str:
    lines = ["   size   kept  func  cut  states     work  slice  explore leaks  causes  root"]
    for row in sorted(rows, key=key, reverse=True)[:count]:
        lines.append(
            f"{row.size:7,}{row.kept:7,}{row.functions:6}{row.cut:5}{row.states:8,}{row.work:9,}"
            f"{row.slicing:7.2f}{row.exploring:9.2f}{row.leaks:6}  {row.causes or '-'}  {row.root}"
        )
    return "\n".join(lines)


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="what the fragments of packages cost")
    parser.add_argument("patterns", nargs="+")
    parser.add_argument("--where", help="folder that the patterns are relative to")
    parser.add_argument("--top", type=int, default=25)
    parser.add_argument("--work", type=int, default=1 << 60, help="what one exploration may cost at most")
    parser.add_argument("--json", help="write all rows and the findings here")
    options = parser.parse_args()
    where = Path(options.where) if options.where else Path(go_root("go")) / "src"
    tune()
    rows, report, whole, rest = on_big_stack(lambda: measure(options.patterns, where, options.work))
    stats = report.stats
    count = stats.verified + stats.leaks + stats.incomplete
    print(_table(rows, options.top, lambda row: row.slicing + row.exploring))
    print(f"\n{stats.lines:,} lines, {count:,} fragments in {len(rows):,} explorations")
    print(f"verified {stats.verified:,}, leaks {stats.leaks:,}, incomplete {stats.incomplete:,}", end="")
    print(f" ({100 * stats.incomplete / max(count, 1):.1f} %), {stats.states:,} states")
    print(f"CPU seconds: {whole:.1f} in all, {sum(row.slicing for row in rows):.1f} slicing, ", end="")
    print(f"{sum(row.exploring for row in rows):.1f} exploring, {rest:.1f} besides")
    print("causes:", dict(sorted(Counter(row.causes or "-" for row in rows).items())))
    print("findings:", dict(sorted(Counter(each.severity.value for each in report.findings).items())))
    if options.json:
        found = [
            f"{each.at.path}:{each.at.line}: {each.severity.value} {each.rule}: {each.message}"
            for each in report.findings
        ]
        data = {"rows": [asdict(row) for row in rows], "findings": found, "seconds": whole}
        Path(options.json).write_text(json.dumps(data, indent=1) + os.linesep)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
