"""Structs that are compared, or are keys of a map: all their fields are read there.

Go spec: "Comparison operators", "Map types". Of a struct that is only passed on what nobody reads is left
out (ir/slice.py); here such a value is put together anew from its fields. Structs with more than
`MAX_FIELDS`, and those whose type is not in sight, stay as they are.
"""

from __future__ import annotations

from unstuck.ir import expressions, instr
from unstuck.ir.builder import Builder
from unstuck.ir.desc import type_name
from unstuck.ir.instr import At, Reg
from unstuck.syntax import ast
from unstuck.types import model

MAX_FIELDS = 8
"""Fields of a struct, those of structs inside it counted, that are read one by one."""


def whole(b: Builder, e: ast.Expr, wanted: model.Type = model.UNKNOWN) -> Reg:
    """Evaluates an expression; a struct with all its fields. `wanted`: the type of a literal without one."""
    literal = isinstance(e, ast.CompositeLit) and e.type is None
    type_ = wanted if literal else expressions.type_of(b, e)
    where = expressions.at(e)
    if not 0 < _count(b, type_, 0) <= MAX_FIELDS:
        return expressions.element_of(b, e, type_) if literal else expressions.expr(b, e)
    if not literal and expressions.addressable(b, e):
        return _loaded(b, where, expressions.address(b, e), type_)
    value = expressions.element_of(b, e, type_) if literal else expressions.expr(b, e)
    return _copied(b, where, value, type_)


def _count(b: Builder, type_: model.Type, depth: int) -> int:
    """How many fields a struct has, those of structs inside it counted; 0 for other types."""
    under = b.shared.world.underlying(type_)
    if not isinstance(under, model.Struct) or not type_name(type_):
        return 0
    if depth > MAX_FIELDS:
        return MAX_FIELDS + 1
    return sum(_count(b, each.type, depth + 1) or 1 for each in under.fields)


def _fields(b: Builder, type_: model.Type) -> tuple[model.Field, ...]:
    return tuple(each for each in b.shared.world.struct_fields(type_) if each.name != "_")


def _loaded(b: Builder, where: At, pointer: Reg, type_: model.Type) -> Reg:
    found: list[tuple[str, Reg]] = []
    for each in _fields(b, type_):
        inner = expressions.walk_path(b, where, pointer, type_, (each.name,))
        if _count(b, each.type, 0):
            found.append((each.name, _loaded(b, where, inner, each.type)))
        else:
            found.append((each.name, expressions.load(b, where, inner, b.shared.descs.of(each.type))))
    return _made(b, where, type_, found)


def _copied(b: Builder, where: At, value: Reg, type_: model.Type) -> Reg:
    found: list[tuple[str, Reg]] = []
    for each in _fields(b, type_):
        dst = b.reg()
        b.emit(instr.FieldOf(where, dst, value, each.name, type_name(type_), b.shared.descs.of(each.type)))
        found.append((each.name, _copied(b, where, dst, each.type) if _count(b, each.type, 0) else dst))
    return _made(b, where, type_, found)


def _made(b: Builder, where: At, type_: model.Type, fields: list[tuple[str, Reg]]) -> Reg:
    dst = b.reg()
    held = tuple(reg for _, reg in fields)
    b.emit(instr.MakeStruct(where, dst, b.shared.descs.of(type_).name, tuple(fields), held))
    return dst
