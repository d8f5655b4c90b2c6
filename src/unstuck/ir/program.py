"""Which code belongs to a fragment: the root and what it calls that can touch concurrency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.desc import Descs
from unstuck.ir.instr import Function, Program
from unstuck.ir.literals import function_id
from unstuck.ir.lower import lower
from unstuck.types import model
from unstuck.types.world import World

SIZES = (2_500, 600, 200)
"""Instructions of one fragment before slicing; calls of further functions are unknown code. The next smaller
one is taken where a fragment of the size before could not be explored to its end."""
ALONE_DEPTH = 3
"""The same as MAX_DEPTH in a fragment that starts no goroutine: only its own locks are at stake."""
MAX_DEPTH = 10
"""Calls from the root to a function of the fragment; calls past it are unknown code."""
MAX_IMPLEMENTATIONS = 4
"""Types that implement an interface; with more, a call through it is unknown code."""
SMALL = 40
"""Instructions of a function that is followed for its results only."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A declared function, its literals and wrappers, and the declared functions they name."""

    functions: tuple[Function, ...]
    refs: tuple[tuple[str, model.FuncRef], ...]
    touches: bool
    """Contains an operation on a concurrency object."""
    size: int


@dataclass(slots=True)
class Code:
    """Lowered code of a world, made on demand."""

    world: World
    descs: Descs
    packages: tuple[str, ...]
    """Import paths of the packages to analyse: their bodies are followed."""
    modelled: Callable[[str], bool]
    """Whether a package has a library model."""
    _lowered: dict[model.FuncRef, Lowered | None] = field(default_factory=dict)
    _concerns: dict[model.FuncRef, bool] = field(default_factory=dict)
    _own: frozenset[str] = frozenset()

    def own(self, package: str) -> bool:
        """The package is one of those to analyse."""
        return package in self._own

    def __post_init__(self) -> None:
        self._own = frozenset(self.packages)

    def lowered(self, ref: model.FuncRef) -> Lowered | None:
        """The code of a declared function, None when it has none in sight."""
        if ref not in self._lowered:
            self._lowered[ref] = self._lower(ref)
        return self._lowered[ref]

    def _lower(self, ref: model.FuncRef) -> Lowered | None:
        if not self.own(ref.package) and not self.modelled(ref.package):
            return None
        source = self.world.function(ref)
        if source is None or not (source.stub or self.own(ref.package)):
            return None  # of a library, the model alone
        functions, refs = lower(self.world, self.descs, source)
        if not functions:
            return None
        items = [item for function in functions for item in function.code]
        touches = any(isinstance(item, instr.OPERATIONS) for item in items)
        return Lowered(functions, tuple(refs.items()), touches, len(items))

    def concerns(self, ref: model.FuncRef) -> bool:
        """The function, or something it can call, touches concurrency."""
        if ref in self._concerns:
            return self._concerns[ref]
        callers: dict[model.FuncRef, model.FuncRef | None] = {ref: None}
        waiting = [ref]
        while waiting:
            one = waiting.pop()
            lowered = None if self._concerns.get(one) is False else self.lowered(one)
            if self._concerns.get(one) or (lowered is not None and lowered.touches):
                self._concern(one, callers)
                return True
            for _, callee in lowered.refs if lowered is not None else ():
                if callee not in callers:
                    callers[callee] = one
                    waiting.append(callee)
        self._concerns.update(dict.fromkeys(callers, False))
        return False

    def _concern(self, ref: model.FuncRef, callers: dict[model.FuncRef, model.FuncRef | None]) -> None:
        """Notes that a function touches concurrency, and so do those through which it was found."""
        at: model.FuncRef | None = ref
        while at is not None:
            self._concerns[at] = True
            at = callers[at]


@dataclass(slots=True)
class _Growth:
    """What a fragment is made of so far, by reference, and what is still to be looked at."""

    code: Code
    max_size: int
    size: int
    queue: list[tuple[Lowered, int]]
    seen: set[model.FuncRef]
    cut: set[str] = field(default_factory=set)


def program(code: Code, root: model.FuncRef, max_size: int = SIZES[0]) -> Program | None:
    """The fragment of a root; past `max_size` instructions only small functions are followed."""
    first = code.lowered(root)
    return grown(code, first, max_size, (root,)) if first is not None else None


