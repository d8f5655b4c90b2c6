"""Which code belongs to a fragment: the root and what it calls that can touch concurrency."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from unstuck.ir import instr
from unstuck.ir.code import Code, Lowered, Words
from unstuck.ir.instr import Desc, Function, Program
from unstuck.ir.literals import function_id
from unstuck.ir.scope import Calls, Scope, calls_of
from unstuck.types import model

SMALL, MODERATE, LARGE = 100, 300, 1_000
"""Instructions of one fragment before slicing; calls of further functions are unknown code."""
ALONE_DEPTH = 3
"""The same as MAX_DEPTH in a fragment that starts no goroutine: only its own locks are at stake."""
MAX_DEPTH = 10
"""Calls from the root to a function of the fragment; calls past it are unknown code."""
MAX_IMPLEMENTATIONS = 4
"""Types that implement an interface; with more, a call through it is unknown code."""
ALONE = 1
"""The root and its literals, without what it calls."""
TINY = 40
"""Instructions of a function that is followed for its results only."""


@dataclass(slots=True)
class _Growth:
    """What a fragment is made of so far, by reference, and what is still to be looked at."""

    code: Code
    max_size: int
    wanted: frozenset[model.FuncRef]
    """Followed whatever they do."""
    size: int = 0
    queue: list[tuple[Lowered, int, bool]] = field(default_factory=list)
    """With each function how far from the root it is, and whether a lock may be held."""
    seen: set[model.FuncRef] = field(default_factory=set)
    cut: set[str] = field(default_factory=set)
    held: bool = False
    """One of these is called while a lock may be held."""
    hands: bool = False
    """One of these takes a channel."""
    passed: dict[model.FuncRef, _Unit] = field(default_factory=dict)
    """Functions that do not concern the fragment, as far as is known."""
    keeps: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    locks: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    """Of the functions of the fragment: see ir/scope.py. For membership only."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A function that is called: how far from the root, and how."""

    ref: model.FuncRef
    depth: int
    locked: bool = False
    """While a lock may be held."""
    handed: bool = False
    """With a channel, context or function."""
    value: bool = False
    """As a function value."""


def program(
    code: Code,
    root: model.FuncRef,
    max_size: int = LARGE,
    wanted: frozenset[model.FuncRef] = frozenset(),
) -> Program | None:
    """The fragment of a root; past `max_size` instructions only small functions are followed. Calls of
    `wanted` functions belong to it in any case."""
    first = code.lowered(root)
    return grown(code, first, max_size, (root,), wanted) if first is not None else None


def grown(
    code: Code,
    first: Lowered,
    max_size: int = LARGE,
    known: tuple[model.FuncRef, ...] = (),
    wanted: frozenset[model.FuncRef] = frozenset(),
) -> Program:
    """The fragment of a root that is already lowered; `known` is its declaration, when it has one."""
    functions: dict[str, Function] = {}
    named: dict[str, bool] = {}
    types: dict[str, model.Named] = {}
    methods: dict[tuple[str, str], str] = {}
    implementations: dict[str, tuple[tuple[str, bool], ...]] = {}
    growth = _Growth(code, max_size, wanted, first.size, [(first, 0, False)], set(known))
    steady: set[str] = set()
    starts = spawns = False
    while growth.queue:
        lowered, depth, locked = growth.queue.pop(0)
        words = _words(lowered)
        for function in lowered.functions:
            functions[function.id] = function
        for name in words.types:
            _type(code, name, types)
        for interface in words.interfaces:
            if interface not in implementations:
                _implementations(code, interface, types, implementations)
        _learn(growth, lowered, locked, named)
        steady.update(words.steady)
        starts = starts or words.starts
        spawns = spawns or words.spawns
        for name, callee in lowered.refs:
            if callee not in growth.seen:
                _consider(growth, _called(lowered, depth, locked, name, callee), starts)
        if not growth.queue:
            for each in _methods(code, named, types, methods, growth.seen):
                _consider(growth, each, starts)
        if not growth.queue:
            for each in list(growth.passed.values()):
                _consider(growth, each, starts)
    harmless, changing, passing = _left_alone(growth)
    left = frozenset(growth.cut - functions.keys())
    inside = {*functions, *left, *harmless, *changing}
    methods = {key: name for key, name in methods.items() if name in inside}
    return Program(
        first.functions[0].id,
        functions,
        methods,
        implementations,
        left,
        growth.held,
        harmless=harmless,
        changing=changing,
        passing=passing,
        starts=starts,
        spawns=spawns,
        hands=growth.hands,
        steady=frozenset(steady),
    )


