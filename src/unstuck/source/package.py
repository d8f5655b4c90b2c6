"""A Go module and a Go package as they lie on disk, and how the files of one folder form packages.

Go spec: "Packages"; go/build (Context.Import) for which files belong together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from unstuck.source.constraint import Target, evaluate, go_version, name_matches, tag_holds
from unstuck.source.disk import Disk
from unstuck.source.file import SourceFile
from unstuck.source.gomod import Replace
from unstuck.source.header import Header, read_header
from unstuck.source.toolchain import GoVersions, file_language

_LATEST = 999_999
_DECLARED = re.compile(rb"^(?:func|type|var|const)[ \t]+([A-Za-z_\x80-\xff][\w\x80-\xff]*)", re.MULTILINE)
_NO_CODE = re.compile(
    rb'//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|"(?:[^"\\\n]++|\\.)*+"?|`[^`]*+`?'
    + rb"|'(?:[^'\\\n]++|\\.)*+'?"
)


@dataclass(frozen=True, slots=True)
class Module:
    """One go.mod."""

    path: str
    dir: str
    """Absolute folder."""
    go: str | None
    toolchain: str | None
    godebug: tuple[tuple[str, str], ...]
    ignore: tuple[str, ...]
    requires: tuple[tuple[str, str], ...]
    replaces: tuple[Replace, ...]
    vendored: bool
    """Dependencies are taken from `vendor/`: it has a modules.txt."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package."""

    file: SourceFile
    test: bool
    generated: bool
    """It says "Code generated ... DO NOT EDIT."; read for names and types."""
    language: str
    """"1.22": the module's go line, or what `//go:build go1.N` sets for this file."""
    types_only: bool = False
    """Read so that names resolve, not analysed: a neighbour of a named file, or excluded."""


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """The files of one folder that share a package clause. Compares by identity."""

    path: str
    """Import path; that of an external test ends in `_test`; a folder path where there is no module; with the
    file's name behind it where a named file is of another package than its folder."""
    name: str
    dir: str
    """Absolute folder."""
    files: tuple[PackageFile, ...]
    """By name, the files to analyse before the neighbours of named ones."""
    module: Module | None
    versions: GoVersions
    origin: str
    """"source", "vendor", "goroot" or "modcache"."""


@dataclass(frozen=True, slots=True)
class Text:
    """A Go file of a folder, read, with its head."""

    name: str
    file: SourceFile
    header: Header

    @property
    def test(self) -> bool:
        """Its name ends in `_test.go`."""
        return self.name.endswith("_test.go")

    @property
    def external_test(self) -> bool:
        """It is of the package that tests the folder's package from outside."""
        return self.test and self.header.package.endswith("_test")


@dataclass(frozen=True, slots=True)
class Rules:
    """What constraints are judged for in one build."""

    target: Target
    release: int
    """The N of the judged toolchain 1.N."""
    asked: bool = False
    """The folder was asked for: a file that only a later Go takes is a gap."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The texts of a folder by package."""

    name: str
    """Package name of the folder; "" without files."""
    own: tuple[Text, ...]
    tests: tuple[Text, ...]
    """External tests."""
    other: tuple[Text, ...]
    """Texts with another package clause."""


def go_names(names: Iterable[str]) -> tuple[str, ...]:
    """The Go files among file names; those that start with `_` or `.` are none (go/build)."""
    return tuple(name for name in names if name.endswith(".go") and name[0] not in "_.")


def read_text(disk: Disk, path: str) -> Text | None:
    """Read one Go file; None (and a gap) when it cannot be read or is empty."""
    file = disk.read(path)
    if file is None:
        return None
    header = read_header(file.data)
    if header.blank and not header.package:
        disk.gap("empty-file", path, "it has no package clause and no code")
        return None
    if not header.package:
        disk.gap(
            "no-package-clause", path, "it has no package clause; it counts to the package of its folder"
        )
    return Text(os.path.basename(path), file, header)


def admitted(disk: Disk, folder: str, names: Sequence[str], rules: Rules) -> tuple[Text, ...]:
    """Read the files of a folder that the constraints admit."""
    found = []
    for name in names:
        if not name_matches(name, rules.target):
            continue
        path = os.path.join(folder, name)
        text = read_text(disk, path)
        if text is not None and _admits(disk, path, text.header, rules):
            found.append(text)
    return tuple(found)


def sort_texts(texts: Sequence[Text]) -> Sorted:
    """Sort the texts of a folder by package: the name that most ordinary files have, by the files' order."""
    name = _folder_name(texts)
    own: list[Text] = []
    tests: list[Text] = []
    other: list[Text] = []
    for text in texts:
        if text.external_test and text.header.package == name + "_test":
            tests.append(text)
        else:
            (own if text.header.package in ("", name) else other).append(text)
    return Sorted(name, tuple(own), tuple(tests), tuple(other))


def clashing(texts: Sequence[Text]) -> dict[str, tuple[str, str]]:
    """The files that cannot be of one package: by file name, what it declares and another file declares too.

    Looks at functions, types, variables and constants whose declaration starts a line.
    """
    ordinary = [text for text in texts if not text.test]
    if not _clashes(ordinary, [text.file.data for text in ordinary]):
        return {}
    return _clashes(ordinary, [_NO_CODE.sub(b" ", text.file.data) for text in ordinary])


def package_file(text: Text, language: str, *, types_only: bool) -> PackageFile:
    """A text as a file of a package of that language version."""
    implied = go_version(text.header.constraint) if text.header.constraint is not None else None
    return PackageFile(
        text.file, text.test, text.header.generated, file_language(language, implied), types_only
    )


def _folder_name(texts: Sequence[Text]) -> str:
    """What most ordinary files are called, else most tests, else "main"; "" without files."""
    ordinary = [text for text in texts if not text.test]
    internal = [text for text in texts if not text.external_test]
    for group in (ordinary, internal, texts):
        votes: dict[str, int] = {}
        for text in group:
            clause = text.header.package
            if clause and clause != "documentation":
                name = clause.removesuffix("_test") if text.external_test else clause
                votes[name] = votes.get(name, 0) + 1
        if votes:
            return max(votes, key=lambda name: votes[name])
    return "main" if texts else ""


def _clashes(texts: Sequence[Text], code: Sequence[bytes]) -> dict[str, tuple[str, str]]:
    first: dict[bytes, str] = {}
    found: dict[str, tuple[str, str]] = {}
    for text, data in zip(texts, code):
        for name in dict.fromkeys(_DECLARED.findall(data)):
            other = first.setdefault(name, text.name)
            if other != text.name and name not in (b"init", b"_"):
                shown = name.decode("utf-8", "replace")
                found.setdefault(text.name, (shown, other))
                found.setdefault(other, (shown, text.name))
    return found


def _admits(disk: Disk, path: str, header: Header, rules: Rules) -> bool:
    if header.bad_constraint:
        disk.gap("bad-constraint", path, f"its build constraint: {header.bad_constraint}", header.bad_line)
        return False
    if header.cgo and not rules.target.cgo:
        return False
    constraint = header.constraint
    if constraint is None or evaluate(constraint, lambda tag: tag_holds(tag, rules.target, rules.release)):
        return True
    if rules.asked and evaluate(constraint, lambda tag: tag_holds(tag, rules.target, _LATEST)):
        why = f"it needs a later Go than 1.{rules.release}, which the module admits; --toolchain sets another"
        disk.gap("newer-go", path, why)
    return False
