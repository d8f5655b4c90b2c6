"""Which registers an instruction reads and writes, and where it goes."""

from __future__ import annotations

from unstuck.ir import instr
from unstuck.ir.instr import NONE, Instr, Reg

_DEFS: dict[type, tuple[str, ...]] = {
    instr.MapGet: ("dst", "ok"),
    instr.MapNext: ("key", "value"),
    instr.Recv: ("dst", "ok"),
    instr.Call: ("dsts",),
    instr.CallValue: ("dsts",),
    instr.CallMethod: ("dsts",),
}
_USES: dict[type, tuple[str, ...]] = {
    instr.Copy: ("src",),
    instr.New: ("src",),
    instr.Load: ("pointer",),
    instr.Store: ("pointer", "src"),
    instr.FieldAddr: ("pointer",),
    instr.FieldOf: ("x",),
    instr.ElemAddr: ("x", "index"),
    instr.MakeSlice: ("length", "items"),
    instr.Append: ("x", "items"),
    instr.Reslice: ("x", "lo", "hi"),
    instr.Len: ("x",),
    instr.MapGet: ("x", "key"),
    instr.MapSet: ("x", "key", "src"),
    instr.MapDelete: ("x", "key"),
    instr.MapNext: ("x", "index"),
    instr.MakeClosure: ("bound",),
    instr.BindMethod: ("x",),
    instr.Binary: ("x", "y"),
    instr.Not: ("x",),
    instr.TypeTest: ("x",),
    instr.Branch: ("cond",),
    instr.Call: ("args",),
    instr.CallValue: ("callee", "args"),
    instr.CallMethod: ("x", "args"),
    instr.Go: ("callee", "args"),
    instr.Defer: ("callee", "args"),
    instr.Return: ("values",),
    instr.MakeChan: ("capacity",),
    instr.Send: ("channel", "value"),
    instr.Recv: ("channel",),
    instr.Close: ("channel",),
    instr.Lock: ("pointer",),
    instr.WaitGroup: ("pointer", "delta"),
    instr.Cond: ("pointer",),
    instr.MakeContext: ("parent",),
    instr.Cancel: ("context",),
    instr.ContextDone: ("context",),
    instr.ContextErr: ("context",),
    instr.Timer: ("channel",),
    instr.Signals: ("channel",),
}


def defs(item: Instr) -> tuple[Reg, ...]:
    """Registers written."""
    if isinstance(item, instr.Select):
        return tuple(reg for case in item.cases for reg in (case.dst, case.ok) if reg != NONE)
    names = _DEFS.get(type(item))
    if names is None:
        dst: Reg = getattr(item, "dst", NONE)
        return (dst,) if dst != NONE else ()
    return _registers(item, names)


def uses(item: Instr) -> tuple[Reg, ...]:
    """Registers read."""
    if isinstance(item, instr.Select):
        return tuple(reg for case in item.cases for reg in (case.channel, case.value) if reg != NONE)
    if isinstance(item, instr.MakeStruct):
        return tuple(reg for _, reg in item.fields)
    if isinstance(item, instr.MakeMap):
        return tuple(reg for entry in item.entries for reg in entry if reg != NONE)
    return _registers(item, _USES.get(type(item), ()))


def _registers(item: Instr, names: tuple[str, ...]) -> tuple[Reg, ...]:
    if len(names) == 1:
        value = getattr(item, names[0])
        if value.__class__ is not tuple:
            return (value,) if value != NONE else ()
        return value if NONE not in value else tuple([reg for reg in value if reg != NONE])
    found: list[Reg] = []
    for name in names:
        value = getattr(item, name)
        if value.__class__ is tuple:
            found.extend([reg for reg in value if reg != NONE])
        elif value != NONE:
            found.append(value)
    return tuple(found)


_TURNS = frozenset(
    (
        instr.Jump,
        instr.Branch,
        instr.MapNext,
        instr.Select,
        instr.Return,
        instr.Panic,
        instr.Goexit,
        instr.Exit,
        instr.Diverge,
    )
)
"""What does not just go on with the next instruction."""


def successors(item: Instr, pc: int) -> tuple[int, ...]:
    """Indices of the instructions that may come next in the same function."""
    if item.__class__ not in _TURNS:
        return (pc + 1,)
    match item:
        case instr.Jump():
            return (item.target,)
        case instr.Branch():
            return (item.then, item.orelse)
        case instr.MapNext():
            return (pc + 1, item.done)
        case instr.Select():
            targets = tuple(case.target for case in item.cases)
            return targets if item.default == NONE else (*targets, item.default)
        case instr.Return() | instr.Panic() | instr.Goexit() | instr.Exit() | instr.Diverge():
            return ()
        case _:
            return (pc + 1,)
