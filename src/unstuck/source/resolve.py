"""Where an import leads: the standard library, the main modules, vendor, the module cache.

go.dev/ref/mod ("Resolving a package to a module", "Module cache"). Among modules whose path is a prefix of
the import path the longest with the package's folder wins, as in the go command. Nothing is fetched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.source.build import Build, Builds
from unstuck.source.disk import Disk
from unstuck.source.gomod import escape
from unstuck.source.package import Module, go_names


@dataclass(frozen=True, slots=True)
class Place:
    """A package that is present: its import path, folder, origin and module."""

    path: str
    dir: str
    origin: str
    module: Module | None
    go: str | None
    """The go line that sets its language."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports: the build decides most, the folder and origin the rest."""

    dir: str
    origin: str
    module: Module | None
    build: Build


class Locator:
    """Finds the folder of an import path. Every folder is looked at once."""

    def __init__(self, disk: Disk, builds: Builds, modcache: str | None) -> None:
        self._disk = disk
        self._builds = builds
        self._modcache = modcache
        self._with_go: dict[str, bool] = {}
        if modcache is not None:
            disk.admit(modcache)

    def locate(self, path: str, importer: Importer) -> Place | None:
        """Find a package; None when it is not present or may not be read."""
        if path == "C" or not path or "\0" in path:
            return None
        if path.startswith(("./", "../")) or path in (".", ".."):
            return self._relative(path, importer)
        if any(part in ("", ".", "..") for part in path.split("/")):
            return None
        for place in self._places(path, importer):
            if self._has_go(place.dir):
                return place
        return None

    def _places(self, path: str, importer: Importer) -> Iterator[Place]:
        """Where the package may be, likeliest first."""
        build = importer.build
        yield from self._in_goroot(path, importer)
        yield from _in_main(path, build)
        if build.vendor is not None and not _is_goroot(importer):
            module, go = build.vendored.get(path, ("", ""))
            owner = (
                Module(module, build.vendor, go or None, None, (), (), (), (), vendored=True)
                if module
                else None
            )
            yield Place(path, os.path.join(build.vendor, *path.split("/")), "vendor", owner, go or None)
        yield from self._required(path, build, build.requires)
        if importer.module is not None and importer.origin == "modcache":
            yield from self._required(path, build, dict(importer.module.requires))
        yield from _in_vendor_above(path, importer)

    def _in_goroot(self, path: str, importer: Importer) -> Iterator[Place]:
        goroot = importer.build.goroot
        if goroot is None:
            return
        self._disk.admit(goroot)
        source = os.path.join(goroot, "src")
        self._disk.admit(source)
        if _is_goroot(importer):
            command = (importer.dir + os.sep).startswith(os.path.join(source, "cmd") + os.sep)
            for prefix in ("cmd/vendor", "vendor") if command else ("vendor",):
                full = f"{prefix}/{path}"
                yield self._standard(full, source)
        if is_standard(path):
            yield self._standard(path, source)

    def _standard(self, path: str, source: str) -> Place:
        top = os.path.join(source, "cmd") if path.startswith("cmd/") else source
        module = self._builds.dependency(top, "std")
        return Place(path, os.path.join(source, *path.split("/")), "goroot", module, module.go)

    def _required(self, path: str, build: Build, requires: dict[str, str]) -> Iterator[Place]:
        """Folders of the modules that are required or replaced, the longest module path first."""
        for prefix in _prefixes(path):
            folder = self._module_folder(prefix, requires.get(prefix), build)
            if folder is None:
                continue
            where, origin = folder
            inner = path[len(prefix) :].strip("/")
            module = self._builds.dependency(where, prefix)
            yield Place(
                path, os.path.join(where, *inner.split("/")) if inner else where, origin, module, module.go
            )

    def _module_folder(self, path: str, version: str | None, build: Build) -> tuple[str, str] | None:
        for base, replace in build.replaces:
            if replace.path != path or replace.version not in ("", version):
                continue
            if replace.local:
                folder = os.path.normpath(os.path.join(base, replace.new_path))
                return (folder, "source") if self._disk.admits(folder) else None
            path, version = replace.new_path, replace.new_version
            break
        if version is None or self._modcache is None:
            return None
        return os.path.join(self._modcache, *f"{escape(path)}@{escape(version)}".split("/")), "modcache"

    def _relative(self, path: str, importer: Importer) -> Place | None:
        """A folder beside the importer's; not in a module, as for the go command."""
        folder = os.path.normpath(os.path.join(importer.dir, path))
        if importer.module is not None or importer.origin != "source" or not self._has_go(folder):
            return None
        return Place(self._disk.shown(folder), folder, "source", None, None)

    def beneath(self, path: str, importer: Importer) -> tuple[str, str] | None:
        """What would find a package that stands beneath the importer's folder or one above it, where there is
        no go.mod: the module path and the folder (as it is shown) of a go.mod. The go command does not look
        at how folders lie, either."""
        folder, parts = importer.dir, path.split("/")
        while len(folder) >= len(importer.build.root) and importer.origin == "source":
            for count in range(1, len(parts)):
                if self._has_go(os.path.join(folder, *parts[count:])):
                    return "/".join(parts[:count]), self._disk.shown(folder)
            if folder == os.path.dirname(folder):
                break
            folder = os.path.dirname(folder)
        return None

    def _has_go(self, folder: str) -> bool:
        known = self._with_go.get(folder)
        if known is None:
            there = self._disk.is_folder(folder) and self._disk.admits(folder)
            known = there and bool(go_names(self._disk.list(folder).files))
            self._with_go[folder] = known
        return known


