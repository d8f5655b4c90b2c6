"""Which plain fields a program reads of the structs that it copies.

A struct of which not everything is known is copied with what anybody asks of it: the copy and what it is made
of say the same (`func (o Options) quiet() bool`, called twice).
"""

from __future__ import annotations

from collections.abc import Mapping

from unstuck.ir import instr
from unstuck.ir.instr import Desc, Function, Instr
from unstuck.ir.once import once

_PLAIN = ("int", "bool", "string", "basic")


def copied_fields(functions: Mapping[str, Function]) -> dict[str, tuple[tuple[str, Desc], ...]]:
    """The plain fields, and the structs in which some are, of each type; none where nothing is copied."""
    if not any(_copies(function) for function in functions.values()):
        return {}
    found: dict[str, dict[str, Desc]] = {}
    inner: dict[str, dict[str, Desc]] = {}
    for function in functions.values():
        read, structs = _fields(function)
        for owner, name, desc in read:
            found.setdefault(owner, {})[name] = desc
        for owner, name, desc in structs:
            inner.setdefault(owner, {})[name] = desc
    changed = True
    while changed:
        changed = False
        for owner, fields in inner.items():
            for name, desc in fields.items():
                if desc.name in found and name not in found.get(owner, {}):
                    found.setdefault(owner, {})[name] = desc
                    changed = True
    return {owner: tuple(sorted(fields.items(), key=_name)) for owner, fields in found.items()}


@once
def _copies(function: Function) -> bool:
    """It makes a copy of a struct."""
    return any(_is_copy(item) for item in function.code)


def _is_copy(item: Instr) -> bool:
    """A loop over a map makes one of each key and value."""
    if isinstance(item, instr.MapNext):
        return "struct" in (item.key_desc.kind, item.value_desc.kind)
    return isinstance(item, instr.Load) and item.desc.kind == "struct"


_Fields = tuple[tuple[str, str, Desc], ...]
"""Type, field and what it is of."""


@once
def _fields(function: Function) -> tuple[_Fields, _Fields]:
    """The plain fields that it reads, and the structs inside others."""
    found: list[tuple[str, str, Desc]] = []
    inner: list[tuple[str, str, Desc]] = []
    addresses: dict[int, instr.FieldAddr] = {}
    for item in function.code:
        match item:
            case instr.FieldAddr() if item.flag:
                pass  # what is known of it comes from elsewhere
            case instr.FieldAddr() if item.type and not item.type.startswith("sync."):
                inner.append((item.owner, item.name, Desc("struct", item.type)))
            case instr.FieldAddr():
                addresses[item.dst] = item
            case instr.Load() if item.pointer in addresses and item.desc.kind in _PLAIN:
                address = addresses[item.pointer]
                found.append((address.owner, address.name, item.desc))
            case instr.FieldOf() if item.desc.kind in _PLAIN:
                found.append((item.owner, item.name, item.desc))
            case _:
                pass
    return tuple(found), tuple(inner)


def _name(pair: tuple[str, Desc]) -> str:
    return pair[0]