def grown(
    code: Code, first: Lowered, max_size: int = SIZES[0], known: tuple[model.FuncRef, ...] = ()
) -> Program:
    """The fragment of a root that is already lowered; `known` is its declaration, when it has one."""
    functions: dict[str, Function] = {}
    named: set[str] = set()
    types: dict[str, model.Named] = {}
    methods: dict[tuple[str, str], str] = {}
    implementations: dict[str, tuple[tuple[str, bool], ...]] = {}
    growth = _Growth(code, max_size, first.size, [(first, 0)], set(known))
    starts = False
    while growth.queue:
        lowered, depth = growth.queue.pop(0)
        for function in lowered.functions:
            functions[function.id] = function
            _collect(code, function, named, types)
            _implementations(code, function, types, implementations)
        starts = starts or any(isinstance(item, instr.Go) for f in lowered.functions for item in f.code)
        within = depth < (MAX_DEPTH if starts else ALONE_DEPTH)
        for _, callee in lowered.refs:
            if callee not in growth.seen and _follow(code, callee):
                room = (within and _fits(growth, callee)) or not code.own(callee.package)
                _take(growth, callee, depth + 1, room)
        if not growth.queue:
            for callee, depth in _methods(code, named, types, methods, growth.seen):
                _take(growth, callee, depth, _fits(growth, callee))
    items = (item for function in functions.values() for item in function.code)
    spawns = any(isinstance(item, instr.Binary) and item.spawns for item in items)
    left = frozenset(growth.cut - functions.keys())
    methods = {key: name for key, name in methods.items() if name in functions or name in left}
    return Program(first.functions[0].id, functions, methods, implementations, left, starts, spawns)


def _take(growth: _Growth, ref: model.FuncRef, depth: int, room: bool) -> None:
    """The function becomes part of the fragment when there is room for it; else calls of it are cut."""
    if not room:
        growth.cut.add(function_id(ref))
        return
    growth.seen.add(ref)
    lowered = growth.code.lowered(ref)
    if lowered is not None:
        growth.queue.append((lowered, depth))
        growth.size += lowered.size


def _size(code: Code, ref: model.FuncRef) -> int:
    lowered = code.lowered(ref)
    return lowered.size if lowered is not None else 0


def _fits(growth: _Growth, ref: model.FuncRef) -> bool:
    """There is room for the function; small ones have more."""
    own = _size(growth.code, ref)
    return growth.size + own <= growth.max_size or (own <= SMALL and growth.size <= 2 * growth.max_size)


def _follow(code: Code, ref: model.FuncRef) -> bool:
    lowered = code.lowered(ref)
    if lowered is None:
        return False
    return lowered.size <= SMALL or code.concerns(ref)


def _collect(code: Code, function: Function, named: set[str], types: dict[str, model.Named]) -> None:
    """Methods that are called by name, and types whose methods they may be."""
    for item in function.code:
        match item:
            case instr.CallMethod() | instr.BindMethod():
                named.add(item.name)
            case instr.MakeStruct():
                _type(code, item.type, types)
            case instr.New() | instr.Zero() | instr.Load() | instr.Fresh():
                _type(code, item.desc.name, types)
                if item.desc.elem is not None:
                    _type(code, item.desc.elem.name, types)
            case instr.FieldAddr():
                _type(code, item.type, types)
            case _:
                pass
    for desc in function.params:
        _type(code, desc.name, types)
        if desc.elem is not None:
            _type(code, desc.elem.name, types)


def _implementations(
    code: Code,
    function: Function,
    types: dict[str, model.Named],
    found: dict[str, tuple[tuple[str, bool], ...]],
) -> None:
    """Interfaces whose methods are called, as far as they are declared in sight and few types have them."""
    for item in function.code:
        if not isinstance(item, instr.CallMethod | instr.BindMethod) or item.interface in found:
            continue
        named = code.descs.named.get(item.interface)
        if named is None or not code.own(named.package):
            continue
        having = code.world.implementations(named, code.packages)
        if not 0 < len(having) <= MAX_IMPLEMENTATIONS:
            continue
        pairs: list[tuple[str, bool]] = []
        for type_ in having:
            base = type_.elem if isinstance(type_, model.Pointer) else type_
            if isinstance(base, model.Named):
                code.descs.of(base)
                _type(code, f"{base.package}.{base.name}", types)
                pairs.append((f"{base.package}.{base.name}", isinstance(type_, model.Pointer)))
        found[item.interface] = tuple(pairs)


def _type(code: Code, name: str, types: dict[str, model.Named]) -> None:
    if name and name not in types and name in code.descs.named:
        types[name] = code.descs.named[name]


def _methods(
    code: Code,
    named: set[str],
    types: dict[str, model.Named],
    methods: dict[tuple[str, str], str],
    seen: set[model.FuncRef],
) -> list[tuple[model.FuncRef, int]]:
    found: list[tuple[model.FuncRef, int]] = []
    for name in sorted(named):
        for type_, type_model in types.items():
            if (type_, name) in methods:
                continue
            selection = code.world.lookup(model.Pointer(type_model), name, type_model.package)
            if selection is None or selection.method is None or selection.path:
                continue
            ref = selection.method
            if not _follow(code, ref):
                continue
            methods[(type_, name)] = function_id(ref)
            if ref not in seen:
                seen.add(ref)
                found.append((ref, 1))
    return found
