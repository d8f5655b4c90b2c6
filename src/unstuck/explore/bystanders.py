"""Goroutines that meet nobody of the fragment: of those that a `go` statement starts, one at a time will do.

Such a goroutine leads to no channel, timer or context that the fragment made, makes none, takes no lock and
writes nothing that others read. It can only be parked at what comes from outside, where somebody may always
come for it; nobody of the fragment waits for it, and two of them do no more than one.
"""

from __future__ import annotations

from unstuck.explore.state import Channel, Closure, Goroutine, Value
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import Instr, Program


def is_another(work: Work, new: Goroutine) -> bool:
    """A goroutine about to start meets nobody, and one of the same `go` statement is alive."""
    if new.spawn is None or not any(item is not None and item.spawn == new.spawn for item in work.goroutines):
        return False
    frame = new.frames[0]
    return _is_plain(work.program, frame.func) and _leads_outside(work, frame.regs)


def _leads_outside(work: Work, values: tuple[Value, ...]) -> bool:
    """All channels that the values lead to are from outside, and the functions do nothing to others."""
    stack = list(values)
    seen: set[int] = set()
    while stack:
        value = work.resolve(stack.pop())
        if type(value) is Closure and not _is_plain(work.program, value.func):
            return False
        stack.extend(work.children(value))
        number = work.object_of(value)
        if number < 0 or number in seen:
            continue
        seen.add(number)
        obj = work.heap[number]
        if type(obj) is Channel and obj.site is not None:
            return False
        stack.extend(work.contents(number))
    return True


def _is_plain(program: Program, func: str) -> bool:
    """Neither the function nor what it can call makes or does anything that others can meet at."""
    known = program.plain.get(func)
    if known is None:
        known = program.plain[func] = _reaches_plain(program, func)
    return known


def _reaches_plain(program: Program, func: str) -> bool:
    seen = {func}
    stack = [func]
    waits = bool(program.watching.get("wait"))
    while stack:
        function = program.functions.get(stack.pop())
        if function is None:
            continue
        local = {item.dst for item in function.code if isinstance(item, instr.New)}
        for item in function.code:
            if isinstance(item, instr.Store) and item.pointer in local:
                continue
            if isinstance(item, instr.Global) and item.desc.kind not in _SCALARS:
                return False
            if isinstance(item, _MEETING) or (isinstance(item, _COUNTING) and not _is_quiet(item, waits)):
                return False
            for callee in _callees(program, item):
                if callee not in seen:
                    seen.add(callee)
                    stack.append(callee)
    return True


_MEETING = (
    instr.MakeChan,
    instr.MakeContext,
    instr.Timer,
    instr.Signals,
    instr.Cond,
    instr.Store,
    instr.MapSet,
    instr.MapDelete,
    instr.Exit,
)
_SCALARS = ("int", "bool", "string", "basic")
_COUNTING = (instr.Lock, instr.WaitGroup)


def _is_quiet(item: Instr, waits: bool) -> bool:
    """A critical section that always ends; a count that nobody waits for."""
    if isinstance(item, instr.Lock):
        return item.op in ("section", "leave")
    return isinstance(item, instr.WaitGroup) and item.op != "wait" and not waits


def _callees(program: Program, item: Instr) -> tuple[str, ...]:
    match item:
        case instr.Call() | instr.MakeClosure():
            return (item.func,)
        case instr.CallMethod() | instr.BindMethod():
            return tuple(func for (_, name), func in program.methods.items() if name == item.name)
        case _:
            return ()
