"""Runs `unstuck check` on well-kept modules and on Go's own source: time, memory, fragments, findings, gaps.

    python -m benchmarks.modules                       all of them
    python -m benchmarks.modules --only grpc           those whose name matches
    python -m benchmarks.modules --sample 20 --seed 1  and 20 random findings above note, for triage by hand

Versions are pinned, so that figures can be compared. Sources are fetched once into a cache outside the
repository. `std` and `cmd` are the source of the Go that `--go` names.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.checker import CheckError, Found, Run, check
from benchmarks.fetch import CACHE, default_go, fetch
from benchmarks.goker_native import go_root, go_version

MODULES = (
    ("google.golang.org/grpc", "v1.85.0"),
    ("go.etcd.io/etcd/server/v3", "v3.7.3"),
    ("github.com/prometheus/prometheus", "v0.316.0"),
    ("github.com/nats-io/nats-server/v2", "v2.15.2"),
    ("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c"),
    ("github.com/hashicorp/raft", "v1.8.0"),
    ("github.com/redis/go-redis/v9", "v9.23.0"),
    ("github.com/gorilla/websocket", "v1.5.3"),
    ("github.com/caddyserver/caddy/v2", "v2.11.9"),
    ("github.com/IBM/sarama", "v1.61.1"),
)
AROUND = 6
"""Lines of source shown on each side of a sampled finding."""


@dataclass(frozen=True, slots=True)
class Target:
    """A tree to check. `folder` is None when it is not to be had; `why` then says so."""

    name: str
    folder: Path | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the tool made of a target; `run` is None when it gave no report, `why` then says what it said."""

    target: Target
    run: Run | None
    why: str = ""


def targets(go: str, cache: Path, offline: bool, only: str) -> list[Target]:
    """Go's own source, then the modules."""
    wanted = []
    root, version = go_root(go), go_version(go)
    for name, folder in (("std", root / "src"), ("cmd", root / "src" / "cmd")):
        if re.search(only, name):
            wanted.append(Target(f"{name} {version}", folder))
    for module, version in MODULES:
        if re.search(only, module):
            source = fetch(module, version, cache, go, offline)
            wanted.append(Target(f"{module} {version}", source.folder, source.why))
    return wanted


def examine(target: Target, command: str | None, timeout: float) -> Outcome:
    """Check the whole target."""
    if target.folder is None:
        return Outcome(target, None, target.why)
    try:
        return Outcome(target, check(["./..."], target.folder, command=command, timeout=timeout))
    except CheckError as failed:
        return Outcome(target, None, str(failed))


def fragments(run: Run) -> tuple[int, int, int]:
    """Verified, leaking and incomplete."""
    counts = run.stats.get("fragments", {})
    return counts.get("verified", 0), counts.get("leaks", 0), counts.get("incomplete", 0)


def sample(outcomes: Sequence[Outcome], count: int, seed: int) -> list[tuple[Target, Found]]:
    """`count` findings above note, chosen at random by `seed`, in the order of the targets."""
    loud = [(o.target, f) for o in outcomes if o.run for f in o.run.findings if f.loud]
    chosen = random.Random(seed).sample(range(len(loud)), min(count, len(loud)))
    return [loud[i] for i in sorted(chosen)]


def frame(folder: Path, found: Found) -> str:
    """The source around a finding, its line marked."""
    try:
        lines = (folder / found.path).read_text(errors="replace").splitlines()
    except OSError as error:
        return f"  {error}"
    first = max(0, found.line - 1 - AROUND)
    return "\n".join(
        f"{'>' if number == found.line else ' '} {number:5} {_shown(text)}"
        for number, text in enumerate(lines[first : found.line + AROUND], first + 1)
    )


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text.expandtabs(4))


def report(outcomes: Sequence[Outcome], out: Console) -> None:
    """Print a row for each target, then findings by rule and gaps by code."""
    table = Table(box=box.MARKDOWN)
    for head in ("target", "s", "MiB", "files", "lines", "lines/s", "verified", "leaks", "incomplete"):
        table.add_column(head, justify="left" if head == "target" else "right")
    for head in ("above note", "per 1,000 lines", "notes", "gaps"):
        table.add_column(head, justify="right")
    for o in outcomes:
        table.add_row(o.target.name, *(_row(o.run) if o.run else [o.why]))
    out.print(table)
    rules: Counter[tuple[str, ...]] = Counter(
        (f.rule, f.severity) for o in outcomes if o.run for f in o.run.findings
    )
    gaps: Counter[tuple[str, ...]] = Counter((gap[0],) for o in outcomes if o.run for gap in o.run.gaps)
    _counts(("rule", "severity"), rules, out)
    _counts(("gap",), gaps, out)


def _row(run: Run) -> list[str]:
    verified, leaks, incomplete = fragments(run)
    every = max(1, verified + leaks + incomplete)
    loud = sum(f.loud for f in run.findings)
    lines = run.stats.get("lines", 0)
    return [
        f"{run.seconds:.1f}",
        f"{run.peak_mib:.0f}",
        str(run.stats.get("files", 0)),
        str(lines),
        f"{lines / run.seconds:.0f}" if run.seconds else "-",
        *(f"{n} ({n / every:.1%})" for n in (verified, leaks, incomplete)),
        str(loud),
        f"{1000 * loud / max(1, lines):.2f}",
        str(len(run.findings) - loud),
        str(len(run.gaps)),
    ]


def _counts(heads: Sequence[str], counts: Mapping[tuple[str, ...], int], out: Console) -> None:
    table = Table(*heads, "count", box=box.MARKDOWN)
    for key, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(*key, str(number))
    out.print(table)


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 1 when the tool gave no report for some target."""
    parser = argparse.ArgumentParser(
        prog="modules", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--go", default=default_go(), help="the Go command that fetches, and whose source is checked"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--offline", action="store_true", help="take only what the cache has")
    parser.add_argument("--only", default="", help="targets whose name matches")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print N findings above note")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for one target")
    parser.add_argument("--unstuck", help="command to run in place of `python -m unstuck`")
    options = parser.parse_args(argv)
    outcomes = []
    for target in targets(options.go, options.cache, options.offline, options.only):
        print(f"{target.name} ...", file=sys.stderr)
        outcomes.append(examine(target, options.unstuck, options.timeout))
    out = Console(width=220, highlight=False)
    report(outcomes, out)
    for number, (target, found) in enumerate(sample(outcomes, options.sample, options.seed), 1):
        assert target.folder is not None
        where = f"{found.path}:{found.line}"
        print(f"\n[{number}] {target.name} {where} {found.rule} ({found.severity}, {found.evidence})")
        print(f"{_shown(found.message)}\n{frame(target.folder, found)}")
    return int(any(o.run is None and o.target.folder for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
