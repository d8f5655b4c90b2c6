"""Forms packages: out of a folder that was asked for, a dependency, or one text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from unstuck.source.build import Build, Builds, minor_release
from unstuck.source.constraint import Target
from unstuck.source.disk import Disk
from unstuck.source.file import SourceFile
from unstuck.source.glob import matches_path
from unstuck.source.header import read_header
from unstuck.source.options import LoadOptions
from unstuck.source.package import (
    Module,
    Package,
    PackageFile,
    Rules,
    Sorted,
    Text,
    admitted,
    clashing,
    go_names,
    package_file,
    read_text,
    sort_texts,
)
from unstuck.source.patterns import import_path
from unstuck.source.resolve import Place
from unstuck.source.toolchain import GoVersions, with_language


@dataclass(frozen=True, slots=True)
class Context:
    """What forming needs to know."""

    disk: Disk
    builds: Builds
    target: Target
    options: LoadOptions


@dataclass(slots=True)
class Asked:
    """What was asked of one folder."""

    whole: bool = False
    files: dict[str, None] = field(default_factory=dict)
    """Names of files that were named on their own."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder being formed."""

    dir: str
    path: str
    module: Module | None
    versions: GoVersions
    origin: str


def form_folder(context: Context, folder: str, asked: Asked) -> tuple[Package, ...]:
    """The packages of a folder that was asked for; those with nothing to analyse are left out."""
    build, module = context.builds.find(folder)
    names = go_names(context.disk.list(folder).files)
    tests = context.options.include_tests if asked.whole else any(map(_is_test, asked.files))
    wanted = [name for name in names if tests or not _is_test(name)]
    rules = _rules(context, build)
    found = sort_texts(admitted(context.disk, folder, wanted, replace(rules, asked=asked.whole)))
    named = _named_texts(context, folder, asked, found)
    clashes = clashing(found.own) if found.name == "main" or module is None else {}
    found, apart = _part(found, clashes)
    debug = [
        pair for text in found.own if found.name == "main" and not text.test for pair in text.header.debug
    ]
    versions = context.builds.versions(build, module, tuple(debug))
    inside_vendor = module is not None and (folder + os.sep).startswith(
        os.path.join(module.dir, "vendor") + os.sep
    )
    path = import_path(module, folder) if module is not None else context.disk.shown(folder)
    place = _Folder(folder, path, module, versions, "vendor" if inside_vendor else "source")
    packages = [
        _package(place, path, found.name, _choose(context, place, asked, found.own, named)),
        _package(
            place, f"{path}_test", f"{found.name}_test", _choose(context, place, asked, found.tests, named)
        ),
        *_strangers(place, found, named, apart),
        *_each_apart(context, place, asked, found, named, apart),
    ]
    if asked.whole:
        _tell_clashes(context, folder, clashes)
        _tell_others(context, folder, found, named)
    return tuple(package for package in packages if any(not file.types_only for file in package.files))


def form_dependency(context: Context, place: Place, build: Build) -> Package | None:
    """The package of a dependency, without tests; None when no file of it belongs to the build."""
    versions = context.builds.versions(build, None)
    if place.module is not None or place.go is not None:
        versions = with_language(versions, place.go)
    rules = _rules(context, build)
    if place.origin == "goroot":
        rules = Rules(context.target, minor_release(versions.language))
    names = go_names(context.disk.list(place.dir).files)
    ordinary = [name for name in names if not _is_test(name)]
    found = sort_texts(admitted(context.disk, place.dir, ordinary, rules))
    if not found.own:
        return None
    files = tuple(package_file(text, versions.language, types_only=False) for text in found.own)
    return Package(place.path, found.name, place.dir, files, place.module, versions, place.origin)


def form_block(context: Context, file: SourceFile, folder: str, path: str, name: str) -> Package:
    """A package of one text, judged like `folder`."""
    build, module = context.builds.find(folder)
    header = read_header(file.data)
    debug = header.debug if name == "main" else ()
    versions = context.builds.versions(build, module, debug)
    text = Text(os.path.basename(file.path), file, header)
    files = (package_file(text, versions.language, types_only=False),)
    return Package(path, name, folder, files, module, versions, "source")


