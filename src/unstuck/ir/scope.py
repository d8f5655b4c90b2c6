"""What a declared function does to the concurrency objects of others: a summary for each, calls included.

A fragment needs of a function in sight only what can concern the objects that the fragment makes and the
locks it holds (ir/program.py). Objects are told apart by where they live: a field of a type, a global. What
a function does with its own objects is looked at where the function is a root itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.instr import Desc, Function, Instr, Reg
from unstuck.ir.keeping import HARMLESS
from unstuck.ir.operands import defs, successors, uses

_OBJECTS = frozenset(("chan", "context", "func"))
_MAYBE_OBJECTS = _OBJECTS | {"interface", "unknown"}
_HOLDERS = _MAYBE_OBJECTS | {"pointer", "struct", "slice", "map"}
_TELLING = frozenset(
    (
        instr.Load,
        instr.Store,
        instr.FieldOf,
        instr.FieldAddr,
        instr.WaitGroup,
        instr.Cond,
        instr.MakeStruct,
        instr.Lock,
        instr.MakeChan,
        instr.MakeContext,
        instr.MakeTimer,
        instr.Go,
        instr.MapSet,
        instr.MapDelete,
        instr.Call,
        instr.CallValue,
        instr.CallMethod,
    )
)
"""The instructions that a summary tells of; those that `_tell` does not name make something."""
_MAKES = (instr.MakeChan, instr.MakeContext, instr.MakeTimer, instr.Go)
_SYNC = (instr.Lock, instr.WaitGroup, instr.Cond)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a function does, in sets for membership only. As `Scopes.whole` gives it, with all it can call."""

    uses: frozenset[str] = frozenset()
    """Where channels, contexts and functions live that it names."""
    keeps: frozenset[str] = frozenset()
    """Where it stores channels, contexts and functions."""
    fills: frozenset[str] = frozenset()
    """Types in whose fields it stores them, when it makes some."""
    waits: frozenset[str] = frozenset()
    """Types whose wait groups and condition variables it uses."""
    locks: frozenset[str] = frozenset()
    """Where the locks live that it takes or gives back."""
    helper: bool = False
    """It takes a lock that it does not give back, or the other way round. Of the function alone."""
    given: bool = False
    """It does something to the channels and functions that it is given, or keeps them."""
    passes: bool = False
    """It stores, sends or captures what it is given, or something made of it."""
    makes: bool = False
    """It makes a concurrency object or starts a goroutine."""
    holding: bool = False
    """It returns something that can hold a concurrency object."""
    returns: bool = False
    """It returns something that can hold what it, or what it calls, has made."""
    writes: bool = False
    """It changes memory that it did not make."""
    outside: bool = False
    """It gives something that can hold a concurrency object to code that is not in sight."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How a function calls others, by id, for membership only."""

    locked: frozenset[str] = frozenset()
    """While a lock may be held."""
    handing: frozenset[str] = frozenset()
    """With a channel, context or function among the arguments."""
    kept: frozenset[str] = frozenset()
    """Named as a function value: started, deferred or given away."""
    types: frozenset[str] = frozenset()
    """Types of which it makes values, by name."""


NO_SCOPE = Scope()
NO_CALLS = Calls()
"""Those of code that is put together for a client or a test: what it calls is followed in any case."""


def calls_of(functions: tuple[Function, ...]) -> Calls:
    """How a declared function, its literals and wrappers call."""
    own = {function.id for function in functions}
    locked: set[str] = set()
    handing: set[str] = set()
    kept: set[str] = set()
    types: set[str] = set()
    for function in functions:
        code = function.code
        calling = [item for item in code if isinstance(item, instr.Call)]
        hot = _hot(function) if calling else set()
        handing.update([item.func for item in calling if not hot.isdisjoint(item.args)])
        for item in code:
            if isinstance(item, instr.MakeClosure):
                if item.func not in own:
                    kept.add(item.func)
            elif isinstance(item, (instr.New, instr.Zero)):
                types.add(item.desc.name)
            elif isinstance(item, instr.MakeStruct):
                types.add(item.type)
        for pc in _under_lock(code):
            item = code[pc]
            if isinstance(item, instr.Call):
                locked.add(item.func)
            elif isinstance(item, instr.CallMethod):
                locked.add(f".{item.name}")
    return Calls(frozenset(locked), frozenset(handing), frozenset(kept), frozenset(types))


def _under_lock(code: tuple[Instr, ...]) -> Iterable[int]:
    """Instructions that may run between a Lock and an Unlock of the function."""
    stack = [pc + 1 for pc, item in enumerate(code) if isinstance(item, instr.Lock) and not _unlocks(item)]
    seen: dict[int, None] = {}
    while stack:
        pc = stack.pop()
        if pc in seen or pc >= len(code):
            continue
        seen[pc] = None
        item = code[pc]
        if not (isinstance(item, instr.Lock) and _unlocks(item)):
            stack.extend(successors(item, pc))
    return seen


