"""Finding a library's model."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from unstuck.source.file import SourceFile

MACHINE = ("context", "sync", "sync/atomic", "testing", "time")
"""Packages whose objects are the machine's own, or that it plays: to all others they are their models, even
where they are to be analysed themselves."""


@lru_cache(maxsize=4096)
def model(import_path: str) -> SourceFile | None:
    """The Go source that stands in for a package, None when it has no model. A vendored copy has that of the
    package that it is a copy of (the Go distribution's own paths have `vendor/` in them)."""
    import_path = f"/{import_path}".rpartition("/vendor/")[2].removeprefix("/")
    if not import_path or import_path.startswith(("/", ".")) or ".." in import_path:
        return None
    entry = resources.files("unstuck.models").joinpath(f"{import_path}.go")
    if not entry.is_file():
        return None
    return SourceFile(f"<model {import_path}>", entry.read_bytes())
