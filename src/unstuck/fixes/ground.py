"""The program that cures are tried on: its packages, what is stuck in it, and what its roots gave.

A ground is never changed: a tried edit makes a new one, in memory. Its state is caches. Roots are explored
again only where their fragment has something of an edit in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from unstuck.attempts import LITERAL
from unstuck.callers import Calls
from unstuck.config import Settings
from unstuck.findings import Finding, RootKind
from unstuck.fixes.blocks import edited as edited_text
from unstuck.fixes.case import Candidate, Sights
from unstuck.fragments import explore_again, play_again, starts_at
from unstuck.ir.literals import function_id
from unstuck.ir.program import program
from unstuck.parts import Part, Witness
from unstuck.roots import Explorer, explorer
from unstuck.rules.merging import merged
from unstuck.source.edit import Change
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.suppress import with_levels
from unstuck.types.model import FuncRef
from unstuck.types.world import World

MAX_CALLER_LEVELS = 3
"""How far up callers of what hands out its objects are explored again."""
MAX_AGAIN = 3_000_000
"""Units of work (config.Limits) that exploring again what one edit reaches may take. Past it the edit is not
judged."""
INFERRED = 2
"""Bytes of functions that take about as long to be inferred, or lowered, as a unit of work."""
LOOKED = 16
"""The same for functions that are looked through."""
_WORD = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")

Start = tuple[FuncRef, RootKind | None]
"""A root, and CALLER where it is explored as a caller only."""


@dataclass(slots=True)
class Ground:
    """See above. `findings` are all that count, in the order of their places."""

    packages: tuple[Package, ...]
    space: Workspace
    settings: Settings
    findings: tuple[Finding, ...]
    explorer: Explorer
    sights: Sights
    _makers: dict[str, Callable[[FuncRef], bool]] = field(default_factory=dict)
    _words: dict[FuncRef, frozenset[bytes]] = field(default_factory=dict)
    _parts: dict[tuple[Start, tuple[FuncRef, ...]], Part] = field(default_factory=dict)
    _calls: dict[str, Calls] = field(default_factory=dict)
    _lives: dict[tuple[str, tuple[FuncRef, ...]], Part] = field(default_factory=dict)
    tried: dict[object, object] = field(default_factory=dict)
    """What verify said of edits."""
    proposed: dict[Finding, tuple[Candidate, ...]] = field(default_factory=dict)
    """What may cure findings."""
    work: int = 0
    """Units of work done here and for edits tried here, besides what `worked` adds."""


@dataclass(frozen=True, slots=True)
class Explored:
    """What exploring some roots again gave."""

    roots: tuple[Start, ...]
    findings: tuple[Finding, ...]
    panics: int
    cut: int
    """Fragments that were not explored to their end."""
    failed: bool


def ground(
    packages: Sequence[Package],
    space: Workspace,
    settings: Settings,
    findings: Iterable[Finding],
    like: World | None = None,
) -> Ground:
    """A program, and what is stuck in it; `like` has read another version of it."""
    made = explorer(packages, space, settings, like)
    return Ground(
        tuple(packages), space, settings, tuple(findings), made, Sights(made.world, tuple(packages))
    )


def worked(base: Ground) -> int:
    """What was done on a ground so far, in units of work: never seconds."""
    return base.work + base.explorer.world.read // INFERRED + base.sights.looked // LOOKED


def edited(base: Ground, changes: Iterable[tuple[str, Change]]) -> Ground:
    """The program after some edits, its findings not known yet. Raises source.edit.EditError."""
    by_path: dict[str, list[Change]] = {}
    for path, change in changes:
        by_path.setdefault(path, []).append(change)
    packages = tuple(_edited_package(package, by_path) for package in base.packages)
    return ground(packages, base.space, base.settings, (), base.explorer.world)


def _edited_package(package: Package, by_path: dict[str, list[Change]]) -> Package:
    if not any(item.file.path in by_path for item in package.files):
        return package
    files = []
    for item in package.files:
        changes = by_path.get(item.file.path)
        if changes is not None:
            item = replace(item, file=edited_text(item.file, changes))
        files.append(item)
    return replace(package, files=tuple(files))


def touched(base: Ground, changes: Iterable[tuple[str, Change]]) -> tuple[FuncRef, ...]:
    """The functions that edits are in, or whose text names what is declared where they are."""
    found: dict[FuncRef, None] = {}
    for path, change in changes:
        package = base.sights.package(path)
        if package is None:
            continue
        refs = base.explorer.world.functions(package.path)
        inside = [ref for ref in refs if _covers(base, ref, path, change)]
        if not inside:
            words = _declared_words(base, path, change)
            inside = [ref for ref in refs if words & _words(base, ref)]
        found.update(dict.fromkeys(inside))
    return tuple(found)


def _covers(base: Ground, ref: FuncRef, path: str, change: Change) -> bool:
    declared = base.explorer.world.declared(ref)
    if declared is None or declared.file.path != path:
        return False
    return declared.start <= change.start and change.end <= declared.end


def _declared_words(base: Ground, path: str, change: Change) -> frozenset[bytes]:
    """Names of the type or variable around an edit outside functions; none for imports."""
    file = base.sights.file(path)
    if file is None:
        return frozenset()
    head = file.data[: change.start]
    found = list(re.finditer(rb"^(type|var|const|import)\b[ \t(]*([\w\x80-\xff]*)", head, re.MULTILINE))
    if not found or found[-1][1] == b"import":
        return frozenset()
    return frozenset((found[-1][2],)) if found[-1][2] else frozenset(_WORD.findall(head[found[-1].start() :]))


def roots_of(base: Ground, refs: Sequence[FuncRef]) -> tuple[Start, ...]:
    """The roots whose fragments have one of the functions inside, callers of what hands out included."""
    if not refs:
        return ()
    names = _naming(base, refs)
    wanted = frozenset(function_id(ref) for ref in refs)
    found: list[Start] = []
    for package in base.packages:
        for ref in base.explorer.world.functions(package.path):
            if ref not in names or not _is_root(base, package, ref):
                continue
            whole = program(base.explorer.code, ref)
            if whole is not None and not wanted.isdisjoint(whole.functions):
                found.append((ref, None))
    return tuple(found)


def root_of(base: Ground, finding: Finding) -> tuple[Start, ...]:
    """The root at which a finding was seen; none when it is not in sight."""
    kind = finding.root.kind if finding.root.kind is RootKind.CALLER else None
    for package in sorted(base.packages, key=lambda each: each.path != finding.package):
        for ref in base.explorer.world.functions(package.path):
            if str(ref) == finding.root.function.removeprefix(LITERAL):
                return ((ref, kind),)
    return ()


def starts(base: Ground, refs: Sequence[FuncRef]) -> tuple[Start, ...]:
    """Those of the functions where exploring starts."""
    packages = {package.path: package for package in base.packages}
    return tuple((ref, None) for ref in refs if _is_root(base, packages[ref.package], ref))


def _naming(base: Ground, refs: Sequence[FuncRef]) -> dict[FuncRef, None]:
    """Functions that name one of `refs`, or one that does so, and so on: who may call them."""
    found: dict[FuncRef, None] = dict.fromkeys(refs)
    words = {_name(ref) for ref in refs}
    everything = [ref for package in base.packages for ref in base.explorer.world.functions(package.path)]
    while True:
        new = [ref for ref in everything if ref not in found and not words.isdisjoint(_words(base, ref))]
        if not new:
            return found
        found.update(dict.fromkeys(new))
        words = words | {_name(ref) for ref in new}


def _name(ref: FuncRef) -> bytes:
    return ref.name.partition("#")[0].encode("utf-8", "surrogateescape")


def _words(base: Ground, ref: FuncRef) -> frozenset[bytes]:
    known = base._words.get(ref)
    if known is None:
        declared = base.explorer.world.declared(ref)
        text = declared.file.data[declared.start : declared.end] if declared is not None else b""
        known = base._words[ref] = frozenset(_WORD.findall(text))
    return known


def _is_root(base: Ground, package: Package, ref: FuncRef) -> bool:
    known = base._makers.get(package.path)
    if known is None:
        known = base._makers[package.path] = cache(starts_at(base.explorer, package))
    return known(ref)


def explored(base: Ground, roots: Sequence[Start], texts: Sequence[FuncRef]) -> Explored | None:
    """Explores roots, and callers of what hands out what it made; asks the other rules about `texts`. None
    where that is past `MAX_AGAIN`."""
    parts: list[Part] = []
    done: dict[Start, None] = {}
    end = worked(base) + MAX_AGAIN
    waiting = list(roots)
    for _ in range(MAX_CALLER_LEVELS + 1):
        handed: list[FuncRef] = []
        for start in waiting:
            if worked(base) > end:
                return None
            done[start] = None
            part = _part(base, start, ())
            parts.append(part)
            handed.extend(part.handed)
        waiting = [
            start for start in _callers(base, handed) if start not in done and (start[0], None) not in done
        ]
        if not waiting:
            break
    for package in base.packages:
        mine = tuple(ref for ref in texts if ref.package == package.path)
        if mine:
            parts.append(_rules_part(base, package, mine))
            parts.append(_played(base, package, mine))
    best: dict[tuple[object, ...], Witness] = {}
    for part in parts:
        for witness in part.witnesses:
            if witness.key not in best or witness.rank < best[witness.key].rank:
                best[witness.key] = witness
    pairs = merged(
        [(witness.finding, witness.identity) for witness in best.values()],
        [pair for part in parts for pair in part.suspected],
    )
    findings = with_levels((finding for finding, _ in pairs), base.settings.severity)
    return Explored(
        tuple(done),
        findings,
        sum(part.panics for part in parts),
        sum(gap.code.endswith("-limit") for part in parts for gap in part.gaps),
        any(part.failed for part in parts),
    )


def _part(base: Ground, start: Start, texts: tuple[FuncRef, ...]) -> Part:
    key = (start, texts)
    if key not in base._parts:
        package = next(each for each in base.packages if each.path == start[0].package)
        part = explore_again(base.explorer, package, (start,), texts, _calls_of(base, package))
        base.work += part.work
        base._parts[key] = part
    return base._parts[key]


def _played(base: Ground, package: Package, touched: tuple[FuncRef, ...]) -> Part:
    """The lives of the package's types in which some functions have a part."""
    key = (package.path, touched)
    if key not in base._lives:
        part = base._lives[key] = play_again(base.explorer, package, touched)
        base.work += part.work
    return base._lives[key]


def _rules_part(base: Ground, package: Package, texts: tuple[FuncRef, ...]) -> Part:
    return explore_again(base.explorer, package, (), texts, _calls_of(base, package))


def _calls_of(base: Ground, package: Package) -> Calls:
    if package.path not in base._calls:
        base._calls[package.path] = Calls(base.explorer.world, package)
    return base._calls[package.path]


def _callers(base: Ground, handed: Sequence[FuncRef]) -> list[Start]:
    if not handed:
        return []
    targets = frozenset(handed)
    words = {_name(ref) for ref in handed}
    found: list[Start] = []
    for package in base.packages:
        for ref in base.explorer.world.functions(package.path):
            if words.isdisjoint(_words(base, ref)) or _is_root(base, package, ref):
                continue
            lowered = base.explorer.code.lowered(ref)
            if lowered is not None and any(callee in targets for _, callee in lowered.refs):
                found.append((ref, RootKind.CALLER))
    return found
