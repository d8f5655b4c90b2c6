"""Scores `unstuck check` on leaks of real projects, before and after their fix.

    python -m benchmarks.real            fetch what is missing, then score
    python -m benchmarks.real --fetch    only fetch
    python -m benchmarks.real --misses   also say, for each miss, what was reported in that file
    python -m benchmarks.real --nearest-tags --kinds 'timer|ticker|time'
                                         the nearest tags in place of the commits, some kinds only

The cases are facts (shared/real-leaks.json); the sources come from the module proxy and stay in a cache
outside the repository. Where the proxy refuses a commit, a checkout of it at CACHE/repos/CASE/base and
CACHE/repos/CASE/fix (the module's folder, or as much of it as there is) is taken. Each case is scored twice:
*alone*, the package's folder in a module of its own without its dependencies, and *full*, the folder inside
its whole module.

A case is found by a finding within one line of any of its lines, its cause or its go statement. After the fix
a finding within the case's after_lines is one that should be gone. At the nearest tags (nearest.py) a finding
counts by its function and rule.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.checker import CheckError, Found, Run, check
from benchmarks.fetch import CACHE, Source, default_go, fetch, go_line
from benchmarks.nearest import Tags, is_right, read_tags

CASES = Path(__file__).resolve().parents[2] / "shared" / "real-leaks.json"
HELD = re.compile("time|ticker|cancel|stop")
"""Kinds of cases that hold memory or need a cancel, in place of parking a goroutine for good."""

Level = Literal["loud", "note", "none"]
"""The loudest finding at a place: above note, note, or none at all."""


@dataclass(frozen=True, slots=True)
class Case:
    """One leak. `file` is relative to its module; `places` are its lines, cause and go line."""

    id: str
    module: str
    base: str
    fix: str
    file: str
    kind: str
    scope: str
    places: tuple[int, ...]
    after: tuple[tuple[int, int], ...]
    after_leaks: bool
    doubtful: bool
    func: str = ""
    tags: Tags | None = None
    """Judged at these versions, by function and rule."""

    @property
    def fixed_file(self) -> str:
        """`file` after the fix."""
        return self.tags.fix_file if self.tags else self.file

    @property
    def group(self) -> str:
        """`parks`: in one function or file, parks a goroutine, not doubtful; `holds`; `wider`; `doubtful`."""
        if self.doubtful:
            return "doubtful"
        if HELD.search(self.kind):
            return "holds"
        return "parks" if self.scope in ("function", "file") else "wider"


@dataclass(frozen=True, slots=True)
class Side:
    """The tool's word on one case in one setting (alone or full)."""

    before: Level
    after: Level | None
    """None where the fixed version leaks there in another way."""
    loud: int
    """Findings above note in the package folder at base."""
    lines: int
    nearby: tuple[Found, ...]
    """All findings in the case's file at base."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One case. `sides` is empty when the sources are not to be had; `why` then says so."""

    case: Case
    sides: dict[str, Side]
    why: str = ""


def read_cases(path: Path) -> list[Case]:
    """The cases of a file in the form of shared/real-leaks.json."""
    return [_case(item) for item in json.loads(path.read_text())["cases"]]


def _case(item: dict[str, Any]) -> Case:
    folder = f"{item['module_dir']}/" if item["module_dir"] else ""
    places = [*item["lines"], *(item.get("cause") or ()), item.get("go_line")]
    return Case(
        id=item["id"],
        module=item["module"],
        base=item["base"],
        fix=item["fix"],
        file=item["file"].removeprefix(folder),
        kind=item["kind"],
        scope=item["scope"],
        places=tuple(line for line in places if line),
        after=tuple((first, last) for first, last in item["after_lines"] or ()),
        after_leaks=bool(item.get("after_leaks")),
        doubtful=bool(item.get("doubtful")),
        func=item.get("func", ""),
    )


def at_tags(case: Case, tags: Tags) -> Case:
    """The case as it stands at the nearest tags."""
    tags = replace(tags, fix_file=tags.fix_file or case.file)
    func = tags.func or case.func
    return replace(case, module=tags.module, file=tags.base_file or case.file, func=func, tags=tags)


