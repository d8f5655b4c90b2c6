"""What a package declares, by name: found by a shallow walk, nothing is inferred here.

A library model (a stub) comes first, so that its declarations win over those of the real package. Files that
are not analysed (of packages outside, and neighbours of a named file) are read when a name is asked for that
they may declare; the answer is the one that reading all files in their order gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from unstuck.source.file import SourceFile
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax.heads import Heads, heads
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
class _Own:
    """What one file declares: the first of each name."""

    declared: dict[str, Entry] = field(default_factory=dict)
    functions: dict[FuncRef, Entry] = field(default_factory=dict)
    methods: dict[str, dict[str, FuncRef]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class FileScope:
    """A file of a unit. `names` keeps what names of the file meant that no function declares."""

    unit: Unit
    file: SourceFile
    language: str
    stub: bool
    types_only: bool = False
    """Read so that names resolve, not analysed."""
    known: Tree | None = None
    """Its outline, when it was asked for."""
    names: dict[str, Object] = field(default_factory=dict)
    imports: dict[str, list[ast.ImportSpec]] | None = None
    """By name; see packages.likely_imports."""
    groups: dict[int, Group] = field(default_factory=dict)
    _own: _Own | None = None
    _heads: list[Heads | None] = field(default_factory=list)
    """The answer of `heads`, once it was asked."""

    @property
    def tree(self) -> Tree:
        """The outline of the file, read when it is first asked for."""
        if self.known is None:
            self.known = parse(self.file)
        return self.known


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
    objects: dict[str, Object] = field(default_factory=dict)
    """What declared names mean, as far as asked for."""
    aliases_known: bool = False
    """`methods_of` has those declared with an alias as receiver under the alias's type, too."""
    methods: dict[str, dict[str, FuncRef]] = field(default_factory=dict)
    """Base type name -> method name -> method, in the files that were read; see `methods_of`."""
    _declared: dict[str, Declaration] = field(default_factory=dict)
    _functions: dict[FuncRef, Declaration] = field(default_factory=dict)
    """Functions, methods and bare statements of the files that were read, in source order."""
    _named: dict[FuncRef, int] = field(default_factory=dict)
    """How many functions there are of each name."""
    _rest: list[FileScope] = field(default_factory=list)
    """The files behind those."""
    _in_rest: dict[str, Declaration | None] = field(default_factory=dict)
    _functions_in_rest: dict[FuncRef, Declaration | None] = field(default_factory=dict)
    _methods_with_rest: dict[str, dict[str, FuncRef]] = field(default_factory=dict)


def build(
    path: str,
    package: Package | None,
    stub: SourceFile | None,
    trees: Mapping[SourceFile, Tree],
    outside: bool,
) -> Unit:
    """A package and its model. What is analysed is read, but for files whose outline is in `trees`."""
    unit = Unit(path, package.name if package else "", package)
    if stub is not None:
        language = package.versions.language if package else ""
        unit.files.append(FileScope(unit, stub, language, True))
        unit.name = unit.name or unit.files[0].tree.package
    for member in package.files if package else ():
        tree = trees.get(member.file)
        unit.files.append(FileScope(unit, member.file, member.language, False, member.types_only, tree))
    unit._rest = list(unit.files)
    analysed = [scope for scope in unit.files if scope.stub or not (outside or scope.types_only)]
    _read(unit, len(unit.files) if len(unit.files) - len(analysed) < 2 else len(analysed))
    return unit


def declaration_of(unit: Unit, name: str) -> Declaration | None:
    """Where a name of the package scope is declared: a function, type, variable or constant."""
    found = unit._declared.get(name)
    if found is not None or not unit._rest:
        return found
    if name not in unit._in_rest:
        unit._in_rest[name] = _look_for(unit, name)
    return unit._in_rest[name]


def function_of(unit: Unit, ref: FuncRef) -> Declaration | None:
    """Where a function, a method or bare statements stand."""
    found = unit._functions.get(ref)
    if found is not None or not unit._rest:
        return found
    if "#" in ref.name or ref.name == "statements":
        _read_all(unit)
        return unit._functions.get(ref)
    if ref not in unit._functions_in_rest:
        unit._functions_in_rest[ref] = _look_for_function(unit, ref)
    return unit._functions_in_rest[ref]


def methods_of(unit: Unit, base: str) -> Mapping[str, FuncRef]:
    """The methods that are declared with a base type, by name."""
    if not unit._rest:
        return unit.methods.get(base, {})
    known = unit._methods_with_rest.get(base)
    if known is None:
        known = unit._methods_with_rest[base] = dict(unit.methods.get(base, {}))
        for scope in unit._rest:
            if _may_have_methods(scope, base.encode()):
                for name, ref in _own(scope).methods.get(base, {}).items():
                    known.setdefault(name, ref)
    return known


def analysed_functions(unit: Unit) -> tuple[FuncRef, ...]:
    """Functions, methods and bare statements in source order, but for files that are read for types only."""
    if any(not scope.types_only for scope in unit._rest):
        _read_all(unit)
    return tuple(ref for ref, found in unit._functions.items() if not found.scope.types_only)


def all_functions(unit: Unit) -> Iterator[tuple[FuncRef, Declaration]]:
    """All of them, and where they stand."""
    _read_all(unit)
    yield from unit._functions.items()


def alias_bases(unit: Unit) -> list[str]:
    """Base types of methods that may be aliases; where there are any, all files are read."""
    if unit._rest and not _may_have_alias_bases(unit):
        return []
    _read_all(unit)
    return [name for name in unit.methods if name in unit._declared and _may_be_alias(unit._declared[name])]


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


