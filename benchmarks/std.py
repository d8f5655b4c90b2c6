"""How `unstuck check ./...` does on Go's own source: prints a Markdown table for docs/benchmarks.md.

    python -m benchmarks.std                 std and cmd, with two worker processes
    python -m benchmarks.std --only std --jobs 1

The tool is run as a user runs it; time is wall time from start to end, memory the most that all its processes
held together.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.checker import CheckError, Run, check
from benchmarks.goker_native import go_root, go_version

TREES = (("std", "src"), ("cmd", "src/cmd"))
"""Name and folder under GOROOT."""


def table(columns: Sequence[tuple[str, Run]]) -> str:
    """A Markdown table with a column for each run."""
    rows = [("", *(name for name, _ in columns)), ("---", *("---:" for _ in columns))]
    rows.extend((label, *(value(run) for _, run in columns)) for label, value in _ROWS)
    codes = sorted({code for _, run in columns for code, *_ in run.gaps})
    for code in codes:
        counts = (sum(gap[0] == code for gap in run.gaps) for _, run in columns)
        rows.append((f"gaps `{code}`", *(f"{count:,}" for count in counts)))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _stat(name: str, run: Run) -> str:
    return f"{run.stats[name]:,}"


def _share(name: str, run: Run) -> str:
    """A count of fragments and its share of all."""
    counts = run.stats["fragments"]
    return f"{counts[name]:,} ({100 * counts[name] / max(sum(counts.values()), 1):.1f} %)"


def _findings(run: Run) -> str:
    counts = Counter(finding.severity for finding in run.findings)
    return ", ".join(f"{counts[level]} {level}" for level in ("error", "warning", "note"))


_ROWS = (
    ("packages", lambda run: _stat("packages", run)),
    ("files", lambda run: _stat("files", run)),
    ("lines", lambda run: _stat("lines", run)),
    ("functions", lambda run: _stat("functions", run)),
    ("fragments verified", lambda run: _share("verified", run)),
    ("fragments with leaks", lambda run: _share("leaks", run)),
    ("fragments incomplete", lambda run: _share("incomplete", run)),
    ("states", lambda run: _stat("states", run)),
    ("findings", _findings),
    ("time", lambda run: f"{run.seconds:.0f} s"),
    ("lines per second", lambda run: f"{run.stats['lines'] / run.seconds:,.0f}"),
    ("peak memory", lambda run: f"{run.peak_mib:,.0f} MiB"),
    ("exit status", lambda run: str(run.exit_status)),
)


def main() -> int:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description="measure unstuck check on Go's own source")
    parser.add_argument("--only", choices=[name for name, _ in TREES], help="one of the trees")
    parser.add_argument("--go", default="go", help="the go command whose source is checked")
    parser.add_argument("--jobs", default="2", help="worker processes")
    options = parser.parse_args()
    columns: list[tuple[str, Run]] = []
    for name, folder in TREES:
        if options.only in (None, name):
            where = Path(go_root(options.go)) / folder
            try:
                columns.append((name, check(("./...",), where, ("--jobs", options.jobs))))
            except CheckError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
    print(f"{go_version(options.go)}, {options.jobs} jobs\n\n{table(columns)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