def level(findings: Iterable[Found]) -> Level:
    """The loudest of them."""
    severities = [f.loud for f in findings]
    if not severities:
        return "none"
    return "loud" if any(severities) else "note"


def found_before(case: Case, findings: Iterable[Found]) -> Level:
    """What the findings in the case's file at base say about the case."""
    if case.tags is not None:
        return level(f for f in findings if is_right(case.kind, case.func, f))
    return level(f for f in findings if any(abs(f.line - place) <= 1 for place in case.places))


def found_after(case: Case, findings: Iterable[Found]) -> Level | None:
    """What the findings in the case's file at the fix still say."""
    if case.after_leaks or (case.tags is not None and not case.tags.fixed):
        return None
    if case.tags is not None:
        return level(f for f in findings if is_right(case.kind, case.func, f))
    return level(f for f in findings if any(first <= f.line <= last for first, last in case.after))


def side(case: Case, before: Run, after: Run, path: str, fixed_path: str) -> Side:
    """Judge the runs at base and fix; the paths are how they name the case's file."""
    here = tuple(f for f in before.findings if f.path == path)
    folder = str(PurePosixPath(path).parent)
    there = [f for f in after.findings if f.path == fixed_path]
    loud = sum(f.loud and str(PurePosixPath(f.path).parent) == folder for f in before.findings)
    return Side(found_before(case, here), found_after(case, there), loud, before.stats.get("lines", 0), here)


def run_alone(case: Case, file: str, root: Path, command: str | None) -> Run:
    """Check the folder of `file` by itself: its Go files and a go.mod with the module's go line."""
    folder = PurePosixPath(file).parent
    with tempfile.TemporaryDirectory() as work:
        for source in sorted((root / folder).glob("*.go")):
            shutil.copy(source, work)
        name = case.module if str(folder) == "." else f"{case.module}/{folder}"
        (Path(work) / "go.mod").write_text(f"module {name}\n\n{go_line(root)}\n")
        return check(["."], Path(work), command=command, timeout=900)


def run_full(case: Case, file: str, root: Path, command: str | None) -> Run:
    """Check the folder of `file` inside its module."""
    return check([f"./{PurePosixPath(file).parent}"], root, command=command, timeout=900)


def score(case: Case, base: Path, fix: Path, command: str | None) -> dict[str, Side]:
    """Both settings. A run that gives no report counts as one without findings, and is said."""
    sides = {}
    files = case.file, case.fixed_file
    names = PurePosixPath(files[0]).name, PurePosixPath(files[1]).name
    for name, run, shown in (("alone", run_alone, names), ("full", run_full, files)):
        try:
            before, after = run(case, files[0], base, command), run(case, files[1], fix, command)
            sides[name] = side(case, before, after, *shown)
        except CheckError as failed:
            sides[name] = Side("none", "none", 0, 0, (), str(failed))
    return sides


def share(part: int, whole: int) -> str:
    """`3/4 75 %`."""
    return f"{part}/{whole} {100 * part / whole:.0f} %" if whole else "-"


def summary(results: Sequence[Result], setting: str) -> list[str]:
    """Cells of one row: cases, found, found above note, after at all, after above note."""
    sides = [r.sides[setting] for r in results if r.sides]
    fixed = [s for s in sides if s.after is not None]
    return [
        str(len(sides)),
        share(sum(s.before != "none" for s in sides), len(sides)),
        share(sum(s.before == "loud" for s in sides), len(sides)),
        share(sum(s.after != "none" for s in fixed), len(fixed)),
        share(sum(s.after == "loud" for s in fixed), len(fixed)),
    ]


def density(results: Sequence[Result], setting: str) -> float:
    """Findings above note per 1,000 lines of the package folders at base, each folder and commit once."""
    folders = {
        (r.case.module, r.case.base, PurePosixPath(r.case.file).parent): r.sides[setting]
        for r in results
        if r.sides
    }
    lines = sum(s.lines for s in folders.values())
    return 1000 * sum(s.loud for s in folders.values()) / lines if lines else 0.0


