"""What the named paths stand for: files, folders, `...` patterns, import paths, notes, standard input.

Follows cmd/go/internal/search (MatchDirs) and `go help packages`. Unlike the go command, a start that lies in
no module takes the modules beneath it along, and a go.work's modules count under its folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from unstuck.source.build import Builds
from unstuck.source.disk import Disk
from unstuck.source.glob import matches_dots
from unstuck.source.options import MAX_FOLDER_DEPTH
from unstuck.source.package import Module, go_names

STDIN = "-"
_NOTE_ENDINGS = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Named:
    """One named path and what it stands for; absolute paths."""

    text: str
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stdin: bool = False
    covers: str = ""
    """The folder beneath which everything is meant, "" when only a part is."""
    missing: bool = False
    """A gap has already said why it stands for nothing."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk goes down from, and what bounds it."""

    start: str
    module: Module | None
    skip_vendor: bool
    ignored: tuple[str, ...] = field(default=())


def understand(paths: Sequence[str], disk: Disk, builds: Builds) -> tuple[Named, ...]:
    """Say what each named path stands for, in the order given; the same path twice counts once."""
    return tuple(_named(text, disk, builds) for text in dict.fromkeys(paths or ("./...",)))


def import_path(module: Module, folder: str) -> str:
    """The import path of a folder of a module; packages of the standard library have no prefix."""
    inner = os.path.relpath(folder, module.dir).replace(os.sep, "/")
    if inner == ".":
        return module.path
    vendored = inner.startswith("vendor/")
    if module.path == "std":
        return inner
    return inner.removeprefix("vendor/") if vendored and module.path != "cmd" else f"{module.path}/{inner}"


def _named(text: str, disk: Disk, builds: Builds) -> Named:
    if text == STDIN:
        return Named(text, stdin=True)
    path = text.replace(os.sep, "/")
    here = disk.absolute(text)
    if "..." in path:
        return _pattern(text, path, disk, builds)
    if disk.is_folder(here):
        builds.find(here)
        return Named(text, folders=(here,)) if disk.admits(here) else Named(text, missing=True)
    if disk.is_file(here):
        return _file(text, here, disk, builds)
    found = _by_import_path(path, disk, builds)
    return Named(text, folders=found) if found else _missing(text, here, disk)


def _file(text: str, path: str, disk: Disk, builds: Builds) -> Named:
    builds.find(os.path.dirname(path))
    if path.endswith(".go"):
        return Named(text, files=(path,))
    if path.lower().endswith(_NOTE_ENDINGS):
        return Named(text, notes=(path,))
    disk.gap("not-go", path, "it is neither a Go file (.go) nor a Markdown file (.md, .markdown)")
    return Named(text, missing=True)


def _missing(text: str, path: str, disk: Disk) -> Named:
    local = text.startswith((".", "/")) or os.sep in text or text.endswith(".go")
    why = "no such file or folder" if local else "no such file or folder, and no such package in the module"
    disk.gap("no-such-path", path, why)
    return Named(text, missing=True)


def _pattern(text: str, path: str, disk: Disk, builds: Builds) -> Named:
    base = path[: path.index("...")].rpartition("/")[0]
    if path.startswith("/") and not base:
        base = "/"
    start = disk.absolute(base or ".")
    explicit = path.startswith(("./", "../", "/")) or os.path.isabs(text)
    if disk.is_folder(start):
        everything = path.endswith("...") and disk.absolute(path[:-3] or ".") == start
        found = _local(path, start, everything, disk, builds)
        if found or explicit or base:
            return Named(text, folders=found, covers=start if everything else "")
    elif explicit:
        disk.gap("no-such-path", start, "no such folder")
        return Named(text, missing=True)
    found = _by_import_path(path, disk, builds)
    if found:
        return Named(text, folders=found)
    disk.gap("no-such-path", start, f"{text} matches no package of the module and no folder")
    return Named(text, missing=True)


def _local(path: str, start: str, everything: bool, disk: Disk, builds: Builds) -> tuple[str, ...]:
    folders = tuple(walk(start, disk, builds, skip_vendor="vendor" not in path.split("/")))
    if everything:
        return folders
    pattern = disk.absolute(path).replace(os.sep, "/")
    return tuple(folder for folder in folders if matches_dots(pattern, folder.replace(os.sep, "/")))


def _by_import_path(path: str, disk: Disk, builds: Builds) -> tuple[str, ...]:
    """Folders of the main modules at the working directory whose import path matches."""
    build, _ = builds.find(disk.cwd)
    found: dict[str, None] = {}
    for module in build.modules:
        for folder in walk(module.dir, disk, builds, skip_vendor=True):
            if matches_dots(path, import_path(module, folder)):
                found[folder] = None
    return tuple(sorted(found))


def walk(start: str, disk: Disk, builds: Builds, *, skip_vendor: bool) -> Iterator[str]:
    """The folders with Go files that `start/...` stands for, sorted by path within each folder."""
    _, module = builds.find(start)
    ignored = module.ignore if module is not None else ()
    if not disk.admits(start):
        return
    pending = [(start, 0)]
    bounds = Walk(start, module, skip_vendor, ignored)
    while pending:
        folder, depth = pending.pop()
        listing = disk.list(folder)
        if folder != start and "go.mod" in listing.files and not _enters(folder, bounds, builds):
            continue
        if go_names(listing.files):
            yield folder
        inner = [os.path.join(folder, name) for name in listing.folders if _goes_down(folder, name, bounds)]
        if depth >= MAX_FOLDER_DEPTH and inner:
            disk.gap("too-deep", folder, f"folders nested more than {MAX_FOLDER_DEPTH} deep are not entered")
            continue
        pending.extend((each, depth + 1) for each in reversed(inner))


def _enters(folder: str, bounds: Walk, builds: Builds) -> bool:
    """Tell whether another module beneath the start belongs to it."""
    used = builds.used(folder)
    return used if used is not None else bounds.module is None


def _goes_down(folder: str, name: str, bounds: Walk) -> bool:
    if name[0] in "_." or name == "testdata" or (name == "vendor" and bounds.skip_vendor):
        return False
    if not bounds.ignored or bounds.module is None:
        return True
    inner = os.path.relpath(os.path.join(folder, name), bounds.module.dir).replace(os.sep, "/")
    return not any(_ignores(pattern, inner) for pattern in bounds.ignored)


def _ignores(pattern: str, inner: str) -> bool:
    """An ignore directive of go.mod: `./x` at the module's root, `x` anywhere."""
    if pattern.startswith("./"):
        return f"{inner}/".startswith(pattern[2:].strip("/") + "/")
    return f"/{pattern.strip('/')}/" in f"/{inner}/"
