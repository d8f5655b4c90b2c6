"""Compares `unstuck check` with other checkers of cancels and response bodies, on their own test files.

    python -m benchmarks.peers            the table
    python -m benchmarks.peers --lines    and every line on which they and we differ, with its text

A line is wanted where the test of the peer says `// want`. It is found when a finding of a fitting rule
stands there, or names it as the way out on which something is lost (`related`). Sources: see fetch.py.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.checker import check
from benchmarks.fetch import CACHE, default_go, fetch

_WANT = re.compile(r"//\s*want\b")
_PASSES = "go/analysis/passes"


@dataclass(frozen=True, slots=True)
class Peer:
    """A checker's test files: folders below `folder` of a module, each a package of its own."""

    name: str
    module: str
    version: str
    folder: str
    rules: tuple[str, ...]
    skip: tuple[str, ...] = ()
    """Packages that test what the peer does only on demand."""


PEERS = (
    Peer("lostcancel", "golang.org/x/tools", "v0.52.0", f"{_PASSES}/lostcancel", ("lost-cancel",)),
    Peer("httpresponse", "golang.org/x/tools", "v0.52.0", f"{_PASSES}/httpresponse", ("unreleased-holder",)),
    Peer(
        "bodyclose",
        "github.com/timakin/bodyclose",
        "v0.0.0-20260723120731-857993a2939c",
        "passes/bodyclose",
        ("unreleased-holder",),
        skip=("consumption",),
    ),
)


@dataclass(frozen=True, slots=True)
class Lines:
    """What one file's test wants, and what we found, by line; `text` is the file."""

    peer: str
    path: str
    wanted: frozenset[int]
    found: frozenset[int]
    text: tuple[str, ...]

    @property
    def missed(self) -> list[int]:
        """Theirs and not ours."""
        return sorted(self.wanted - self.found)


def examine(peer: Peer, root: Path, command: str | None) -> Iterator[Lines]:
    """Check each package of the peer's test files in a module of its own."""
    for folder in sorted({path.parent for path in (root / peer.folder / "testdata" / "src").rglob("*.go")}):
        if folder.name in peer.skip:
            continue
        with tempfile.TemporaryDirectory() as work:
            files = sorted(folder.glob("*.go"))
            for file in files:
                shutil.copy(file, work)
            (Path(work) / "go.mod").write_text(f"module example.com/{folder.name}\n\ngo 1.22\n")
            findings = check(["."], Path(work), command=command).findings
        for file in files:
            ours = [f for f in findings if f.path == file.name and f.rule in peer.rules]
            text = tuple(file.read_text().splitlines())
            wanted = frozenset(n for n, line in enumerate(text, 1) if _WANT.search(line))
            lines = frozenset(line for f in ours for line in (f.line, *f.related))
            own = frozenset(f.line for f in ours)
            yield Lines(peer.name, f"{folder.name}/{file.name}", wanted, (lines & wanted) | own, text)


def report(results: Sequence[Lines], out: Console) -> None:
    """A row for each peer."""
    table = Table("peer", "wanted lines", "found", "ours only", box=box.MARKDOWN)
    for peer in dict.fromkeys(each.peer for each in results):
        rows = [each for each in results if each.peer == peer]
        wanted = sum(len(each.wanted) for each in rows)
        hit = sum(len(each.wanted & each.found) for each in rows)
        extra = sum(len(each.found - each.wanted) for each in rows)
        table.add_row(peer, str(wanted), f"{hit} ({hit / max(1, wanted):.0%})", str(extra))
    out.print(table)


def tell(results: Sequence[Lines], out: Console) -> None:
    """Each line that only one of us reports."""
    for each in results:
        for title, lines in (("theirs only", each.missed), ("ours only", sorted(each.found - each.wanted))):
            for line in lines:
                out.print(
                    f"{each.peer} {each.path}:{line} {title}: {each.text[line - 1].strip()}", markup=False
                )


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 when a peer's files are not to be had."""
    parser = argparse.ArgumentParser(
        prog="peers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--go", default=default_go(), help="the Go command that fetches")
    parser.add_argument("--offline", action="store_true", help="take only what the cache has")
    parser.add_argument("--lines", action="store_true", help="say on which lines we differ")
    parser.add_argument("--unstuck", help="command to run in place of `python -m unstuck`")
    options = parser.parse_args(argv)
    results: list[Lines] = []
    missing = 0
    for peer in PEERS:
        source = fetch(peer.module, peer.version, options.cache, options.go, options.offline)
        if source.folder is None:
            print(f"{peer.name}: {source.why}", file=sys.stderr)
            missing += 1
            continue
        results.extend(examine(peer, source.folder, options.unstuck))
    out = Console(width=200, highlight=False)
    report(results, out)
    if options.lines:
        tell(results, out)
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
