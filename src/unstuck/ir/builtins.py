"""The predeclared functions. Go spec: "Built-in functions"."""

from __future__ import annotations

from collections.abc import Callable

from unstuck.ir import expressions, instr, wholes
from unstuck.ir.builder import Builder
from unstuck.ir.instr import NONE, UNKNOWN_DESC, At, Desc, Reg
from unstuck.syntax import ast
from unstuck.types import model

Emitter = Callable[[Builder, At, tuple[Reg, ...]], tuple[Reg, ...]]


def prepare(b: Builder, e: ast.Call, name: str) -> tuple[Emitter, tuple[Reg, ...]]:
    """The operation a builtin call stands for, and its operands."""
    match name:
        case "make":
            return _make(b, e)
        case "new":
            return _new(b, e)
        case "len" | "cap":
            return _length(name == "cap"), _operands(b, e)
        case "min" | "max" if expressions.desc_of(b, e).kind == "int":
            return _extreme(name), _operands(b, e)
        case "append":
            return _append(b, e), _operands(b, e)
        case "close":
            return _close, _operands(b, e)
        case "panic":
            return _panic, _operands(b, e)
        case "recover":
            return _recover, ()
        case "delete":
            return _delete, tuple(wholes.whole(b, arg) for arg in e.args)
        case "clear":
            return _clear, _operands(b, e)
        case "copy":
            return _copy(b, e), _operands(b, e)
        case _:
            return _unknown(expressions.desc_of(b, e)), _operands(b, e)


def _operands(b: Builder, e: ast.Call) -> tuple[Reg, ...]:
    return tuple(expressions.expr(b, arg) for arg in e.args)


def _made_type(b: Builder, e: ast.Call) -> model.Type:
    if not e.args:
        return model.UNKNOWN
    return expressions.type_of(b, e.args[0])


def _make(b: Builder, e: ast.Call) -> tuple[Emitter, tuple[Reg, ...]]:
    type_ = _made_type(b, e)
    under = b.shared.world.underlying(type_)
    operands = tuple(expressions.integer(b, arg) for arg in e.args[1:])

    def emit(inner: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = inner.reg()
        size = regs[0] if regs else NONE
        match under:
            case model.Chan():
                inner.emit(instr.MakeChan(where, dst, size, inner.shared.descs.of(under.elem)))
            case model.Slice():
                inner.emit(instr.MakeSlice(where, dst, size, (), inner.shared.descs.of(under.elem)))
            case model.Map():
                inner.emit(instr.MakeMap(where, dst, (), inner.shared.descs.of(under.elem)))
            case _:
                inner.emit(instr.Fresh(where, dst, inner.shared.descs.of(type_)))
        return (dst,)

    return emit, operands


def _extreme(name: str) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        found, *others = regs
        for reg in others:
            dst = b.reg()
            b.emit(instr.Binary(where, dst, name, found, reg))
            found = dst
        return (found,)

    return emit


def _new(b: Builder, e: ast.Call) -> tuple[Emitter, tuple[Reg, ...]]:
    result = expressions.type_of(b, e)
    elem = result.elem if isinstance(result, model.Pointer) else model.UNKNOWN
    is_type = bool(e.args) and e.args[0] not in b.shared.info.constants and _denotes_type(b, e.args[0])
    operands = () if is_type or not e.args else (expressions.expr(b, e.args[0]),)

    def emit(inner: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = inner.reg()
        inner.emit(instr.New(where, dst, regs[0] if regs else NONE, inner.shared.descs.of(elem)))
        return (dst,)

    return emit, operands


def _denotes_type(b: Builder, e: ast.Expr) -> bool:
    while isinstance(e, ast.Paren | ast.Star | ast.Index):
        e = e.x
    if isinstance(e, ast.Selector):
        e = e.sel
    if isinstance(e, ast.Ident):
        return isinstance(b.shared.info.uses.get(e), model.TypeName)
    return isinstance(
        e, ast.ArrayType | ast.MapType | ast.ChanType | ast.FuncType | ast.StructType | ast.InterfaceType
    )


def _length(cap: bool) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = b.reg()
        b.emit(instr.Len(where, dst, regs[0] if regs else NONE, cap))
        return (dst,)

    return emit


def _append(b: Builder, e: ast.Call) -> Emitter:
    under = b.shared.world.underlying(expressions.type_of(b, e))
    desc = b.shared.descs.of(under.elem) if isinstance(under, model.Slice) else UNKNOWN_DESC
    spread = e.spread

    def emit(inner: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = inner.reg()
        inner.emit(instr.Append(where, dst, regs[0] if regs else NONE, regs[1:], spread, desc))
        return (dst,)

    return emit


def _close(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    if regs:
        b.emit(instr.Close(where, regs[0]))
    return ()


def _panic(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    b.emit(instr.Panic(where))
    return ()


def _recover(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    dst = b.reg()
    b.emit(instr.Recover(where, dst))
    return (dst,)


def _delete(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    if len(regs) == 2:
        b.emit(instr.MapDelete(where, regs[0], regs[1]))
    return ()


def _clear(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    if regs:
        b.emit(instr.MapDelete(where, regs[0], NONE))
    return ()


def _copy(b: Builder, e: ast.Call) -> Emitter:
    """Element by element, from what the source holds before (the two may overlap). Plain values are not
    followed."""
    under = expressions.underlying(b, e.args[0]) if len(e.args) == 2 else model.UNKNOWN
    if not isinstance(under, model.Slice) or not expressions.holds(b, under.elem):
        return _unknown(expressions.desc_of(b, e))
    desc = b.shared.descs.of(under.elem)

    def emit(inner: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst, src = regs
        kept, room, there, count, more = (inner.reg() for _ in range(5))
        inner.emit(instr.Append(where, kept, inner.const(where, None), (src,), True, desc))
        inner.emit(instr.Len(where, room, dst, False))
        inner.emit(instr.Len(where, there, kept, False))
        inner.emit(instr.Binary(where, count, "min", room, there))
        index, one = inner.const(where, 0), inner.const(where, 1)
        top, body, after = inner.label(), inner.label(), inner.label()
        inner.place(top)
        inner.emit(instr.Binary(where, more, "<", index, count, True))
        inner.emit(instr.Branch(where, more, body, after))
        inner.place(body)
        source, target = inner.reg(), inner.reg()
        inner.emit(instr.ElemAddr(where, source, kept, index, desc))
        inner.emit(instr.ElemAddr(where, target, dst, index, desc))
        inner.emit(instr.Store(where, target, expressions.load(inner, where, source, desc), desc))
        inner.emit(instr.Binary(where, index, "+", index, one))
        inner.jump(where, top)
        inner.place(after)
        return (count,)

    return emit


def _unknown(desc: Desc) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        return (b.fresh(where, desc),)

    return emit
