"""What names declared outside of functions mean (Go spec: "Declarations and scope").

A declaration is worked on when its name is first used. One that is reached again while it is being worked on
(a circle), or through too long a chain of others, is Unknown for that use.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from unstuck.syntax import ast
from unstuck.syntax import parse as syntax
from unstuck.types.context import Knowledge, context
from unstuck.types.generic import too_large
from unstuck.types.infer import infer_global_types, infer_signature, infer_type
from unstuck.types.model import UNKNOWN, Const, Func, FuncRef, Named, Object, TypeName, Var
from unstuck.types.statements import constant_at
from unstuck.types.unit import Declaration, FileScope, Unit, alias_bases, declaration_of, group

MAX_CHAIN = 150
"""Declarations that may be worked on at once, each for the sake of the one before."""


@dataclass(slots=True, eq=False)
class Progress:
    """Declarations being worked on. While there are any, answers may be provisional: they are not cached by
    whoever did not start the work."""

    busy: dict[object, bool] = field(default_factory=dict)


def enter(progress: Progress, key: object) -> bool:
    """Start to work on a declaration; False when it is in a circle or too deep."""
    if key in progress.busy or len(progress.busy) >= MAX_CHAIN:
        return False
    progress.busy[key] = True
    return True


def leave(progress: Progress, key: object) -> None:
    """The work on a declaration is done."""
    del progress.busy[key]


def package_object(world: Knowledge, progress: Progress, unit: Unit, name: str) -> Object | None:
    """What a name declared in a package means."""
    known = unit.objects.get(name)
    if known is not None:
        return known
    declaration = declaration_of(unit, name)
    if declaration is None:
        return None
    kind = declaration.entry.kind
    if kind == "type":
        return _type_name(world, progress, declaration, name)
    if kind == "var":
        _variables(world, progress, declaration, name)
        return unit.objects.get(name)
    if kind == "const":
        return _constant(world, progress, declaration, name)
    return _function(world, progress, declaration, name)


def variables_of(
    world: Knowledge, progress: Progress, declaration: Declaration, spec: ast.VarSpec
) -> tuple[Var, ...]:
    """The variables of a package-level specification; each has one `Var` for ever."""
    scope = declaration.scope
    known = group(declaration).vars.get(spec)
    if known is not None:
        return known
    made = tuple(
        Var(ident.name, UNKNOWN, "global", scope.file.path, ident.start, scope.unit.path)
        for ident in spec.names
    )
    group(declaration).vars[spec] = made
    for var in made:
        if var.name != "_" and declaration_of(scope.unit, var.name) == declaration:
            scope.unit.objects.setdefault(var.name, var)
    key = (scope.file.path, spec.start)
    if enter(progress, key):
        with suppress(RecursionError):
            for var, t in zip(made, infer_global_types(world, scope, spec)):
                var.type = t
        leave(progress, key)
    return made


def _variables(world: Knowledge, progress: Progress, declaration: Declaration, name: str) -> None:
    spec = group(declaration).by_name.get(name)
    if isinstance(spec, ast.VarSpec):
        variables_of(world, progress, declaration, spec)


def _constant(world: Knowledge, progress: Progress, declaration: Declaration, name: str) -> Object | None:
    scope = declaration.scope
    spec = group(declaration).by_name.get(name)
    if not isinstance(spec, ast.ConstSpec):
        return None
    at = [ident.name for ident in spec.names].index(name)
    key = (scope.file.path, spec.names[at].start)
    if not enter(progress, key):
        return Const(name, UNKNOWN, None)
    try:
        made = constant_at(context(world, scope, "init"), spec, at)
    finally:
        leave(progress, key)
    scope.unit.objects[name] = made
    return made


def _type_name(world: Knowledge, progress: Progress, declaration: Declaration, name: str) -> Object | None:
    scope = declaration.scope
    spec = group(declaration).by_name.get(name)
    if not isinstance(spec, ast.TypeSpec):
        return None
    made = TypeName(name, Named(scope.unit.path, name))
    if spec.alias:
        key = (scope.file.path, spec.start)
        if not enter(progress, key):
            return TypeName(name, UNKNOWN)
        try:
            t, params = infer_type(world, scope, spec)
        finally:
            leave(progress, key)
        made = TypeName(name, UNKNOWN if too_large(t) else t, params)
    scope.unit.objects[name] = made
    return made


def _function(world: Knowledge, progress: Progress, declaration: Declaration, name: str) -> Object:
    scope = declaration.scope
    ref = FuncRef(scope.unit.path, "", name)
    key = (scope.file.path, declaration.entry.start)
    if not enter(progress, key):
        return Func(ref, UNKNOWN)
    decl = syntax.signature(scope.tree, declaration.entry)
    try:
        signature, params = infer_signature(world, scope, decl)
    finally:
        leave(progress, key)
    made = scope.unit.objects[name] = Func(ref, signature, params)
    return made


def join_aliases(world: Knowledge, progress: Progress, unit: Unit) -> None:
    """Give methods that are declared with an alias as receiver to the type the alias stands for."""
    for name in alias_bases(unit):
        declaration = declaration_of(unit, name)
        found = type_spec(declaration, name) if declaration is not None else None
        if found is None or not found[1].alias:
            continue
        obj = package_object(world, progress, unit, name)
        if isinstance(obj, TypeName) and isinstance(obj.type, Named) and obj.type.package == unit.path:
            methods = unit.methods.setdefault(obj.type.name, {})
            for method, ref in unit.methods[name].items():
                methods.setdefault(method, ref)


def text(declaration: Declaration) -> bytes:
    """The declaration as written."""
    return declaration.scope.file.data[declaration.entry.start : declaration.entry.end]


_STRUCT = re.compile(rb"type\s+\w+\s+struct\s*\{")
_EMBEDDED = re.compile(rb"^[ \t]*\*?[\w.]+(\[.*\])?[ \t]*(`.*)?(//.*)?$|^[^\n]*\{.*\S.*\}$", re.MULTILINE)
_PLAIN = re.compile(rb"type\s+\w+\s+(u?int\d*|uintptr|byte|rune|bool|string|float\d+|func\b|map\b|chan\b|\[)")


def may_promote(declaration: Declaration) -> bool:
    """By its text, the type may have methods that are not declared with it."""
    written = text(declaration)
    match = _STRUCT.match(written)
    if match is not None:
        return _EMBEDDED.search(written, match.end()) is not None or b"\n" not in written
    return _PLAIN.match(written) is None


def type_spec(declaration: Declaration, name: str) -> tuple[FileScope, ast.TypeSpec] | None:
    """The specification of a declared type."""
    if declaration.entry.kind != "type":
        return None
    spec = group(declaration).by_name.get(name)
    return (declaration.scope, spec) if isinstance(spec, ast.TypeSpec) else None
