"""Which registers may hold, or lead to, a concurrency object that the fragment itself makes.

What code outside the fragment is given matters only then: objects that come from outside are outside already.
Flow-insensitive, across functions, by data flow through registers, parameters, results, fields, elements and
channels. Over-approximates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.instr import NONE, Function, Instr, Program, Reg
from unstuck.ir.once import classes, named, once, read
from unstuck.ir.operands import defs
from unstuck.ir.shape import shape

_SOURCES = (instr.MakeChan, instr.MakeContext, instr.MakeTimer)
_SYNC = (instr.Lock, instr.WaitGroup, instr.Cond)


@dataclass(slots=True)
class _Taint:
    program: Program
    active: frozenset[str]
    locking: frozenset[str]
    """Types whose values have a lock or such inside that the program uses."""
    regs: dict[str, set[Reg]] = field(default_factory=dict)
    results: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    taken: frozenset[str] = frozenset()
    """Functions whose address is taken. For membership only."""
    given: bool = False
    """All of them may be given such an object."""


@dataclass(frozen=True, slots=True)
class _Items:
    """One function as it is gone through, with the registers that each instruction reads."""

    bases: dict[Reg, tuple[Reg, str]]
    every: list[tuple[Instr, tuple[Reg, ...]]]
    making: list[tuple[Instr, tuple[Reg, ...]]]
    """Those that do more than to pass on what they are given."""


@once
def _items(function: Function) -> _Items:
    every = list(zip(function.code, read(function)))
    return _Items(_bases(function), every, [pair for pair in every if pair[0].__class__ not in _PASSING])


def tainted(program: Program) -> dict[str, set[Reg]]:
    """The registers of each function. Sets are for membership only."""
    functions = program.functions
    locking: frozenset[str] = frozenset().union(*map(_locking, functions.values()))
    state = _Taint(program, _active(program), locking)
    state.regs = {name: set() for name in functions}
    given = [name for function in functions.values() for name in shape(function).taken]
    state.taken = frozenset((*given, *program.methods.values()))
    code = {name: _items(function) for name, function in functions.items()}
    gone_through = dict.fromkeys(functions, (-1, -1, -1))
    changed = True
    while changed:
        changed = False
        for name, items in code.items():
            mine = state.regs[name]
            known = (len(mine), len(state.keys), len(state.results))
            if known == gone_through[name]:
                continue
            gone_through[name], changed = known, True
            for item, used in items.every if mine else items.making:
                hot = not mine.isdisjoint(used)
                if hot or item.__class__ not in _PASSING:
                    _flow(state, name, items.bases, item, hot)
    return state.regs


_OPERATIONS = frozenset(instr.OPERATIONS)


def _active(program: Program) -> frozenset[str]:
    """Functions that contain, or can come to, an operation on a concurrency object."""
    found: dict[str, None] = {}
    callers: dict[str, list[str]] = {}
    for name, function in program.functions.items():
        if not _OPERATIONS.isdisjoint(classes(function)):
            found[name] = None
        for callee in named(function):
            callers.setdefault(callee, []).append(name)
    waiting = list(found)
    while waiting:
        new = dict.fromkeys(name for name in callers.get(waiting.pop(), ()) if name not in found)
        found.update(new)
        waiting.extend(new)
    return frozenset(found)


@once
def _locking(function: Function) -> frozenset[str]:
    """Types whose values have a lock or such inside that the function uses."""
    found: set[str] = set()
    made = {item.dst: item.owner for item in function.code if isinstance(item, instr.FieldAddr)}
    for item in function.code if made else ():
        if isinstance(item, _SYNC) and item.op not in ("section", "leave") and item.pointer in made:
            found.add(made[item.pointer])
        elif isinstance(item, instr.FieldAddr) and item.type.startswith("sync."):
            found.add(item.owner)
    return frozenset(found)


def _bases(function: Function) -> dict[Reg, tuple[Reg, str]]:
    """Where a field or element address comes from: (register of the whole, key)."""
    found: dict[Reg, tuple[Reg, str]] = {}
    for item in function.code:
        match item:
            case instr.FieldAddr():
                found[item.dst] = (item.pointer, f"{item.owner}.{item.name}")
            case instr.ElemAddr():
                found[item.dst] = (item.x, "[]")
            case instr.Global():
                found[item.dst] = (NONE, item.name)
            case _:
                pass
    return found


def _add(state: _Taint, name: str, regs: tuple[Reg, ...]) -> None:
    mine = state.regs.get(name)
    if mine is None:
        return
    for reg in regs:
        if reg != NONE:
            mine.add(reg)


_PASSING = frozenset(
    (
        instr.Const,
        instr.Copy,
        instr.Zero,
        instr.Load,
        instr.Store,
        instr.FieldOf,
        instr.Len,
        instr.Binary,
        instr.Not,
        instr.Branch,
        instr.Jump,
        instr.Return,
        instr.MakeStruct,
        instr.MakeSlice,
        instr.Append,
        instr.MapSet,
        instr.Send,
    )
)
"""What only passes on what it is given."""


def _flow(state: _Taint, name: str, bases: dict[Reg, tuple[Reg, str]], item: Instr, hot: bool) -> None:
    mine = state.regs[name]
    match item:  # the most frequent first
        case instr.FieldAddr() | instr.ElemAddr() | instr.Global():
            if hot or bases[item.dst][1] in state.keys:
                _add(state, name, (item.dst,))
        case instr.Call():
            _call(state, name, item)
        case instr.New() if item.desc.name in state.locking or item.desc.name.startswith("sync."):
            _add(state, name, (item.dst,))
        case instr.Store() if item.src in mine:
            _stored(state, name, bases, item.pointer)
        case instr.MapSet() if item.src in mine:
            state.keys.add("map")
            _add(state, name, (item.x,))
        case instr.Send() if item.value in mine:
            state.keys.add("element")
        case instr.Select():
            if any(case.value in mine for case in item.cases):
                state.keys.add("element")
            if "element" in state.keys:
                _add(state, name, defs(item))
        case instr.Recv():
            if "element" in state.keys:
                _add(state, name, (item.dst,))
        case instr.Return():
            if hot:
                state.results.add(name)
        case instr.CallValue() | instr.CallMethod() | instr.Go() | instr.Defer():
            if hot:
                _give_to_all(state)
            if not state.results.isdisjoint(state.taken):
                _add(state, name, defs(item))
        case instr.MakeClosure():
            if hot or item.func in state.active:
                _add(state, name, (item.dst,))
            _add(state, item.func, tuple(index for index, reg in enumerate(item.bound) if reg in mine))
        case instr.MapGet() | instr.MapNext():
            if hot or "map" in state.keys:
                _add(state, name, defs(item))
        case _:
            if hot or isinstance(item, _SOURCES):
                _add(state, name, defs(item))


def _give_to_all(state: _Taint) -> None:
    """What a function value or method is given, any function whose address is taken may be given."""
    if state.given:
        return
    state.given = True
    for func in sorted(state.taken):
        function = state.program.functions.get(func)
        if function is not None:
            _add(state, func, tuple(range(len(function.params))))


def _stored(state: _Taint, name: str, bases: dict[Reg, tuple[Reg, str]], pointer: Reg) -> None:
    """What is stored into is reached by its address, by its field, and by the whole it is part of."""
    while pointer != NONE:
        _add(state, name, (pointer,))
        if pointer not in bases:
            return
        pointer, key = bases[pointer]
        state.keys.add(key)


def _call(state: _Taint, name: str, item: instr.Call) -> None:
    if item.func not in state.program.functions:
        return
    mine = state.regs[name]
    _add(state, item.func, tuple(index for index, reg in enumerate(item.args) if reg in mine))
    if item.func in state.results:
        _add(state, name, item.dsts)
