"""What code outside may have changed meanwhile: numbers, flags and lengths in memory that it reaches.

A goroutine that only time still wakes asks such memory again and again; whether it ever leaves its loop
depends on what others write there. References and locks stay as they are: the ends of channels and the
takers of locks say what others can do with those.
"""

from __future__ import annotations

from collections.abc import Mapping

from unstuck.explore.canonical import canonical
from unstuck.explore.state import Array, Cell, Map, Site, State, StructValue, Symbol, Value
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import UNKNOWN_DESC, Desc, Program

_SCALARS = ("int", "bool", "string", "basic", "slice")
"""Kinds of what is written anew as a whole. Slices are among them for their length."""
_NILABLE = ("error", "interface", "pointer")
"""Kinds that others may set or clear where nothing is known to be in them."""
_VALUES = (*_SCALARS, *_NILABLE)
_UNKNOWABLE = (*_SCALARS, "unknown")

Fields = Mapping[str, tuple[tuple[str, Desc], ...]]
"""Of each struct type: the fields that the program reads, as far as they can be changed or are structs.
Under `GLOBALS`, package-level variables."""
GLOBALS = ""


def fields_read(program: Program) -> Fields:
    """The fields that may be changed."""
    found: dict[str, dict[str, Desc]] = {}
    for function in program.functions.values():
        addresses: dict[int, instr.FieldAddr] = {}
        for item in function.code:
            match item:
                case instr.FieldAddr():
                    addresses[item.dst] = item
                    if item.type and not item.type.startswith("sync."):
                        found.setdefault(item.owner, {})[item.name] = Desc("struct", item.type)
                case instr.Global() if item.desc.kind in _VALUES:
                    found.setdefault(GLOBALS, {})[item.name] = item.desc
                case instr.Load() if item.pointer in addresses and item.desc.kind in _VALUES:
                    address = addresses[item.pointer]
                    found.setdefault(address.owner, {})[address.name] = item.desc
                case _:
                    pass
    return {owner: tuple(sorted(fields.items())) for owner, fields in found.items()}


def changed(program: Program, state: State, fields: Fields, lent: Mapping[Site, Desc]) -> State:
    """The state after code outside has run for a while; it writes the variables `lent` (lent.py) too."""
    work = Work(program, state)
    shown = set(work.globals.values())
    named = {work.globals[name]: desc for name, desc in fields.get(GLOBALS, ()) if name in work.globals}
    for number, obj in list(work.heap.items()):
        match obj:
            case Cell() if number in named and _open(work.resolve(obj.value)):
                work.heap[number] = obj._replace(value=work.symbol(named[number]))
            case Cell() if obj.env or number in shown or obj.site in lent:
                desc = lent.get(obj.site) if obj.site is not None else None
                anew = desc is not None and _may_be_set(desc, work.resolve(obj.value))
                value = work.symbol(desc) if desc and anew else _changed(work, obj.value, fields)
                work.heap[number] = obj._replace(value=value)
            case Array() if obj.env:
                items = tuple([_changed(work, item, fields) for item in obj.items])
                work.heap[number] = obj._replace(items=items)
            case Map() if obj.env:
                work.heap[number] = obj._replace(known=False, length=None, looked=())
            case _:
                pass
    return canonical(work)


def _open(value: Value) -> bool:
    return value is None or type(value) is Symbol


def _may_be_set(desc: Desc, value: Value) -> bool:
    return desc.kind in _SCALARS or (desc.kind in _NILABLE and _open(value))


def _changed(work: Work, value: Value, fields: Fields) -> Value:
    value = work.resolve(value)
    if type(value) is StructValue:
        if value.type.startswith("sync."):
            return value
        parts = {name: _changed(work, item, fields) for name, item in value.fields}
        for name, desc in fields.get(value.type, ()):
            if _may_be_set(desc, parts.get(name)):
                parts[name] = work.symbol(desc)
            elif desc.kind == "struct" and name not in parts:
                parts[name] = _changed(work, StructValue(desc.name, (), value.known, "struct"), fields)
        return value._replace(fields=tuple(sorted(parts.items())))
    if type(value) is Symbol:
        return work.symbol(value.desc, value.tag) if value.desc.kind in _UNKNOWABLE else value
    return work.symbol(UNKNOWN_DESC) if isinstance(value, bool | int | str) else value
