"""Functions that may return while a timer of theirs still runs, and loops that call them.

What such a function returns then (true, false, nil, an error) is compared with what its caller asks: a loop
that ends whenever the function was left early leaves one timer and not one for each iteration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from unstuck.flow.graph import EXIT, Edge, Graph
from unstuck.flow.paths import walk, writes
from unstuck.flow.places import bare, callee, is_nil, point_nodes, variable
from unstuck.rules.names import Names
from unstuck.rules.subject import Body, Subject
from unstuck.rules.uses import parents_of
from unstuck.syntax import ast
from unstuck.types.model import Info, Var
from unstuck.types.world import Function

MAX_BYTES = 6_000
"""Longer functions are not looked into."""


_ERRORS = ("Err", "Errorf", "New", "Cause", "Error")
"""Functions that return errors, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A call at point `at` of a body, in a loop, of a function with a body that can be read."""

    at: int
    call: ast.Call
    function: Function


@dataclass(frozen=True, slots=True)
class _State:
    """`left`: the function was left early in the call followed; `knows` says what its results were."""

    left: bool = False
    knows: tuple[tuple[Var, str], ...] = ()


def callers(subject: Subject, body: Body, signs: Sequence[bytes], looped: Sequence[int]) -> Iterator[Caller]:
    """The calls at the points `looped` of functions of the same package whose text has one of the signs."""
    world, info = subject.world, subject.function.info
    for number in looped:
        point = body.graph.points[number]
        for node in point_nodes(point.kind, point.node):
            ref = callee(info, node) if isinstance(node, ast.Call) else None
            declared = world.declared(ref) if ref is not None else None
            if ref is None or declared is None or ref.package != subject.function.ref.package:
                continue
            text = declared.file.data[declared.start : declared.end]
            if len(text) > MAX_BYTES or not any(sign in text for sign in signs):
                continue
            function = world.function(ref)
            if function is None or function.decl.body is None or function.ref == subject.function.ref:
                continue
            if isinstance(node, ast.Call) and not isinstance(point.node, (ast.GoStmt, ast.DeferStmt)):
                yield Caller(number, node, function)


def goes_on(subject: Subject, body: Body, caller: Caller, returns: Sequence[ast.Return | None]) -> bool:
    """Whether the loop can call again after the function was left by one of these returns."""
    for left in returns:
        automaton = _Again(subject, body, caller, left)
        visits = walk(body.graph, body.memory, automaton)
        if visits is not None and any(visit.at == caller.at and visit.state.left for visit in visits):
            return True
    return False


def return_of(graph: Graph, points: Sequence[int]) -> ast.Return | None:
    """The return statement that a path to the exit ends in."""
    for number in reversed(points):
        node = graph.points[number].node
        if number != EXIT and node is not None:
            return node if isinstance(node, ast.Return) else None
    return None


def inside(subject: Subject, caller: Caller) -> Subject:
    """The called function as a subject, with its own body only."""
    function = caller.function
    block = function.decl.body or ast.Block(0, 0, (), 0)
    body = Body(subject.world, function, function.decl, block, subject.bodies[0].walked)
    parents = parents_of(function.decl)
    named = Names(function.info, parents)
    return Subject(subject.world, subject.package, function, subject.test, (body,), parents, named)


@dataclass(frozen=True, slots=True, eq=False)
class _Again:
    """Follows one call that was left by `left`; see paths.Automaton."""

    subject: Subject
    body: Body
    caller: Caller
    left: ast.Return | None

    def start(self) -> _State:
        return _State()

    def step(self, at: int, state: _State) -> Iterable[_State]:
        if at == self.caller.at:
            return () if state.left else (_State(True, self._results()),)
        if not state.knows:
            return (state,)
        info, point = self.subject.function.info, self.body.graph.points[at]
        gone = [
            variable(info, target)
            for node in point_nodes(point.kind, point.node)
            for target, _ in writes(node)
            if isinstance(target, ast.Ident)
        ]
        return (_State(True, tuple(item for item in state.knows if item[0] not in gone)),)

    def assume(self, at: int, edge: Edge, state: _State) -> _State | None:
        if not state.left or edge.cond is None or self.body.graph.points[at].kind == "range":
            return state
        cond = bare(edge.cond)
        if cond is self.caller.call:
            kinds = self._kinds()
            return None if len(kinds) == 1 and kinds[0] == ("false" if edge.holds else "true") else state
        kind = _asked(self.subject.function.info, cond, state.knows)
        if kind is None:
            return state
        return state if kind == edge.holds else None

    def _kinds(self) -> tuple[str, ...]:
        if self.left is None:
            return ()
        return tuple(kind_of(self.caller.function.info, result) for result in self.left.results)

    def _results(self) -> tuple[tuple[Var, str], ...]:
        parent = self.subject.parents.get(self.caller.call)
        if not isinstance(parent, ast.Assign) or len(parent.rhs) != 1:
            return ()
        found = []
        for target, kind in zip(parent.lhs, self._kinds()):
            var = variable(self.subject.function.info, target) if isinstance(target, ast.Ident) else None
            if var is not None and kind:
                found.append((var, kind))
        return tuple(found)


def kind_of(info: Info, expr: ast.Expr) -> str:
    """ "nil", "true", "false", "error" for what is surely a non-nil error, "" for all else."""
    expr = bare(expr)
    if is_nil(info, expr):
        return "nil"
    if isinstance(expr, ast.Ident) and expr.name in ("true", "false"):
        return expr.name
    if isinstance(expr, ast.Call) and isinstance(expr.fun, ast.Selector) and expr.fun.sel.name in _ERRORS:
        return "error"
    if isinstance(expr, (ast.Ident, ast.Selector)):
        name = expr.name if isinstance(expr, ast.Ident) else expr.sel.name
        return "error" if name.startswith(("Err", "err")) and len(name) > 3 else ""
    return ""


def _asked(info: Info, cond: ast.Expr, knows: tuple[tuple[Var, str], ...]) -> bool | None:
    """The answer of a condition about the results; None when it is about something else."""
    known = dict(knows)
    if isinstance(cond, ast.Ident):
        var = variable(info, cond)
        kind = known.get(var, "") if var is not None else ""
        return kind == "true" if kind in ("true", "false") else None
    if not isinstance(cond, ast.Binary) or cond.op not in ("==", "!="):
        return None
    for one, other in ((cond.x, cond.y), (cond.y, cond.x)):
        ident = bare(one)
        var = variable(info, ident) if isinstance(ident, ast.Ident) else None
        kind = known.get(var, "") if var is not None else ""
        if kind in ("nil", "error") and is_nil(info, other):
            return (kind == "nil") == (cond.op == "==")
    return None
