"""Which build a folder belongs to: its module, its go.work, what may be read with it, and what it requires.

go.dev/ref/mod (workspaces, vendoring, replace). Not done: version selection beyond the highest version that
the main modules of a workspace ask for.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from unstuck.source.disk import Disk
from unstuck.source.gomod import BadModFileError, ModFile, Replace, parse_go_mod, parse_go_work, parse_vendor
from unstuck.source.options import LoadOptions
from unstuck.source.package import Module
from unstuck.source.toolchain import GoVersions, Says, judge, release, with_language


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """One main module, the modules of one go.work, or a folder that has neither."""

    root: str
    """Absolute; nothing else of the workspace is read for this build."""
    modules: tuple[Module, ...]
    """The main modules, by path."""
    says: Says
    requires: dict[str, str] = field(repr=False)
    """Version by module path."""
    replaces: tuple[tuple[str, Replace], ...] = field(repr=False)
    """Each with the folder that its path is relative to; the first that fits counts."""
    vendor: str | None
    """Folder to take dependencies from instead of the module cache."""
    vendored: dict[str, tuple[str, str]] = field(repr=False)
    """Package path to (module path, go line), out of vendor/modules.txt."""
    goroot: str | None


class Builds:
    """Finds the build of a folder; every folder and go.mod is looked at once."""

    def __init__(self, disk: Disk, options: LoadOptions) -> None:
        self._disk = disk
        self._options = options
        self._above: dict[tuple[str, str], str | None] = {}
        self._modules: dict[str, Module | None] = {}
        self._works: dict[str, ModFile | None] = {}
        self._builds: dict[tuple[str, str], Build] = {}
        self._judged: dict[Build, GoVersions] = {}
        self._home = ""
        self._home = self.find(disk.cwd)[0].root

    def module_dir(self, folder: str) -> str | None:
        """The nearest folder at or above `folder` that has a go.mod."""
        return self._nearest(folder, "go.mod")

    def find(self, folder: str) -> tuple[Build, Module | None]:
        """The build of `folder` and its module. Admits the build's root for reading."""
        top = self.module_dir(folder)
        work = self._nearest(top or folder, "go.work")
        base = top or self._base(folder)
        key = (base, work or "")
        if key not in self._builds:
            self._builds[key] = self._make(base, top, work)
        build = self._builds[key]
        return build, next((module for module in build.modules if module.dir == top), None)

    def versions(
        self, build: Build, module: Module | None, debug: tuple[tuple[str, str], ...] = ()
    ) -> GoVersions:
        """What a package of `module` is judged for: its build's main module or go.work decides, its own
        go line sets the language. `debug` are the `//go:debug` lines of a main package."""
        if build not in self._judged:
            self._judged[build] = judge(build.says)
        versions = judge(build.says, debug) if debug else self._judged[build]
        if module is None or self._options.go_version:
            return versions
        return with_language(versions, module.go)

    def used(self, folder: str) -> bool | None:
        """Tell whether the go.work above lists the module in `folder`; None when there is no go.work."""
        work = self._nearest(folder, "go.work")
        if work is None:
            return None
        mod = self._work(work)
        return None if mod is None else folder in _uses(work, mod)

    def dependency(self, folder: str, path: str) -> Module:
        """The module in a folder of the module cache or behind a replace; `path` when it has no go.mod."""
        module = self._module(folder) if os.path.isfile(os.path.join(folder, "go.mod")) else None
        return module or Module(path, folder, None, None, (), (), (), (), vendored=False)

    def _nearest(self, folder: str, name: str) -> str | None:
        """The nearest folder at or above that has an entry `name`."""
        passed = []
        found: str | None = None
        while True:
            if (folder, name) in self._above:
                found = self._above[folder, name]
                break
            passed.append(folder)
            path = os.path.join(folder, name)
            if self._disk.is_file(path) or (name == ".git" and os.path.isdir(path)):
                found = folder
                break
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent
        for each in passed:
            self._above[each, name] = found
        return found

    def _base(self, folder: str) -> str:
        """Where there is no go.mod: the working directory if the folder lies in it."""
        cwd = self._disk.cwd
        return cwd if folder == cwd or folder.startswith(cwd.rstrip(os.sep) + os.sep) else folder

    def _admit(self, root: str) -> None:
        """Allow reading under a root, but not what a link inside the home root leads to."""
        inside = self._home and (root + os.sep).startswith(self._home.rstrip(os.sep) + os.sep)
        if not inside:
            self._disk.admit(root)

    def _root(self, base: str, work: str | None) -> str:
        """The outermost of the module, its go.work and its repository."""
        found = [base, work or base, self._nearest(base, ".git") or base]
        return min(found, key=len)

    def _make(self, base: str, top: str | None, work: str | None) -> Build:
        self._admit(self._root(base, None))
        if work is not None and top is not None:
            mod = self._work(work)
            if mod is not None and top in _uses(work, mod):
                self._admit(self._root(base, work))
                return self._of_work(self._root(base, work), work, mod)
        module = self._module(top) if top is not None else None
        if top is None or module is None:
            return self._bare(self._root(base, None))
        return self._of_module(self._root(base, None), module)

    def _bare(self, root: str) -> Build:
        asked = self._options
        says = Says("", asked_go=asked.go_version, asked_toolchain=asked.toolchain)
        return Build(root, (), says, {}, (), None, {}, self._options.goroot)

    def _of_module(self, root: str, module: Module) -> Build:
        asked = self._options
        says = Says("go.mod", module.go, module.toolchain, module.godebug, asked.go_version, asked.toolchain)
        replaces = tuple((module.dir, replace) for replace in module.replaces)
        vendor, vendored = self._vendor(module.dir)
        goroot = self._goroot(module)
        return Build(root, (module,), says, dict(module.requires), replaces, vendor, vendored, goroot)

    def _of_work(self, root: str, work: str, mod: ModFile) -> Build:
        asked = self._options
        modules: list[Module] = []
        for folder in _uses(work, mod):
            if not self._disk.admits(folder):
                continue
            module = self._module(folder) if self._disk.is_file(os.path.join(folder, "go.mod")) else None
            if module is not None:
                modules.append(module)
        modules.sort(key=lambda module: module.path)
        requires: dict[str, str] = {}
        for module in modules:
            for path, version in module.requires:
                if path not in requires or version_key(version) > version_key(requires[path]):
                    requires[path] = version
        replaces = [(work, replace) for replace in mod.replaces]
        replaces += [(module.dir, replace) for module in modules for replace in module.replaces]
        says = Says("go.work", mod.go, mod.toolchain, mod.godebug, asked.go_version, asked.toolchain)
        vendor, vendored = self._vendor(work)
        return Build(
            root, tuple(modules), says, requires, tuple(replaces), vendor, vendored, self._options.goroot
        )

    def _vendor(self, folder: str) -> tuple[str | None, dict[str, tuple[str, str]]]:
        listed = os.path.join(folder, "vendor", "modules.txt")
        if not os.path.isfile(listed):
            return None, {}
        data = self._disk.read_bytes(listed)
        return (None, {}) if data is None else (os.path.dirname(listed), parse_vendor(data))

    def _goroot(self, module: Module) -> str | None:
        """GOROOT of a build; the standard library and its commands are their own."""
        ups = {"std": 1, "cmd": 2}.get(module.path, 0)
        top = module.dir
        for _ in range(ups):
            top = os.path.dirname(top)
        if ups and os.path.isdir(os.path.join(top, "src", "runtime")):
            return top
        return self._options.goroot

    def _module(self, folder: str) -> Module | None:
        """The module of a folder with a go.mod; None (and a gap) when that does not parse."""
        if folder not in self._modules:
            self._modules[folder] = self._read_module(folder)
        return self._modules[folder]

    def _read_module(self, folder: str) -> Module | None:
        path = os.path.join(folder, "go.mod")
        data = self._disk.read_bytes(path)
        if data is None:
            return None
        try:
            mod = parse_go_mod(data)
        except BadModFileError as error:
            self._disk.gap("bad-go-mod", path, f"{error.why}; going on without it", error.line)
            return None
        vendored = os.path.isfile(os.path.join(folder, "vendor", "modules.txt"))
        return Module(
            mod.module,
            folder,
            mod.go,
            mod.toolchain,
            mod.godebug,
            mod.ignore,
            mod.requires,
            mod.replaces,
            vendored,
        )

    def _work(self, folder: str) -> ModFile | None:
        if folder not in self._works:
            self._works[folder] = self._read_work(folder)
        return self._works[folder]

    def _read_work(self, folder: str) -> ModFile | None:
        path = os.path.join(folder, "go.work")
        data = self._disk.read_bytes(path, folder)
        if data is None:
            return None
        try:
            return parse_go_work(data)
        except BadModFileError as error:
            self._disk.gap("bad-go-work", path, f"{error.why}; going on without it", error.line)
            return None


def version_key(version: str) -> tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]:
    """Order of module versions (semver.org 11): a pre-release stands before its release."""
    found = re.match(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?", version)
    if found is None:
        return (0, 0, 0, 0, ())
    pre = found[4] or ""
    parts = tuple(
        (0, int(part), "") if part.isdigit() and len(part) < 19 else (1, 0, part)
        for part in pre.split(".")
        if pre
    )
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0), 0 if pre else 1, parts)


def minor_release(toolchain: str) -> int:
    """The N of a toolchain 1.N."""
    return release(toolchain)[1]


def _uses(work: str, mod: ModFile) -> tuple[str, ...]:
    return tuple(os.path.normpath(os.path.join(work, path)) for path in mod.use)