def _unlocks(item: instr.Lock) -> bool:
    return item.op in ("unlock", "runlock")


_CARRIES = frozenset(
    (
        instr.Copy,
        instr.New,
        instr.MakeStruct,
        instr.MakeSlice,
        instr.Append,
        instr.MakeMap,
    )
)
_GIVES = frozenset((*_MAKES, instr.MakeClosure, instr.BindMethod))
_PLAIN = frozenset(
    (
        instr.Const,
        instr.Reslice,
        instr.Len,
        instr.MapSet,
        instr.MapDelete,
        instr.MapNext,
        instr.Binary,
        instr.Not,
        instr.Jump,
        instr.Branch,
        instr.Defer,
        instr.Return,
    )
)
"""The most frequent of the others, which give no object."""


def _hot(function: Function) -> set[Reg]:
    """Registers that hold a channel, context, function or sync object, by what they come from."""
    found = {index for index, desc in enumerate(function.params) if _is_object(desc)}
    carrying: list[tuple[tuple[Reg, ...], tuple[Reg, ...]]] = []
    for item in function.code:
        cls = item.__class__
        if cls in _PLAIN:
            continue
        if cls in _GIVES or _object_desc(item):
            found.update(defs(item))
        elif cls in _CARRIES:
            carrying.append((uses(item), defs(item)))
    changed = bool(found)
    while changed:
        before = len(found)
        for used, made in carrying:
            if not found.isdisjoint(used):
                found.update(made)
        changed = len(found) != before
    return found


def _is_object(desc: Desc) -> bool:
    if desc.kind in _OBJECTS or desc.name.startswith("sync."):
        return True
    return desc.elem is not None and desc.kind in ("pointer", "slice", "map") and _is_object(desc.elem)


def _object_desc(item: Instr) -> bool:
    if isinstance(item, instr.FieldAddr):
        return item.type.startswith("sync.")
    if isinstance(item, (instr.Call, instr.CallValue, instr.CallMethod)):
        return any(map(_is_object, item.results))
    desc = getattr(item, "desc", None)
    return isinstance(desc, Desc) and _is_object(desc)


@dataclass(slots=True)
class _Told:
    """What the instructions of a function, its literals and wrappers tell so far: see `Scope`."""

    uses: set[str] = field(default_factory=set)
    keeps: set[str] = field(default_factory=set)
    waits: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    given_back: set[str] = field(default_factory=set)
    makes: bool = False
    writes: bool = False
    outside: bool = False


def own_scope(functions: tuple[Function, ...], names: frozenset[str]) -> Scope:
    """The summary of a declared function, its literals and wrappers, without the functions it calls; `names`
    are those of them in sight."""
    told = _Told()
    for function in functions:
        keys, made = _keys(function), _made(function)
        for item in function.code:
            cls = item.__class__
            if cls not in _TELLING:
                continue
            if isinstance(item, instr.Lock):
                place = keys.get(item.pointer) or _wrapped(functions).get((function.id, item.pointer), "?")
                (told.given_back if _unlocks(item) else told.taken).add(place)
            elif isinstance(item, (instr.Call, instr.CallValue, instr.CallMethod)):
                told.writes = told.writes or cls is not instr.Call
                told.outside = told.outside or _outside(item, names)
            else:
                _tell(item, keys, made, told)
    main = functions[0]
    holding = any(desc.kind in _HOLDERS for desc in main.result_descs)
    return Scope(
        frozenset(told.uses),
        frozenset(told.keeps),
        frozenset(key.rpartition(".")[0] for key in told.keeps) if told.makes else frozenset(),
        frozenset(told.waits),
        frozenset(told.taken | told.given_back),
        helper=told.taken != told.given_back,
        given=_does_to_params(main),
        passes=any(_passes_on(function) for function in functions),
        makes=told.makes,
        holding=holding,
        returns=holding and told.makes,
        writes=told.writes,
        outside=told.outside,
    )


