"""What a package declares, by name: found by a shallow walk, nothing is inferred here.

A library model (a stub) comes first, so that its declarations win over those of the real package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from unstuck.source.file import SourceFile
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax.parse import Entry, Tree, parse, specs
from unstuck.types.model import FuncRef, Info, Object, Var


@dataclass(frozen=True, slots=True)
class GlobalInit:
    """One package-level variable specification, or one name of it: `vars` get the results of `value`
    (None: their zero values; several variables: a call with several results)."""

    vars: tuple[Var, ...]
    value: ast.Expr | None
    info: Info
    file: SourceFile


@dataclass(slots=True, eq=False)
class Group:
    """The specifications of one var, const or type declaration, parsed when first asked for."""

    specs: tuple[ast.Spec, ...]
    by_name: dict[str, ast.Spec]
    vars: dict[ast.Spec, tuple[Var, ...]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class FileScope:
    """A file of a unit. `names` keeps what names of the file meant that no function declares."""

    unit: Unit
    file: SourceFile
    tree: Tree
    language: str
    stub: bool
    types_only: bool = False
    """Read so that names resolve, not analysed."""
    names: dict[str, Object] = field(default_factory=dict)
    imports: dict[str, list[ast.ImportSpec]] | None = None
    """By name; see packages.likely_imports."""
    groups: dict[int, Group] = field(default_factory=dict)


class Declaration(NamedTuple):
    """Where a name is declared."""

    scope: FileScope
    entry: Entry


@dataclass(slots=True, eq=False)
class Unit:
    """A package as types see it. `package` is None when only a model of it is there."""

    path: str
    name: str
    package: Package | None
    files: list[FileScope] = field(default_factory=list)
    declared: dict[str, Declaration] = field(default_factory=dict)
    """Package scope: functions, types, variables, constants."""
    methods: dict[str, dict[str, FuncRef]] = field(default_factory=dict)
    """Base type name -> method name -> method."""
    aliases_known: bool = False
    """`methods` has those declared with an alias as receiver under the alias's type, too."""
    functions: dict[FuncRef, Declaration] = field(default_factory=dict)
    """Functions, methods and bare statements, in source order."""
    named: dict[FuncRef, int] = field(default_factory=dict)
    """How many functions there are of each name."""
    objects: dict[str, Object] = field(default_factory=dict)
    """What `declared` names mean, as far as asked for."""


def build(
    path: str, package: Package | None, stub: SourceFile | None, trees: Mapping[SourceFile, Tree]
) -> Unit:
    """Parse the files of a package and its model, those but that are in `trees`."""
    unit = Unit(path, package.name if package else "", package)
    if stub is not None:
        language = package.versions.language if package else ""
        _add_file(unit, FileScope(unit, stub, parse(stub), language, True))
        unit.name = unit.name or unit.files[0].tree.package
    for member in package.files if package else ():
        tree = trees.get(member.file) or parse(member.file)
        _add_file(unit, FileScope(unit, member.file, tree, member.language, False, member.types_only))
    return unit


def group(declaration: Declaration) -> Group:
    """The parsed specifications of a var, const or type declaration."""
    scope, entry = declaration.scope, declaration.entry
    known = scope.groups.get(entry.start)
    if known is not None:
        return known
    found = specs(scope.tree, entry)
    by_name: dict[str, ast.Spec] = {}
    for spec in found:
        for ident in (spec.name,) if isinstance(spec, ast.TypeSpec) else spec.names:
            by_name.setdefault(ident.name, spec)
    scope.groups[entry.start] = made = Group(found, by_name)
    return made


def variables(unit: Unit, word: bytes = b"") -> Iterator[tuple[Declaration, ast.VarSpec]]:
    """Package-level variable specifications in source order, without those a model replaces; those only in
    whose declaration a word stands."""
    for scope in unit.files:
        for entry in scope.tree.entries:
            if entry.kind != "var" or scope.file.data.find(word, entry.start, entry.end) < 0:
                continue
            declaration = Declaration(scope, entry)
            for spec in group(declaration).specs:
                if isinstance(spec, ast.VarSpec) and any(_shown(unit, declaration, i) for i in spec.names):
                    yield declaration, spec


def type_declarations(unit: Unit) -> Iterator[tuple[str, Declaration]]:
    """Package-level types by name, in source order."""
    for name, declaration in unit.declared.items():
        if declaration.entry.kind == "type":
            yield name, declaration


def _shown(unit: Unit, declaration: Declaration, ident: ast.Ident) -> bool:
    winner = unit.declared.get(ident.name)
    return ident.name == "_" or (winner is not None and winner.entry is declaration.entry)


def _add_file(unit: Unit, scope: FileScope) -> None:
    unit.files.append(scope)
    for entry in scope.tree.entries:
        declaration = Declaration(scope, entry)
        if entry.kind in ("func", "statements"):
            _add_function(unit, declaration)
            continue
        for name in entry.names:
            if name != "_":
                unit.declared.setdefault(name, declaration)


def _add_function(unit: Unit, declaration: Declaration) -> None:
    """Several functions of one name (init, `_`, mistakes) get `#2`, `#3` ... so that each is analysed."""
    entry = declaration.entry
    name = entry.names[0] if entry.kind == "func" and entry.names else "statements"
    ref = FuncRef(unit.path, entry.recv, name, entry.pointer)
    if _is_stubbed(unit, ref, declaration):
        return
    count = unit.named[ref] = unit.named.get(ref, 0) + 1
    unique = ref if count == 1 else ref._replace(name=f"{name}#{count}")
    unit.functions[unique] = declaration
    if entry.recv:
        unit.methods.setdefault(entry.recv, {}).setdefault(name, unique)
    elif entry.kind == "func" and name not in ("init", "_"):
        unit.declared.setdefault(name, declaration)


def _is_stubbed(unit: Unit, ref: FuncRef, declaration: Declaration) -> bool:
    """Whether a model already declares this function or method."""
    if declaration.scope.stub:
        return False
    if ref.recv:
        other = unit.methods.get(ref.recv, {}).get(ref.name)
        return other is not None and unit.functions[other].scope.stub
    known = unit.declared.get(ref.name)
    return known is not None and known.scope.stub
