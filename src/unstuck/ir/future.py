"""What can still be read: for each place in the code, the fields, globals, elements and map entries that
some code run from there on may read.

The explorer forgets the others, so that states that differ only in what nobody asks again become one
(SEMANTICS.md, "Exploring"). Sets are integers, one bit a key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unstuck.ir import instr
from unstuck.ir.instr import ELEMENTS, ENTRIES, GIVEN, NONE, Function, Future, Instr, Program, Reg
from unstuck.ir.operands import defs, successors, uses


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


_DIRECT = (instr.Load, instr.Store, instr.FieldAddr, instr.Lock, instr.WaitGroup, instr.Cond)


def _pinned(function: Function, bits: dict[str, int]) -> int:
    """Keys whose address is kept somewhere: they can be read without being named again."""
    made: dict[Reg, int] = {}
    for item in function.code:
        if isinstance(item, instr.FieldAddr | instr.ElemAddr):
            made[item.dst] = made.get(item.dst, 0) | _bit(item, bits)
    mask = 0
    for item in function.code:
        kept = (item.src,) if isinstance(item, instr.Store) else uses(item)
        if isinstance(item, _DIRECT) and not isinstance(item, instr.Store):
            continue
        for reg in kept:
            if reg != NONE:
                mask |= made.get(reg, 0)
    return mask


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


def _bit(item: Instr, bits: dict[str, int]) -> int:
    return bits.setdefault(_KEYS[item.__class__](item), 1 << len(bits))


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


def _all_reads(program: Program, function: Function, bits: dict[str, int]) -> list[int]:
    """What each instruction itself can read, or lets others read."""
    masks: list[int] = []
    for item in function.code:
        mask = _bit(item, bits) if item.__class__ in _KEYS else 0
        gives = _GIVES.get(item.__class__)
        if gives is not None and gives(program, function, item):
            mask |= bits.setdefault(GIVEN, 1 << len(bits))
        masks.append(mask)
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
        if any(isinstance(item, _DYNAMIC) for item in function.code):
            whole[name] = everything
        else:
            named = dict.fromkeys(item.func for item in function.code if isinstance(item, _NAMING))
            calls.append((name, [callee for callee in named if callee in whole]))
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


def _backwards(function: Function, reads: list[int], whole: dict[str, int], dynamic: int) -> tuple[int, ...]:
    code = function.code
    count = len(code)
    masks = [0] * count
    own = [mask | _called(function, item, whole, dynamic) for mask, item in zip(reads, code)]
    ways = [
        tuple([target for target in successors(item, pc) if target < count]) for pc, item in enumerate(code)
    ]
    changed = True
    while changed:
        changed = False
        for pc in range(count - 1, -1, -1):
            mask = own[pc]
            for target in ways[pc]:
                mask |= masks[target]
            if mask != masks[pc]:
                masks[pc] = mask
                changed = True
    return tuple(masks)


def _called(function: Function, item: Instr, whole: dict[str, int], dynamic: int) -> int:
    """What can be read by what an instruction calls or starts."""
    if isinstance(item, _NAMING):
        return whole.get(item.func, 0)
    if isinstance(item, _UNKNOWN):
        return dynamic
    return _started(function, item, whole, dynamic) if isinstance(item, _STARTING) else 0


def _started(function: Function, item: instr.Go | instr.Defer, whole: dict[str, int], dynamic: int) -> int:
    made = [other for other in function.code if item.callee in defs(other)]
    if len(made) == 1 and isinstance(made[0], instr.MakeClosure):
        return whole.get(made[0].func, 0)
    return dynamic
