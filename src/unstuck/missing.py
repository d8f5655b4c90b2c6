"""Imports without source, told as gaps: what such code does is unknown, and what hangs on it undecided.

One for each import path that the packages to analyse name, at the first place in the order of files; what a
model stands for is not missing. Where there is no GOROOT that is one gap for all of the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unstuck.findings import Gap
from unstuck.models.loader import model
from unstuck.source.file import SourceFile
from unstuck.source.package import Package
from unstuck.source.resolve import NO_GOROOT
from unstuck.source.workspace import Workspace
from unstuck.syntax.parse import parse

IMPORT, LIBRARY = "no-source", "no-standard-library"
"""Codes of these gaps."""

_IMPORT = re.compile(
    rb"""^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?["`]([^"`\s\\]+)["`][ \t]*;?[ \t]*(?:/[/*].*)?\r?$""",
    re.MULTILINE,
)
"""A line that looks like an import."""


def missing(packages: Sequence[Package], space: Workspace) -> tuple[Gap, ...]:
    """The gaps of imports without source, sorted by what is imported."""
    found: dict[str, Gap] = {}
    for file, package in _files(packages):
        head = file.data[: file.data.find(b"\nfunc ") + 1 or None]
        for path in dict.fromkeys(each.decode("utf-8", "replace") for each in _IMPORT.findall(head)):
            if path in ("C", "unsafe") or path in found or path.startswith("."):
                continue
            why = space.why_missing(path, package)
            key = LIBRARY if why == NO_GOROOT else path
            if not why or key in found or model(path) is not None:
                continue
            line = _line(file, head, path)
            if line:
                found[key] = _gap(file, line, path, why)
    return tuple(found[key] for key in sorted(found))


def _files(packages: Sequence[Package]) -> Iterator[tuple[SourceFile, Package]]:
    """The files that are analysed, by path."""
    files = [(item.file, package) for package in packages for item in package.files if not item.types_only]
    return iter(sorted(files, key=lambda pair: pair[0].path))


def _line(file: SourceFile, head: bytes, path: str) -> int:
    """Where a file imports a package; 0 when what looked like it is part of a comment or a text."""
    for spec in parse(SourceFile(file.path, head)).imports:
        if spec.path == path:
            return file.line_column(spec.start)[0]
    return 0


def _gap(file: SourceFile, line: int, path: str, why: str) -> Gap:
    if why == NO_GOROOT:
        told = "the standard library has no source here; but for what is modelled, what it does is unknown"
        return Gap(LIBRARY, file.path, line, f"{told}: {why}")
    return Gap(IMPORT, file.path, line, f"{path} is imported and has no source here: {why}")
