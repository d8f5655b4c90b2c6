"""The control-flow graph of a function body.

A point is one step of the program: a simple statement, a leaf of a condition, the head of a select or range,
a case of a select. Conditions are split at `&&`, `||` and `!`, so an edge says which leaf held or did not. A
literal that is called on the spot is part of the body around it; all other literals are not entered.

Not modelled: panics of calls (a call returns, unless it is known never to), the order of deferred calls.

Go spec: "Statements".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unstuck.syntax import ast


@dataclass(frozen=True, slots=True)
class Edge:
    """The way to point `to`; `cond` came out as `holds` (None: nothing is known). At the head of a range
    `cond` is what it is over, and `holds` says whether there was another element."""

    to: int
    cond: ast.Expr | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One step. `kind` says what `node` stands for:

    "entry", "exit", "join": nothing happens (node None)
    "loop": the same, where each round of a For begins
    "stmt": a simple statement, GoStmt and DeferStmt too
    "eval": an expression is evaluated, such as what a range or switch is about
    "cond": a leaf of a condition
    "range": the head of a Range takes the next element, or leaves
    "select": a Select evaluates its operands and waits
    "comm": a CommCase of it was chosen and communicates
    """

    kind: str
    node: ast.Node | None
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Points by number; 0 is the entry, 1 the exit that returns and falling off the end lead to."""

    points: tuple[Point, ...]
    whole: bool
    """False when a part did not parse: then paths may be missing."""


ENTRY = 0
EXIT = 1
_NOWHERE = -1


@dataclass(slots=True, eq=False)
class _Target:
    """Where break and continue lead inside one statement."""

    label: str
    after: int
    again: int
    """-1 outside loops."""


@dataclass(slots=True, eq=False)
class _Builder:
    """The graph in the making."""

    ends: Callable[[ast.Call], bool]
    kinds: list[str]
    nodes: list[ast.Node | None]
    edges: list[list[Edge]]
    targets: list[_Target]
    labels: dict[str, int]
    leave: list[int]
    """Where `return` leads: the exit, or behind an inlined literal."""
    whole: bool = True
    through: int = _NOWHERE
    """Where `fallthrough` leads."""


def build(body: ast.Block, ends: Callable[[ast.Call], bool]) -> Graph:
    """The graph of a body; `ends` tells calls that never return."""
    b = _Builder(ends, [], [], [], [], {}, [EXIT])
    entry = _point(b, "entry", None)
    _point(b, "exit", None)
    _link(b, _block(b, body.stmts, entry), EXIT)
    points = tuple(Point(kind, node, tuple(to)) for kind, node, to in zip(b.kinds, b.nodes, b.edges))
    return Graph(points, b.whole)


def cyclic(graph: Graph) -> frozenset[int]:
    """The points that a path leads back to, for membership only (Tarjan's strongly connected components)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: set[int] = set()
    work: list[tuple[int, int]] = [(ENTRY, 0)]
    while work:
        at, edge = work.pop()
        if edge == 0:
            order[at] = low[at] = len(order)
            stack.append(at)
            on_stack.add(at)
        edges = graph.points[at].edges
        if edge < len(edges):
            work.append((at, edge + 1))
            to = edges[edge].to
            if to not in order:
                work.append((to, 0))
            elif to in on_stack:
                low[at] = min(low[at], order[to])
            continue
        for each in edges:
            if each.to in on_stack:
                low[at] = min(low[at], low[each.to])
        if low[at] == order[at]:
            part = stack[stack.index(at) :]
            del stack[-len(part) :]
            on_stack.difference_update(part)
            if len(part) > 1 or any(each.to == at for each in edges):
                found.update(part)
    return frozenset(found)


def called_literal(node: ast.Node | None) -> ast.FuncLit | None:
    """The literal of `func() {...}(...)`."""
    if not isinstance(node, ast.Call):
        return None
    fun: ast.Expr = node.fun
    while isinstance(fun, ast.Paren):
        fun = fun.x
    return fun if isinstance(fun, ast.FuncLit) else None


def inlined_literal(stmt: ast.Node) -> ast.FuncLit | None:
    """The literal that a statement calls on the spot, and whose body stands for the call in the graph."""
    if isinstance(stmt, ast.ExprStmt):
        return called_literal(stmt.x)
    if isinstance(stmt, ast.Assign) and len(stmt.rhs) == 1:
        return called_literal(stmt.rhs[0])
    return None


# Building.


def _point(b: _Builder, kind: str, node: ast.Node | None) -> int:
    b.kinds.append(kind)
    b.nodes.append(node)
    b.edges.append([])
    return len(b.kinds) - 1


def _link(b: _Builder, at: int, to: int, cond: ast.Expr | None = None, holds: bool = True) -> None:
    if at != _NOWHERE and to != _NOWHERE:
        b.edges[at].append(Edge(to, cond, holds))


def _then(b: _Builder, at: int, kind: str, node: ast.Node | None) -> int:
    """A new point behind `at`."""
    if at == _NOWHERE:
        return _NOWHERE
    made = _point(b, kind, node)
    _link(b, at, made)
    return made


def _join(b: _Builder) -> int:
    return _point(b, "join", None)


def _block(b: _Builder, stmts: Sequence[ast.Stmt], at: int) -> int:
    for stmt in stmts:
        at = _stmt(b, stmt, at, "")
    return at


def _stmt(b: _Builder, stmt: ast.Stmt, at: int, label: str) -> int:
    match stmt:
        case ast.Block():
            return _block(b, stmt.stmts, at)
        case ast.Labeled():
            start = _label(b, stmt.label.name)
            _link(b, at, start)
            return _stmt(b, stmt.stmt, start, stmt.label.name)
        case ast.If():
            return _if(b, stmt, at)
        case ast.For():
            return _for(b, stmt, at, label)
        case ast.Range():
            return _range(b, stmt, at, label)
        case ast.Switch():
            return _switch(b, stmt, at, label)
        case ast.TypeSwitch():
            return _type_switch(b, stmt, at, label)
        case ast.Select():
            return _select(b, stmt, at, label)
        case ast.Branch():
            _link(b, at, _branch(b, stmt))
            return _NOWHERE
        case ast.Return():
            _link(b, _then(b, at, "stmt", stmt), b.leave[-1])
            return _NOWHERE
        case ast.BadStmt():
            b.whole = False
            return at
        case ast.EmptyStmt():
            return at
        case _:
            return _simple(b, stmt, at)


def _simple(b: _Builder, stmt: ast.Stmt, at: int) -> int:
    literal = inlined_literal(stmt)
    if literal is not None:
        at = _inlined(b, literal, at)
    at = _then(b, at, "stmt", stmt)
    if isinstance(stmt, ast.ExprStmt) and isinstance(stmt.x, ast.Call) and b.ends(stmt.x):
        return _NOWHERE
    return at


def _inlined(b: _Builder, literal: ast.FuncLit, at: int) -> int:
    after = _join(b)
    targets, b.targets = b.targets, []
    b.leave.append(after)
    _link(b, _block(b, literal.body.stmts, at), after)
    b.leave.pop()
    b.targets = targets
    return after


def _label(b: _Builder, name: str) -> int:
    if name not in b.labels:
        b.labels[name] = _join(b)
    return b.labels[name]


def _branch(b: _Builder, stmt: ast.Branch) -> int:
    name = stmt.label.name if stmt.label is not None else ""
    if stmt.token == "goto":
        return _label(b, name)
    if stmt.token == "fallthrough":
        return b.through
    for target in reversed(b.targets):
        if name and target.label != name:
            continue
        if stmt.token == "break":
            return target.after
        if target.again != _NOWHERE:
            return target.again
    return _NOWHERE


def _cond(b: _Builder, expr: ast.Expr, at: int, yes: int, no: int) -> None:
    """Evaluate a condition from `at`: on to `yes` or `no`."""
    match expr:
        case ast.Paren():
            _cond(b, expr.x, at, yes, no)
        case ast.Unary(op="!"):
            _cond(b, expr.x, at, no, yes)
        case ast.Binary(op="&&"):
            middle = _join(b)
            _cond(b, expr.x, at, middle, no)
            _cond(b, expr.y, middle, yes, no)
        case ast.Binary(op="||"):
            middle = _join(b)
            _cond(b, expr.x, at, yes, middle)
            _cond(b, expr.y, middle, yes, no)
        case ast.Ident(name="true"):
            _link(b, at, yes)
        case ast.Ident(name="false"):
            _link(b, at, no)
        case _:
            leaf = _then(b, at, "cond", expr)
            _link(b, leaf, yes, expr)
            _link(b, leaf, no, expr, False)


def _if(b: _Builder, stmt: ast.If, at: int) -> int:
    if stmt.init is not None:
        at = _stmt(b, stmt.init, at, "")
    yes, no, after = _join(b), _join(b), _join(b)
    _cond(b, stmt.cond, at, yes, no)
    _link(b, _block(b, stmt.body.stmts, yes), after)
    if stmt.orelse is None:
        _link(b, no, after)
    else:
        _link(b, _stmt(b, stmt.orelse, no, ""), after)
    return after


def _for(b: _Builder, stmt: ast.For, at: int, label: str) -> int:
    if stmt.init is not None:
        at = _stmt(b, stmt.init, at, "")
    head, inside, after, again = _point(b, "loop", None), _join(b), _join(b), _join(b)
    _link(b, at, head)
    if stmt.cond is None:
        _link(b, head, inside)
    else:
        _cond(b, stmt.cond, head, inside, after)
    b.targets.append(_Target(label, after, again))
    _link(b, _block(b, stmt.body.stmts, inside), again)
    b.targets.pop()
    back = again if stmt.post is None else _stmt(b, stmt.post, again, "")
    _link(b, back, head)
    return after


def _range(b: _Builder, stmt: ast.Range, at: int, label: str) -> int:
    at = _then(b, at, "eval", stmt.x)
    head = _then(b, at, "range", stmt)
    after, inside = _join(b), _join(b)
    _link(b, head, inside, stmt.x)
    _link(b, head, after, stmt.x, False)
    b.targets.append(_Target(label, after, head))
    _link(b, _block(b, stmt.body.stmts, inside), head)
    b.targets.pop()
    return after


def _switch(b: _Builder, stmt: ast.Switch, at: int, label: str) -> int:
    if stmt.init is not None:
        at = _stmt(b, stmt.init, at, "")
    if stmt.tag is not None:
        at = _then(b, at, "eval", stmt.tag)
    bodies = [_join(b) for _ in stmt.cases]
    after = _join(b)
    for case, body in zip(stmt.cases, bodies):
        for expr in case.exprs or ():
            test = expr
            if stmt.tag is not None:
                test = ast.Binary(expr.start, expr.end, "==", expr.start, stmt.tag, expr)
            on = _join(b)
            _cond(b, test, at, body, on)
            at = on
    others = [body for case, body in zip(stmt.cases, bodies) if case.exprs is None]
    _link(b, at, others[0] if others else after)
    _clauses(b, [case.body for case in stmt.cases], bodies, after, label)
    return after


def _type_switch(b: _Builder, stmt: ast.TypeSwitch, at: int, label: str) -> int:
    if stmt.init is not None:
        at = _stmt(b, stmt.init, at, "")
    at = _then(b, at, "eval", stmt.x)
    bodies = [_join(b) for _ in stmt.cases]
    after = _join(b)
    for body in bodies:
        _link(b, at, body)
    if all(case.exprs is not None for case in stmt.cases):
        _link(b, at, after)
    _clauses(b, [case.body for case in stmt.cases], bodies, after, label)
    return after


def _clauses(
    b: _Builder, stmts: Sequence[Sequence[ast.Stmt]], bodies: Sequence[int], after: int, label: str
) -> None:
    b.targets.append(_Target(label, after, _NOWHERE))
    outer = b.through
    for number, (body, start) in enumerate(zip(stmts, bodies)):
        b.through = bodies[number + 1] if number + 1 < len(bodies) else after
        _link(b, _block(b, body, start), after)
    b.through = outer
    b.targets.pop()


def _select(b: _Builder, stmt: ast.Select, at: int, label: str) -> int:
    head = _then(b, at, "select", stmt)
    after = _join(b)
    bodies = [_then(b, head, "comm", case) for case in stmt.cases]
    _clauses(b, [case.body for case in stmt.cases], bodies, after, label)
    return after if stmt.cases else _NOWHERE
