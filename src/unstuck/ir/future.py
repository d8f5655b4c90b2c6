"""What can still be read: for each place in the code, the fields, globals, elements and map entries that
some code run from there on may read.

The explorer forgets the others, so that states that differ only in what nobody asks again become one
(SEMANTICS.md, "Exploring"). Sets are integers, one bit a key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unstuck.ir import instr
from unstuck.ir.instr import ELEMENTS, ENTRIES, GIVEN, Function, Future, Instr, Program, Reg
from unstuck.ir.once import classes, named, once, ways
from unstuck.ir.operands import defs, uses


def future(program: Program) -> Future:
    """Computes the sets of a sliced program."""
    bits: dict[str, int] = {}
    pinned = 0
    for function in program.functions.values():
        pinned |= _pinned(function, bits)
    reads = {name: _all_reads(program, function, bits) for name, function in program.functions.items()}
    whole = _closed(program, reads)
    dynamic = 0
    for mask in whole.values():
        dynamic |= mask
    at = {
        name: _backwards(function, reads[name], whole, dynamic)
        for name, function in program.functions.items()
    }
    return Future(bits, at, whole, pinned)


_DIRECT = (instr.Load, instr.FieldAddr, instr.Lock, instr.WaitGroup, instr.Cond)


def _pinned(function: Function, bits: dict[str, int]) -> int:
    """Keys whose address is kept somewhere: they can be read without being named again."""
    own, pinned = _addressed(function)
    for key in own:
        bits.setdefault(key, 1 << len(bits))
    mask = 0
    for key in pinned:
        mask |= bits[key]
    return mask


@once
def _addressed(function: Function) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of addresses that the function makes, and of these the ones that it keeps somewhere."""
    own: dict[str, None] = {}
    made: dict[Reg, dict[str, None]] = {}
    for item in function.code:
        if isinstance(item, instr.FieldAddr | instr.ElemAddr):
            key = _KEYS[item.__class__](item)
            own[key] = made.setdefault(item.dst, {})[key] = None
    pinned: dict[str, None] = {}
    for item in function.code if made else ():
        if not isinstance(item, _DIRECT):
            for reg in (item.src,) if isinstance(item, instr.Store) else uses(item):
                pinned.update(made.get(reg, ()))
    return tuple(own), tuple(pinned)


def _elements(item: Instr) -> str:
    return ELEMENTS


def _entries(item: Instr) -> str:
    return ENTRIES


_KEYS: dict[type, Callable[[Any], str]] = {
    instr.FieldAddr: lambda item: f"{item.owner}.{item.name}",
    instr.FieldOf: lambda item: f"{item.owner}.{item.name}",
    instr.Global: lambda item: item.name,
    instr.ElemAddr: _elements,
    instr.Append: _elements,
    instr.Reslice: _elements,
    instr.Len: _elements,
    instr.MapGet: _entries,
    instr.MapNext: _entries,
}
"""What an instruction reads."""


def _holds(program: Program, function: Function, item: Any) -> bool:
    return bool(item.holds)


def _escapes(program: Program, function: Function, item: Any) -> bool:
    return bool(item.escapes)


_GIVES: dict[type, Callable[[Program, Function, Any], bool]] = {
    instr.Send: _holds,
    instr.Store: _holds,
    instr.MapSet: _holds,
    instr.Select: lambda program, function, item: any(case.send for case in item.cases),
    instr.Call: lambda program, function, item: bool(item.escapes) and item.func not in program.functions,
    instr.CallValue: _escapes,
    instr.CallMethod: _escapes,
    instr.Append: lambda program, function, item: bool(item.items) or item.spread,
    instr.Return: lambda program, function, item: function.id == program.root and bool(item.values),
}
"""Whether what leads to concurrency objects may get to code outside by it, or to memory that it has."""


@once
def _reading(function: Function) -> tuple[tuple[int, str], ...]:
    """The instructions that read something which has a key, and that key."""
    code = enumerate(function.code)
    return tuple([(pc, _KEYS[item.__class__](item)) for pc, item in code if item.__class__ in _KEYS])


@once
def _giving(function: Function) -> tuple[int, ...]:
    """The instructions that may let others read."""
    return tuple([pc for pc, item in enumerate(function.code) if item.__class__ in _GIVES])


def _all_reads(program: Program, function: Function, bits: dict[str, int]) -> list[int]:
    """What each instruction itself can read, or lets others read."""
    masks = [0] * len(function.code)
    for pc, key in _reading(function):
        masks[pc] = bits.setdefault(key, 1 << len(bits))
    for pc in _giving(function):
        item = function.code[pc]
        if _GIVES[item.__class__](program, function, item):
            masks[pc] |= bits.setdefault(GIVEN, 1 << len(bits))
    return masks


_NAMING = (instr.Call, instr.MakeClosure)
_DYNAMIC = (instr.CallValue, instr.CallMethod)
_UNKNOWN = (*_DYNAMIC, instr.BindMethod)
_STARTING = (instr.Go, instr.Defer)


def _closed(program: Program, reads: dict[str, list[int]]) -> dict[str, int]:
    """What running a function can read, with all that it calls; a dynamic call reads everything."""
    everything = 0
    whole: dict[str, int] = {}
    for name, masks in reads.items():
        whole[name] = 0
        for mask in masks:
            whole[name] |= mask
        everything |= whole[name]
    calls: list[tuple[str, list[str]]] = []
    for name, function in program.functions.items():
        if not classes(function).isdisjoint(_DYNAMIC):
            whole[name] = everything
        else:
            calls.append((name, [callee for callee in named(function) if callee in whole]))
    changed = True
    while changed:
        changed = False
        for name, callees in calls:
            mask = whole[name]
            for callee in callees:
                mask |= whole[callee]
            if mask != whole[name]:
                whole[name] = mask
                changed = True
    return whole


@once
def _calling(function: Function) -> tuple[tuple[int, str], ...]:
    """The instructions that call or start something, and which function; "" for any."""
    found: list[tuple[int, str]] = []
    for pc, item in enumerate(function.code):
        if isinstance(item, _NAMING):
            found.append((pc, item.func))
        elif isinstance(item, _UNKNOWN):
            found.append((pc, ""))
        elif isinstance(item, _STARTING):
            found.append((pc, _started(function, item)))
    return tuple(found)


def _started(function: Function, item: instr.Go | instr.Defer) -> str:
    made = [other for other in function.code if item.callee in defs(other)]
    return made[0].func if len(made) == 1 and isinstance(made[0], instr.MakeClosure) else ""


def _backwards(function: Function, reads: list[int], whole: dict[str, int], dynamic: int) -> tuple[int, ...]:
    masks = list(reads)
    for pc, callee in _calling(function):
        masks[pc] |= whole.get(callee, 0) if callee else dynamic
    if not any(masks):
        return tuple(masks)
    after = ways(function)
    backwards = range(len(masks) - 1, -1, -1)
    changed = True
    while changed:
        changed = False
        for pc in backwards:
            mask = masks[pc]
            for target in after[pc]:
                mask |= masks[target]
            if mask != masks[pc]:
                masks[pc] = mask
                changed = True
    return tuple(masks)