def _tell(item: Instr, keys: dict[Reg, str], made: set[Reg], told: _Told) -> None:
    match item:
        case instr.FieldAddr():
            if item.type in ("sync.WaitGroup", "sync.Cond"):
                told.waits.add(item.owner)
        case instr.Load() | instr.Store():
            key = keys.get(item.pointer)
            if key is not None and _is_object(item.desc):
                told.uses.add(key)
            if isinstance(item, instr.Store):
                told.writes = told.writes or item.pointer not in made
                if key is not None and item.holds:
                    told.keeps.add(key)
        case instr.FieldOf():
            if _is_object(item.desc):
                told.uses.add(f"{item.owner}.{item.name}")
        case instr.MakeStruct():
            told.keeps.update([f"{item.type}.{name}" for name, reg in item.fields if reg in item.held])
        case instr.MapSet() | instr.MapDelete():
            told.writes = told.writes or item.x not in made
        case instr.WaitGroup() | instr.Cond():
            if item.pointer in keys:
                told.waits.add(keys[item.pointer].rpartition(".")[0])
        case _:
            told.makes = True


def _keys(function: Function) -> dict[Reg, str]:
    """Where the addresses in registers lead."""
    found: dict[Reg, str] = {}
    for item in function.code:
        if isinstance(item, instr.FieldAddr):
            found[item.dst] = f"{item.owner}.{item.name}"
        elif isinstance(item, instr.Global):
            found[item.dst] = item.name
    return found


def _wrapped(functions: tuple[Function, ...]) -> dict[tuple[str, Reg], str]:
    """What the parameters of wrappers around deferred operations are bound to."""
    found: dict[tuple[str, Reg], str] = {}
    for function in functions:
        keys = _keys(function)
        for item in function.code:
            if isinstance(item, instr.MakeClosure):
                bound = enumerate(item.bound)
                found.update({(item.func, index): keys[reg] for index, reg in bound if reg in keys})
    return found


def _made(function: Function) -> set[Reg]:
    """Registers that point to what the function itself has made."""
    return {
        item.dst for item in function.code if isinstance(item, instr.New | instr.MakeSlice | instr.MakeMap)
    }


def _outside(item: instr.Call | instr.CallValue | instr.CallMethod, names: frozenset[str]) -> bool:
    if not item.escapes:
        return False
    return not (isinstance(item, instr.Call) and (item.func in names or item.func.startswith(HARMLESS)))


def _does_to_params(function: Function) -> bool:
    """Something else is done to a channel or function given than to pass it on or compare it."""
    mine = {index for index, desc in enumerate(function.params) if desc.kind in _MAYBE_OBJECTS}
    mine |= {index for index, desc in enumerate(function.params) if _is_object(desc)}
    if not mine:
        return False
    passing = (instr.Call, instr.Binary, instr.Branch, instr.TypeTest, instr.Not)
    for item in function.code:
        if any(reg in mine for reg in uses(item)):
            if isinstance(item, instr.Copy):
                mine.add(item.dst)
            elif not isinstance(item, passing):
                return True
    return False


_WRAPS = (instr.Copy, instr.New, instr.MakeStruct, instr.MakeSlice, instr.MakeMap, instr.Append)
_MOVES = frozenset(
    (*_WRAPS, instr.Store, instr.MapSet, instr.Send, instr.Select, instr.MakeClosure, instr.Go)
)
"""What brings a value to another place."""


def _passes_on(function: Function) -> bool:
    """Something that it is given, or that holds it, comes to where others find it."""
    mine = {index for index, desc in enumerate(function.params) if desc.kind in _HOLDERS}
    if not mine:
        return False
    made = _made(function)
    called = {item.callee for item in function.code if isinstance(item, instr.Defer | instr.CallValue)}
    moving = [item for item in function.code if item.__class__ in _MOVES]
    changed = True
    while changed:
        changed = False
        for item in moving:
            if _leaves(item, mine, made, called):
                return True
            new = [reg for reg in _holding(item, mine) if reg not in mine]
            mine.update(new)
            changed = changed or bool(new)
    return False


def _holding(item: Instr, mine: set[Reg]) -> tuple[Reg, ...]:
    """Registers of what then holds something of `mine`."""
    if isinstance(item, _WRAPS):
        return () if mine.isdisjoint(uses(item)) else defs(item)
    if isinstance(item, instr.Store) and item.holds and item.src in mine:
        return (item.pointer,)
    return (item.x,) if isinstance(item, instr.MapSet) and item.holds and item.src in mine else ()


def _leaves(item: Instr, mine: set[Reg], made: set[Reg], called: set[Reg]) -> bool:
    match item:
        case instr.Send():
            return item.holds and item.value in mine
        case instr.Select():
            return any(case.send and case.holds and case.value in mine for case in item.cases)
        case instr.Store():
            return item.holds and item.src in mine and item.pointer not in made
        case instr.MapSet():
            return item.holds and item.src in mine and item.x not in made
        case instr.MakeClosure():
            return item.dst not in called and any(reg in mine for reg in item.bound)
        case instr.Go():
            return any(reg in mine for reg in item.args)
        case _:
            return False
