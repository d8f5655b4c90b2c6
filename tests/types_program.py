"""A tiny program in memory for tests of types: import path -> text of its one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unstuck.source.file import SourceFile
from unstuck.source.package import Package, PackageFile
from unstuck.source.toolchain import GoVersions
from unstuck.types.world import Function, World

VERSIONS = GoVersions("1.27", "1.27.0", False, "")


@dataclass(frozen=True)
class Program:
    """A world in which package `m` is analysed, and all others are its libraries."""

    world: World

    def function(self, name: str) -> Function:
        """The function of package `m` whose printed name ends so."""
        ref = next(ref for ref in self.world.functions("m") if ref.name == name)
        found = self.world.function(ref)
        assert found is not None
        return found


class _Loader:
    def __init__(self, packages: Mapping[str, Package]) -> None:
        self.packages = packages

    def resolve(self, import_path: str, importer: Package) -> Package | None:
        return self.packages.get(import_path)


def load(files: Mapping[str, str], stubs: Mapping[str, str] | None = None) -> Program:
    """A program of these packages, with library models."""
    packages = {path: package(path, text) for path, text in files.items()}
    models = {path: SourceFile(f"models/{path}.go", text.encode()) for path, text in (stubs or {}).items()}
    world = World(_Loader(packages), models.get)
    world.add(packages["m"])
    return Program(world)


def package(path: str, text: str) -> Package:
    """A package of one file."""
    file = PackageFile(SourceFile(f"{path}/a.go", text.encode()), False, False, "1.27")
    origin = "source" if path == "m" else "modcache"
    name = [*text.split(), "", ""][1] if text.startswith("package") else ""
    return Package(path, name, "/" + path, (file,), None, VERSIONS, origin)