def _learn(growth: _Growth, lowered: Lowered, locked: bool, named: dict[str, bool]) -> None:
    """Adds what a function of the fragment does, and the methods that it calls by name; whether a lock may
    be held then."""
    growth.keeps |= lowered.scope.keeps
    growth.uses |= lowered.scope.uses
    growth.locks |= lowered.scope.locks
    calls = _calls(lowered)
    growth.types |= calls.types
    for name in _words(lowered).methods:
        under = locked or f".{name}" in calls.locked
        named[name] = named.get(name, False) or under


def _called(lowered: Lowered, depth: int, locked: bool, name: str, callee: model.FuncRef) -> _Unit:
    calls = _calls(lowered)
    under = locked or name in calls.locked
    return _Unit(callee, depth + 1, under, name in calls.handing, name in calls.kept)


def _consider(growth: _Growth, unit: _Unit, starts: bool) -> None:
    """The function becomes part of the fragment when it concerns it and there is room; without room, calls
    of it are cut."""
    code, ref = growth.code, unit.ref
    if ref in growth.seen:
        return
    lowered = code.lowered(ref)
    if lowered is None:
        return
    if not _follow(growth, unit, lowered, starts):
        known = growth.passed.get(ref)
        if known is None or (unit.locked >= known.locked and unit.handed >= known.handed):
            growth.passed[ref] = unit
        else:
            locked, handed = unit.locked or known.locked, unit.handed or known.handed
            growth.passed[ref] = replace(unit, locked=locked, handed=handed)
        return
    within = unit.depth <= (MAX_DEPTH if starts else ALONE_DEPTH)
    if not (within and _fits(growth, lowered)) and code.own(ref.package):
        growth.cut.add(function_id(ref))
        growth.held = growth.held or unit.locked
        growth.hands = growth.hands or any(desc.kind == "chan" for desc in lowered.functions[0].params)
        return
    growth.seen.add(ref)
    growth.passed.pop(ref, None)
    growth.queue.append((lowered, unit.depth, unit.locked))
    growth.size += lowered.size


def _fits(growth: _Growth, lowered: Lowered) -> bool:
    """There is room for the function; small ones have more."""
    own = lowered.size
    return growth.size + own <= growth.max_size or (own <= TINY and growth.size <= 2 * growth.max_size)


def _follow(growth: _Growth, unit: _Unit, lowered: Lowered, starts: bool) -> bool:
    """The function concerns what the fragment makes or the locks that it holds, or is small and gives a
    result."""
    code, ref = growth.code, unit.ref
    if ref in growth.wanted:
        return True
    if not code.concerns(ref):
        return lowered.size <= TINY
    if starts:
        return True  # its goroutines may meet at any lock or channel that they reach
    if unit.value or lowered.scope.helper or not code.own(ref.package):
        return True
    if _meets(growth, unit, lowered, lowered.scope):
        return True  # then it does with all that it calls
    return _reaches(growth, unit, ref) or _meets(growth, unit, lowered, code.scopes.whole(ref))


def _reaches(growth: _Growth, unit: _Unit, ref: model.FuncRef) -> bool:
    """Something that the function can call meets the fragment. Nothing behind that is looked at."""
    makes = keeps = False
    for scope in growth.code.scopes.each(ref):
        makes = makes or scope.makes
        keeps = keeps or not growth.uses.isdisjoint(scope.keeps)
        if _touches(growth, unit, scope) or (makes and keeps):
            return True
    return False


def _meets(growth: _Growth, unit: _Unit, lowered: Lowered, scope: Scope) -> bool:
    """What the scope says of the function concerns the fragment."""
    if scope.returns or _touches(growth, unit, scope):
        return True
    if scope.makes and not growth.uses.isdisjoint(scope.keeps):
        return True
    return scope.holding and lowered.size <= TINY


def _touches(growth: _Growth, unit: _Unit, scope: Scope) -> bool:
    """The code summed up has to do with objects or locks of the fragment."""
    if scope.given and unit.handed:
        return True
    if not growth.keeps.isdisjoint(scope.uses) or not growth.types.isdisjoint(scope.waits):
        return True
    if not growth.types.isdisjoint(scope.fills):
        return True
    return unit.locked and ("?" in scope.locks or not growth.locks.isdisjoint(scope.locks))


