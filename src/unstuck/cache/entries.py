"""Entries: what a task gave, with all that has to be as it was for that to hold.

The key covers the tool, the settings, the task and the package itself; what else was looked at stands in the
entry, by content:

- the packages to analyse, as one snapshot: a difference counts as far as it reaches this one (impact.py);
- every import that leads out of them: it is resolved anew, and its content compared;
- the lines of other packages that positions lie in: where they start, and their text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from unstuck.cache import store
from unstuck.cache.chunks import Text, text_of
from unstuck.cache.codec import BadEntryError, from_plain, to_plain
from unstuck.cache.digest import digest, package_digest, settings_digest, text_digest, tool_digest
from unstuck.cache.impact import NOTHING, Impact, Tree, impact, reaches, tree_of
from unstuck.cache.store import Store
from unstuck.config import Settings
from unstuck.findings import Gap
from unstuck.parts import Answer, Import, Looked, Part, Question, Task
from unstuck.source.file import Location, SourceFile, Span
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Entry:
    snapshot: str
    imports: tuple[Import, ...]
    questions: tuple[Question, ...]
    places: tuple[tuple[str, tuple[int, ...], str], ...]
    """Lines of files of other packages that positions lie in, with a digest of what stands there."""
    part: Part


@dataclass(slots=True)
class Cache:
    """The entries of one run."""

    store: Store
    space: Workspace
    packages: tuple[Package, ...]
    prefix: str
    """What all keys have in common: the tool and the settings."""
    tree: Tree
    files: dict[str, SourceFile]
    """The files of the packages to analyse, by path."""
    snapshot: str
    _impacts: dict[str, Impact | None] = field(default_factory=dict)
    _meant: dict[tuple[str, str], Package | None] = field(default_factory=dict)
    _importers: dict[str, Package] = field(default_factory=dict)
    _contents: dict[Package, str] = field(default_factory=dict)


def open_cache(
    folder: Store | None, packages: Sequence[Package], space: Workspace, settings: Settings
) -> Cache | None:
    """The cache of a run on these packages; None without a folder, or where two packages share a path."""
    if folder is None or len({package.path for package in packages}) < len(packages):
        return None
    digests = {package.path: package_digest(package) for package in packages}
    prefix = text_digest([tool_digest(), settings_digest(settings)])
    files = {item.file.path: item.file for package in packages for item in package.files}
    snapshot = text_digest([each for pair in sorted(digests.items()) for each in pair])
    return Cache(folder, space, tuple(packages), prefix, tree_of(packages, digests), files, snapshot)


def recall(cache: Cache, task: Task) -> Answer | None:
    """What a task gave before, when it would give that again."""
    package = cache.packages[task.package]
    try:
        entry = from_plain(_Entry, store.get(cache.store, _key(cache, task)))
    except BadEntryError:
        return None
    if not all(_means_the_same(cache, each) for each in entry.imports):
        return None
    if any(_standing(cache, path, lines) != content for path, lines, content in entry.places):
        return None
    found = _impact(cache, entry.snapshot)
    if found is None or (found is not NOTHING and reaches(found, cache.tree, package.path, entry.questions)):
        return None
    return Answer(entry.part, (), Looked(entry.imports, entry.questions))


def remember(cache: Cache, task: Task, answer: Answer) -> None:
    """Keep what a task gave. What failed is not kept."""
    if answer.part.failed:
        return
    looked = answer.looked
    places = tuple(_places(cache, cache.packages[task.package], answer.part))
    entry = _Entry(cache.snapshot, looked.imports, looked.questions, places, answer.part)
    store.put(cache.store, _key(cache, task), to_plain(entry))


def keep_snapshot(cache: Cache) -> None:
    """Keep what later runs compare their packages with."""
    key = _snapshot_key(cache, cache.snapshot)
    if store.has(cache.store, key):
        return
    for path, content in cache.tree.digests.items():
        name = _text_key(cache, content)
        if not store.has(cache.store, name):
            store.put(cache.store, name, to_plain(text_of(cache.tree.packages[path])))
    store.put(cache.store, key, [list(pair) for pair in cache.tree.digests.items()])


def finish(cache: Cache) -> None:
    """Keep the cache within its size."""
    store.trim(cache.store)


# Keys.


def _key(cache: Cache, task: Task) -> str:
    package = cache.packages[task.package]
    refs = [str(to_plain(ref)) for refs in (task.wanted, task.known) for ref in (*refs, "")]
    content = cache.tree.digests[package.path]
    return text_digest([cache.prefix, "part", package.path, content, str(task.share), *refs])


def _snapshot_key(cache: Cache, snapshot: str) -> str:
    return text_digest([cache.prefix, "snapshot", snapshot])


def _text_key(cache: Cache, content: str) -> str:
    return text_digest([cache.prefix, "text", content])


# What an entry depends on.


def _impact(cache: Cache, snapshot: str) -> Impact | None:
    """What changed since a snapshot; None when that is not known any more."""
    if snapshot == cache.snapshot:
        return NOTHING
    if snapshot not in cache._impacts:
        cache._impacts[snapshot] = _difference(cache, snapshot)
    return cache._impacts[snapshot]


def _difference(cache: Cache, snapshot: str) -> Impact | None:
    try:
        before = from_plain(
            tuple[tuple[str, str], ...], store.get(cache.store, _snapshot_key(cache, snapshot))
        )
    except BadEntryError:
        return None
    return impact(cache.tree, dict(before), lambda content: _old_text(cache, content))


def _old_text(cache: Cache, content: str) -> Text | None:
    try:
        return from_plain(Text, store.get(cache.store, _text_key(cache, content)))
    except BadEntryError:
        return None


def _means_the_same(cache: Cache, each: Import) -> bool:
    """An import leads where it led, to the same content."""
    found = _meant(cache, each)
    if found is None:
        return each.found == ""
    if found.path != each.found:
        return False
    if found.path in cache.tree.digests:
        return each.digest == ""
    if found not in cache._contents:
        cache._contents[found] = package_digest(found)
    return cache._contents[found] == each.digest


def _meant(cache: Cache, each: Import) -> Package | None:
    key = (each.importer, each.path)
    if key not in cache._meant:
        importer = cache.tree.packages.get(each.importer) or cache._importers.get(each.importer)
        found = cache.space.resolve(each.path, importer or cache.packages[0])
        cache._meant[key] = found
        if found is not None:
            cache._importers.setdefault(found.path, found)
    return cache._meant[key]


def _places(cache: Cache, package: Package, part: Part) -> Iterator[tuple[str, tuple[int, ...], str]]:
    own = {item.file.path for item in package.files}
    lines: dict[str, dict[int, None]] = {}
    for path, line, offset in _positions(part):
        file = cache.files.get(path)
        if file is not None and path not in own:
            at = line if offset < 0 else file.line_column(offset)[0]
            lines.setdefault(path, {})[at] = None
    for path in sorted(lines):
        numbers = tuple(sorted(lines[path]))
        yield path, numbers, _standing(cache, path, numbers)


def _standing(cache: Cache, path: str, lines: Sequence[int]) -> str:
    """Digest of where lines start and of what they say; "" when the file is not there."""
    file = cache.files.get(path)
    if file is None:
        return ""
    starts = file.line_starts()
    text, parts = file.text(), []
    for line in lines:
        start = starts[line - 1] if line <= len(starts) else -1
        end = starts[line] if line < len(starts) else len(text)
        parts.append(b"%d:%b" % (start, text[start:end]))
    return digest(parts)


def _positions(value: Any) -> Iterator[tuple[str, int, int]]:
    """Positions in plain data: path and line, or path and byte offset (else -1)."""
    if isinstance(value, Location):
        yield value.path, value.line, -1
        yield value.path, value.end_line, -1
    elif isinstance(value, Gap):
        yield value.path, value.line, -1
    elif isinstance(value, Span):
        yield value.path, 0, value.start
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _positions(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _positions(getattr(value, each.name))
