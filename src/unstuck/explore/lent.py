"""Variables that code outside changes through a function that it was given.

Such a function may run at any time once it is given away, stored or returned. What it does to channels and
locks its ends say (footprint.py); this is about the plain data that it captures and writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.explore.state import Site
from unstuck.ir import instr
from unstuck.ir.instr import Desc, Function, Instr, Program, Reg

_ADDRESSES = (instr.FieldAddr, instr.ElemAddr)


def written_outside(program: Program) -> dict[Site, Desc]:
    """The variables that functions write which code outside may have: where they are made, and their type."""
    found: dict[Site, Desc] = {}
    for function in program.functions.values():
        for made in _given(program, function):
            for index, reg in enumerate(made.bound):
                if _writes(program, made.func, index, set()):
                    found.update(_made(program, function, reg, set()))
    return found


def _given(program: Program, function: Function) -> Iterator[instr.MakeClosure]:
    """The functions that a function makes and gives to code outside, stores or returns."""
    held: dict[Reg, instr.MakeClosure] = {}
    addresses = {item.dst for item in function.code if isinstance(item, _ADDRESSES)}
    for item in function.code:
        match item:
            case instr.MakeClosure():
                held[item.dst] = item
            case instr.Copy() if item.src in held:
                held[item.dst] = held[item.src]
            case _:
                yield from [held[reg] for reg in _taken(program, addresses, item) if reg in held]


def _taken(program: Program, addresses: set[Reg], item: Instr) -> tuple[Reg, ...]:
    """Registers whose functions somebody else has behind the instruction."""
    match item:
        case instr.Call() if item.func in program.functions:
            return ()
        case instr.Call() | instr.CallValue() | instr.CallMethod():
            return item.escapes
        case instr.Return():
            return item.values
        case instr.MakeSlice() | instr.Append():
            return item.items
        case instr.MakeStruct():
            return tuple(reg for _, reg in item.fields)
        case instr.MapSet():
            return (item.src,)
        case instr.Send():
            return (item.value,)
        case instr.Store() if item.pointer in addresses:
            return (item.src,)
        case _:
            return ()


def _writes(program: Program, func: str, index: int, seen: set[tuple[str, int]]) -> bool:
    """A function, or one that it gets to, writes where its parameter `index` points."""
    function = program.functions.get(func)
    if function is None:
        return True
    if (func, index) in seen:
        return False
    seen.add((func, index))
    mine = {index}
    for item in function.code:
        match item:
            case instr.FieldAddr() if item.pointer in mine:
                mine.add(item.dst)
            case instr.ElemAddr() if item.x in mine:
                mine.add(item.dst)
            case instr.Copy() if item.src in mine:
                mine.add(item.dst)
            case instr.Store() if item.pointer in mine:
                return True
            case instr.MakeClosure():
                if any(_writes(program, item.func, at, seen) for at in _positions(item.bound, mine)):
                    return True
            case instr.Call() | instr.CallValue() | instr.CallMethod():
                callee = item.func if isinstance(item, instr.Call) else ""
                if any(_writes(program, callee, at, seen) for at in _positions(item.args, mine)):
                    return True
            case _:
                pass
    return False


def _positions(registers: tuple[Reg, ...], mine: set[Reg]) -> list[int]:
    return [at for at, reg in enumerate(registers) if reg in mine]


def _made(
    program: Program, function: Function, reg: Reg, seen: set[tuple[str, int]]
) -> Iterator[tuple[Site, Desc]]:
    """The variable that a register of a function points to."""
    if (function.id, reg) in seen:
        return
    seen.add((function.id, reg))
    for item in function.code:
        if isinstance(item, instr.New) and item.dst == reg:
            yield Site(function.id, *item.at), item.desc
    if reg >= len(function.params):
        return
    for other in program.functions.values():
        for item in other.code:
            if isinstance(item, instr.MakeClosure) and item.func == function.id and reg < len(item.bound):
                yield from _made(program, other, item.bound[reg], seen)
