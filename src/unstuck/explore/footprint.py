"""What the code of a function can do to the channels that it captures, whatever state it runs in.

Code outside that is given a function has, of what the function captures, only the ends that its body uses.
Each captured value is followed by itself, through registers, calls and literals; what is stored elsewhere,
returned, or given to unknown code counts as used in every way.
"""

from __future__ import annotations

from unstuck.explore.state import ENV_CLOSE, ENV_RECEIVE, ENV_SEND
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Function, Instr, Program, Reg
from unstuck.ir.operands import defs, uses

ALL = ENV_SEND | ENV_RECEIVE | ENV_CLOSE
RELEASES = 1 << 8
"""Beside the ends: it counts a wait group down, signals a condition variable or unlocks."""
_HOLD_NOTHING = ("int", "bool", "string", "basic", "error")


def ends_of(program: Program, func: str, index: int) -> int:
    """Ends that `func` or anything it can call uses of what register `index`, such as a parameter, leads to:
    ENV_ bits and RELEASES."""
    known = program.ends.get((func, index))
    if known is None:
        known = program.ends[func, index] = _ends_of(program, (func, index))
    return known


_FIELDS = {"chan silent": ENV_RECEIVE, "chan unheard": ENV_SEND | ENV_CLOSE}
"""What is known of a channel field (types/private.py), as ends that code outside the fragment can use."""


def ends_of_fields(program: Program) -> dict[tuple[str, str], int]:
    """Ends that the package of a struct uses of the channels in its private fields, by struct and field;
    those of which nothing is known are left out."""
    known = program.private
    if not known:
        known[("", "")] = ALL
        for function in program.functions.values():
            for item in function.code:
                if isinstance(item, instr.FieldAddr) and item.flag in _FIELDS:
                    known[item.owner, item.name] = _FIELDS[item.flag]
    return known


_Register = tuple[str, int]


def _ends_of(program: Program, start: _Register) -> int:
    seen: dict[_Register, None] = {}
    todo = [start]
    ends = 0
    while todo and ends & ALL != ALL:
        one = todo.pop()
        if one in seen:
            continue
        seen[one] = None
        function = program.functions.get(one[0])
        if function is None:
            return ALL
        mine = _derived(program, function, one[1])
        for item in function.code:
            if any(reg in mine for reg in uses(item)):
                ends |= _ends(program, function, mine, item, todo)
    return ends


def _derived(program: Program, function: Function, index: int) -> set[Reg]:
    """Registers with what the parameter leads to. For membership only."""
    found = {index}
    local = {item.dst for item in function.code if isinstance(item, instr.New)}
    changed = True
    while changed:
        changed = False
        for item in function.code:
            if not any(reg in found for reg in uses(item)):
                continue
            for reg in _reached(program, found, local, item):
                if reg not in found:
                    found.add(reg)
                    changed = True
    return found


def _reached(program: Program, found: set[Reg], local: set[Reg], item: Instr) -> tuple[Reg, ...]:
    match item:
        case instr.Store() | instr.MapSet() if item.src in found and item.holds:
            holder = item.pointer if isinstance(item, instr.Store) else item.x
            return (holder,) if holder in local else ()
        case instr.Load() | instr.FieldOf() | instr.MapGet() if item.desc.kind in _HOLD_NOTHING:
            return ()
        case instr.Call() | instr.CallValue() | instr.CallMethod():
            pairs = zip(item.dsts, item.results)
            return tuple(dst for dst, desc in pairs if dst != NONE and desc.kind not in _HOLD_NOTHING)
        case instr.MakeClosure() if item.func in program.functions:
            return ()  # what it does is followed where it is made
        case instr.Binary() | instr.Not() | instr.TypeTest() | instr.Len() | instr.ContextErr():
            return ()
        case _:
            return defs(item)


def _ends(program: Program, function: Function, mine: set[Reg], item: Instr, todo: list[_Register]) -> int:
    """What an instruction does that uses one of the registers `mine`; calls are put into `todo`."""
    match item:
        case instr.Send():
            return ALL if item.value in mine and item.holds else ENV_SEND
        case instr.Recv():
            return ENV_RECEIVE
        case instr.Close() | instr.Cancel():
            return ENV_CLOSE
        case instr.Select():
            used = 0
            for case in item.cases:
                if case.channel in mine:
                    used |= ENV_SEND if case.send else ENV_RECEIVE
                if case.value in mine and case.holds:
                    used = ALL
            return used
        case instr.WaitGroup() | instr.Cond():
            return 0 if item.op == "wait" else RELEASES
        case instr.Lock():
            return RELEASES if item.op in ("unlock", "runlock") else 0
        case instr.Call() if item.func in program.functions:
            todo.extend((item.func, index) for index, reg in enumerate(item.args) if reg in mine)
            return 0
        case instr.Call() if item.func in program.harmless or item.func in program.changing:
            passes = item.func in program.passing and any(reg in mine for reg in item.escapes)
            return ALL if passes else 0
        case instr.CallValue() | instr.Go() | instr.Defer() if item.callee in mine:
            return ALL  # whoever runs it runs a function that was captured: what that one does is its own
        case instr.Call() | instr.CallValue() | instr.CallMethod():
            return ALL if any(reg in mine for reg in item.escapes) else 0
        case instr.MakeClosure():
            todo.extend((item.func, index) for index, reg in enumerate(item.bound) if reg in mine)
            return 0
        case instr.Go() | instr.Defer() | instr.BindMethod() | instr.Signals():
            return ALL if any(reg in mine for reg in getattr(item, "args", uses(item))) else 0
        case instr.Store() | instr.MapSet() if item.holds and item.src in mine:
            holder = item.pointer if isinstance(item, instr.Store) else item.x
            return 0 if holder in mine and _is_local(function, holder) else ALL
        case instr.Return():
            pairs = zip(item.values, function.result_descs)
            return ALL if any(reg in mine and desc.kind not in _HOLD_NOTHING for reg, desc in pairs) else 0
        case _:
            return 0


def _is_local(function: Function, holder: Reg) -> bool:
    return any(isinstance(item, instr.New) and item.dst == holder for item in function.code)