def report(results: Sequence[Result], out: Console) -> None:
    """Print the tables."""
    head = ("cases", "found", "above note", "after fix", "after, above note")
    cases = Table("case", "kind", "scope", "group", "alone", "after", "full", "after", box=box.MARKDOWN)
    for r in results:
        cells: list[str] = [
            w for s in r.sides.values() for w in ("error" if s.error else s.before, s.after or "leaks")
        ]
        c = r.case
        cases.add_row(c.id, c.kind, c.scope, c.group, *(cells or ["not available"]))
    out.print(cases)
    for setting in ("alone", "full"):
        table = Table(setting, *head, box=box.MARKDOWN)
        for key in ("kind", "scope", "group"):
            for value in sorted({getattr(r.case, key) for r in results}):
                rows = [r for r in results if getattr(r.case, key) == value]
                table.add_row(f"{key} {value}", *summary(rows, setting))
        table.add_row("all", *summary(results, setting))
        out.print(table)
        out.print(f"{setting}: {density(results, setting):.2f} findings above note per 1,000 lines\n")
    missing = [r for r in results if not r.sides]
    out.print(f"not available: {len(missing)} of {len(results)}")
    for r in missing:
        out.print(f"  {r.case.id}: {r.why}")


def tell_misses(results: Sequence[Result], out: Console) -> None:
    """For each case not found alone, what was reported in its file; for each still reported, that."""
    for r in results:
        for setting, s in r.sides.items():
            if s.error:
                out.print(f"{r.case.id} {setting}: {s.error}")
            elif s.before == "none":
                near = ", ".join(f"{f.line} {f.rule} ({f.severity})" for f in s.nearby) or "nothing"
                out.print(f"{r.case.id} {setting}: missed {r.case.file}:{r.case.places}; in the file: {near}")


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 when no case could be scored."""
    options = _options(argv)
    cases = _wanted(read_cases(options.cases), options)
    sources = {c.id: (source(c, "base", options), source(c, "fix", options)) for c in cases}
    if options.fetch:
        refused = [s for pair in sources.values() for s in pair if not s.folder]
        print(f"{2 * len(cases) - len(refused)} of {2 * len(cases)} versions in {options.cache}")
        for s in refused:
            print(f"  {s.module}@{s.version}: {s.why}")
        return 0

    def one(case: Case) -> Result:
        base, fix = sources[case.id]
        if base.folder is None or fix.folder is None:
            return Result(case, {}, base.why or fix.why)
        return Result(case, score(case, base.folder, fix.folder, options.unstuck))

    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(one, cases))
    out = Console(width=200, highlight=False)
    report(results, out)
    if options.misses:
        tell_misses(results, out)
    scored = [s for r in results for s in r.sides.values() if not s.error]
    return 0 if scored else 2


def _wanted(cases: list[Case], options: argparse.Namespace) -> list[Case]:
    wanted = [c for c in cases if re.search(options.only, c.id) and re.search(options.kinds, c.kind)]
    if not options.nearest_tags:
        return wanted
    tags = read_tags()
    return [at_tags(c, tags[c.id]) if c.id in tags else c for c in wanted]


def source(case: Case, when: Literal["base", "fix"], options: argparse.Namespace) -> Source:
    """The module before or after the fix: a checkout placed in the cache by hand, else what `fetch` gives."""
    versions = case.tags or case
    commit = versions.base if when == "base" else versions.fix
    folder = options.cache / "repos" / case.id / when
    if folder.is_dir():
        return Source(case.module, commit, folder)
    return fetch(case.module, commit, options.cache, options.go, options.offline)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="real", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"default {CACHE}")
    parser.add_argument("--go", default=default_go(), help="the Go command that fetches")
    parser.add_argument("--fetch", action="store_true", help="only fetch the sources")
    parser.add_argument("--offline", action="store_true", help="take only what the cache has")
    parser.add_argument("--only", default="", help="cases whose id matches")
    parser.add_argument("--kinds", default="", help="cases whose kind matches")
    parser.add_argument("--nearest-tags", action="store_true", help="the nearest tags, not the commits")
    parser.add_argument("--misses", action="store_true", help="for each miss, what was reported in its file")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--unstuck", help="command to run in place of `python -m unstuck`")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
