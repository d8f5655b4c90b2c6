"""Names and types of a whole program, on demand.

`World` is the only class with state in this stage, and its state is caches: answers do not depend on the
order of questions. Packages come from a loader, models of libraries from `stubs`; what neither has is
Unknown.
A name is looked up in the package, then the file's imports, then the universe.

Not known: whether names are exported, type sets of constraints with several terms, method sets (whether a
method with a pointer receiver may be called on what is not addressable).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from unstuck.source.file import SourceFile
from unstuck.source.imports import import_paths
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax import parse as syntax
from unstuck.syntax.parse import SyntaxIssue
from unstuck.types import members, objects, packages
from unstuck.types.generic import bind, core_term, substitute
from unstuck.types.infer import (
    infer_function,
    infer_globals,
    infer_signature,
    infer_type,
    infer_type_params,
    receiver_params,
)
from unstuck.types.members import MethodType
from unstuck.types.model import (
    UNKNOWN,
    Field,
    FuncRef,
    Info,
    Interface,
    Kept,
    Named,
    Object,
    PackageName,
    Pointer,
    Selection,
    Signature,
    Struct,
    Type,
    TypeParam,
    Var,
)
from unstuck.types.objects import Progress, enter, leave
from unstuck.types.packages import Loader, Packages
from unstuck.types.unit import (
    Declaration,
    FileScope,
    GlobalInit,
    Unit,
    all_functions,
    analysed_functions,
    declaration_of,
    function_of,
    group,
    methods_of,
    type_declarations,
    variables,
)
from unstuck.types.universe import UNIVERSE, UNIVERSE_UNDERLYING, UNSAFE

if TYPE_CHECKING:
    from unstuck.types.usage import Usage

__all__ = ["DeclaredAt", "Function", "GlobalInit", "Loader", "World"]

KEPT_FUNCTIONS = 512
"""Inferred functions that are kept; past that the least recently asked for is inferred anew when needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A declared function with its inferred body. `package` is None when only a model of it is there."""

    ref: FuncRef
    package: Package | None
    file: SourceFile
    decl: ast.FuncDecl
    info: Info
    signature: Signature
    language: str
    """"1.22": the Go version the file is written in; "" when nobody says."""
    stub: bool
    """It is a library model, not real source."""


@dataclass(frozen=True, slots=True)
class DeclaredAt:
    """Where a function stands: byte offsets into `file.data`."""

    file: SourceFile
    start: int
    end: int
    language: str
    stub: bool


class World:
    """Answers questions about names and types; never raises on odd source."""

    def __init__(self, loader: Loader, stubs: Callable[[str], SourceFile | None]) -> None:
        """`stubs` gives the Go source of a library model by import path. It is not used for packages that are
        added for analysis."""
        self._packages = Packages(loader, stubs)
        self._progress = Progress()
        self.read = 0
        """Bytes of functions that were inferred, and again of those that were lowered: what work it was."""
        self._functions: OrderedDict[FuncRef, Function] = OrderedDict()
        self._methods: dict[FuncRef, MethodType | None] = {}
        self._globals: dict[str, tuple[GlobalInit, ...]] = {}
        self._locals: dict[Named, Type] = {}
        self._underlying: dict[Type, Type] = {}
        self._type_params: dict[tuple[str, str], tuple[TypeParam, ...]] = {}
        self._selections: dict[tuple[Type, str], Selection | None] = {}
        self.holds: dict[Type, bool] = {}
        """Answers of facts.can_hold_concurrency."""
        self.kept_globals: dict[Var, tuple[Kept | None]] = {}
        """Answers of constancy.kept."""
        self.closing_flags: dict[tuple[str, str], bool] = {}
        """Answers of closing.is_closing_flag, by package and field."""
        self.flags_set: dict[str, dict[bytes, list[tuple[str, int]]]] = {}
        """Where each package sets fields to true, by field (closing.py)."""
        self.fixed: dict[tuple[str, str], GlobalInit | None] = {}
        """Answers of fixed.fixed, by package and name."""
        self.usages: dict[tuple[str, str, int], Usage] = {}
        """Answers of usage.usages, by package, file and offset."""
        self.steady: dict[tuple[str, str], str] = {}
        """Answers of steady.steady, by package and name."""
        self.channel_fields: dict[tuple[str, str], str] = {}
        """Answers of private.channel_field, by package and field."""
        self.channel_uses: dict[tuple[str, str], frozenset[str]] = {}
        """What is done with fields of a name in a package (private.py)."""
        self.endless: dict[tuple[FuncRef, int], bool] = {}
        """Answers of flow.calls, by function and depth of the question."""
        self.written_locks: dict[tuple[str, str], bool] = {}
        """Answers of private.is_written, by package and field."""
        self._implementations: dict[tuple[Type, str], tuple[Type, ...]] = {}
        self._among: Sequence[str] = ()
        self._answers: dict[Type, tuple[Type, ...]] = {}
        """Answers of `implementations` among those packages."""
        self._method_names: dict[str, Sequence[tuple[Named, frozenset[str]]]] = {}
        self._older: dict[str, syntax.Tree] = {}
        """The files of a world that was adopted, by path."""
        self._listed: dict[str, tuple[FuncRef, ...]] = {}
        self._declared: dict[FuncRef, DeclaredAt] = {}
        self._spans: dict[str, dict[str, list[tuple[int, FuncRef, DeclaredAt]]]] = {}
        self.asked: dict[Type, tuple[Type, ...]] = {}
        """Answers of `implementations` since somebody emptied it."""

    # What others ask.

    def add(self, package: Package) -> None:
        """A package to analyse. Add all before the first question."""
        self._packages.added.setdefault(package.path, package)

    def imports(self, importer: str) -> Mapping[str, PackageName]:
        """What the imports of a package meant, as far as anybody asked; by import path."""
        return self._packages.imports.get(importer, {})

    def imported(self, path: str, among: frozenset[str]) -> frozenset[str]:
        """Those among some packages that the files of a package import, as they write them; for membership
        only."""
        unit = self._unit(path)
        if unit is None or unit.package is None or among.isdisjoint(import_paths(unit.package)):
            return frozenset()
        return among.intersection(spec.path for scope in unit.files for spec in scope.tree.imports)

    def outside(self, path: str) -> Package | None:
        """A package that is not among those to analyse, None when it was not found or asked for."""
        return None if path in self._packages.added else self._packages.resolved.get(path)

    def adopt(self, other: World) -> None:
        """Takes over what another world has read, before the first question: packages that are not analysed
        (they never depend on those that are), and the outlines of all files."""
        for path, unit in other._packages.units.items():
            if path not in self._packages.added and path not in other._packages.added:
                self._packages.units[path] = unit
            for scope in unit.files if unit is not None else ():
                if scope.known is not None:
                    self._packages.trees[scope.file] = scope.known
                    self._older[scope.file.path] = scope.known

    def functions(self, path: str) -> tuple[FuncRef, ...]:
        """Functions and methods of a package in source order; of several `init` or `_` the later are named
        `init#2` ...; bare statements of a note are `statements`. Left out are files read for types only."""
        known = self._listed.get(path)
        if known is None:
            unit = self._unit(path)
            known = self._listed[path] = analysed_functions(unit) if unit is not None else ()
        return known

    def issues(
        self, path: str, without: frozenset[str] = frozenset()
    ) -> tuple[tuple[SourceFile, SyntaxIssue], ...]:
        """What could not be parsed in a package, but for files `without` and those read for types only."""
        unit = self._unit(path)
        scopes = [scope for scope in unit.files if not scope.stub and not scope.types_only] if unit else []
        scopes = [scope for scope in scopes if scope.file.path not in without]
        for scope in scopes:
            older = self._older.get(scope.file.path)
            if older is not None and older is not scope.tree:
                syntax.as_before(scope.tree, older)
        return tuple((scope.file, issue) for scope in scopes for issue in syntax.issues(scope.tree))

    def function(self, ref: FuncRef) -> Function | None:
        """A function with its body inferred, None when there is no source or model of it."""
        known = self._functions.get(ref)
        if known is not None:
            self._functions.move_to_end(ref)
            return known
        declaration = self._declaration(ref)
        if declaration is None:
            return None
        scope = declaration.scope
        decl = _decl(declaration)
        self.read += decl.end - decl.start
        info, signature = infer_function(self, scope, decl, str(ref))
        made = Function(
            ref, scope.unit.package, scope.file, decl, info, signature, scope.language, scope.stub
        )
        self._functions[ref] = made
        if len(self._functions) > KEPT_FUNCTIONS:
            self._functions.popitem(last=False)
        return made

    def signature(self, ref: FuncRef) -> Signature | None:
        """The signature of a declared function or method, with its type parameters."""
        found = self.method_type(ref)
        return found.signature if found is not None else None

    def declared(self, ref: FuncRef) -> DeclaredAt | None:
        """Where a function is declared."""
        known = self._declared.get(ref)
        if known is not None:
            return known
        found = self._declaration(ref)
        if found is None:
            return None
        scope, entry = found.scope, found.entry
        known = DeclaredAt(scope.file, entry.start, entry.end, scope.language, scope.stub)
        self._declared[ref] = known
        return known

    def function_at(self, package: str, path: str, offset: int) -> tuple[FuncRef, DeclaredAt] | None:
        """The declared function of a package around an offset in one of its files."""
        known = self._spans.get(package)
        if known is None:
            known = self._spans[package] = {}
            for ref in self.functions(package):
                declared = self.declared(ref)
                if declared is not None:
                    known.setdefault(declared.file.path, []).append((declared.start, ref, declared))
        spans = known.get(path, [])
        at = bisect_right(spans, offset, key=lambda span: span[0]) - 1
        if at < 0 or offset >= spans[at][2].end:
            return None
        return spans[at][1], spans[at][2]

    def globals(self, path: str) -> tuple[GlobalInit, ...]:
        """Package-level variables with their initial values, in source order, inferred."""
        known = self._globals.get(path)
        if known is not None:
            return known
        unit = self._unit(path)
        found: list[GlobalInit] = []
        for declaration, spec in variables(unit) if unit is not None else ():
            made = objects.variables_of(self, self._progress, declaration, spec)
            found.extend(infer_globals(self, declaration.scope, spec, made))
        self._globals[path] = tuple(found)
        return self._globals[path]

    def literal_globals(self, path: str) -> tuple[GlobalInit, ...]:
        """Those whose initial values have function literals in them, by their text; not those of tests, nor
        of files that are read for names and types only."""
        unit = self._unit(path)
        found: list[GlobalInit] = []
        for declaration, spec in variables(unit, b"func(", _has_own_code) if unit is not None else ():
            scope, file = declaration.scope, declaration.scope.file
            if b"func(" in file.data[spec.start : spec.end]:
                made = objects.variables_of(self, self._progress, declaration, spec)
                found.extend(infer_globals(self, scope, spec, made))
        return tuple(found)

    def global_init(self, var: Var) -> GlobalInit | None:
        """The declaration of one package-level variable with its initial value, inferred."""
        unit = self._unit(var.package)
        declaration = declaration_of(unit, var.name) if unit is not None else None
        if declaration is None or declaration.entry.kind != "var":
            return None
        spec = group(declaration).by_name.get(var.name)
        if not isinstance(spec, ast.VarSpec):
            return None
        made = objects.variables_of(self, self._progress, declaration, spec)
        return next(
            (each for each in infer_globals(self, declaration.scope, spec, made) if var in each.vars), None
        )

    def texts(self, path: str) -> tuple[SourceFile, ...]:
        """The files of a package, library models left out."""
        unit = self._unit(path)
        return tuple(scope.file for scope in unit.files if not scope.stub) if unit is not None else ()

    def stubbed(self, path: str) -> bool:
        """Some of the package's types are those of a library model."""
        unit = self._unit(path)
        return unit is not None and any(scope.stub for scope in unit.files)

    def modelled(self, var: Var) -> bool:
        """The package-level variable is declared in a library model."""
        unit = self._unit(var.package)
        declaration = declaration_of(unit, var.name) if unit is not None else None
        return declaration is not None and declaration.scope.stub

    def analysed(self, path: str) -> bool:
        """The package is one of those to analyse."""
        return path in self._packages.added

    def is_main(self, path: str) -> bool:
        """The package is a program."""
        unit = self._unit(path)
        return unit is not None and unit.name == "main"

    def bodies(
        self, path: str, wanted: Callable[[bytes], bool]
    ) -> Iterator[tuple[tuple[str, str, int], Callable[[], ast.Node]]]:
        """The functions and the values of package-level variables of a package whose text is `wanted`: a key
        for each, and what reads it. Nothing is inferred."""
        unit = self._unit(path)
        for ref, declaration in all_functions(unit) if unit is not None else ():
            if wanted(objects.text(declaration)):
                scope, entry = declaration
                known = self._functions.get(ref)
                body = partial(_decl, declaration) if known is None else partial(_itself, known.decl)
                yield (path, scope.file.path, entry.start), body
        for declaration, spec in variables(unit) if unit is not None else ():
            file = declaration.scope.file
            if wanted(file.data[spec.start : spec.end]):
                for value in spec.values:
                    yield (path, file.path, value.start), partial(_itself, value)

    def underlying(self, t: Type) -> Type:
        """Through defined types, type arguments put in place. Of a type parameter its core type. Unknown when
        the declaration is not there or turns in a circle."""
        if t.__class__ is Named:
            known = self._underlying.get(t)
            return known if known is not None else self._named_underlying(t)
        if t.__class__ is TypeParam:
            return self._core(t)
        return t

    def lookup(self, t: Type, name: str, package: str) -> Selection | None:
        """The field or method `name` of a value of type `t`, promoted ones too, through one pointer.
        `package` is the importing package's path (names are not checked for being exported)."""
        key = (t, name)
        try:
            return self._selections[key]
        except KeyError:
            found = members.search(self, t, name)
            if not self._progress.busy:
                self._selections[key] = found
            return found

    def methods(self, t: Type) -> tuple[str, ...]:
        """Names of the methods of `t` and of a pointer to it, promoted ones too."""
        return members.all_methods(self, t)

    def struct_fields(self, t: Type) -> tuple[Field, ...]:
        """Fields of a struct type, or of the struct a pointer points to; none for other types."""
        u = self.underlying(t)
        if isinstance(u, Pointer):
            u = self.underlying(u.elem)
        return u.fields if isinstance(u, Struct) else ()

    def implements(self, t: Type, interface: Type) -> bool:
        """Whether `t` has the methods of an interface, by name and arity. False for what is no interface."""
        u = self.underlying(interface)
        return isinstance(u, Interface) and members.satisfies(self, t, u)

    def implementations(self, interface: Type, packages: Sequence[str]) -> tuple[Type, ...]:
        """Types declared in `packages` that implement an interface: T, or *T where only that does. In
        order of packages and declarations; generic types and interfaces are left out."""
        if packages is not self._among:
            self._among, self._answers = packages, {}
        answer = self._answers.get(interface)
        if answer is None:
            answer = tuple(each for path in packages for each in self._implementations_in(interface, path))
            self._answers[interface] = answer
        self.asked[interface] = answer
        return answer

    def is_named(self, t: Type, package: str, name: str) -> bool:
        """Whether `t` is the defined type `package.name`, whatever its type arguments."""
        return isinstance(t, Named) and t.name == name and t.package == package

    # What inference asks (context.Knowledge, members.Types).

    def find(self, scope: FileScope, name: str) -> Object | None:
        """See context.Knowledge."""
        known = scope.names.get(name)
        if known is not None:
            return known
        found = self._find(scope, name)
        if found is not None and (not self._progress.busy or found is _settled(scope, name)):
            scope.names[name] = found
        return found

    def find_package(self, scope: FileScope, name: str) -> PackageName | None:
        """See context.Knowledge."""
        return packages.well_known(self._packages, scope, name)

    def member(self, package: PackageName, name: str) -> Object | None:
        """See context.Knowledge."""
        if package.path == "unsafe":
            return UNSAFE.get(name)
        unit = self._unit(package.path)
        return objects.package_object(self, self._progress, unit, name) if unit is not None else None

    def missing(self, path: str) -> bool:
        """See context.Knowledge."""
        return self._unit(path) is None

    def type_params(self, t: Named) -> tuple[TypeParam, ...]:
        """See context.Knowledge."""
        key = (t.package, t.name)
        known = self._type_params.get(key)
        if known is not None:
            return known
        found = self._type_spec(t)
        if found is None or not found[1].type_params:
            self._type_params[key] = ()
            return ()
        if not enter(self._progress, key):
            return ()
        try:
            made = infer_type_params(self, *found)
        finally:
            leave(self._progress, key)
        self._type_params[key] = made
        return made

    def add_local(self, t: Named, underlying: Type) -> None:
        """See context.Knowledge."""
        self._locals[t] = underlying

    def declared_methods(self, t: Named) -> Mapping[str, FuncRef]:
        """See members.Types."""
        unit = self._unit(t.package) if t.package else None
        if unit is None:
            return {}
        if not unit.aliases_known:
            unit.aliases_known = True
            objects.join_aliases(self, self._progress, unit)
        return methods_of(unit, t.name)

    def method_type(self, ref: FuncRef) -> MethodType | None:
        """See members.Types; for functions too."""
        if ref in self._methods:
            return self._methods[ref]
        declaration = self._declaration(ref)
        made = None
        if declaration is not None and declaration.entry.kind == "func":
            if not enter(self._progress, ref):
                return None
            decl = syntax.signature(declaration.scope.tree, declaration.entry)
            try:
                signature, params = infer_signature(self, declaration.scope, decl)
            finally:
                leave(self._progress, ref)
            made = MethodType(signature, receiver_params(decl), params)
        elif declaration is not None:
            made = MethodType(Signature((), ()), (), ())
        self._methods[ref] = made
        return made

    # Private.

    def _unit(self, path: str) -> Unit | None:
        return packages.unit(self._packages, path)

    def _declaration(self, ref: FuncRef) -> Declaration | None:
        unit = self._unit(ref.package)
        return function_of(unit, ref) if unit is not None else None

    def _find(self, scope: FileScope, name: str) -> Object | None:
        """Package, imports that look like the name, universe, dot imports, all other imports."""
        found = objects.package_object(self, self._progress, scope.unit, name)
        if found is not None:
            return found
        if name in packages.likely_imports(scope):
            imported = packages.import_named(self._packages, scope, name)
            if imported is not None:
                return imported
        if name in UNIVERSE:
            return UNIVERSE[name]
        dotted = packages.dot_imported(self._packages, scope, name)
        if dotted is not None:
            return self.member(dotted, name)
        return packages.import_named(self._packages, scope, name)

    def type_spec(self, t: Named) -> tuple[SourceFile, ast.TypeSpec] | None:
        """Where a type of a package in sight is declared."""
        found = self._type_spec(t)
        return (found[0].file, found[1]) if found is not None and not found[0].stub else None

    def _type_spec(self, t: Named) -> tuple[FileScope, ast.TypeSpec] | None:
        unit = self._unit(t.package)
        declaration = declaration_of(unit, t.name) if unit is not None else None
        return objects.type_spec(declaration, t.name) if declaration is not None else None

    def _named_underlying(self, t: Named) -> Type:
        if t.args:
            generic = self.underlying(Named(t.package, t.name))
            made = substitute(generic, bind(self.type_params(t), t.args))
            if generic is not UNKNOWN:
                self._underlying[t] = made
            return made
        if t in self._locals:
            return self.underlying(self._locals[t]) if self._locals[t] != t else UNKNOWN
        if not t.package:
            return UNIVERSE_UNDERLYING.get(t.name, UNKNOWN)
        found = self._type_spec(t)
        if found is None or not enter(self._progress, t):
            return UNKNOWN
        try:
            made = self.underlying(infer_type(self, *found)[0])
        finally:
            leave(self._progress, t)
        self._underlying[t] = made
        return made

    def _core(self, t: TypeParam) -> Type:
        term = core_term(t.constraint, self.underlying)
        return self.underlying(term) if term is not None else UNKNOWN

    def _implementations_in(self, interface: Type, path: str) -> tuple[Type, ...]:
        key = (interface, path)
        known = self._implementations.get(key)
        if known is not None:
            return known
        found: list[Type] = []
        u = self.underlying(interface)
        wanted = members.interface_methods(self, u).keys() if isinstance(u, Interface) else ()
        for t, names in self._named_methods(path) if wanted else ():
            if not names.issuperset(wanted) or isinstance(self.underlying(t), Interface):
                continue
            if self.type_params(t):
                continue
            if self.implements(t, interface):
                found.append(t)
            elif self.implements(Pointer(t), interface):
                found.append(Pointer(t))
        self._implementations[key] = tuple(found)
        return self._implementations[key]

    def _named_methods(self, path: str) -> Sequence[tuple[Named, frozenset[str]]]:
        """The types of a package that have methods, with their names."""
        known = self._method_names.get(path)
        if known is not None:
            return known
        unit = self._unit(path)
        found: list[tuple[Named, frozenset[str]]] = []
        for name, declaration in type_declarations(unit) if unit is not None else ():
            t = Named(path, name)
            promotes = objects.may_promote(declaration)
            names = members.all_methods(self, t) if promotes else self.declared_methods(t)
            if names:
                found.append((t, frozenset(names)))
        self._method_names[path] = found
        return found


def _has_own_code(scope: FileScope) -> bool:
    """The code of a file counts: it is analysed, and no test."""
    return not scope.types_only and not scope.file.path.endswith("_test.go")


def _settled(scope: FileScope, name: str) -> Object | None:
    """What is sure about a name while declarations are being worked on."""
    known = scope.unit.objects.get(name)
    return known if known is not None else UNIVERSE.get(name)


def _itself(node: ast.Node) -> ast.Node:
    return node


def _decl(declaration: Declaration) -> ast.FuncDecl:
    """The declaration as a function; bare statements are the body of one without parameters."""
    tree, entry = declaration.scope.tree, declaration.entry
    if entry.kind == "func":
        return syntax.function(tree, entry)
    body = syntax.statements(tree, entry)
    nothing = ast.FuncType(body.start, body.start, (), (), ())
    name = ast.Ident(body.start, body.start, "statements")
    return ast.FuncDecl(body.start, body.end, None, name, nothing, body)
