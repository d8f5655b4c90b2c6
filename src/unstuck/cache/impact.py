"""Which packages a change in other packages can reach, judged by names alone.

A declaration that changed is reached by whatever mentions its name in its own package or in one that imports
it, directly or not; what mentions that is reached too, and so on. Names say too much (two methods may share
one) and never too little, as long as the analysis learns of code only in these ways: through names in reached
code, through methods of types whose interface it asked for (parts.Question), through what may be assigned to
a name, and through what is done with a field that holds a channel. Whoever lets the analysis look at other
packages in a new way has to say so here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from unstuck.cache.chunks import IMPORT, Chunk, Chunks, Mentions, Text, chunks_of, mentioned, text_of
from unstuck.ir.printing import TEXTS
from unstuck.parts import Question
from unstuck.source.imports import head, import_paths
from unstuck.source.package import Package

_DOT = re.compile(rb"^[ \t]*(?:import[ \t]+\(?[ \t]*)?\.[ \t]+[\"`]", re.MULTILINE)
ALL = "*"
"""Stands among names for every name."""
MANY_NAMES = 200
"""More names than this are not looked for in the bytes of a package: some of them are there."""


@dataclass(slots=True)
class Tree:
    """The packages to analyse as they are now."""

    packages: Mapping[str, Package]
    digests: Mapping[str, str]
    """Content by path."""
    direct: Mapping[str, tuple[str, ...]]
    """Packages to analyse that a package imports, by path."""
    words: Mapping[str, frozenset[str]]
    """All that a package may import."""
    dots: frozenset[str]
    """Packages with an import whose names need no package in front."""
    _closures: dict[str, frozenset[str]] = field(default_factory=dict)
    _mentioned: dict[str, tuple[Mentions, ...]] = field(default_factory=dict)

    def closure(self, path: str) -> frozenset[str]:
        """A package and all that it imports, directly or not."""
        known = self._closures.get(path)
        if known is None:
            seen = {path: True}
            waiting = [path]
            while waiting:
                for each in self.direct.get(waiting.pop(), ()):
                    if each not in seen:
                        seen[each] = True
                        waiting.append(each)
            known = self._closures[path] = frozenset(seen)
        return known

    def may_mention(self, path: str, names: frozenset[str]) -> bool:
        """By its bytes, some declaration of a package may say one of the names."""
        if len(names) > MANY_NAMES or ALL in names or not names.isdisjoint(TEXTS):
            return bool(names)
        words = {name.lstrip(".").encode("utf-8", "surrogateescape") for name in names}
        return any(word in item.file.data for item in self.packages[path].files for word in words)

    def mentioned(self, path: str) -> tuple[Mentions, ...]:
        """See chunks.mentioned."""
        if path not in self._mentioned:
            self._mentioned[path] = mentioned(self.packages[path])
        return self._mentioned[path]


def tree_of(packages: Sequence[Package], digests: Mapping[str, str]) -> Tree:
    """The tree of packages. Vendored ones are imported without what stands in front of their path."""
    by_path = {package.path: package for package in packages}
    meant: dict[str, list[str]] = {}
    for path in by_path:
        for name in (path, *(path[at + 8 :] for at in range(len(path)) if path.startswith("/vendor/", at))):
            meant.setdefault(name.removeprefix("vendor/"), []).append(path)
    direct = {}
    words = {path: import_paths(package) for path, package in by_path.items()}
    for path in by_path:
        found: list[str] = []
        for word in sorted(words[path]):
            found += meant.get(word, ())
            found += _relative(word, by_path) if by_path[path].module is None else ()
        found += [path.removesuffix("_test")] if path.endswith("_test") else []
        direct[path] = tuple(dict.fromkeys(each for each in found if each in by_path and each != path))
    dots = frozenset(path for path, package in by_path.items() if _has_dot_import(package))
    return Tree(by_path, digests, direct, words, dots)


def _has_dot_import(package: Package) -> bool:
    return any(_DOT.search(head(item.file.data)) for item in package.files)


def _relative(word: str, by_path: Mapping[str, Package]) -> Sequence[str]:
    """An import that starts at the folder of its file may mean any package; a module has none of these."""
    return tuple(by_path) if word.startswith(("./", "../")) else ()


@dataclass(frozen=True, slots=True)
class Impact:
    """What the difference between two states of the packages reaches."""

    names: Mapping[str, frozenset[str]]
    """Reached names that a package declares; "*" among them: all."""
    shapes: Mapping[str, frozenset[str]]
    """Method names of packages whose types or methods changed; "*" among them: any."""
    gone: frozenset[str]
    """Packages that are no longer there."""


NOTHING = Impact({}, {}, frozenset())


def impact(tree: Tree, before: Mapping[str, str], old: Callable[[str], Text | None]) -> Impact:
    """What changed since the packages had the digests `before`; `old` gives the text behind a digest."""
    gone = frozenset(before) - frozenset(tree.digests)
    changed = [path for path, digest in tree.digests.items() if before.get(path) != digest]
    names: dict[str, frozenset[str]] = {}
    shapes: dict[str, frozenset[str]] = {}
    for path in changed:
        text = old(before[path]) if path in before else Text("", ())
        was = None if text is None else chunks_of(text)
        now = chunks_of(text_of(tree.packages[path]))
        names[path], shapes[path] = _difference(was, now, path in before)
    for path in sorted(gone):
        shapes[path] = frozenset({ALL})
        for each, words in tree.words.items():
            if path in words or any(path.endswith("/vendor/" + word) for word in words):
                names[each] = frozenset({ALL})
    return Impact(_spread(tree, names), {path: each for path, each in shapes.items() if each}, gone)


def reaches(found: Impact, tree: Tree, path: str, questions: Sequence[Question]) -> bool:
    """Tell whether what the analysis of a package gave may have changed (its own text did not)."""
    incoming = incoming_names(tree, found.names, path)
    if ALL in incoming:
        return True
    if tree.may_mention(path, incoming) and any(
        not each.words.isdisjoint(incoming) for each in tree.mentioned(path)
    ):
        return True
    return any(_answers_else(found, tree, question) for question in questions)


def _answers_else(found: Impact, tree: Tree, question: Question) -> bool:
    """The types that answer a question changed, or others may answer it now."""
    methods = {"." + method for method in question.methods}
    for package, name in question.types:
        reached = found.names.get(package, frozenset())
        if package in found.gone or not reached.isdisjoint({ALL, name, *methods}):
            return True
    if not found.shapes:
        return False
    shapes = [*found.shapes.values()]
    more = [_method_names(tree, path) for path in found.names if path in tree.packages]
    return any(ALL in shape or any(methods <= shape | each for each in more) for shape in shapes)


def _method_names(tree: Tree, path: str) -> frozenset[str]:
    return frozenset(name for each in tree.mentioned(path) for name in each.names if name[:1] == ".")


def _difference(was: Chunks | None, now: Chunks, there: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Names of what changed in a package, and what its types have to do with it."""
    everything = frozenset({ALL})
    if was is None or not was.known or not now.known or (there and was.frame != now.frame):
        return everything, everything
    before = {chunk.body: chunk for chunk in was.chunks}
    after = {chunk.body: chunk for chunk in now.chunks}
    removed = [chunk for body, chunk in before.items() if body not in after]
    added = [chunk for body, chunk in after.items() if body not in before]
    if _moved(removed, added):
        return everything, everything
    changed = (*removed, *added)
    declared = {name for chunk in (*was.chunks, *now.chunks) for name in chunk.names}
    names = {name for chunk in changed for name in chunk.names[2 if chunk.names[:1] == (IMPORT,) else 0 :]}
    names |= {name for chunk in changed for name in chunk.sets() if name in declared or name[0] == "."}
    channels = {name for chunk in (*was.chunks, *now.chunks) for name in chunk.channels()}
    names |= {name for chunk in changed for name in chunk.words() if name in channels}
    shape = _shape(was) ^ _shape(now)
    names |= {type_name for type_name, _, _ in shape if type_name != ALL}
    if not shape:
        return frozenset(names), frozenset()
    if any(type_name == ALL for type_name, _, _ in shape):
        return frozenset(names), everything
    return frozenset(names), frozenset(name for name in declared if name[:1] == ".")


