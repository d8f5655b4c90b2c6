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
    own = {name: _own(program, function, bits) for name, function in program.functions.items()}
    whole = _closed(program, own)
    dynamic = 0
    for mask in whole.values():
        dynamic |= mask
    at = {
        name: _backwards(program, function, whole, bits, dynamic)
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


def _reads(program: Program, function: Function, item: Instr, bits: dict[str, int]) -> int:
    """What an instruction itself can read, or lets others read."""
    mask = _bit(item, bits)
    if _gives(program, function, item):
        mask |= bits.setdefault(GIVEN, 1 << len(bits))
    return mask


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


def _own(program: Program, function: Function, bits: dict[str, int]) -> int:
    mask = 0
    for item in function.code:
        mask |= _reads(program, function, item, bits)
    return mask


def _named(program: Program, item: Instr) -> tuple[str, ...]:
    match item:
        case instr.Call() | instr.MakeClosure() if item.func in program.functions:
            return (item.func,)
        case _:
            return ()


def _closed(program: Program, own: dict[str, int]) -> dict[str, int]:
    """What running a function can read, with all that it calls; a dynamic call reads everything."""
    everything = 0
    for mask in own.values():
        everything |= mask
    whole = dict(own)
    changed = True
    while changed:
        changed = False
        for name, function in program.functions.items():
            mask = whole[name]
            for item in function.code:
                if isinstance(item, instr.CallValue | instr.CallMethod):
                    mask = everything
                    break
                for callee in _named(program, item):
                    mask |= whole[callee]
            if mask != whole[name]:
                whole[name] = mask
                changed = True
    return whole


def _backwards(
    program: Program, function: Function, whole: dict[str, int], bits: dict[str, int], dynamic: int
) -> tuple[int, ...]:
    code = function.code
    count = len(code)
    masks = [0] * count
    own = [_read_at(program, function, item, whole, bits, dynamic) for item in code]
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


def _read_at(
    program: Program,
    function: Function,
    item: Instr,
    whole: dict[str, int],
    bits: dict[str, int],
    dynamic: int,
) -> int:
    """What an instruction can read, with what it calls or starts."""
    mask = _reads(program, function, item, bits)
    if isinstance(item, instr.CallValue | instr.CallMethod | instr.BindMethod):
        mask |= dynamic
    if isinstance(item, instr.Go | instr.Defer):
        mask |= _started(program, function, item, whole, dynamic)
    for callee in _named(program, item):
        mask |= whole[callee]
    return mask


def _started(
    program: Program, function: Function, item: instr.Go | instr.Defer, whole: dict[str, int], dynamic: int
) -> int:
    made = [other for other in function.code if item.callee in defs(other)]
    if len(made) == 1 and isinstance(made[0], instr.MakeClosure):
        return whole.get(made[0].func, 0)
    return dynamic
