"""Who has to release what a call makes, and the paths on which nobody does.

A duty begins where a call makes the thing and ends where it is released (also by defer), handed on (returned,
stored, sent, given to code that cannot be seen), or was not made at all (its error is not nil). A goroutine
that captures the thing and releases it takes the duty over: its body is then judged in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from unstuck.flow.graph import EXIT, Edge, called_literal, inlined_literal
from unstuck.flow.paths import Visit, trail, walk, writes
from unstuck.flow.places import bare, callee, is_nil, named, point_nodes, received, type_name, variable
from unstuck.rules.names import literal_called, literal_variable
from unstuck.rules.subject import Body, Span, Subject
from unstuck.rules.uses import Path, Use, is_error, use_of
from unstuck.syntax import ast
from unstuck.types.model import Chan, Info, Var

NONE, HELD, GONE = "none", "held", "gone"


@dataclass(frozen=True, slots=True, eq=False)
class Duty:
    """Point `at` of a body makes a thing with `call`; `var` gets it (None: it is dropped), `error` tells that
    there is none. `releases` are the ways to let it go."""

    at: int
    call: ast.Call
    var: Var | None
    error: Var | None
    releases: tuple[Path, ...]
    done: str = ""
    """A method that releases, too, when it answers false."""
    context: Var | None = None
    """For a cancel function its context: once that is done there is nothing to cancel."""
    passed: tuple[str, ...] = ()
    """Functions that release what they are given."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A path on which the thing is lost: kind "dropped", "overwritten", "again" (made anew in the next
    iteration) or "left" (the function, or the goroutine that had the duty, ends). `node` is where."""

    kind: str
    node: ast.Node | Span | None
    inside: ast.FuncLit | None = None
    """The goroutine that took the duty over."""


@dataclass(frozen=True, slots=True)
class _State:
    status: str = NONE
    linked: bool = False
    """The error variable still speaks of this thing."""


def duties(
    subject: Subject, body: Body, call: ast.Call, at: int, index: int, releases: tuple[Path, ...]
) -> Duty | None:
    """The duty that result `index` of a call brings to the body; None when others get it at once."""
    if body.walked.is_enough():
        return None
    info, parents = subject.function.info, subject.parents
    node: ast.Node = call
    parent = parents.get(call)
    while isinstance(parent, ast.Paren):
        node, parent = parent, parents.get(parent)
    if isinstance(parent, ast.ExprStmt):
        return Duty(at, call, None, None, releases)
    if isinstance(parent, ast.Assign):
        targets: Sequence[ast.Expr] = parent.lhs
        values: Sequence[ast.Expr] = parent.rhs
    elif isinstance(parent, ast.VarSpec):
        targets, values = parent.names, parent.values
    else:
        return None
    if len(values) == len(targets):
        position = next((n for n, value in enumerate(values) if value is node), -1)
        target = targets[position] if index == 0 and position >= 0 else None
    else:
        target = targets[index] if index < len(targets) else None
    if not isinstance(target, ast.Ident):
        return None
    if target.name == "_":
        return Duty(at, call, None, None, releases)
    var = variable(info, target)
    if var is None or var.kind not in ("local", "param", "result") or not is_own(subject, body, var):
        return None
    last = targets[-1]
    error = None
    if isinstance(last, ast.Ident) and is_error(subject.world, info, last):
        error = variable(info, last)
    return Duty(at, call, var, error, releases)


def breaches(subject: Subject, body: Body, duty: Duty) -> tuple[Breach, ...]:
    """The ways on which the thing is lost, one of each kind, the likeliest first."""
    if duty.var is None:
        return (Breach("dropped", duty.call),)
    found: dict[str, Breach] = {}
    scene = Scene(subject, body, duty)
    for breach in _walked(scene):
        found.setdefault(breach.kind, breach)
    for literal in dict.fromkeys(scene.moved):
        if not _is_only_owner(subject, body, duty, literal):
            continue
        inner = next((each for each in subject.bodies if each.node is literal), None)
        if inner is None:
            continue
        taken = Scene(subject, inner, duty, inside=literal)
        for breach in _walked(taken):
            found.setdefault(breach.kind, breach)
    return tuple(found[kind] for kind in ("again", "overwritten", "left") if kind in found)


def _is_only_owner(subject: Subject, body: Body, duty: Duty, literal: ast.FuncLit) -> bool:
    """Whether nobody but one goroutine releases the thing or gets it."""
    if duty.var is None:
        return False
    for ident in subject.named.inside(body.block, duty.var):
        if literal.start <= ident.start < literal.end:
            continue
        use = use_by(subject, duty, ident)
        if use in (Use.RELEASE, Use.HAND_ON):
            return False
    return True


def in_cycle(subject: Subject, body: Body, number: int) -> bool:
    """Whether a path leads from a point back to it."""
    return number in _reached(subject, body, number)


def can_end(subject: Subject, body: Body, number: int) -> bool:
    """Whether the body can end after a point."""
    return EXIT in _reached(subject, body, number)


def _reached(subject: Subject, body: Body, number: int) -> dict[int, None]:
    seen: dict[int, None] = {}
    waiting = [number]
    while waiting:
        at = waiting.pop()
        for edge in body.graph.points[at].edges:
            if edge.to not in seen and not _never(subject, body, at, edge):
                seen[edge.to] = None
                waiting.append(edge.to)
    return seen


def _never(subject: Subject, body: Body, at: int, edge: Edge) -> bool:
    """Whether an edge leaves a range that has no end: over the channel of a ticker, which nobody closes."""
    if body.graph.points[at].kind != "range" or edge.holds or edge.cond is None:
        return False
    t = subject.function.info.types.get(edge.cond)
    return isinstance(t, Chan) and t.dir == "recv" and type_name(t.elem) == "time.Time"


def is_own(subject: Subject, body: Body, var: Var) -> bool:
    """Whether the variable is declared in the body itself: one of an outer body outlives it."""
    if var.path != subject.function.file.path:
        return False
    if isinstance(body.node, ast.FuncDecl):
        return True
    return body.node.start <= var.start < body.node.end


# Walking.


@dataclass(slots=True, eq=False)
class Scene:
    """An automaton of flow.paths that follows one duty; with `inside` it is held from the start."""

    subject: Subject
    body: Body
    duty: Duty
    inside: ast.FuncLit | None = None
    moved: list[ast.FuncLit] = field(default_factory=list)
    """Goroutines that take the duty over."""
    lost: list[tuple[str, int]] = field(default_factory=list)
    effects: dict[int, tuple[Use, ...]] = field(default_factory=dict)

    def start(self) -> _State:
        """State at the entry."""
        return _State(HELD) if self.inside is not None else _State()

    def step(self, at: int, state: _State) -> Iterable[_State]:
        """States after a point."""
        if at == self.duty.at and self.inside is None:
            if state.status == HELD:
                self.lost.append(("again", at))
            return (_State(HELD, self.duty.error is not None),)
        if state.status != HELD:
            return (state,)
        if self.is_done(at) or self._returns(at):
            return (_State(GONE),)
        for use in self.effects_at(at):
            if use is Use.WRITE:
                self.lost.append(("overwritten", at))
            if use is not Use.NOTHING:
                return (_State(GONE),)
        if state.linked and self._writes_error(at):
            state = _State(HELD)
        return (state,)

    def assume(self, at: int, edge: Edge, state: _State) -> _State | None:
        """The state after an edge; None when the state does not admit it."""
        if _never(self.subject, self.body, at, edge):
            return None
        if edge.cond is None or state.status != HELD or self.body.graph.points[at].kind == "range":
            return state
        return _State(NONE) if self._is_none(bare(edge.cond), edge.holds, state) else state

    def _is_none(self, cond: ast.Expr, holds: bool, state: _State) -> bool:
        """Whether the answer of a condition says that there is no thing."""
        info = self.subject.function.info
        if isinstance(cond, ast.Binary) and cond.op in ("==", "!="):
            equal = holds == (cond.op == "==")
            for one, other in ((cond.x, cond.y), (cond.y, cond.x)):
                if bare(one) is self.duty.call and is_nil(info, other):
                    return not equal
                ident = self._owner(bare(one))
                var = variable(info, ident) if isinstance(ident, ast.Ident) else None
                if var is None:
                    continue
                if var is self.duty.var and is_nil(info, other):
                    return equal
                if state.linked and var is self.duty.error:
                    return equal != is_nil(info, other)
            return False
        if isinstance(cond, ast.Call) and not holds and self.duty.done:
            fun = bare(cond.fun)
            if isinstance(fun, ast.Selector) and fun.sel.name == self.duty.done:
                base = bare(fun.x)
                return isinstance(base, ast.Ident) and variable(info, base) is self.duty.var
        if isinstance(cond, ast.Call) and holds and state.linked:
            return any(
                isinstance(arg, ast.Ident) and variable(info, arg) is self.duty.error for arg in cond.args
            )
        return False

    def _owner(self, expr: ast.Expr) -> ast.Expr:
        """`r` for `r.Body` where `r.Body.Close` releases."""
        if isinstance(expr, ast.Selector) and any(way[:1] == (expr.sel.name,) for way in self.duty.releases):
            return bare(expr.x)
        return expr

    def effects_at(self, at: int) -> tuple[Use, ...]:
        """What a point does to the thing, writing last."""
        known = self.effects.get(at)
        if known is None:  # a statement writes after all else
            found = tuple(_effects(self, at))
            known = tuple(sorted(found, key=lambda use: use is Use.WRITE))
            self.effects[at] = known
        return known

    def _returns(self, at: int) -> bool:
        """Whether the point returns the variable because it is a result."""
        node, var = self.body.graph.points[at].node, self.duty.var
        return isinstance(node, ast.Return) and not node.results and var is not None and var.kind == "result"

    def is_done(self, at: int) -> bool:
        """Whether the point receives from the Done channel of the thing or its context."""
        point = self.body.graph.points[at]
        nodes = point_nodes(point.kind, point.node)
        if isinstance(point.node, ast.CommCase):
            unary = received(point.node.comm)
            nodes = iter(() if unary is None else (unary,))
        for node in nodes if point.kind != "select" else ():
            call = bare(node.x) if isinstance(node, ast.Unary) and node.op == "<-" else None
            fun = bare(call.fun) if isinstance(call, ast.Call) else None
            if isinstance(fun, ast.Selector) and fun.sel.name == "Done" and self._is_context(bare(fun.x)):
                return True
        return False

    def _is_context(self, expr: ast.Expr) -> bool:
        """Whether it is the thing itself or its context; a field is taken to be it."""
        if isinstance(expr, ast.Ident):
            var = variable(self.subject.function.info, expr)
            return var is not None and var in (self.duty.context, self.duty.var)
        return isinstance(expr, ast.Selector) and self.duty.context is not None

    def _writes_error(self, at: int) -> bool:
        point = self.body.graph.points[at]
        info = self.subject.function.info
        for node in point_nodes(point.kind, point.node):
            targets = node.lhs if isinstance(node, ast.Assign) else ()
            for target in targets:
                if isinstance(target, ast.Ident) and variable(info, target) is self.duty.error:
                    return True
        return False


def _walked(scene: Scene) -> Iterator[Breach]:
    graph = scene.body.graph
    visits = walk(graph, scene.body.memory, scene)
    if visits is None:
        return
    for kind, at in scene.lost:
        yield Breach(kind, graph.points[at].node, scene.inside)
    if _released_at_end(scene):
        return
    for number, visit in enumerate(visits):
        if visit.at == EXIT and visit.state.status == HELD:
            yield Breach("left", _last(scene, visits, number), scene.inside)
            return


def _released_at_end(scene: Scene) -> bool:
    """Whether a deferred literal releases what the variable holds when the function ends."""
    for point in scene.body.graph.points:
        if isinstance(point.node, ast.DeferStmt):
            literal = called_literal(point.node.call)
            if literal is not None and Use.RELEASE in _captured(scene, point.node, literal):
                return True
    return False


def _last(scene: Scene, visits: tuple[Visit[_State], ...], number: int) -> ast.Node | Span:
    """The return statement a path ends in, the closing brace where it falls off the end."""
    points = [at for at in trail(visits, number) if scene.body.graph.points[at].node is not None]
    node = scene.body.graph.points[points[-1]].node if points else None
    return node if isinstance(node, ast.Return) else Span(scene.body.block.end - 1, scene.body.block.end)


def _effects(scene: Scene, at: int) -> Iterator[Use]:
    """What a point does to the thing, in order."""
    subject, point = scene.subject, scene.body.graph.points[at]
    info, var = subject.function.info, scene.duty.var
    for node in point_nodes(point.kind, point.node):
        if isinstance(node, ast.FuncLit):
            if not _is_called_by_name(scene, node) and not _is_dropped(scene, node):
                yield from _captured(scene, point.node, node)
        elif isinstance(node, ast.Call) and not isinstance(bare(node.fun), ast.FuncLit):
            literal = literal_called(info, subject.named, node)
            if literal is not None:
                yield from _captured(scene, point.node, literal)
        elif isinstance(node, ast.Ident) and variable(info, node) is var:
            yield _direct(scene, point.node, node)
        elif isinstance(node, (ast.CommCase, ast.Range)) or point.kind == "comm":
            yield from _head_writes(info, node, var)


def _is_called_by_name(scene: Scene, literal: ast.FuncLit) -> bool:
    """Whether a literal goes into a local variable that is only called or assigned: then its calls count."""
    subject = scene.subject
    info, parent = subject.function.info, subject.parents.get(literal)
    var = literal_variable(info, parent, literal)
    if var is None or var.kind != "local":
        return False
    for ident in subject.named.inside(subject.function.decl, var):
        above = subject.parents.get(ident)
        called = isinstance(above, ast.Call) and above.fun is ident
        written = isinstance(above, ast.Assign) and ident in above.lhs
        if not (called or written or (isinstance(above, ast.VarSpec) and ident in above.names)):
            return False
    return True


def _is_dropped(scene: Scene, literal: ast.FuncLit) -> bool:
    """Whether a literal goes into the blank identifier: nobody can call it."""
    for target, value in writes(scene.subject.parents[literal]):
        if value is literal:
            return isinstance(target, ast.Ident) and target.name == "_"
    return False


def _head_writes(info: Info, node: ast.Node, var: Var | None) -> Iterator[Use]:
    if isinstance(node, ast.Assign):
        targets: Sequence[ast.Expr | None] = node.lhs
    elif isinstance(node, ast.Range):
        targets = (node.key, node.value)
    else:
        return
    for target in targets:
        if isinstance(target, ast.Ident) and variable(info, target) is var:
            yield Use.WRITE


def _direct(scene: Scene, stmt: ast.Node | None, ident: ast.Ident) -> Use:
    subject = scene.subject
    use = use_by(subject, scene.duty, ident)
    if use is Use.NOTHING and isinstance(stmt, ast.GoStmt):
        return _given(scene, stmt, ident)
    return use


def use_by(subject: Subject, duty: Duty, ident: ast.Ident) -> Use:
    """What an occurrence of the duty's variable does."""
    info, parent = subject.function.info, subject.parents.get(ident)
    if isinstance(parent, ast.Call) and ident in parent.args and named(callee(info, parent)) in duty.passed:
        return Use.RELEASE
    return use_of(subject.world, info, subject.parents, ident, duty.releases)


def _given(scene: Scene, stmt: ast.GoStmt, ident: ast.Ident) -> Use:
    """What an argument of a literal that is started on the spot does to the duty: the literal gets it."""
    literal = called_literal(stmt.call)
    call = stmt.call
    if literal is None or not isinstance(call, ast.Call) or ident not in call.args:
        return Use.NOTHING
    return Use.HAND_ON


def _captured(scene: Scene, stmt: ast.Node | None, literal: ast.FuncLit) -> Iterator[Use]:
    """What a literal does that has the variable."""
    subject, var = scene.subject, scene.duty.var
    if var is None or (stmt is not None and inlined_literal(stmt) is literal):
        return
    uses = [use_by(subject, scene.duty, ident) for ident in subject.named.inside(literal.body, var)]
    wanted = [use for use in uses if use is not Use.NOTHING]
    if not wanted:
        return
    if isinstance(stmt, ast.GoStmt) and called_literal(stmt.call) is literal and set(wanted) == {Use.RELEASE}:
        scene.moved.append(literal)
    yield Use.HAND_ON if Use.RELEASE not in wanted else Use.RELEASE
