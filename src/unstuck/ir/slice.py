"""Keeps of a program what can decide whether a goroutine blocks.

Flow-insensitive over registers and typed locations, across functions: operations on concurrency objects are
kept, then what computes their operands, then the branches that lead to different kept instructions, and so
on until nothing is added. A branch whose both ways lead to the same kept instruction disappears.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from unstuck.ir import instr
from unstuck.ir.copied import copied_fields
from unstuck.ir.future import future
from unstuck.ir.instr import NONE, Function, Instr, Program, Reg
from unstuck.ir.once import classes, ways, written
from unstuck.ir.operands import defs, successors, uses
from unstuck.ir.panics import surely_panics, with_panics
from unstuck.ir.rebuild import rebuilt
from unstuck.ir.repeating import OF_PLAIN
from unstuck.ir.sections import with_sections
from unstuck.ir.shape import Shape, shape
from unstuck.ir.taint import tainted

_ENDS = (instr.Exit, instr.Goexit)
_KEPT = frozenset((*instr.OPERATIONS, *_ENDS))
"""Kept in any case."""
_SEEN_BY_OTHERS = (
    instr.Store,
    instr.MapGet,
    instr.MapSet,
    instr.MapDelete,
    instr.MapNext,
    instr.Append,
    instr.Call,
    instr.CallValue,
    instr.CallMethod,
)
"""What reads or writes memory that goroutines share, besides Load."""
_SCALARS = ("int", "bool", "string", "basic")
_TELLING = (*_SCALARS, "error")


@dataclass(slots=True)
class _Body:
    """What is kept of one function so far."""

    function: Function
    shape: Shape
    written: tuple[tuple[Reg, ...], ...]
    """Registers that each instruction writes."""
    kept: list[bool]
    regs: set[Reg] = field(default_factory=set)
    results: set[int] = field(default_factory=set)
    active: bool = False
    open: Sequence[int] = ()
    """Instructions of which something may still be learnt, the last one first; no branches."""
    branches: Sequence[int] = ()
    """Branches that are not kept."""
    weighed: tuple[int, int, int] = (-1, -1, -1)
    """How much was known when the branches were looked at last."""
    learnt: int = -1
    """What all bodies together had learnt when this one was looked at last."""
    moved: bool = True
    """Something changed since that concerns this body alone."""


@dataclass(slots=True)
class _Slice:
    """The whole program's state."""

    program: Program
    bodies: dict[str, _Body]
    asked: set[str]
    stored: set[str] = field(default_factory=set)
    """Keys of what is written by kept instructions."""
    learnt: int = 0
    """How many things that concern other bodies were found out so far."""
    recovers: bool = False
    waits: bool = False
    """Somebody waits for a wait group."""
    dynamic_results: bool = False
    taken: tuple[str, ...] = ()
    made: dict[str, set[Reg]] = field(default_factory=dict)
    """Registers that may lead to something that the fragment made (ir/taint.py)."""
    methods: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The functions that a call of a method by name may come to."""


def simplified(program: Program) -> Program:
    """The program with calls that only panic, and locks that nobody waits for in vain, as what they are."""
    return with_sections(with_panics(program))


def sliced(program: Program) -> Program:
    """The program, simplified, with everything irrelevant removed and liveness filled in."""
    return relevant(simplified(program))


def relevant(program: Program) -> Program:
    """A simplified program with everything irrelevant removed and liveness filled in."""
    state = _start(program)
    going = True
    while going:
        going = False
        for body in reversed(state.bodies.values()):
            if body.moved or body.learnt != state.learnt:
                body.moved, body.learnt = False, state.learnt
                _round(state, body)
                going = True
    functions = {name: rebuilt(body.function, body.kept, body.regs) for name, body in state.bodies.items()}
    watching = {kind: _reaching(functions, sees) for kind, sees in _SEES.items()}
    made = replace(
        program,
        functions=functions,
        watching=watching,
        reaching=_reaches(program, state.made),
        copied=copied_fields(functions),
    )
    return replace(made, future=future(made))


def reaches(program: Program) -> bool:
    """What the fragment makes, or a lock that it holds, may get to a function that is not followed."""
    return program.held or (bool(program.cut) and _reaches(program, tainted(program)))


def _reaches(program: Program, made: dict[str, set[Reg]]) -> bool:
    cut = program.cut
    if not cut or program.held:
        return program.held
    methods = {name for (_, name), func in program.methods.items() if func in cut}
    for function in program.functions.values():
        mine = made[function.id]
        for item in function.code:
            match item:
                case instr.Call() if item.func in cut:
                    given: tuple[Reg, ...] = item.args
                case instr.CallMethod() if item.name in methods:
                    given = uses(item)
                case instr.MakeClosure() if item.func in cut:
                    return True
                case instr.Lock() if item.op not in ("section", "leave"):
                    return True
                case _:
                    continue
            if any(reg in mine for reg in given):
                return True
    return False


def _tries(function: Function) -> bool:
    tries = instr.Lock in classes(function)
    return tries and any(isinstance(i, instr.Lock) and i.op.startswith("try") for i in function.code)


_SEES: dict[str, Callable[[Function], bool]] = {
    "wait": lambda function: shape(function).waits,
    "try": _tries,
}


def _reaching(functions: dict[str, Function], sees: Callable[[Function], bool]) -> frozenset[str]:
    """The functions that can come to such an operation: their own, or that of what they call, or of any
    function value or method when they call one."""
    found = {name for name, function in functions.items() if sees(function)}
    if not found:
        return frozenset()
    changed = True
    while changed:
        changed = False
        for name, function in functions.items():
            if name not in found and any(_leads(item, found) for item in function.code):
                found.add(name)
                changed = True
    return frozenset(found)


def _leads(item: Instr, found: set[str]) -> bool:
    match item:
        case instr.Call() | instr.MakeClosure():
            return item.func in found
        case instr.CallValue() | instr.CallMethod() | instr.BindMethod():
            return True
        case _:
            return False


def _start(program: Program) -> _Slice:
    functions = program.functions
    shapes = {name: shape(function) for name, function in functions.items()}
    bodies = {
        name: _Body(function, made, written(function), [False] * len(function.code))
        for (name, function), made in zip(functions.items(), shapes.values())
    }
    taken = dict.fromkeys(program.methods.values())
    for name, made in shapes.items():
        taken.update(dict.fromkeys(made.taken))
        bodies[name].open, bodies[name].branches = made.open, made.branches
    root = bodies[program.root]
    telling = any(made.gives_back for made in shapes.values())
    for index, desc in enumerate(root.function.result_descs):
        if telling or desc.kind not in _TELLING:
            root.results.add(index)
    methods: dict[str, tuple[str, ...]] = {}
    for (_, name), func in program.methods.items():
        if func in bodies:
            methods[name] = (*methods.get(name, ()), func)
    return _Slice(
        program,
        bodies,
        set(),
        recovers=any(instr.Recover in classes(function) for function in functions.values()),
        waits=any(made.waits for made in shapes.values()),
        taken=tuple(taken),
        made=tainted(program),
        methods=methods,
    )


_STABLE = frozenset(
    (
        instr.Const,
        instr.Copy,
        instr.Zero,
        instr.Fresh,
        instr.New,
        instr.Global,
        instr.Load,
        instr.FieldAddr,
        instr.FieldOf,
        instr.ElemAddr,
        instr.MakeSlice,
        instr.Append,
        instr.Reslice,
        instr.Len,
        instr.MakeMap,
        instr.BindMethod,
        instr.Binary,
        instr.Not,
        instr.TypeTest,
    )
)
"""Kept when what they define is needed, and their operands then once and for all."""
_GROWING = frozenset(
    (
        instr.Return,
        instr.Call,
        instr.MakeClosure,
        instr.CallValue,
        instr.CallMethod,
        instr.Send,
        instr.Select,
        instr.Recv,
        instr.Go,
        instr.Defer,
        instr.MakeStruct,
    )
)
"""What needs more of its operands as more is known of others."""


def _round(state: _Slice, body: _Body) -> None:
    """Backwards, as needs go: one round settles most straight code."""
    code, kept, regs, written = body.function.code, body.kept, body.regs, body.written
    still: list[int] = []
    for pc in body.open:
        item = code[pc]
        kind = item.__class__
        if kind in _STABLE:
            if regs.isdisjoint(written[pc]):
                still.append(pc)
                continue
            kept[pc] = body.moved = True
            _demand(state, body, item)
            continue
        if not kept[pc] and _wanted(state, body, pc, item):
            kept[pc] = body.moved = True
        if kept[pc]:
            _demand(state, body, item)
        if not kept[pc] or kind in _GROWING:
            still.append(pc)
    body.open = still
    _branches(state, body)


def _wanted(state: _Slice, body: _Body, pc: int, item: Instr) -> bool:
    match item:
        case instr.Lock(op="section" | "leave") | instr.Yield():
            return state.program.starts and _seen_inside(state, body, pc, item)
        case instr.Go():
            return _callee_matters(state, body, item.callee) or _ends_all(state, body, item.callee)
        case instr.Defer():
            return _callee_matters(state, body, item.callee)
        case instr.Call():
            callee = state.bodies.get(item.func)
            if item.func in state.program.changing and (
                _needed(body, item) or any(reg in body.regs for reg in item.args)
            ):
                return True
            if callee is None:
                return _gives_away(state, body, item) or _needed(body, item)
            return callee.active or _needed(body, item)
        case instr.CallValue():
            known = body.shape.closures.get(item.callee, "")
            if known and known in state.bodies:
                return state.bodies[known].active or _needed(body, item)
            return _gives_away(state, body, item) or _needed(body, item) or _some_taken_active(state)
        case instr.CallMethod():
            followed = any(state.bodies[func].active for func in state.methods.get(item.name, ()))
            return followed or _gives_away(state, body, item) or _needed(body, item)
        case instr.Store():
            return (item.holds and item.src in state.made[body.function.id]) or body.shape.key(
                item.pointer, item.desc
            ) in state.asked
        case instr.MapSet():
            return (item.holds and item.src in state.made[body.function.id]) or "map" in state.asked
        case instr.MapDelete():
            return "map" in state.asked
        case instr.Panic() | instr.Recover():
            return state.recovers
        case instr.Return():
            return True
        case instr.Jump() | instr.Branch() | instr.MapNext():
            return False
        case instr.WaitGroup():
            return state.waits
        case _:
            return item.__class__ in _KEPT or _needed(body, item)


def _seen_inside(state: _Slice, body: _Body, pc: int, item: instr.Lock | instr.Yield) -> bool:
    """What others write is read behind the beginning of a critical section, or something is written."""
    if isinstance(item, instr.Lock) and item.op == "leave":
        return False
    code = body.function.code
    return any(body.kept[at] and _meets(state, body, code[at]) for at in body.shape.inside(code, pc))


def _meets(state: _Slice, body: _Body, item: Instr) -> bool:
    """Others may write what it reads, or read what it writes."""
    if isinstance(item, instr.Load):
        return body.shape.key(item.pointer, item.desc) in state.stored
    return isinstance(item, _SEEN_BY_OTHERS)


def _gives_away(state: _Slice, body: _Body, item: instr.Call | instr.CallValue | instr.CallMethod) -> bool:
    """Code outside gets hold of something that the fragment made, or may unlock what it took."""
    if isinstance(item, instr.Call) and _keeps_nothing(state.program, item):
        return False
    if isinstance(item, instr.Call) and item.func in state.program.cut:
        return bool(item.escapes)
    made = state.made[body.function.id]
    if isinstance(item, instr.CallValue) and state.program.cut and item.callee in made:
        return True  # what the function is bound to
    return any(reg in made for reg in item.escapes)


def _keeps_nothing(program: Program, item: instr.Call) -> bool:
    if item.func in program.passing:
        return False
    return item.func in program.harmless or item.func in program.changing


def _needed(body: _Body, item: Instr) -> bool:
    return not body.regs.isdisjoint(defs(item))


def _callee_matters(state: _Slice, body: _Body, callee: Reg) -> bool:
    known = body.shape.closures.get(callee, "")
    if known and known in state.bodies:
        return state.bodies[known].active
    return True


def _ends_all(state: _Slice, body: _Body, callee: Reg) -> bool:
    """A goroutine that surely panics, and nobody recovers: the process ends, whoever is stuck."""
    known = state.bodies.get(body.shape.closures.get(callee, ""))
    return known is not None and not state.recovers and surely_panics(known.function)


def _some_taken_active(state: _Slice) -> bool:
    return any(state.bodies[name].active for name in state.taken if name in state.bodies)


_EFFECTS = frozenset(
    (
        *instr.OPERATIONS,
        *_ENDS,
        instr.Call,
        instr.CallValue,
        instr.CallMethod,
        instr.Store,
        instr.MapSet,
        instr.MapDelete,
        instr.Defer,
        instr.Panic,
        instr.Recover,
    )
)
_DEMANDING = frozenset(
    (*_GROWING, instr.Store, instr.FieldOf, instr.Load, instr.Len, instr.MapGet, instr.MapNext)
)
"""What demands something else than its operands."""


def _demand(state: _Slice, body: _Body, item: Instr) -> None:
    kind = item.__class__
    if not body.active and kind in _EFFECTS:
        body.active = True
        state.learnt += 1
    if kind not in _DEMANDING:
        _add(state, body, uses(item))
        return
    match item:
        case instr.Return():
            _demand_given_out(state, body, item)
            wanted = tuple(reg for index, reg in enumerate(item.values) if index in body.results)
            _add(state, body, wanted)
            named = body.function.results
            _add(state, body, tuple(reg for index, reg in enumerate(named) if index in body.results))
            _ask_results(state, body)
        case instr.Call() if item.func in state.bodies:
            _demand_call(state, body, item, state.bodies[item.func])
        case instr.Call() if item.func in OF_PLAIN:
            _add(state, body, uses(item))
        case instr.Call() if _keeps_nothing(state.program, item):
            pass
        case instr.Call():
            _add(state, body, item.escapes)
        case instr.MakeClosure():
            _demand_bound(state, body, item)
        case instr.CallValue() | instr.CallMethod():
            if _needed(body, item) and not state.dynamic_results:
                _demand_dynamic_results(state)
            _add(state, body, uses(item))
        case instr.Send():
            sent = item.holds or "element" in state.asked
            _add(state, body, (item.channel, item.value) if sent else (item.channel,))
        case instr.Select():
            _demand_select(state, body, item)
        case instr.Recv():
            if item.dst in body.regs:
                _ask(state, "element")
            _add(state, body, uses(item))
        case instr.Go() | instr.Defer():
            _demand_started(state, body, item)
        case instr.MakeStruct():
            asked = tuple(reg for name, reg in item.fields if _field_matters(state, item.type, name))
            _add(state, body, (*asked, *item.held))
        case instr.Store():
            key = body.shape.key(item.pointer, item.desc)
            state.learnt += key not in state.stored
            state.stored.add(key)
            _add(state, body, uses(item))
        case instr.FieldOf():
            _ask(state, f"{item.owner}.{item.name}")
            _add(state, body, uses(item))
        case instr.Load():
            _ask(state, body.shape.key(item.pointer, item.desc))
            _add(state, body, uses(item))
        case instr.Len() if item.x in body.shape.maps:
            _ask(state, "map")
            _add(state, body, uses(item))
        case instr.MapGet() | instr.MapNext():
            _ask(state, "map")
            _add(state, body, uses(item))
        case _:
            _add(state, body, uses(item))


def _demand_given_out(state: _Slice, body: _Body, item: instr.Return) -> None:
    """A function value may be called by code outside, which then has what it returns."""
    name = body.function.id
    if name not in state.taken:
        return
    for index, reg in enumerate(item.values):
        if reg in state.made[name] and index not in body.results:
            body.results.add(index)
            state.learnt += 1


def _ask_results(state: _Slice, body: _Body) -> None:
    """Named results that live in cells are read when the function returns."""
    function = body.function
    for index, (cell, desc) in enumerate(zip(function.cells, function.result_descs)):
        if cell and index in body.results:
            _ask(state, f"cell {desc.kind} {desc.name}")


def _field_matters(state: _Slice, type_: str, name: str) -> bool:
    return f"{type_}.{name}" in state.asked or not type_ or f".{name}" in state.asked


def _demand_call(state: _Slice, body: _Body, item: instr.Call, callee: _Body) -> None:
    for index, dst in enumerate(item.dsts):
        if dst in body.regs and index not in callee.results:
            callee.results.add(index)
            state.learnt += 1
    _add(state, body, tuple(arg for index, arg in enumerate(item.args) if index in callee.regs))


def _demand_dynamic_results(state: _Slice) -> None:
    """A function that is called by value or as a method may be any whose address is taken."""
    state.dynamic_results = True
    state.learnt += 1
    for name in state.taken:
        if name in state.bodies:
            count = len(state.bodies[name].function.result_descs)
            state.bodies[name].results.update(range(count))


def _demand_select(state: _Slice, body: _Body, item: instr.Select) -> None:
    for case in item.cases:
        if case.dst in body.regs:
            _ask(state, "element")
        sent = case.holds or "element" in state.asked
        _add(state, body, (case.channel, case.value) if sent else (case.channel,))


def _demand_started(state: _Slice, body: _Body, item: instr.Go | instr.Defer) -> None:
    _add(state, body, (item.callee,))
    callee = state.bodies.get(body.shape.closures.get(item.callee, ""))
    if callee is None:
        _add(state, body, item.args)
        return
    bound = len(callee.function.params) - len(item.args)
    _add(state, body, tuple(arg for index, arg in enumerate(item.args) if index + bound in callee.regs))


def _demand_bound(state: _Slice, body: _Body, item: instr.MakeClosure) -> None:
    callee = state.bodies.get(item.func)
    if callee is None:
        _add(state, body, item.bound)
    else:
        _add(state, body, tuple(reg for index, reg in enumerate(item.bound) if index in callee.regs))


def _add(state: _Slice, body: _Body, regs: tuple[Reg, ...]) -> None:
    params = len(body.function.params)
    for reg in regs:
        if reg != NONE and reg not in body.regs:
            body.regs.add(reg)
            if reg < params:
                state.learnt += 1
            else:
                body.moved = True


def _ask(state: _Slice, key: str) -> None:
    if key not in state.asked:
        state.asked.add(key)
        state.learnt += 1


# Branches: kept when their ways lead to different kept instructions.


def _branches(state: _Slice, body: _Body) -> None:
    known = (sum(body.kept), len(body.results), len(body.regs))
    if not body.branches or known == body.weighed:
        return
    body.weighed = known
    code = body.function.code
    memo: dict[int, frozenset[int]] = {}
    reach = _reach(body, memo)
    for pc in body.branches:
        item = code[pc]
        if (isinstance(item, instr.MapNext) and _needed(body, item)) or _decides(item, pc, reach):
            body.kept[pc] = body.moved = True
            memo.clear()
            _demand(state, body, item)
    body.branches = [pc for pc in body.branches if not body.kept[pc]]


def _decides(item: Instr, pc: int, reach: Callable[[int], frozenset[int]]) -> bool:
    """Its ways lead to different kept instructions."""
    return len({goal for target in successors(item, pc) for goal in reach(target)}) > 1


def _reach(body: _Body, memo: dict[int, frozenset[int]]) -> Callable[[int], frozenset[int]]:
    """The kept instructions first reached from an index; equal returns count as one. `memo` has answers
    that still hold."""
    code = body.function.code
    defers = instr.Defer in classes(body.function)
    distinct = defers and any(kept and item.__class__ is instr.Defer for kept, item in zip(body.kept, code))
    plain = next(
        (pc for pc, item in enumerate(code) if isinstance(item, instr.Return) and not distinct), None
    )
    kept, after = body.kept, ways(body.function)

    def goal_of(pc: int) -> int:
        item = code[pc]
        if plain is None or not isinstance(item, instr.Return):
            return pc
        matters = any(index in body.results for index in range(len(item.values)))
        return pc if matters else -1

    def landing(pc: int) -> int:
        """The first place from an index that is kept, or where there are several ways, or none."""
        for _ in code:
            if kept[pc] or len(after[pc]) != 1:
                break
            pc = after[pc][0]
        return pc

    def reach(start: int) -> frozenset[int]:
        start = landing(start)
        known = memo.get(start)
        if known is not None:
            return known
        goals: set[int] = set()
        seen = {start}
        stack = [start]
        while stack:
            pc = stack.pop()
            if kept[pc]:
                goals.add(goal_of(pc))
                continue
            for target in after[pc]:
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        memo[start] = frozenset(goals)
        return memo[start]

    return reach
