"""Which registers an instruction reads and writes, and where it goes."""

from __future__ import annotations

from collections.abc import Callable

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
    instr.MapNext: ("x", "index", "keys"),
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


_Reader = Callable[[Instr], tuple[Reg, ...]]
"""Gives some registers of the instructions of one class."""


def defs(item: Instr) -> tuple[Reg, ...]:
    """Registers written."""
    reader = _WRITTEN.get(item.__class__)
    if reader is None:
        names = _DEFS.get(item.__class__, ("dst",) if hasattr(item, "dst") else ())
        reader = _WRITTEN[item.__class__] = _reader(names)
    return reader(item)


def uses(item: Instr) -> tuple[Reg, ...]:
    """Registers read."""
    reader = _READ.get(item.__class__)
    if reader is None:
        reader = _READ[item.__class__] = _reader(_USES.get(item.__class__, ()))
    return reader(item)


def _select_written(item: Instr) -> tuple[Reg, ...]:
    assert isinstance(item, instr.Select)
    return tuple([reg for case in item.cases for reg in (case.dst, case.ok) if reg != NONE])


def _select_read(item: Instr) -> tuple[Reg, ...]:
    assert isinstance(item, instr.Select)
    return tuple([reg for case in item.cases for reg in (case.channel, case.value) if reg != NONE])


def _fields_read(item: Instr) -> tuple[Reg, ...]:
    assert isinstance(item, instr.MakeStruct)
    return tuple([reg for _, reg in item.fields])


def _entries_read(item: Instr) -> tuple[Reg, ...]:
    assert isinstance(item, instr.MakeMap)
    return tuple([reg for entry in item.entries for reg in entry if reg != NONE])


_WRITTEN: dict[type, _Reader] = {instr.Select: _select_written}
_READ: dict[type, _Reader] = {
    instr.Select: _select_read,
    instr.MakeStruct: _fields_read,
    instr.MakeMap: _entries_read,
}
"""By class; the others follow from the tables above, when the first of a class is asked for."""


def _reader(names: tuple[str, ...]) -> _Reader:
    if not names:
        return lambda item: ()
    if len(names) > 1:
        return lambda item: _registers(item, names)
    (name,) = names

    def one(item: Instr) -> tuple[Reg, ...]:
        value = getattr(item, name)
        if value.__class__ is not tuple:
            return (value,) if value != NONE else ()
        return value if NONE not in value else tuple([reg for reg in value if reg != NONE])

    return one


def _registers(item: Instr, names: tuple[str, ...]) -> tuple[Reg, ...]:
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
