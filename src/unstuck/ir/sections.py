"""Locks that nobody can wait for in vain, and what is left of them: plain critical sections.

A lock whose every critical section comes to its end by itself (nothing in it can block, each Lock has its
Unlock on every path, no circle of locks taken within each other) is no part of any deadlock: whoever waits
for it gets it. Its operations become "section" and "leave": mere scheduling points, which slice.py keeps only
where what is read and written in between can be seen by others.

Locks are told apart by where they live (a field of a type, a global, a variable), across the functions of a
fragment; a lock whose address goes where this cannot be followed stays as it is. Each function is run with
the locks that may be held on entry, all paths, calls included; when that costs too much, no lock is replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from unstuck.ir import instr
from unstuck.ir.instr import NONE, Function, Instr, Program, Reg
from unstuck.ir.once import classes, once, ways, written
from unstuck.ir.operands import uses
from unstuck.ir.places import UNKNOWN, Places, copied, escaped, places_of

MAX_POINTS = 20_000
"""Instructions looked at, once for each set of locks held there; past it all locks stay."""
MAX_HELD = 6
"""Locks held at once."""

Held = frozenset[str]
Pending = tuple[str, ...]
"""Deferred functions by id, the first one deferred first; UNKNOWN for others."""


def with_sections(program: Program) -> Program:
    """The program with such locks replaced."""
    if not any(instr.Lock in classes(function) for function in program.functions.values()):
        return program
    places, touching = places_of(program), _touching(program)
    free = _free(program)
    taken = tuple(name for name in free if name in touching)
    run = _Run(program, places, taken, free, _locks(program, places), touching)
    run.bad.update(escaped(program, places), copied(program))
    try:
        _enter_all(run)
    except _NothingLeft:
        return program
    bad = _spread(run)
    functions = {name: _replaced(function, places[name], bad) for name, function in program.functions.items()}
    return replace(program, functions=functions)


def _locks(program: Program, places: Places) -> frozenset[str]:
    return frozenset(
        places[name].get(item.pointer, UNKNOWN)
        for name, function in program.functions.items()
        for item in _lockings(function)
    )


@once
def _lockings(function: Function) -> tuple[instr.Lock, ...]:
    return tuple([item for item in function.code if isinstance(item, instr.Lock)])


# What is held where.


class _NothingLeft(Exception):
    """All locks stay: none of them is good, or the program is too large for this."""


@dataclass(slots=True)
class _Run:
    program: Program
    places: Places
    taken: tuple[str, ...]
    """Of the functions that run by themselves, those that touch locks or block."""
    free: tuple[str, ...]
    """Functions that a call of a function value may come to."""
    locks: frozenset[str]
    """The places of all locks of the program. For membership only."""
    touching: frozenset[str]
    bad: set[str] = field(default_factory=set)
    """Places that stay locks. For membership only."""
    within: dict[tuple[str, str], None] = field(default_factory=dict)
    """The second is taken while the first is held."""
    memo: dict[tuple[str, Held], tuple[Held, ...]] = field(default_factory=dict)
    recovers: bool = False
    judged: int = -1
    """How many places were bad when it was last asked whether all locks are."""
    recursive: dict[str, bool] = field(default_factory=dict)
    """Answers of `_recursive`."""
    by_count: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Answers of `_taking`."""
    points: int = 0
    alike: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Methods by name, as far as they touch locks or block."""
    skeletons: dict[str, _Skeleton] = field(default_factory=dict)
    busy: dict[tuple[str, Held], None] = field(default_factory=dict)
    """Keys of `memo` that are being looked at."""
    behind: dict[Held, tuple[Held, ...]] = field(default_factory=dict)
    """Answers of `_exits_of_taken`."""


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """A function with only what can matter to the locks that are held."""

    function: Function
    entry: tuple[int, ...]
    """The first such instructions."""
    follow: dict[int, tuple[int, ...]]
    """Those that come next."""
    closures: dict[Reg, str]
    """The functions that registers are known to hold."""
    vague: frozenset[Reg]
    """Registers that may hold any function value."""


def _skeleton(run: _Run, name: str) -> _Skeleton:
    known = run.skeletons.get(name)
    if known is None:
        known = run.skeletons[name] = _made_skeleton(run, run.program.functions[name])
    return known


_FUNCTIONS = ("func", "interface", "unknown")


def _made_skeleton(run: _Run, function: Function) -> _Skeleton:
    closures, vague = _function_values(function)
    functions = run.program.functions
    known = {reg: name for reg, name in closures.items() if name in functions}
    matters, asking = _mattering(function)
    if asking:
        matters = list(matters)
        for pc in asking:
            matters[pc] = _matters(run, function.code[pc])
    after = ways(function)
    follow = {pc: _next(after, matters, after[pc]) for pc, matter in enumerate(matters) if matter}
    return _Skeleton(function, _next(after, matters, (0,) if matters else ()), follow, known, vague)


@once
def _function_values(function: Function) -> tuple[dict[Reg, str], frozenset[Reg]]:
    """The functions that registers are known to hold, and the registers that may hold any."""
    closures: dict[Reg, str] = {}
    vague = {index for index, desc in enumerate(function.params) if desc.kind in _FUNCTIONS}
    seen: set[Reg] = set()
    for item, regs in zip(function.code, written(function)):
        for reg in regs:
            if isinstance(item, instr.MakeClosure) and reg not in seen:
                closures[reg] = item.func
            else:
                closures.pop(reg, None)
            seen.add(reg)
            if _vague(item):
                vague.add(reg)
    return closures, frozenset(vague)


_NO_FUNCTION = (
    instr.FieldAddr,
    instr.ElemAddr,
    instr.New,
    instr.MakeStruct,
    instr.MakeChan,
    instr.MakeSlice,
    instr.Binary,
    instr.Const,
    instr.MakeMap,
    instr.Len,
)


def _vague(item: Instr) -> bool:
    """The value that an instruction makes may be a function."""
    if isinstance(item, _NO_FUNCTION):
        return False
    desc = getattr(item, "desc", None)
    return desc is None or desc.kind in _FUNCTIONS


def _next(
    after: Sequence[tuple[int, ...]], matters: Sequence[bool], targets: tuple[int, ...]
) -> tuple[int, ...]:
    """The first instructions that matter, on all ways from `targets`."""
    found: dict[int, None] = {}
    seen = set(targets)
    stack = list(targets)
    while stack:
        pc = stack.pop()
        if matters[pc]:
            found[pc] = None
            continue
        for target in after[pc]:
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return tuple(found)


@once
def _mattering(function: Function) -> tuple[list[bool], tuple[int, ...]]:
    """Which instructions matter to the locks that are held, and those of which the program says so."""
    asking = [pc for pc, item in enumerate(function.code) if isinstance(item, (instr.Call, instr.Panic))]
    return [_always_matters(item) for item in function.code], tuple(asking)


def _always_matters(item: Instr) -> bool:
    match item:
        case instr.Lock() | instr.Defer() | instr.Return() | instr.Goexit():
            return True
        case instr.CallValue() | instr.CallMethod():
            return True
        case _:
            return _blocks(item) or isinstance(item, _TURNS)


def _matters(run: _Run, item: Instr) -> bool:
    if isinstance(item, instr.Call):
        return item.func in run.touching or (item.func not in run.program.functions and bool(item.escapes))
    return run.recovers


_TURNS = (instr.Yield, instr.Close, instr.Select, instr.WaitGroup, instr.Cond, instr.Cancel, instr.Timer)
"""What lets others run in between: a section is left to be a lock for the sake of these."""
_BLOCKING = (instr.Send, instr.Select, instr.Cond, instr.Diverge)


def _touching(program: Program) -> frozenset[str]:
    """Functions that can come to a lock, or to something that blocks."""
    found: dict[str, None] = {}
    callers: dict[str, list[str]] = {}
    for name, function in program.functions.items():
        touches, called = _own_touching(function)
        if touches:
            found[name] = None
        for callee in called:
            callers.setdefault(callee, []).append(name)
    waiting = list(found)
    while waiting:
        new = dict.fromkeys(name for name in callers.get(waiting.pop(), ()) if name not in found)
        found.update(new)
        waiting.extend(new)
    return frozenset(found)


_TOUCHES = frozenset(
    (
        *_BLOCKING,
        instr.Recv,
        instr.Lock,
        instr.WaitGroup,
        instr.CallValue,
        instr.CallMethod,
        instr.Go,
        instr.Goexit,
        instr.Panic,
        instr.Defer,
        *_TURNS,
    )
)


@once
def _own_touching(function: Function) -> tuple[bool, tuple[str, ...]]:
    """Whether the function itself does so, and what it calls."""
    calls = [item for item in function.code if isinstance(item, instr.Call)]
    touches = not _TOUCHES.isdisjoint(classes(function)) or any(item.escapes for item in calls)
    return touches, tuple(dict.fromkeys(item.func for item in calls))


def _enter_all(run: _Run) -> None:
    """The root and everything that is started, or may be called from outside, with no lock held."""
    program = run.program
    for (_, name), func in program.methods.items():
        if func in run.touching:
            run.alike[name] = (*run.alike.get(name, ()), func)
    run.recovers = any(instr.Recover in classes(function) for function in program.functions.values())
    nothing: Held = frozenset()
    methods = [name for name in program.methods.values() if name in program.functions]
    for name in dict.fromkeys((program.root, *run.taken, *methods)):
        for held in _exits(run, name, nothing):
            run.bad.update(held)


def _free(program: Program) -> tuple[str, ...]:
    """Functions that may run by themselves: started, kept or given away, not just called or deferred."""
    found: dict[str, None] = {}
    for function in program.functions.values():
        found.update(dict.fromkeys(_let_loose(function)))
    return tuple(name for name in found if name in program.functions)


@once
def _let_loose(function: Function) -> tuple[str, ...]:
    """The functions whose closures it starts, keeps or gives away."""
    made = [item for item in function.code if isinstance(item, instr.MakeClosure)]
    if not made:
        return ()
    called = {item.callee for item in function.code if isinstance(item, instr.Defer | instr.CallValue)}
    other = {reg for item in function.code for reg in _given(item)}
    return tuple([item.func for item in made if item.dst not in called or item.dst in other])


def _given(item: Instr) -> tuple[Reg, ...]:
    return item.args if isinstance(item, instr.Defer | instr.CallValue) else uses(item)


def _exits(run: _Run, name: str, held: Held) -> tuple[Held, ...]:
    """The sets of locks that may be held when the function returns."""
    if name not in run.touching:
        return (held,)
    key = (name, held)
    known = run.memo.get(key)
    if known is not None:
        return known
    run.memo[key] = (held,)  # what a recursive call is taken to do
    run.busy[key] = None
    found: dict[Held, None] = {}
    skeleton = _skeleton(run, name)
    stack: list[_Point] = [(pc, held, ()) for pc in skeleton.entry]
    seen = set(stack)
    while stack:
        pc, now, pending = stack.pop()
        run.points += 1
        if run.points > MAX_POINTS or _all_bad(run):
            raise _NothingLeft
        for after in _step(run, skeleton, pc, now, pending, found):
            if after not in seen:
                seen.add(after)
                stack.append(after)
    exits = tuple(found)
    run.memo[key] = exits
    del run.busy[key]
    for each in exits:
        if each != held and _recursive(run, name):
            run.bad.update(each ^ held)
    return exits


def _all_bad(run: _Run) -> bool:
    """No lock is left that may be good."""
    if len(run.bad) == run.judged:
        return False
    run.judged = len(run.bad)
    return all(place in run.bad or f"{place} read" in run.bad for place in run.locks)


def _recursive(run: _Run, name: str) -> bool:
    """The function may call itself, through others too."""
    if name not in run.recursive:
        run.recursive[name] = _may_recur(run, name)
    return run.recursive[name]


def _may_recur(run: _Run, name: str) -> bool:
    seen: set[str] = set()
    todo = [name]
    while todo:
        for item in run.program.functions[todo.pop()].code:
            if isinstance(item, instr.CallValue | instr.CallMethod):
                return True
            if isinstance(item, instr.Call) and item.func in run.program.functions:
                if item.func == name:
                    return True
                if item.func not in seen:
                    seen.add(item.func)
                    todo.append(item.func)
    return False


_Point = tuple[int, Held, Pending]


def _step(
    run: _Run, skeleton: _Skeleton, pc: int, held: Held, pending: Pending, exits: dict[Held, None]
) -> list[_Point]:
    """Where it goes on behind an instruction; returns are noted in `exits`."""
    item = skeleton.function.code[pc]
    helds: tuple[Held, ...] = (held,)
    match item:
        case instr.Lock():
            helds = (
                _locked(run, run.places[skeleton.function.id].get(item.pointer, UNKNOWN), item.op, held),
            )
        case instr.Call() if item.func in run.program.functions:
            helds = _exits(run, item.func, held)
        case instr.Call():
            if held:
                helds = _called_back(run, skeleton, item.escapes, held)
        case instr.CallMethod():
            helds = _dynamic(run, skeleton, item, held) if held else (held,)
        case instr.CallValue():
            helds = _dynamic(run, skeleton, item, held)
        case instr.Defer():
            callee = skeleton.closures.get(item.callee, UNKNOWN)
            if callee in pending[:-1] or len(pending) > MAX_HELD:
                raise _NothingLeft
            if callee == UNKNOWN:
                callee = f"{UNKNOWN}{len(item.args)}"
            pending = pending if pending[-1:] == (callee,) else (*pending, callee)
        case instr.Return():
            exits.update(dict.fromkeys(_unwound(run, held, pending)))
        case instr.Goexit():
            for left in _unwound(run, held, pending):
                run.bad.update(left)
        case instr.Panic() if run.recovers:
            for left in _unwound(run, held, pending):
                run.bad.update(left)
        case _:
            if _blocks(item) or isinstance(item, _TURNS):
                run.bad.update(held)
    if any(len(each) > MAX_HELD for each in helds):
        raise _NothingLeft
    return [(target, each, pending) for target in skeleton.follow[pc] for each in helds]


def _blocks(item: Instr) -> bool:
    match item:
        case instr.Select():
            return item.default == NONE
        case instr.Recv():
            return item.desc.kind != "sleep"
        case instr.WaitGroup() | instr.Cond():
            return item.op == "wait"
        case _:
            return isinstance(item, _BLOCKING)


def _locked(run: _Run, place: str, op: str, held: Held) -> Held:
    """The locks held behind a Lock or Unlock."""
    read = f"{place} read"
    if op in ("unlock", "runlock"):
        own = read if op == "runlock" else place
        if own not in held:
            run.bad.add(place)
        return held - {own}
    if place in held or read in held:
        run.bad.add(place)
    if place == UNKNOWN:
        run.bad.update(held)
        return held
    for other in held:
        run.within[(other.removesuffix(" read"), place)] = None
    return held | {read if op == "rlock" else place}


def _unwound(run: _Run, held: Held, pending: Pending) -> tuple[Held, ...]:
    """What is held once the deferred functions have run."""
    helds: dict[Held, None] = {held: None}
    for callee in reversed(pending):
        after: dict[Held, None] = {}
        for each in helds:
            unknown = callee.startswith(UNKNOWN)
            for name in _taking(run, int(callee[1:])) if unknown else (callee,):
                after.update(dict.fromkeys(_exits(run, name, each)))
            if unknown:
                after[each] = None
        helds = after
    return tuple(helds)


def _called_back(run: _Run, skeleton: _Skeleton, escapes: tuple[Reg, ...], held: Held) -> tuple[Held, ...]:
    """Unknown code may call the functions it is given."""
    found: dict[Held, None] = {held: None}
    everything = False
    for reg in escapes:
        callee = skeleton.closures.get(reg, UNKNOWN)
        if callee != UNKNOWN:
            found.update(dict.fromkeys(_exits(run, callee, held)))
        elif reg in skeleton.vague:
            if not everything:
                found.update(dict.fromkeys(_exits_of_taken(run, held)))
            everything = True
    return tuple(found)


def _exits_of_taken(run: _Run, held: Held) -> tuple[Held, ...]:
    """What may be held behind a call of any function that runs by itself. Remembered unless one of them is
    being looked at: then more may be found later."""
    known = run.behind.get(held)
    if known is not None:
        return known
    found: dict[Held, None] = {}
    for name in run.taken:
        found.update(dict.fromkeys(_exits(run, name, held)))
    if not any(busy == held for _, busy in run.busy):
        run.behind[held] = tuple(found)
    return tuple(found)


def _taking(run: _Run, count: int) -> tuple[str, ...]:
    """Functions that are called by value and take so many arguments."""
    known = run.by_count.get(count)
    if known is None:
        functions = run.program.functions
        known = run.by_count[count] = tuple(
            name
            for name in run.free
            if len(functions[name].params) - functions[name].bound in (count, count + 1)
        )
    return known


def _dynamic(
    run: _Run, skeleton: _Skeleton, item: instr.CallValue | instr.CallMethod, held: Held
) -> tuple[Held, ...]:
    """A call of one of several functions, or of code outside."""
    if isinstance(item, instr.CallValue):
        known = skeleton.closures.get(item.callee, UNKNOWN)
        names = _taking(run, len(item.args)) if known == UNKNOWN else (known,)
    else:
        names = run.alike.get(item.name, ())
    found: dict[Held, None] = dict.fromkeys(_called_back(run, skeleton, item.escapes, held))
    for name in names:
        found.update(dict.fromkeys(_exits(run, name, held)))
    return tuple(found)


# Putting it together.


def _spread(run: _Run) -> set[str]:
    """The places that stay locks: those that are bad, that are held while such a one is taken, or that are
    taken in a circle."""
    bad = {place.removesuffix(" read") for place in run.bad}
    edges = [edge for edge in run.within if edge[0] not in bad]
    bad.update(_circular(edges))
    changed = True
    while changed:
        changed = False
        for first, second in run.within:
            if second in bad and first not in bad:
                bad.add(first)
                changed = True
    return bad


def _circular(edges: list[tuple[str, str]]) -> set[str]:
    """Places from which a way leads back to them."""
    follow: dict[str, list[str]] = {}
    for first, second in edges:
        follow.setdefault(first, []).append(second)
    found: set[str] = set()
    for start in follow:
        seen: set[str] = set()
        todo = list(follow[start])
        while todo:
            place = todo.pop()
            if place not in seen:
                seen.add(place)
                todo.extend(follow.get(place, ()))
        if start in seen:
            found.add(start)
    return found


def _replaced(function: Function, places: dict[Reg, str], bad: set[str]) -> Function:
    good = [pc for pc, pointer in _pointers(function) if places.get(pointer, UNKNOWN) not in bad]
    if not good:
        return function
    known = _known(function)
    found = known.get(tuple(good))
    if found is None:
        code = list(function.code)
        for pc in good:
            code[pc] = _plain_lock(code[pc])
        found = known[tuple(good)] = replace(function, code=tuple(code))
    return found


@once
def _pointers(function: Function) -> tuple[tuple[int, Reg], ...]:
    """Where it locks and unlocks, and by which register."""
    return tuple(
        [(pc, item.pointer) for pc, item in enumerate(function.code) if isinstance(item, instr.Lock)]
    )


@once
def _known(function: Function) -> dict[tuple[int, ...], Function]:
    """The function with sections in place of some of its locks, by which."""
    return {}


def _plain_lock(item: Instr) -> Instr:
    assert isinstance(item, instr.Lock)
    return replace(item, op="leave" if item.op in ("unlock", "runlock") else "section")
