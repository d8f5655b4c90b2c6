"""Summaries of functions with all that they can call, made on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from unstuck.ir.scope import Scope
from unstuck.types.model import FuncRef


@dataclass(slots=True)
class Scopes:
    """Summaries with all that is called, made on demand. `own` gives the function's own, or None when it is
    not in sight, `callees` what it names."""

    own: Callable[[FuncRef], Scope | None]
    callees: Callable[[FuncRef], tuple[FuncRef, ...]]
    known: dict[FuncRef, Scope] = field(default_factory=dict)
    leaving: dict[FuncRef, bool] = field(default_factory=dict)
    """Answers of `leaves`."""

    def leaves(self, ref: FuncRef) -> bool:
        """The function, or something it can call, does something to what it is given, or gives something to
        code that is not in sight. No more is looked at than it takes to know."""
        if ref in self.leaving:
            return self.leaving[ref]
        callers: dict[FuncRef, FuncRef | None] = {ref: None}
        waiting = [ref]
        while waiting:
            one: FuncRef | None = waiting.pop()
            assert one is not None
            if self.leaving.get(one) is False:
                continue
            own = self.own(one)
            if self.leaving.get(one) or (own is not None and (own.outside or own.given)):
                while one is not None:
                    self.leaving[one] = True
                    one = callers[one]
                return True
            for callee in self.callees(one):
                if callee not in callers:
                    callers[callee] = one
                    waiting.append(callee)
        self.leaving.update(dict.fromkeys(callers, False))
        return False

    def whole(self, ref: FuncRef) -> Scope:
        """The summary of a function and all it can call."""
        if ref not in self.known:
            self._component(ref)
        return self.known[ref]

    def each(self, ref: FuncRef) -> Iterator[Scope]:
        """The summaries that go into that of a function, the nearest first, each made when it is asked for.
        Some of them are with all that is called."""
        waiting = [ref]
        seen = {ref}
        for one in waiting:
            known = self.known.get(one)
            if known is not None:
                yield known
                continue
            own = self.own(one)
            if own is not None:
                yield own
            new = [callee for callee in self.callees(one) if callee not in seen]
            seen.update(new)
            waiting.extend(dict.fromkeys(new))

    def _component(self, root: FuncRef) -> None:
        """Tarjan's strongly connected components, without recursion; a component has one summary."""
        index: dict[FuncRef, int] = {}
        low: dict[FuncRef, int] = {}
        path: list[FuncRef] = []
        on_path: set[FuncRef] = set()
        stack: list[tuple[FuncRef, int]] = [(root, 0)]
        while stack:
            ref, at = stack.pop()
            callees = self.callees(ref)
            if at == 0:
                index[ref] = low[ref] = len(index)
                path.append(ref)
                on_path.add(ref)
            elif callees[at - 1] in on_path:
                low[ref] = min(low[ref], low[callees[at - 1]])
            while at < len(callees) and (callees[at] in self.known or callees[at] in index):
                if callees[at] in on_path:
                    low[ref] = min(low[ref], index[callees[at]])
                at += 1
            if at < len(callees):
                stack.append((ref, at + 1))
                stack.append((callees[at], 0))
                continue
            if low[ref] == index[ref]:
                members = path[path.index(ref) :]
                del path[len(path) - len(members) :]
                on_path.difference_update(members)
                self._merge(members)

    def _merge(self, members: list[FuncRef]) -> None:
        inside = frozenset(members)
        owns = [scope for scope in map(self.own, members) if scope is not None]
        others = dict.fromkeys(
            callee for ref in members for callee in self.callees(ref) if callee not in inside
        )
        called = [self.known[callee] for callee in others]
        both = [*owns, *called]
        whole = Scope(
            frozenset().union(*(scope.uses for scope in both)),
            frozenset().union(*(scope.keeps for scope in both)),
            frozenset().union(*(scope.fills for scope in both)),
            frozenset().union(*(scope.waits for scope in both)),
            frozenset().union(*(scope.locks for scope in both)),
            given=any(scope.given for scope in both),
            passes=any(scope.passes for scope in both),
            makes=any(scope.makes for scope in both),
            holding=any(scope.holding for scope in owns),
            returns=any(scope.holding for scope in owns)
            and (any(scope.makes for scope in owns) or any(scope.returns for scope in called)),
            writes=any(scope.writes for scope in both),
            outside=any(scope.outside for scope in both),
        )
        self.known.update(dict.fromkeys(members, whole))
