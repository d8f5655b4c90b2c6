"""Fields and methods of types (Go spec: "Selectors", "Method sets", "Struct types")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from unstuck.types.generic import bind, substitute
from unstuck.types.model import (
    UNKNOWN,
    FuncRef,
    Interface,
    Named,
    Pointer,
    Selection,
    Signature,
    Struct,
    Type,
    TypeParam,
)

MAX_EMBEDDING = 16
"""Levels of embedded types that are searched; what lies deeper is not found."""


class Types(Protocol):
    """What the search asks of the program."""

    def underlying(self, t: Type) -> Type:
        """See World.underlying."""

    def declared_methods(self, t: Named) -> Mapping[str, FuncRef]:
        """Methods declared with the base type `t`."""

    def method_type(self, ref: FuncRef) -> MethodType | None:
        """How a method is declared."""


@dataclass(frozen=True, slots=True)
class MethodType:
    """A method's signature as declared, with the names its receiver gives to type parameters."""

    signature: Signature
    receiver_params: tuple[str, ...]
    type_params: tuple[TypeParam, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """An embedded type on the way, and the fields that lead to it."""

    type: Type
    path: tuple[str, ...]


def search(types: Types, t: Type, name: str) -> Selection | None:
    """What `x.name` selects for an x of type `t`: the shallowest field or method, None when there is none or
    several at that depth. Names are not checked for being exported."""
    if isinstance(t, Pointer):
        t = t.elem
        if isinstance(t, Pointer) or (isinstance(t, Named) and _is_pointer_or_interface(types, t)):
            return None
    level = [_Place(t, ())]
    seen: dict[Type, bool] = {}
    for _ in range(MAX_EMBEDDING):
        found: list[Selection] = []
        below: list[_Place] = []
        for place in level:
            if isinstance(place.type, Named):
                if place.type in seen:
                    continue
                seen[place.type] = True
            hit = _at(types, place, name, below)
            if hit is not None:
                found.append(hit)
        if found:
            return found[0] if len(found) == 1 else None
        if not below:
            return None
        level = below
    return None


def _is_pointer_or_interface(types: Types, t: Named) -> bool:
    return isinstance(types.underlying(t), (Pointer, Interface))


def _at(types: Types, place: _Place, name: str, below: list[_Place]) -> Selection | None:
    """What `name` selects in one type; its embedded fields go to `below`."""
    t = place.type
    if isinstance(t, Named):
        method = _method(types, t, place.path, name)
        if method is not None:
            return method
    u = t.constraint if isinstance(t, TypeParam) else types.underlying(t)
    if isinstance(t, TypeParam):
        u = types.underlying(u)
    if isinstance(u, Pointer):
        u = types.underlying(u.elem)
    if isinstance(u, Struct):
        return _field(u, place.path, name, below)
    if isinstance(u, Interface):
        found = interface_methods(types, u).get(name)
        if found is not None:
            made = substitute(found, {t.name: t}) if isinstance(t, TypeParam) else found
            return Selection("interface", place.path, made, None, t)
        if isinstance(t, TypeParam):
            below.extend(_Place(_base(embed), place.path) for embed in u.embeds if embed != UNKNOWN)
    return None


def _field(u: Struct, path: tuple[str, ...], name: str, below: list[_Place]) -> Selection | None:
    for field in u.fields:
        if field.name == name:
            return Selection("field", (*path, name), field.type)
        if field.embedded:
            below.append(_Place(_base(field.type), (*path, field.name)))
    return None


def _base(t: Type) -> Type:
    return t.elem if isinstance(t, Pointer) else t


def _method(types: Types, t: Named, path: tuple[str, ...], name: str) -> Selection | None:
    ref = types.declared_methods(t).get(name)
    if ref is None:
        return None
    declared = types.method_type(ref)
    if declared is None:
        return Selection("method", path, UNKNOWN, ref)
    made: Type = declared.signature
    params = declared.type_params
    if t.args:
        bindings = bind([TypeParam(param) for param in declared.receiver_params], t.args)
        made = substitute(made, bindings)
        params = tuple(replace(p, constraint=substitute(p.constraint, bindings)) for p in params)
    return Selection("method", path, made, ref, None, params)


def interface_methods(types: Types, u: Interface, depth: int = 0) -> dict[str, Signature]:
    """Methods of an interface with those of the interfaces it embeds, in order of declaration."""
    if not u.embeds:
        return dict(u.methods)
    methods = dict(u.methods)
    for embed in u.embeds if depth < MAX_EMBEDDING else ():
        inner = types.underlying(embed)
        if isinstance(inner, Interface):
            for name, signature in interface_methods(types, inner, depth + 1).items():
                methods.setdefault(name, signature)
    return methods


def all_methods(types: Types, t: Type) -> tuple[str, ...]:
    """Names of the methods of a type (with those of a pointer to it), promoted ones too; the shallowest come
    first. A name that embedding makes ambiguous is not left out."""
    names: dict[str, bool] = {}
    seen: dict[Type, bool] = {}
    level = [_base(t)]
    for _ in range(MAX_EMBEDDING):
        below: list[Type] = []
        for one in level:
            if one in seen:
                continue
            seen[one] = True
            if isinstance(one, Named):
                names.update(dict.fromkeys(types.declared_methods(one), True))
            u = types.underlying(one.constraint if isinstance(one, TypeParam) else one)
            if isinstance(u, Interface):
                names.update(dict.fromkeys(interface_methods(types, u), True))
            elif isinstance(u, Struct):
                below.extend(_base(field.type) for field in u.fields if field.embedded)
        level = below
    return tuple(names)


def satisfies(types: Types, t: Type, interface: Interface) -> bool:
    """Whether `t` has all methods of an interface, by name and number of parameters and results. A method
    with a pointer receiver counts only for a pointer (a promoted one for both)."""
    for name, wanted in interface_methods(types, interface).items():
        found = search(types, t, name)
        if found is None or found.kind == "field":
            return False
        if (
            found.method is not None
            and found.method.pointer
            and not found.path
            and not isinstance(t, Pointer)
        ):
            return False
        made = found.type
        if isinstance(made, Signature) and (
            len(made.params) != len(wanted.params) or len(made.results) != len(wanted.results)
        ):
            return False
    return True