def _left_alone(growth: _Growth) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Of the functions that are not followed those that do nothing to what the fragment makes: without any
    effect, and those that may change plain data; of both those that pass on what they are given. The others
    that concern concurrency are cut."""
    harmless: list[str] = []
    changing: list[str] = []
    passing: list[str] = []
    for ref, unit in growth.passed.items():
        scopes = growth.code.scopes
        scope = None if scopes.leaves(ref) else scopes.whole(ref)
        if scope is not None and not scope.holding:
            (changing if scope.writes else harmless).append(function_id(ref))
            if scope.passes:
                passing.append(function_id(ref))
        elif growth.code.concerns(ref):
            growth.cut.add(function_id(ref))
            growth.held = growth.held or unit.locked
    return frozenset(harmless), frozenset(changing), frozenset(passing)


def _calls(lowered: Lowered) -> Calls:
    if lowered.calls is None:
        lowered.calls = calls_of(lowered.functions)
    return lowered.calls


def _words(lowered: Lowered) -> Words:
    if lowered.words is None:
        lowered.words = _looked_through(lowered.functions)
    return lowered.words


def _looked_through(functions: tuple[Function, ...]) -> Words:
    methods: dict[str, None] = {}
    interfaces: dict[str, None] = {}
    types: dict[str, None] = {}
    steady: dict[str, None] = {}
    starts = spawns = False
    for function in functions:
        for item in function.code:
            match item:
                case instr.CallMethod() | instr.BindMethod():
                    methods[item.name] = None
                    interfaces[item.interface] = None
                case instr.MakeStruct() | instr.FieldAddr():
                    types[item.type] = None
                case instr.New() | instr.Zero() | instr.Load() | instr.Fresh():
                    _names_of(item.desc, types)
                case instr.Global() if item.steady:
                    steady[item.name] = None
                case instr.Go():
                    starts = True
                case instr.Binary():
                    spawns = spawns or item.spawns
                case _:
                    pass
        for desc in function.params:
            _names_of(desc, types)
    types.pop("", None)
    return Words(tuple(methods), tuple(interfaces), tuple(types), starts, spawns, tuple(steady))


def _names_of(desc: Desc, types: dict[str, None]) -> None:
    types[desc.name] = None
    if desc.elem is not None:
        types[desc.elem.name] = None


def _implementations(
    code: Code, interface: str, types: dict[str, model.Named], found: dict[str, tuple[tuple[str, bool], ...]]
) -> None:
    """The types that implement an interface, as far as it is declared in sight and few types have it."""
    named = code.descs.named.get(interface)
    if named is None or not code.own(named.package):
        return
    having = code.world.implementations(named, code.packages)
    if not 0 < len(having) <= MAX_IMPLEMENTATIONS:
        return
    pairs: list[tuple[str, bool]] = []
    for type_ in having:
        base = type_.elem if isinstance(type_, model.Pointer) else type_
        if isinstance(base, model.Named):
            code.descs.of(base)
            _type(code, f"{base.package}.{base.name}", types)
            pairs.append((f"{base.package}.{base.name}", isinstance(type_, model.Pointer)))
    found[interface] = tuple(pairs)


def _type(code: Code, name: str, types: dict[str, model.Named]) -> None:
    if name and name not in types and name in code.descs.named:
        types[name] = code.descs.named[name]


def _methods(
    code: Code,
    named: dict[str, bool],
    types: dict[str, model.Named],
    methods: dict[tuple[str, str], str],
    seen: set[model.FuncRef],
) -> list[_Unit]:
    found: list[_Unit] = []
    for name in sorted(named):
        declared = code.methods.setdefault(name, {})
        for type_, type_model in types.items():
            if type_ not in declared:
                declared[type_] = _method(code, type_model, name)
            ref = declared[type_]
            if ref is None or (type_, name) in methods or code.lowered(ref) is None:
                continue
            methods[(type_, name)] = function_id(ref)
            if ref not in seen:
                found.append(_Unit(ref, 1, named[name], handed=True))
    return found


def _method(code: Code, type_: model.Named, name: str) -> model.FuncRef | None:
    """The method that a type itself declares under a name, not one of an embedded field's."""
    selection = code.world.lookup(model.Pointer(type_), name, type_.package)
    return selection.method if selection is not None and not selection.path else None
