"""A function with only what is kept of it: the slice as code.

Jumps lead to the next kept instruction; where there is none, the goroutine panics or goes round for ever.
What cannot be reached from the start of the function is left out. Live registers are filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from unstuck.ir import instr
from unstuck.ir.instr import NONE, Function, Instr, Reg
from unstuck.ir.once import once, ways
from unstuck.ir.operands import defs, successors, uses

MAX_KNOWN = 8
"""Slices of a function that are remembered at a time: fragments that have it mostly want one of a few."""


def rebuilt(function: Function, kept: Sequence[bool], regs: set[Reg]) -> Function:
    """The function with the instructions that `kept` marks, and of their operands those in `regs`
    (for membership only)."""
    known = _known(function)
    wanted = (bytes(kept), frozenset(regs))
    found = known.get(wanted)
    if found is None:
        if len(known) == MAX_KNOWN:
            known.clear()
        found = known[wanted] = _rebuilt(function, kept, regs)
    return found


@once
def _known(function: Function) -> dict[tuple[bytes, frozenset[Reg]], Function]:
    """Slices of the function by what is kept."""
    return {}


def _rebuilt(function: Function, kept: Sequence[bool], regs: set[Reg]) -> Function:
    code, after = function.code, ways(function)
    order = _order(after, kept)
    index = {pc: new for new, pc in enumerate(order)}
    out: list[Instr] = []
    behind: list[int] = []
    extra: list[Instr] = []

    def goal(pc: int) -> int:
        found = pc if pc in index else _first_kept(after, kept, pc)
        if found is not None:
            return index[found]
        where = code[min(pc, len(code) - 1)].at
        extra.append(instr.Panic(where) if _panics(code, pc) else instr.Diverge(where))
        return 2 * len(index) + len(extra) - 1

    if not order:
        goal(0)
    for pc in order:
        item = code[pc]
        moved = _retarget(item, goal) if item.__class__ in _TARGETS else item
        out.append(_pruned(moved, regs) if item.__class__ in _PRUNED else moved)
        goes_on = item.__class__ is instr.MapNext or successors(item, pc) == (pc + 1,)
        behind.append(goal(pc + 1) if goes_on else 0)
    return _with_liveness(function, _packed(out, behind, extra))


def _order(after: Sequence[tuple[int, ...]], kept: Sequence[bool]) -> list[int]:
    """The kept instructions that can be reached, in their order, but the one where the function starts
    first. `after` says where each goes on."""
    entry = _first_kept(after, kept, 0)
    if entry is None:
        return []
    seen = {entry}
    stack = [entry]
    while stack:
        for target in after[stack.pop()]:
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return [entry, *(pc for pc in sorted(seen) if kept[pc] and pc != entry)]


_PRUNED = frozenset(
    (
        instr.Send,
        instr.Select,
        instr.Call,
        instr.Go,
        instr.Defer,
        instr.CallValue,
        instr.CallMethod,
        instr.MakeClosure,
        instr.Return,
        instr.MakeStruct,
    )
)
"""Instructions with operands that may go."""


def _pruned(item: Instr, regs: set[Reg]) -> Instr:
    """Without the operands that nobody needs."""

    def kept(operands: tuple[Reg, ...]) -> tuple[Reg, ...]:
        return operands if regs.issuperset(operands) else tuple([r if r in regs else NONE for r in operands])

    match item:
        case instr.Send():
            return item if item.value in regs else replace(item, value=NONE)
        case instr.Select():
            cases = tuple(replace(case, value=kept((case.value,))[0]) for case in item.cases)
            return replace(item, cases=cases)
        case instr.Call() | instr.Go() | instr.Defer() | instr.CallValue() | instr.CallMethod():
            args = kept(item.args)
            return item if args is item.args else replace(item, args=args)
        case instr.MakeClosure():
            bound = kept(item.bound)
            return item if bound is item.bound else replace(item, bound=bound)
        case instr.Return():
            values = kept(item.values)
            return item if values is item.values else replace(item, values=values)
        case instr.MakeStruct():
            return replace(item, fields=tuple(pair for pair in item.fields if pair[1] in regs))
        case _:
            return item


def _first_kept(after: Sequence[tuple[int, ...]], kept: Sequence[bool], pc: int) -> int | None:
    seen: set[int] = set()
    stack = [pc]
    while stack:
        at = stack.pop()
        if at in seen or at >= len(after):
            continue
        seen.add(at)
        if kept[at]:
            return at
        stack.extend(reversed(after[at]))
    return None


def _panics(code: Sequence[Instr], pc: int) -> bool:
    """The way from an index, on which nothing is kept, can come to a panic (else it goes round for ever)."""
    seen: set[int] = set()
    stack = [pc]
    while stack:
        at = stack.pop()
        if at in seen or at >= len(code):
            continue
        seen.add(at)
        if isinstance(code[at], instr.Panic):
            return True
        stack.extend(successors(code[at], at))
    return False


_TARGETS = frozenset((instr.Branch, instr.MapNext, instr.Select))
"""Instructions that name others."""


def _retarget(item: Instr, goal: Callable[[int], int]) -> Instr:
    match item:
        case instr.Branch():
            return instr.Branch(item.at, item.cond, goal(item.then), goal(item.orelse))
        case instr.MapNext():
            return replace(item, done=goal(item.done))
        case instr.Select():
            cases = tuple(replace(case, target=goal(case.target)) for case in item.cases)
            default = item.default if item.default == NONE else goal(item.default)
            return replace(item, cases=cases, default=default)
        case _:
            return item


def _packed(items: list[Instr], behind: list[int], extra: list[Instr]) -> tuple[Instr, ...]:
    """The kept `items`, each followed by a jump to where it goes on (`behind`), unless that is the next one
    or the item itself says where. All targets are numbers of items (extras numbered from 2 * their count)."""
    count = len(items)
    falls = [
        goal == n + 1 or isinstance(item, (instr.Branch, instr.Select)) or not successors(item, 0)
        for n, (item, goal) in enumerate(zip(items, behind))
    ]
    place: list[int] = []
    size = 0
    for fall in falls:
        place.append(size)
        size += 1 if fall else 2
    first_extra = size

    def target(number: int) -> int:
        return place[number] if number < count else first_extra + number - 2 * count

    out: list[Instr] = []
    for item, goal, fall in zip(items, behind, falls):
        out.append(_retarget(item, target) if item.__class__ in _TARGETS else item)
        if not fall:
            out.append(instr.Jump(item.at, target(goal)))
    return (*out, *extra)


def _with_liveness(function: Function, code: tuple[Instr, ...]) -> Function:
    """The function with this code and, for each place in it, the registers that are read from there on."""
    count = len(code)
    live = [0] * count  # sets as numbers, one bit a register
    named = _bits(function.results)
    ways = [
        (
            tuple([target for target in successors(item, pc) if target < count]),
            ~_bits(defs(item)),
            _bits(uses(item)),
            named if isinstance(item, (instr.Return, instr.Panic)) else 0,
        )
        for pc, item in enumerate(code)
    ]
    changed = True
    while changed:
        changed = False
        for pc in range(count - 1, -1, -1):
            targets, kept, used, after = ways[pc]
            for target in targets:
                after |= live[target]
            now = (after & kept) | used
            if now != live[pc]:
                live[pc] = now
                changed = True
    known = {bits: _registers(bits) for bits in dict.fromkeys(live)}
    return replace(function, code=code, live=tuple([known[bits] for bits in live]))


def _bits(regs: Iterable[Reg]) -> int:
    found = 0
    for reg in regs:
        if reg != NONE:
            found |= 1 << reg
    return found


def _registers(bits: int) -> tuple[Reg, ...]:
    found: list[Reg] = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return tuple(found)
