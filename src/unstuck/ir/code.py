"""Lowered code of a world, made on demand, and what fragments ask of each function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.desc import Descs
from unstuck.ir.instr import Function
from unstuck.ir.lower import initialisers, lower
from unstuck.ir.scope import NO_CALLS, NO_SCOPE, Calls, Scope, own_scope
from unstuck.ir.scopes import Scopes
from unstuck.types import model
from unstuck.types.world import World


@dataclass(frozen=True, slots=True)
class Words:
    """What a fragment asks of all instructions of a declared function."""

    methods: tuple[str, ...]
    """Methods that are called or bound by name."""
    interfaces: tuple[str, ...]
    """Interfaces whose methods these are."""
    types: tuple[str, ...]
    """Types whose methods may be called by name."""
    starts: bool
    """It starts a goroutine."""
    spawns: bool
    """It has a comparison that decides how many goroutines are started."""
    steady: tuple[str, ...]
    """Package-level variables that it names whose value stays, or what that points to."""


@dataclass(slots=True)
class Lowered:
    """A declared function, its literals and wrappers, and the declared functions they name."""

    functions: tuple[Function, ...]
    refs: tuple[tuple[str, model.FuncRef], ...]
    touches: bool
    """Contains an operation on a concurrency object."""
    size: int
    scope: Scope = NO_SCOPE
    calls: Calls | None = NO_CALLS
    """None until somebody asked."""
    words: Words | None = None
    """What looking through its instructions gives; None until somebody asked."""


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
    methods: dict[str, dict[str, model.FuncRef | None]] = field(default_factory=dict)
    """Methods that types declare themselves, by method and type, as far as a fragment asked."""
    _own: frozenset[str] = frozenset()
    scopes: Scopes = field(init=False)

    def own(self, package: str) -> bool:
        """The package is one of those to analyse."""
        return package in self._own

    def __post_init__(self) -> None:
        self._own = frozenset(self.packages)
        self.scopes = Scopes(self._own_scope, self._callees)

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
        self.world.read += source.decl.end - source.decl.start
        functions, refs = lower(self.world, self.descs, source)
        if not functions:
            return None
        items = [item for function in functions for item in function.code]
        touches = any(isinstance(item, instr.OPERATIONS) for item in items)
        seen = [name for name, each in refs.items() if self.own(each.package) or self.modelled(each.package)]
        names = frozenset((*seen, *(function.id for function in functions)))
        scope = own_scope(functions, names)
        return Lowered(functions, tuple(refs.items()), touches, len(items), scope, None)

    def of_globals(self, package: str) -> tuple[Lowered, ...]:
        """What package-level variables start with, where function literals are in it: each as the code of a
        function of the variable's name."""
        found: list[Lowered] = []
        for source in initialisers(self.world, package):
            functions, refs = lower(self.world, self.descs, source)
            size = sum(len(function.code) for function in functions)
            found.append(Lowered(functions, tuple(refs.items()), True, size))
        return tuple(found)

    def _own_scope(self, ref: model.FuncRef) -> Scope | None:
        lowered = self.lowered(ref)
        return lowered.scope if lowered is not None else None

    def _callees(self, ref: model.FuncRef) -> tuple[model.FuncRef, ...]:
        lowered = self.lowered(ref)
        return tuple(callee for _, callee in lowered.refs) if lowered is not None else ()

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