def is_standard(path: str) -> bool:
    """The path is one that only the standard library has, by its form (`go help importpath`)."""
    return "." not in path.partition("/")[0]


NO_GOROOT = "put go on the PATH or set GOROOT"
"""What to do where the standard library has no source."""


def why_missing(path: str, build: Build) -> str:
    """Why a package was not found from a build, and what to do."""
    for module in build.modules:
        if f"{path}/".startswith(f"{module.path}/"):
            return "the module has no such folder with Go files: is it generated?"
    for base, replace in build.replaces:
        if replace.local and f"{path}/".startswith(f"{replace.path}/"):
            shown = os.path.relpath(os.path.join(base, replace.new_path), build.root).replace(os.sep, "/")
            return f"go.mod replaces its module by {shown}, which is not there or may not be read"
    if is_standard(path) and build.goroot is None:
        return NO_GOROOT
    if is_standard(path):
        told = "the Go distribution that was found does not have it"
        return told if build.modules else f"{told}, and there is no go.mod that says where it is"
    if build.vendor is not None:
        return "run `go mod vendor`"
    if any(prefix in build.requires for prefix in _prefixes(path)):
        return "run `go mod download`"
    return "run `go mod tidy`" if build.modules else "there is no go.mod that says where it is"


def _is_goroot(importer: Importer) -> bool:
    module = importer.module
    return importer.origin == "goroot" or (module is not None and module.path in ("std", "cmd"))


def _in_main(path: str, build: Build) -> Iterator[Place]:
    found = [module for module in build.modules if path == module.path or path.startswith(module.path + "/")]
    for module in sorted(found, key=lambda module: -len(module.path)):
        inner = path[len(module.path) :].strip("/")
        folder = os.path.join(module.dir, *inner.split("/")) if inner else module.dir
        if not _in_nested_module(folder, module.dir):
            yield Place(path, folder, "source", module, module.go)


def _in_nested_module(folder: str, top: str) -> bool:
    while len(folder) > len(top):
        if os.path.isfile(os.path.join(folder, "go.mod")):
            return True
        folder = os.path.dirname(folder)
    return False


def _in_vendor_above(path: str, importer: Importer) -> Iterator[Place]:
    """Vendor folders between the importer and its root, without a modules.txt (as under GOPATH)."""
    folder, root = importer.dir, importer.build.root
    while len(folder) >= len(root) and importer.origin in ("source", "vendor"):
        inside = os.path.join(folder, "vendor", *path.split("/"))
        if os.path.isdir(inside):
            yield Place(path, inside, "vendor", None, None)
        if folder == os.path.dirname(folder):
            return
        folder = os.path.dirname(folder)


def _prefixes(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]
