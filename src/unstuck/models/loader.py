"""Finding a library's model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

from unstuck.source.file import SourceFile

MACHINE = ("context", "sync", "sync/atomic", "testing", "time")
"""Packages whose objects are the machine's own, or that it plays: to all others they are their models, even
where they are to be analysed themselves."""

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def is_played(import_path: str) -> bool:
    """The code of the package is neither explored nor followed: the machine stands for it, or it is the
    runtime, which implements goroutines and channels and uses none of them itself."""
    return import_path in MACHINE or import_path == "runtime" or import_path.startswith("internal/runtime/")


def model(import_path: str) -> SourceFile | None:
    """The Go source that stands in for a package, None when it has no model. A vendored copy has that of the
    package that it is a copy of (the Go distribution's own paths have `vendor/` in them)."""
    import_path = f"/{import_path}".rpartition("/vendor/")[2].removeprefix("/")
    return _read(import_path) if import_path in _known() else None


@cache
def _known() -> frozenset[str]:
    """The import paths that have a model. Nothing is kept of the others: there is no end of them."""
    return frozenset(_below(_FOLDER, ""))


def _below(folder: str, path: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _below(entry.path, f"{path}{entry.name}/")
        elif entry.name.endswith(".go"):
            yield path + entry.name.removesuffix(".go")


@cache
def _read(import_path: str) -> SourceFile:
    with open(os.path.join(_FOLDER, *f"{import_path}.go".split("/")), "rb") as file:
        return SourceFile(f"<model {import_path}>", file.read())
