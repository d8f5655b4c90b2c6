"""Digests: of the tool, of settings, of packages."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from unstuck import __version__
from unstuck.cache.codec import to_plain
from unstuck.config import Settings
from unstuck.source.package import Package

LENGTH = 32
"""Hexadecimal digits of a digest."""
_NOT_ANALYSIS = ("fail_on", "severity", "ignores", "excludes", "exclude_base", "tags", "tests")
"""Settings that act before the analysis (what belongs to a package then differs) or after it."""

_LIBRARIES = ("tree_sitter", "tree_sitter_golang", "markdown_it")
"""Libraries whose answers findings depend on."""


def digest(parts: Iterable[bytes]) -> str:
    """One digest of several byte strings, in order."""
    made = sha256()
    for part in parts:
        made.update(b"%d:" % len(part))
        made.update(part)
    return made.hexdigest()[:LENGTH]


def text_digest(parts: Iterable[str]) -> str:
    """The same for texts."""
    return digest(part.encode("utf-8", "surrogateescape") for part in parts)


@cache
def tool_digest() -> str:
    """Of all that the analysis is made of: this package's own files, its parser, the Python that runs it."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parts = [__version__.encode(), sys.version.encode(), *map(_library, _LIBRARIES)]
    for folder, inner, names in os.walk(top):
        inner.sort()
        if os.path.basename(folder) in ("report", "cli", "__pycache__"):
            inner.clear()
            continue
        for name in sorted(names):
            if name.endswith((".py", ".go")):
                with open(os.path.join(folder, name), "rb") as file:
                    parts += [name.encode(), file.read()]
    return digest(parts)


def _library(name: str) -> bytes:
    """What tells one build of an installed library from another; it is not imported."""
    found_at = importlib.util.find_spec(name)
    if found_at is None or found_at.origin is None:
        return b""
    folder = os.path.dirname(found_at.origin)
    found = [(each.name, each.stat().st_size) for each in os.scandir(folder) if each.is_file()]
    return repr(sorted(found)).encode()


def settings_digest(settings: Settings) -> str:
    """Of the settings that the analysis itself goes by."""
    names = [name for name in Settings.__dataclass_fields__ if name not in _NOT_ANALYSIS]
    return text_digest([json.dumps([name, to_plain(getattr(settings, name))]) for name in names])


def package_digest(package: Package) -> str:
    """Of a package's content and of what it is judged for; not of where it lies."""
    module = package.module
    parts = [frame_digest(package)]
    parts += [package.path, package.origin, "" if module is None else module.path]
    files = [each for item in package.files for each in (item.file.data, item.file.original or b"")]
    return digest((*(part.encode("utf-8", "surrogateescape") for part in parts), *files))


def frame_digest(package: Package) -> str:
    """Of all that a package is besides its text."""
    parts = [package.name, *map(str, to_plain(package.versions))]
    for item in package.files:
        parts += [item.file.path, item.language, str((item.test, item.generated, item.types_only))]
        parts.append(str([(shift.at, shift.delta) for shift in item.file.shifts]))
    return text_digest(parts)