def _is_test(name: str) -> bool:
    return name.endswith("_test.go")


def _rules(context: Context, build: Build) -> Rules:
    return Rules(context.target, minor_release(context.builds.versions(build, None).toolchain))


def _named_texts(context: Context, folder: str, asked: Asked, found: Sorted) -> dict[str, Text]:
    """The files named on their own, whatever their constraints say."""
    texts = {text.name: text for text in (*found.own, *found.tests, *found.other)}
    named: dict[str, Text] = {}
    for name in sorted(asked.files):
        text = texts.get(name) or read_text(context.disk, os.path.join(folder, name))
        if text is not None:
            named[name] = text
    return named


def _choose(
    context: Context, place: _Folder, asked: Asked, texts: Sequence[Text], named: dict[str, Text]
) -> tuple[PackageFile, ...]:
    """The files of one package, those to analyse first."""
    files = []
    for text in texts:
        excluded = text.name not in named and (not asked.whole or _is_excluded(context, place.dir, text.name))
        files.append(package_file(text, place.versions.language, types_only=excluded))
    return tuple(sorted(files, key=lambda file: file.types_only))


def _part(found: Sorted, clashes: dict[str, tuple[str, str]]) -> tuple[Sorted, tuple[Text, ...]]:
    """Set the files apart that declare what others declare too: a folder of programs, each in one file."""
    rest = tuple(text for text in found.own if text.name not in clashes)
    return replace(found, own=rest), tuple(text for text in found.own if text.name in clashes)


def _each_apart(
    context: Context,
    place: _Folder,
    asked: Asked,
    found: Sorted,
    named: dict[str, Text],
    apart: Sequence[Text],
) -> list[Package]:
    packages = []
    for text in apart:
        own = _choose(context, place, asked, (text,), named)
        rest = [
            package_file(each, place.versions.language, types_only=True)
            for each in found.own
            if not each.test
        ]
        packages.append(_package(place, _inside(place.path, text.name), found.name, (*own, *rest)))
    return packages


def _strangers(place: _Folder, found: Sorted, named: dict[str, Text], apart: Sequence[Text]) -> list[Package]:
    """Packages of named files that are not of the folder's, those of one package clause together."""
    known = [text.name for text in (*found.own, *found.tests, *apart)]
    groups: dict[str, list[Text]] = {}
    for name, text in named.items():
        if name not in known:
            groups.setdefault(text.header.package or "main", []).append(text)
    packages = []
    for clause, texts in sorted(groups.items()):
        own = tuple(package_file(text, place.versions.language, types_only=False) for text in texts)
        neighbours = found.own if clause == found.name else ()
        rest = tuple(package_file(text, place.versions.language, types_only=True) for text in neighbours)
        packages.append(_package(place, _inside(place.path, texts[0].name), clause, own + rest))
    return packages


def _package(place: _Folder, path: str, name: str, files: tuple[PackageFile, ...]) -> Package:
    return Package(path, name, place.dir, files, place.module, place.versions, place.origin)


def _inside(path: str, name: str) -> str:
    return name if path == "." else f"{path}/{name}"


def _is_excluded(context: Context, folder: str, name: str) -> bool:
    if not context.options.excludes:
        return False
    base = context.disk.absolute(context.options.exclude_base or ".")
    path = os.path.relpath(os.path.join(folder, name), base).replace(os.sep, "/")
    return any(matches_path(pattern, path) for pattern in context.options.excludes)


def _tell_clashes(context: Context, folder: str, clashes: dict[str, tuple[str, str]]) -> None:
    for name, (declared, other) in clashes.items():
        why = f"it declares {declared}, as {other} does; such files are analysed one by one"
        context.disk.gap("redeclared", os.path.join(folder, name), why)


def _tell_others(context: Context, folder: str, found: Sorted, named: dict[str, Text]) -> None:
    for text in found.other:
        if text.name not in named and text.header.package != "documentation":
            why = f"it is package {text.header.package}, the others of its folder are package {found.name}"
            context.disk.gap(
                "other-package", os.path.join(folder, text.name), f"{why}; name it to analyse it"
            )
