"""From named paths to packages: what to analyse, and where its imports lead.

`load` reads everything that was asked for; `Workspace.resolve` reads dependencies when somebody asks. Nothing
is built, no Go is run, nothing is fetched. Whatever could not be read is a gap.

A named Go file is analysed alone, whatever its constraints say, as the go command does; unlike there the rest
of its folder's package is read too, so that names resolve.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from unstuck.source.build import Build, Builds
from unstuck.source.constraint import Target
from unstuck.source.disk import Disk
from unstuck.source.file import SourceFile
from unstuck.source.form import Asked, Context, form_block, form_dependency, form_folder
from unstuck.source.gap import Gap
from unstuck.source.header import looks_like_go, read_header
from unstuck.source.options import LoadOptions
from unstuck.source.package import Module, Package, PackageFile, go_names
from unstuck.source.patterns import Named, understand
from unstuck.source.resolve import Importer, Locator, Place, why_missing
from unstuck.source.toolchain import GoVersions

__all__ = [
    "Gap",
    "GoVersions",
    "LoadOptions",
    "Module",
    "Package",
    "PackageFile",
    "Target",
    "Workspace",
    "load",
]

STDIN_PATH = "<stdin>"
"""How reports name standard input."""


class Workspace:
    """What was asked for, read; and what can be reached from there."""

    def __init__(self, disk: Disk, builds: Builds, target: Target, options: LoadOptions) -> None:
        self._disk = disk
        self._builds = builds
        self._context = Context(disk, builds, target, options)
        self._locator = Locator(disk, builds, options.modcache)
        self._by_path: dict[str, Package] = {}
        self._places: dict[tuple[str, str, Build], Package | None] = {}
        self._loaded: dict[tuple[str, str], Package | None] = {}
        self._build_of: dict[Package, Build] = {}
        self._present: set[tuple[str, Build]] = set()
        """Imports that are known to lead somewhere, for membership only."""
        self._covered: tuple[str, ...] = ()
        self.root: str = builds.find(disk.cwd)[0].root
        """Absolute folder that the working directory belongs to: of its go.work, repository or module."""
        self.packages: tuple[Package, ...] = ()
        """To analyse, sorted by path."""
        self.nothing: tuple[str, ...] = ()
        """Named paths, as given, that stand for nothing to analyse; a gap says why."""
        self.notes: tuple[tuple[str, bytes], ...] = ()
        """Markdown files: how reports name them, and their bytes."""

    def covers(self, folder: str) -> bool:
        """Tell whether a `...` pattern asked for all that is in `folder`."""
        inside = self._disk.absolute(folder).rstrip(os.sep) + os.sep
        return any(inside.startswith(each.rstrip(os.sep) + os.sep) for each in self._covered)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All gaps so far, sorted; resolving imports may add some."""
        return tuple(sorted(self._disk.gaps))

    def resolve(self, path: str, importer: Package) -> Package | None:
        """The package that `importer` means by an import path; None when it is not present.

        One object for one path: a package to analyse comes with its tests, any other without.
        """
        build = self._build(importer)
        key = (path, importer.dir, build)
        if key not in self._places:
            place = self._locator.locate(
                path, Importer(importer.dir, importer.origin, importer.module, build)
            )
            self._places[key] = None if place is None else self._dependency(place, build)
        return self._places[key]

    def why_missing(self, path: str, importer: Package) -> str:
        """Why no source is found of what `importer` imports, and what to do; "" when there is some. Nothing
        is read."""
        build = self._build(importer)
        if (path, build) in self._present:
            return ""
        asking = Importer(importer.dir, importer.origin, importer.module, build)
        if self._locator.locate(path, asking) is None:
            found = None if build.modules else self._locator.beneath(path, asking)
            if found is not None:
                where = "" if found[1] == "." else f" in {found[1]}"
                return f"there is no go.mod that says where it is: run `go mod init {found[0]}`{where}"
            return why_missing(path, build)
        if not path.startswith("."):
            self._present.add((path, build))
        return ""

    def _build(self, importer: Package) -> Build:
        build = self._build_of.get(importer)
        if build is None:
            build = self._build_of[importer] = self._builds.find(importer.dir)[0]
        return build

    def block(self, file: SourceFile, path: str, name: str) -> Package:
        """A package of one text that is no file of its own, such as a block of a note."""
        folder = (
            self._disk.cwd if file.path == STDIN_PATH else os.path.dirname(self._disk.absolute(file.path))
        )
        return form_block(self._context, file, folder, path, name)

    def _dependency(self, place: Place, build: Build) -> Package | None:
        """The package of a place, read once."""
        known = self._by_path.get(place.path)
        if known is not None and known.dir == place.dir:
            return known
        key = (place.path, place.dir)
        if key not in self._loaded:
            package = form_dependency(self._context, place, build)
            self._loaded[key] = package
            if package is not None:
                self._build_of[package] = build
        return self._loaded[key]

    def _load(self, paths: Sequence[str]) -> None:
        named = understand(paths, self._disk, self._builds)
        self._covered = tuple(each.covers for each in named if each.covers)
        asked: dict[str, Asked] = {}
        for each in named:
            for folder in each.folders:
                asked.setdefault(folder, Asked()).whole = True
            for path in each.files:
                folder, name = os.path.split(path)
                asked.setdefault(folder, Asked()).files[name] = None
        packages = [
            package
            for folder in sorted(asked)
            for package in form_folder(self._context, folder, asked[folder])
        ]
        notes: list[tuple[str, bytes]] = []
        read: list[str] = []
        for each in named:
            for path in each.notes:
                data = self._disk.read_bytes(path)
                if data is not None:
                    notes.append((self._disk.shown(path), data))
                    read.append(each.text)
            if each.stdin and self._take_stdin(packages, notes):
                read.append(each.text)
        self.packages = tuple(sorted(packages, key=lambda package: (package.path, package.dir)))
        self._by_path = {package.path: package for package in reversed(self.packages)}
        self.notes = tuple(sorted(dict.fromkeys(notes)))
        self.nothing = tuple(each.text for each in named if each.text not in read and self._is_nothing(each))

    def _take_stdin(self, packages: list[Package], notes: list[tuple[str, bytes]]) -> bool:
        data = self._context.options.stdin()
        if not data.strip():
            self._disk.gaps[Gap("empty-file", STDIN_PATH, 1, "standard input is empty")] = None
            return False
        if len(data) > self._context.options.max_file_bytes:
            why = f"{len(data)} bytes, more than the limit of {self._context.options.max_file_bytes}"
            self._disk.gaps[Gap("file-too-large", STDIN_PATH, 1, why)] = None
            return False
        file = self._disk.source(STDIN_PATH, data)
        if looks_like_go(file.data):
            packages.append(self.block(file, STDIN_PATH, read_header(file.data).package or "main"))
        else:
            notes.append((STDIN_PATH, data))
        return True

    def _is_nothing(self, named: Named) -> bool:
        """Tell whether a named path gave no package; a gap says why."""
        if named.missing or named.stdin or named.notes:
            return True
        folders = named.folders
        analysed = [
            (package.dir, os.path.basename(file.file.path))
            for package in self.packages
            for file in package.files
            if not file.types_only
        ]
        if named.files:
            return not any(os.path.split(path) in analysed for path in named.files)
        if any(folder == each for folder in folders for each, _ in analysed):
            return False
        where = folders[0] if len(folders) == 1 else self._disk.absolute(named.text.partition("...")[0])
        self._disk.gap("no-go-files", where, self._why_no_files(folders))
        return True

    def _why_no_files(self, folders: Sequence[str]) -> str:
        names = [name for folder in folders for name in go_names(self._disk.list(folder).files)]
        if not names:
            return "no Go files"
        if not self._context.options.include_tests and all(name.endswith("_test.go") for name in names):
            return "only test files, and tests are left out"
        target = f"{self._context.target.goos}/{self._context.target.goarch}"
        return f"no Go file that can be read is admitted by its build constraints ({target}) and not excluded"


def load(paths: Sequence[str], target: Target, options: LoadOptions | None = None) -> Workspace:
    """Read what the paths stand for (`./...` when there are none). Never fails: see `gaps` and `nothing`."""
    options = options or LoadOptions()
    disk = Disk(options)
    workspace = Workspace(disk, Builds(disk, options), target, options)
    workspace._load(paths)
    return workspace