def variables(
    unit: Unit, word: bytes = b"", wanted: Callable[[FileScope], bool] = bool
) -> Iterator[tuple[Declaration, ast.VarSpec]]:
    """Package-level variable specifications in source order, without those a model replaces; those only in
    whose declaration a word stands, and of the files that are wanted."""
    for scope in unit.files:
        if word not in scope.file.data or not wanted(scope):
            continue
        for entry in scope.tree.entries:
            if entry.kind != "var" or scope.file.data.find(word, entry.start, entry.end) < 0:
                continue
            declaration = Declaration(scope, entry)
            for spec in group(declaration).specs:
                if isinstance(spec, ast.VarSpec) and any(_shown(unit, declaration, i) for i in spec.names):
                    yield declaration, spec


def type_declarations(unit: Unit) -> Iterator[tuple[str, Declaration]]:
    """Package-level types by name, in source order."""
    _read_all(unit)
    for name, declaration in unit._declared.items():
        if declaration.entry.kind == "type":
            yield name, declaration


def _shown(unit: Unit, declaration: Declaration, ident: ast.Ident) -> bool:
    if ident.name == "_":
        return True
    winner = declaration_of(unit, ident.name)
    return winner is not None and winner.entry is declaration.entry


def _may_have_alias_bases(unit: Unit) -> bool:
    bases = set(unit.methods)
    aliases = {name for name, found in unit._declared.items() if _may_be_alias(found)}
    for scope in unit._rest:
        found = _heads(scope)
        if found is None:
            bases.update(_own(scope).methods)
            own = _own(scope).declared.items()
            aliases.update(name for name, entry in own if _may_be_alias(Declaration(scope, entry)))
        else:
            bases.update(map(_text, found.bases))
            aliases.update(map(_text, found.aliases))
    for name in sorted(bases & aliases):
        declaration = declaration_of(unit, name)
        if declaration is not None and _may_be_alias(declaration):
            return True
    return False


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _may_be_alias(declaration: Declaration) -> bool:
    scope, entry = declaration
    return entry.kind == "type" and scope.file.data.find(b"=", entry.start, entry.end) >= 0


# Files that were read, in order.


def _read_all(unit: Unit) -> None:
    _read(unit, len(unit._rest))


def _read(unit: Unit, count: int) -> None:
    """Reads the next files."""
    for scope in unit._rest[:count]:
        _add_file(unit, scope)
    del unit._rest[:count]


def _add_file(unit: Unit, scope: FileScope) -> None:
    for entry in scope.tree.entries:
        declaration = Declaration(scope, entry)
        if entry.kind in ("func", "statements"):
            _add_function(unit, declaration)
            continue
        for name in entry.names:
            if name != "_":
                unit._declared.setdefault(name, declaration)


def _add_function(unit: Unit, declaration: Declaration) -> None:
    """Several functions of one name (init, `_`, mistakes) get `#2`, `#3` ... so that each is analysed."""
    entry = declaration.entry
    ref = _ref(unit, entry)
    if not declaration.scope.stub and _is_stubbed(unit, ref):
        return
    count = unit._named[ref] = unit._named.get(ref, 0) + 1
    unique = ref if count == 1 else ref._replace(name=f"{ref.name}#{count}")
    unit._functions[unique] = declaration
    if entry.recv:
        unit.methods.setdefault(entry.recv, {}).setdefault(ref.name, unique)
    elif entry.kind == "func" and ref.name not in ("init", "_"):
        unit._declared.setdefault(ref.name, declaration)


def _ref(unit: Unit, entry: Entry) -> FuncRef:
    name = entry.names[0] if entry.kind == "func" and entry.names else "statements"
    return FuncRef(unit.path, entry.recv, name, entry.pointer)


def _is_stubbed(unit: Unit, ref: FuncRef) -> bool:
    """Whether a model already declares this function or method."""
    if ref.recv:
        other = unit.methods.get(ref.recv, {}).get(ref.name)
        return other is not None and unit._functions[other].scope.stub
    known = unit._declared.get(ref.name)
    return known is not None and known.scope.stub


# Files that are read one by one.


def _look_for(unit: Unit, name: str) -> Declaration | None:
    word = name.encode()
    for scope in unit._rest:
        if _may_declare(scope, word):
            entry = _own(scope).declared.get(name)
            if entry is not None:
                return Declaration(scope, entry)
    return None


def _look_for_function(unit: Unit, ref: FuncRef) -> Declaration | None:
    if _is_stubbed(unit, ref):
        return None
    word = (ref.recv or ref.name).encode()
    for scope in unit._rest:
        if _may_have_methods(scope, word) if ref.recv else _may_declare(scope, word):
            entry = _own(scope).functions.get(ref)
            if entry is not None:
                return Declaration(scope, entry)
    return None


def _may_declare(scope: FileScope, name: bytes) -> bool:
    found = _heads(scope)
    return found is None or name in found.names


def _may_have_methods(scope: FileScope, base: bytes) -> bool:
    found = _heads(scope)
    return found is None or base in found.bases


def _heads(scope: FileScope) -> Heads | None:
    """What a file may declare; None: anything, ask its outline."""
    if not scope._heads:
        scope._heads.append(heads(scope.file.data) if scope.known is None else None)
    return scope._heads[0]


def _own(scope: FileScope) -> _Own:
    own = scope._own
    if own is None:
        own = scope._own = _Own()
        for entry in scope.tree.entries:
            ref = _ref(scope.unit, entry)
            if entry.kind in ("func", "statements"):
                own.functions.setdefault(ref, entry)
            if entry.recv:
                own.methods.setdefault(entry.recv, {}).setdefault(ref.name, ref)
            elif entry.kind != "statements":
                for name in entry.names:
                    if name != "_" and not (entry.kind == "func" and name == "init"):
                        own.declared.setdefault(name, entry)
    return own
