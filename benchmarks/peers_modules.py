"""Compares `unstuck check` with go vet's lostcancel, bodyclose and staticcheck on well-kept modules.

    python -m benchmarks.peers_modules                     the table
    python -m benchmarks.peers_modules --only grpc         of the modules whose name matches
    python -m benchmarks.peers_modules --lines             and every line on which they and we differ
    python -m benchmarks.peers_modules --go-version 1.22   both judge as if this Go built the module

The peers type-check, so they need a Go, the module proxy and what the modules depend on. They are looked for
in `$GOBIN`, else in `~/go/bin`; one that is not there is left out:

    go install honnef.co/go/tools/cmd/staticcheck@latest github.com/timakin/bodyclose@latest

Each module is copied to the cache; replacements by folders that its zip does not have are dropped. What a
peer said is kept beside the copy (`--fresh` asks again). Ours are the rules over types and control flow alone
(`benchmarks.patterns`): all that is compared is theirs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.checker import CheckError, Found, check
from benchmarks.fetch import CACHE, default_go, fetch
from benchmarks.modules import MODULES

_PATTERNS = Path(__file__).resolve().parent / "patterns.py"
SECONDS = 3000
"""One peer on one module; building what a large module depends on takes most of it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A checker, the command that prints what it finds as JSON, and our rules for the same mistakes."""

    name: str
    command: tuple[str, ...]
    rules: tuple[str, ...]


PEERS = (
    Peer("lostcancel", ("{go}", "vet", "-json", "-lostcancel"), ("lost-cancel", "defer-in-loop")),
    Peer("bodyclose", ("{go}", "vet", "-json", "-vettool={bin}/bodyclose"), ("unreleased-holder",)),
    Peer(
        "staticcheck",
        ("{bin}/staticcheck", "-f", "json", "-checks", "SA1015,SA1025,SA5001,SA5003,SA9001"),
        ("timer-in-loop", "ticker-not-stopped", "stale-reset", "blocking-drain", "defer-in-loop"),
    ),
)
"""SA1015: time.Tick that leaks, SA1025: the value of Timer.Reset, SA5001: Close deferred before the error is
looked at, SA5003: defer in a loop without end, SA9001: defer in a range over a channel."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a peer says of a line; `path` is relative to the module."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A peer and we on one module. `why` says why the peer has no answer."""

    module: str
    peer: str
    theirs: tuple[Line, ...] = ()
    both: tuple[Line, ...] = ()
    ours: tuple[Line, ...] = ()
    why: str = ""


def vet_lines(text: str, folder: str) -> tuple[Line, ...]:
    """The lines of `go vet -json`: objects of packages one after the other, between comments."""
    decoder = json.JSONDecoder()
    text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    found: dict[Line, None] = {}
    at = text.find("{")
    while at >= 0:
        said, end = decoder.raw_decode(text, at)
        for package in said.values():
            for items in package.values():
                for item in items if isinstance(items, list) else ():
                    path, line, _ = item["posn"].rsplit(":", 2)
                    found[Line(os.path.relpath(path, folder), int(line), item["message"])] = None
        at = text.find("{", end)
    return tuple(sorted(found, key=lambda each: (each.path, each.line, each.message)))


def staticcheck_lines(text: str, folder: str) -> tuple[Line, ...]:
    """The lines of `staticcheck -f json`; what it says of packages that do not compile is no finding."""
    found: dict[Line, None] = {}
    for row in text.splitlines():
        item = json.loads(row)
        where = item["location"]
        if item["code"].startswith("SA"):
            path = os.path.relpath(where["file"], folder)
            found[Line(path, where["line"], f"{item['code']}: {item['message']}")] = None
    return tuple(sorted(found, key=lambda each: (each.path, each.line, each.message)))


def compare(module: str, peer: Peer, said: Sequence[Line], found: Sequence[Found]) -> Compared:
    """A line of theirs is ours, too, when a finding of a fitting rule stands there or points to it."""
    fitting = [each for each in found if each.rule in peer.rules]
    lines = {(f.path, line) for f in fitting for line in (f.line, *f.related)}
    their_lines = {(each.path, each.line) for each in said}
    both = tuple(each for each in said if (each.path, each.line) in lines)
    theirs = tuple(each for each in said if (each.path, each.line) not in lines)
    alone = tuple(
        Line(f.path, f.line, f"{f.rule} ({f.severity})")
        for f in fitting
        if not their_lines.intersection((f.path, line) for line in (f.line, *f.related))
    )
    return Compared(module, peer.name, theirs, both, alone)


def ask(peer: Peer, folder: Path, version: str | None, go: str, fresh: bool, cache: Path) -> str:
    """What the peer prints in `folder`; raises RuntimeError when it is not to be had or fails."""
    kept = folder.with_name(f"{folder.name}.{peer.name}{version or ''}.json")
    if kept.exists() and not fresh:
        return kept.read_text()
    tools = os.environ.get("GOBIN") or str(Path("~/go/bin").expanduser())
    words = [word.format(go=go, bin=tools) for word in peer.command]
    tool = words[0] if peer.name == "staticcheck" else words[-1].partition("=")[2]
    if tool and not Path(tool).exists():
        raise RuntimeError(f"{peer.name} is not installed")
    if version and peer.name == "staticcheck":
        words += ["-go", version]
    try:
        done = subprocess.run(
            ["nice", *words, "./..."],
            cwd=folder,
            env=_environment(cache, go),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"not done after {SECONDS} s") from None
    folder.with_name(f"{folder.name}.{peer.name}.log").write_text(done.stderr)
    text = done.stdout if "{" in done.stdout else done.stderr
    if "{" not in text and done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no output"])[-1])
    kept.write_text(text)
    return text


def _environment(cache: Path, go: str) -> dict[str, str]:
    return os.environ | {
        "GOMODCACHE": str(cache / "mod"),
        "GOFLAGS": "-mod=mod -modcacherw",
        "GOSUMDB": "off",
        "GOWORK": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "PATH": f"{Path(go).resolve().parent}{os.pathsep}{os.environ['PATH']}",
    }


def prepare(module: str, version: str, cache: Path, go: str, offline: bool) -> Path:
    """A copy of the module that can be built. Raises RuntimeError when it is not to be had."""
    source = fetch(module, version, cache, go, offline)
    if source.folder is None:
        raise RuntimeError(source.why)
    copy = cache / "peers" / source.folder.name
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.half")  # renamed when whole: a run may be killed at any time
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(source.folder, half, copy_function=shutil.copyfile)
        text = (half / "go.mod").read_text()
        for name in re.findall(r"^\s*(?:replace )?(\S+) (?:\S+ )?=> \.", text, re.MULTILINE):
            subprocess.run([go, "mod", "edit", f"-dropreplace={name}"], cwd=half, check=True)
        half.rename(copy)
    return copy


def examine(options: argparse.Namespace) -> Iterator[Compared]:
    """Each module with each peer."""
    for module, version in MODULES:
        if not re.search(options.only, module):
            continue
        print(f"{module} ...", file=sys.stderr)
        try:
            folder = prepare(module, version, options.cache, options.go, options.offline)
            command = options.unstuck or f"{sys.executable} {_PATTERNS}"
            judged = ["--go-version", options.go_version] if options.go_version else []
            found = check(["./..."], folder, judged, command=command).findings
        except (RuntimeError, CheckError) as failed:
            yield Compared(module, "", why=str(failed))
            continue
        for peer in PEERS:
            if not re.search(options.peer, peer.name):
                continue
            try:
                text = ask(peer, folder, options.go_version, options.go, options.fresh, options.cache)
            except RuntimeError as failed:
                yield Compared(module, peer.name, why=str(failed))
                continue
            read = staticcheck_lines if peer.name == "staticcheck" else vet_lines
            yield compare(module, peer, read(text, str(folder)), found)


def report(results: Sequence[Compared], out: Console) -> None:
    """A row for each module and peer; tests apart."""
    table = Table(box=box.MARKDOWN)
    for head in ("module", "peer", "both", "theirs only", "ours only", "in tests: both", "theirs", "ours"):
        table.add_column(head, justify="left" if head in ("module", "peer") else "right")
    for each in results:
        parts = (each.both, each.theirs, each.ours)
        counts = [
            str(sum(is_test(line) is tests for line in part)) for tests in (False, True) for part in parts
        ]
        table.add_row(each.module, each.peer, *([each.why] if each.why else counts))
    out.print(table)


def is_test(line: Line) -> bool:
    """Whether it stands in a test."""
    return line.path.endswith("_test.go")


def tell(results: Sequence[Compared], cache: Path, out: Console) -> None:
    """Each line outside of tests that only one of us reports, with its text."""
    folders = {
        module: cache / "peers" / f"{module.rpartition('/')[2]}@{version}" for module, version in MODULES
    }
    for each in results:
        for title, lines in (("theirs only", each.theirs), ("ours only", each.ours)):
            for line in lines:
                if is_test(line):
                    continue
                text = (folders[each.module] / line.path).read_text(errors="replace").splitlines()
                shown = text[line.line - 1].strip()
                where = f"{each.module} {line.path}:{line.line}"
                out.print(f"{each.peer} {title}: {where}: {line.message}\n    {shown}", markup=False)


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 when some peer gave no answer on some module."""
    parser = argparse.ArgumentParser(
        prog="peers_modules", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--go", default=default_go(), help="the Go command that fetches and vets")
    parser.add_argument("--offline", action="store_true", help="take only what the cache has")
    parser.add_argument("--only", default="", help="modules whose name matches")
    parser.add_argument("--peer", default="", help="peers whose name matches")
    parser.add_argument("--go-version", help="both judge as if this Go built the module")
    parser.add_argument("--fresh", action="store_true", help="ask the peers again")
    parser.add_argument("--lines", action="store_true", help="say on which lines we differ")
    parser.add_argument("--unstuck", help="command to run in place of `python -m benchmarks.patterns`")
    options = parser.parse_args(argv)
    results = list(examine(options))
    out = Console(width=220, highlight=False)
    report(results, out)
    if options.lines:
        tell(results, options.cache, out)
    return 2 if any(each.why for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
