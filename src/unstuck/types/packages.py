"""The packages of a program: which one an import means, and what each declares.

A package is parsed when one of its names is first asked for, not when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from unstuck.source.file import SourceFile
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax.parse import Tree
from unstuck.types.model import PackageName
from unstuck.types.unit import FileScope, Unit, build, declaration_of
from unstuck.types.universe import WELL_KNOWN, import_name


class Loader(Protocol):
    """Finds packages."""

    def resolve(self, import_path: str, importer: Package) -> Package | None:
        """The package that an import means in a file of `importer`, None when it is not there."""


@dataclass(slots=True, eq=False)
class Packages:
    """What is loaded so far. `stubs` gives the Go source of a library model by import path."""

    loader: Loader
    stubs: Callable[[str], SourceFile | None]
    added: dict[str, Package] = field(default_factory=dict)
    """Packages to analyse, by path. Their models are not used."""
    resolved: dict[str, Package] = field(default_factory=dict)
    units: dict[str, Unit | None] = field(default_factory=dict)
    trees: dict[SourceFile, Tree] = field(default_factory=dict)
    """Outlines of files that are known already."""
    imports: dict[str, dict[str, PackageName]] = field(default_factory=dict)
    """Importing package -> import path -> package."""


def unit(packages: Packages, path: str) -> Unit | None:
    """What the package `path` declares, None when there is neither source nor a model."""
    if path in packages.units:
        return packages.units[path]
    package = packages.added.get(path)
    stub = packages.stubs(path) if package is None else None
    if package is None:
        package = packages.resolved.get(path)
    made = None
    if package is not None or stub is not None:
        made = build(path, package, stub, packages.trees, path not in packages.added)
    packages.units[path] = made
    return made


def imported(packages: Packages, scope: FileScope, path: str) -> PackageName:
    """The package an import path means in a file. Its path is the resolved one (a vendored package of the
    standard library has "vendor/" in front); its name is a guess when the package is not there."""
    known_here = packages.imports.setdefault(scope.unit.path, {})
    known = known_here.get(path)
    if known is None:
        known = known_here[path] = _resolve(packages, scope, path)
    return known


def import_named(packages: Packages, scope: FileScope, name: str) -> PackageName | None:
    """The import of a file that `name` stands for. Imports whose path looks like the name are found first, to
    see what they are called in truth; all others only when none of those fits."""
    likely = likely_imports(scope).get(name, ())
    for spec in likely:
        found = imported(packages, scope, spec.path)
        if name in (spec.name, found.name):
            return found
    for spec in scope.tree.imports:
        if spec.name is None and spec not in likely:
            found = imported(packages, scope, spec.path)
            if found.name == name:
                return found
    return None


def likely_imports(scope: FileScope) -> dict[str, list[ast.ImportSpec]]:
    """The imports of a file by their names, guessed from the path where none is given."""
    if scope.imports is None:
        scope.imports = {}
        for spec in scope.tree.imports:
            name = import_name(spec.path) if spec.name is None else spec.name
            scope.imports.setdefault(name, []).append(spec)
    return scope.imports


def dot_imported(packages: Packages, scope: FileScope, name: str) -> PackageName | None:
    """The dot-imported package of a file that declares `name`."""
    for spec in scope.tree.imports:
        if spec.name != ".":
            continue
        package = imported(packages, scope, spec.path)
        found = unit(packages, package.path)
        if found is not None and name[:1].isupper() and declaration_of(found, name) is not None:
            return package
    return None


def well_known(packages: Packages, scope: FileScope, name: str) -> PackageName | None:
    """The package that an undeclared name in front of a dot stands for."""
    path = WELL_KNOWN.get(name)
    return imported(packages, scope, path) if path is not None else None


def _resolve(packages: Packages, scope: FileScope, path: str) -> PackageName:
    if path in ("C", "unsafe"):
        return PackageName(path, path)
    importer = scope.unit.package or next(iter(packages.added.values()), None)
    package = packages.loader.resolve(path, importer) if importer is not None else None
    if package is None:
        found = unit(packages, path)
        return PackageName(found.name if found is not None and found.name else import_name(path), path)
    packages.resolved.setdefault(package.path, package)
    return PackageName(package.name or import_name(path), package.path)
