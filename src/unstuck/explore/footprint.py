"""What the code of a function can do to concurrency objects, whatever state it runs in."""

from __future__ import annotations

from unstuck.explore.state import ENV_CLOSE, ENV_RECEIVE, ENV_SEND
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Function, Program

ALL = ENV_SEND | ENV_RECEIVE | ENV_CLOSE
RELEASES = 1 << 8
"""Beside the ends: it counts a wait group down, signals a condition variable or unlocks."""


def ends_of(program: Program, func: str) -> int:
    """Ends that `func` or anything it can call uses, as ENV_ bits, and RELEASES; everything when it runs
    unknown code with concurrency objects."""
    known = program.ends.get(func)
    if known is None:
        known = program.ends[func] = _ends_of(program, func)
    return known


def _ends_of(program: Program, func: str) -> int:
    seen: dict[str, None] = {}
    todo = [func]
    ends = 0
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen[name] = None
        function = program.functions.get(name)
        if function is None:
            return ALL
        for item in function.code:
            ends |= _ends(program, item, todo)
        if _gives_out(function):
            return ALL
    return ends


def _gives_out(function: Function) -> bool:
    """It returns what may lead to concurrency objects."""
    return any(
        reg != NONE and desc.kind not in _HOLD_NOTHING
        for item in function.code
        if isinstance(item, instr.Return)
        for reg, desc in zip(item.values, function.result_descs)
    )


_HOLD_NOTHING = ("int", "bool", "string", "basic", "error")


def _ends(program: Program, item: instr.Instr, todo: list[str]) -> int:
    match item:
        case instr.Send():
            return ENV_SEND
        case instr.Recv():
            return ENV_RECEIVE
        case instr.Close() | instr.Cancel():
            return ENV_CLOSE
        case instr.Select():
            return sum({ENV_SEND if case.send else ENV_RECEIVE for case in item.cases})
        case instr.WaitGroup() | instr.Cond():
            return 0 if item.op == "wait" else RELEASES
        case instr.Lock():
            return RELEASES if item.op in ("unlock", "runlock") else 0
        case instr.Call() if item.func in program.functions:
            todo.append(item.func)
        case instr.Call() if item.func in program.harmless or item.func in program.changing:
            return 0
        case instr.MakeClosure():
            todo.append(item.func)
        case instr.Call() | instr.CallValue() | instr.CallMethod() if item.escapes:
            return ALL
        case instr.Store() if item.holds:
            return ALL
        case _:
            pass
    return 0