def _moved(removed: Sequence[Chunk], added: Sequence[Chunk]) -> bool:
    """A file imports one thing less and another more: a name in it may mean something else now."""
    less = {chunk.names[1] for chunk in removed if chunk.names[:1] == (IMPORT,)}
    return any(chunk.names[1] in less for chunk in added if chunk.names[:1] == (IMPORT,))


def _shape(chunks: Chunks) -> frozenset[tuple[str, str, str]]:
    """Types and heads of methods."""
    return frozenset(
        (chunk.type_name, chunk.names[0] if chunk.names else "", chunk.head)
        for chunk in chunks.chunks
        if chunk.type_name
    )


def _spread(tree: Tree, changed: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Reached names of every package: its changed ones and those whose declarations mention a reached name.
    Packages in a circle of imports are gone through again until nothing is added."""
    reached = dict(changed)
    sources = frozenset(changed)
    order = sorted(tree.digests, key=lambda path: (len(tree.closure(path)), path))
    affected = [path for path in order if not sources.isdisjoint(tree.closure(path))]
    again = True
    while again:
        again = False
        for path in affected:
            own, incoming = reached.get(path, frozenset()), incoming_names(tree, reached, path)
            if not tree.may_mention(path, incoming):
                continue
            found = _own(tree.mentioned(path), own, incoming)
            if found != own:
                reached[path] = found
                again = True
    return {path: names for path, names in reached.items() if names}


def incoming_names(tree: Tree, reached: Mapping[str, frozenset[str]], path: str) -> frozenset[str]:
    """What a package may say to mean something reached: its own names, and exported ones behind a dot."""
    found = set(reached.get(path, frozenset()))
    dotted = path in tree.dots
    for each in tree.closure(path):
        if each == path:
            continue
        for name in reached.get(each, frozenset()):
            if name == ALL:
                found.add(name)
            elif not name.lstrip(".")[:1].islower():
                found.add("." + name.lstrip("."))
                if dotted:
                    found.add(name)
    return frozenset(found)


def _own(declared: Sequence[Mentions], own: frozenset[str], incoming: frozenset[str]) -> frozenset[str]:
    """The reached names that a package declares."""
    if ALL in incoming:
        return frozenset({ALL})
    found, said = set(own), set(incoming)
    rest = list(declared)
    while True:
        hit = [each for each in rest if not each.words.isdisjoint(said)]
        if not hit:
            return frozenset(found)
        rest = [each for each in rest if each.words.isdisjoint(said)]
        for each in hit:
            found.update(each.names)
            said.update(each.names)
