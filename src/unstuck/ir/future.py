"""What can still be read: for each place in the code, the fields, globals, elements and map entries that
some code run from there on may read.

The explorer forgets the others, so that states that differ only in what nobody asks again become one
(SEMANTICS.md, "Exploring"). Sets are integers, one bit a key.
"""

from __future__ import annotations

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


def _key(item: Instr) -> str:
    match item:
        case instr.FieldAddr() | instr.FieldOf():
            return f"{item.owner}.{item.name}"
        case instr.Global():
            return item.name
        case instr.ElemAddr() | instr.Append() | instr.Reslice() | instr.Len():
            return ELEMENTS
        case instr.MapGet() | instr.MapNext():
            return ENTRIES
        case _:
            return ""


def _bit(item: Instr, bits: dict[str, int]) -> int:
    key = _key(item)
    return bits.setdefault(key, 1 << len(bits)) if key else 0


def _all_reads(program: Program, function: Function, bits: dict[str, int]) -> list[int]:
    """What each instruction itself can read, or lets others read."""
    return [
        _reads(program, function, item, bits) if item.__class__ in _READING else 0 for item in function.code
    ]


def _reads(program: Program, function: Function, item: Instr, bits: dict[str, int]) -> int:
    mask = _bit(item, bits)
    if _gives(program, function, item):
        mask |= bits.setdefault(GIVEN, 1 << len(bits))
    return mask


_READING = frozenset(
    (
        instr.FieldAddr,
        instr.FieldOf,
        instr.Global,
        instr.ElemAddr,
        instr.Append,
        instr.Reslice,
        instr.Len,
        instr.MapGet,
        instr.MapNext,
        instr.Send,
        instr.Store,
        instr.MapSet,
        instr.Select,
        instr.Call,
        instr.CallValue,
        instr.CallMethod,
        instr.Return,
    )
)
"""What `_key` has a key of, or `_gives` an answer."""


def _gives(program: Program, function: Function, item: Instr) -> bool:
    """What leads to concurrency objects may get to code outside, or to memory that it has."""
    match item:
        case instr.Send() | instr.Store() | instr.MapSet():
            return item.holds
        case instr.Select():
            return any(case.send for case in item.cases)
        case instr.Call():
            return bool(item.escapes) and item.func not in program.functions
        case instr.CallValue() | instr.CallMethod():
            return bool(item.escapes)
        case instr.Append():
            return bool(item.items) or item.spread
        case instr.Return():
            return function.id == program.root and bool(item.values)
        case _:
            return False


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
