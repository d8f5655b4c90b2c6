"""What `go list` says of the packages under test."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LIST_SECONDS = 300
_FIELDS = "ImportPath,Dir,Name,Module,Standard,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,DepOnly,Error"


@dataclass(frozen=True, slots=True)
class Listed:
    """A package of the run."""

    path: str
    """Import path."""
    dir: str
    module: str
    """Path of its module, "" without one."""
    module_dir: str
    own: bool
    """It belongs to the main module or the workspace."""
    go_files: tuple[str, ...]
    """Its ordinary Go files."""
    test_files: tuple[str, ...]
    only_used: bool
    """Other packages use it; it was not asked for itself."""
    broken: str
    """Why it cannot be built, "" where go list sees no reason."""


def list_packages(
    go: str, flags: Sequence[str], patterns: Sequence[str], folder: str, environment: Mapping[str, str]
) -> tuple[Listed, ...]:
    """The packages that patterns stand for; nothing where go list fails (go test then says why)."""
    command = [go, "list", "-e", f"-json={_FIELDS}", *flags, "--", *patterns]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=LIST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(_objects(done.stdout.decode("utf-8", "replace")))


def _objects(text: str) -> Iterable[Listed]:
    decoder = json.JSONDecoder()
    at = 0
    while (at := _next(text, at)) < len(text):
        try:
            item, at = decoder.raw_decode(text, at)
        except ValueError:
            return
        module = item.get("Module") or {}
        yield Listed(
            path=item.get("ImportPath", ""),
            dir=item.get("Dir", ""),
            module=module.get("Path", ""),
            module_dir=module.get("Dir", ""),
            own=bool(module.get("Main")) or not (module or item.get("Standard")),
            go_files=tuple(item.get("GoFiles") or ()),
            test_files=(*(item.get("TestGoFiles") or ()), *(item.get("XTestGoFiles") or ())),
            only_used=bool(item.get("DepOnly")),
            broken=(item.get("Error") or {}).get("Err", ""),
        )


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] != "{":
        at += 1
    return at
