"""Instructions that move values about: variables, fields, comparisons and type tests."""

from __future__ import annotations

from operator import itemgetter

from unstuck.explore import arithmetic, memory, sequences
from unstuck.explore.state import (
    Array,
    Cell,
    ChanRef,
    Closure,
    MapRef,
    Pointer,
    Site,
    SliceValue,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Handler, Work
from unstuck.ir import instr
from unstuck.ir.asking import ASKING, ERRORS_AS, GIVING, LISTING, STRING_DESC
from unstuck.ir.instr import NONE, Instr
from unstuck.types.constant import COMPARED


def _const(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Const) -> None:
    act.regs[item.dst] = item.value
    act.pc += 1


def _copy(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Copy) -> None:
    value = act.regs[item.src]
    if item.asserted and work.resolve(value) is None:
        raise memory.NilDereference
    if item.dir != "both":
        value = work.materialise(value)
        if type(value) is ChanRef:
            value = value._replace(dir=item.dir)
    act.regs[item.dst] = value
    act.pc += 1


def _zero(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Zero) -> None:
    act.regs[item.dst] = work.zero(item.desc)
    act.pc += 1


def _fresh(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Fresh) -> None:
    act.regs[item.dst] = work.symbol(item.desc)
    act.pc += 1


def _new(work: Work, gid: int, thread: Thread, act: Activation, item: instr.New) -> None:
    value = act.regs[item.src] if item.src != NONE else work.zero(item.desc)
    site = Site(act.function.id, *item.at)
    act.regs[item.dst] = Pointer(work.allocate(Cell(value, site, False, False)), ())
    act.pc += 1


def _global(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Global) -> None:
    number = work.globals.get(item.name)
    if number is None:
        number = work.allocate(Cell(work.unknown(item.desc), None, True, True))
        work.globals[item.name] = number
    act.regs[item.dst] = Pointer(number, ())
    act.pc += 1


def _load(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Load) -> None:
    pointer = work.materialise(act.regs[item.pointer])
    value = memory.read(work, pointer, item.desc)
    if item.desc.kind == "array" and type(value) is SliceValue:
        value = _copied(work, value)
    if item.desc.kind == "struct" and type(value) is StructValue and work.program.copied:
        value = _asked(work, pointer, value)
    if type(value) is Symbol and type(pointer) is Pointer and work.heap[pointer.obj].shared:
        value = work.materialise(value, shared=True)
    if item.desc.kind == "chan" and item.desc.dir != "both" and type(value) is ChanRef:
        value = value._replace(dir=item.desc.dir)
    act.regs[item.dst] = value
    act.pc += 1


def _copied(work: Work, value: SliceValue) -> SliceValue:
    """An array is a value: reading it makes another one."""
    array = work.heap[value.array]
    assert isinstance(array, Array)
    items = array.items[value.low : value.low + value.length]
    number = work.allocate(Array(items, False, False, array.site))
    return value._replace(array=number, low=0, capacity=value.length)


def _asked(work: Work, pointer: Value, value: StructValue) -> StructValue:
    """A copy of a struct, and what it is a copy of, have the same in what anybody asks about."""
    filled = memory.filled(work, value)
    if filled is not value:
        memory.write(work, pointer, filled)
    return filled


def _store(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Store) -> None:
    value = work.resolve(act.regs[item.src])
    if item.desc.kind == "chan" and item.desc.dir != "both" and type(value) is ChanRef:
        value = value._replace(dir=item.desc.dir)
    memory.write(work, act.regs[item.pointer], value)
    act.pc += 1


def _field_addr(work: Work, gid: int, thread: Thread, act: Activation, item: instr.FieldAddr) -> None:
    act.regs[item.dst] = memory.field_pointer(work, act.regs[item.pointer], item.name, item.type, item.flag)
    act.pc += 1


def _field_of(work: Work, gid: int, thread: Thread, act: Activation, item: instr.FieldOf) -> None:
    act.regs[item.dst] = memory.field_of(work, act.regs[item.x], item.name, item.desc)
    act.pc += 1


def _make_struct(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeStruct) -> None:
    fields = tuple(sorted([(name, act.regs[reg]) for name, reg in item.fields], key=itemgetter(0)))
    act.regs[item.dst] = StructValue(item.type, fields, not item.partial, "struct")
    act.pc += 1


def _binary(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Binary) -> None:
    x, y = work.resolve(act.regs[item.x]), work.resolve(act.regs[item.y])
    if item.sizing:
        least = 1 if item.spawns else 0
        if type(y) is Symbol and isinstance(x, int):
            arithmetic.size(work, y, x + least if x == 0 else 0)
        if type(x) is Symbol and isinstance(y, int):
            arithmetic.size(work, x, 0)
    if item.op in COMPARED:
        both = type(x) is int and type(y) is int
        ask = COMPARED[item.op]
        act.regs[item.dst] = ask(x, y) if both else arithmetic.compare(work, item.op, x, y)
    elif item.op in ASKING:
        act.regs[item.dst] = arithmetic.asked(work, item.op, x, y)
    elif item.op in GIVING:
        act.regs[item.dst] = arithmetic.given(work, f"gives {item.op}", x, STRING_DESC)
    elif item.op in LISTING:
        act.regs[item.dst] = sequences.listed(work, item.op, x, y)
    elif item.op.startswith(ERRORS_AS):
        act.regs[item.dst] = arithmetic.asked(work, item.op, x, y)
    else:
        act.regs[item.dst] = arithmetic.arithmetic(work, item.op, x, y)
    act.pc += 1


def _not(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Not) -> None:
    act.regs[item.dst] = not arithmetic.truth(work, act.regs[item.x])
    act.pc += 1


def _type_test(work: Work, gid: int, thread: Thread, act: Activation, item: instr.TypeTest) -> None:
    x = work.resolve(act.regs[item.x])
    desc = item.desc
    type_, pointer = memory.type_behind(work, x)
    kind = _KINDS.get(type(x), "")
    if x is None:
        act.regs[item.dst] = False
    elif kind and not desc.name and desc.kind in _KINDS.values():
        act.regs[item.dst] = kind == desc.kind
    elif type_ and desc.kind == "pointer" and desc.elem is not None and desc.elem.name:
        act.regs[item.dst] = pointer and desc.elem.name == type_
    elif type_ and desc.kind == "struct" and desc.name:
        act.regs[item.dst] = not pointer and desc.name == type_
    elif desc.kind in ("pointer", "struct") and arithmetic.other_type(x, (desc.elem or desc).name):
        act.regs[item.dst] = False
    else:
        name = f"{desc.kind} {desc.name} {desc.elem.name if desc.elem else ''}"
        act.regs[item.dst] = arithmetic.known(work, ("is", x, name))
    act.pc += 1


_KINDS: dict[type, str] = {
    ChanRef: "chan",
    Closure: "func",
    SliceValue: "slice",
    MapRef: "map",
    int: "int",
    bool: "bool",
    str: "string",
}
"""Kind of a value that has no name of a type with it."""


HANDLERS: dict[type[Instr], Handler] = {
    instr.Const: _const,
    instr.Copy: _copy,
    instr.Zero: _zero,
    instr.Fresh: _fresh,
    instr.New: _new,
    instr.Global: _global,
    instr.Load: _load,
    instr.Store: _store,
    instr.FieldAddr: _field_addr,
    instr.FieldOf: _field_of,
    instr.MakeStruct: _make_struct,
    instr.Binary: _binary,
    instr.Not: _not,
    instr.TypeTest: _type_test,
}
"""How each of these instructions runs."""
