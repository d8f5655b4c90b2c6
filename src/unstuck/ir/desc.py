"""Types to `Desc`: what the machine must know of a type."""

from __future__ import annotations

from unstuck.ir.instr import UNKNOWN_DESC, Desc
from unstuck.types import model
from unstuck.types.world import World

_SIZES = ("", "8", "16", "32", "64")
_INTEGERS = frozenset(
    (*(f"{sign}{size}" for sign in ("int", "uint") for size in _SIZES), "uintptr", "byte", "rune")
)
_MAX_NESTING = 2


class Descs:
    """Descs of types, remembered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._known: dict[model.Type, Desc] = {}
        self.named: dict[str, model.Named] = {}
        """Every defined type met so far, by name; of generic ones without type arguments."""

    def of(self, type_: model.Type) -> Desc:
        """The Desc of a type."""
        known = self._known.get(type_)
        if known is None:
            known = _desc(self.world, type_, 0)
            self._known[type_] = known
            self._remember(type_)
        return known

    def _remember(self, type_: model.Type) -> None:
        while isinstance(type_, model.Pointer):
            type_ = type_.elem
        if isinstance(type_, model.Named):
            self.named.setdefault(type_name(type_), model.Named(type_.package, type_.name))


def type_name(type_: model.Type) -> str:
    """ "package.Name" of a defined type, "" of others; pointers are followed."""
    if isinstance(type_, model.Pointer):
        type_ = type_.elem
    if isinstance(type_, model.Named):
        return f"{type_.package}.{type_.name}"
    return ""


def _desc(world: World, type_: model.Type, depth: int) -> Desc:
    name = type_name(type_) if isinstance(type_, model.Named) else ""
    if name == "context.Context":
        return Desc("context", name)
    if name == ".error":
        return Desc("error", name)
    under = world.underlying(type_)
    return _of_underlying(world, under, name, depth)


def _of_underlying(world: World, under: model.Type, name: str, depth: int) -> Desc:
    match under:
        case model.Basic():
            return Desc(_basic(under.name), name)
        case model.Pointer():
            return Desc("pointer", name, _elem(world, under.elem, depth))
        case model.Chan():
            return Desc("chan", name, _elem(world, under.elem, depth), under.dir)
        case model.Slice():
            return Desc("slice", name, _elem(world, under.elem, depth))
        case model.Array():
            length = -1 if under.length is None else under.length
            return Desc("array", name, _elem(world, under.elem, depth), length=length)
        case model.Map():
            return Desc("map", name, _elem(world, under.elem, depth))
        case model.Signature():
            return Desc("func", name)
        case model.Struct():
            return Desc("struct", name)
        case model.Interface():
            return Desc("interface", name)
        case _:
            return Desc("unknown", name) if name else UNKNOWN_DESC


def _elem(world: World, type_: model.Type, depth: int) -> Desc:
    if depth >= _MAX_NESTING:
        return UNKNOWN_DESC
    return _desc(world, type_, depth + 1)


def _basic(name: str) -> str:
    name = name.removeprefix("untyped ")
    if name in _INTEGERS:
        return "int"
    if name in ("bool", "string"):
        return name
    return "pointer" if name == "nil" else "basic"
