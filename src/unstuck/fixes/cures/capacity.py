"""Room in the channel for what is sent and perhaps never received.

The capacity comes from the source: the number of its send statements, or the bound of the loop that sends
or starts the senders. Never a number that stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, place_in, upward
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import stable
from unstuck.flow.places import Place, builtin, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Array, Map, Slice, Type, Var

NAME = "capacity"
RULES = (
    "abandoned-sender",
    "wait-never-done",
    "lock-never-released",
    "abandoned-receiver",
    "abandoned-select",
)


def candidates(case: Case) -> Iterator[Candidate]:
    """A buffer as large as what is sent."""
    made = case.made
    if made is None or not isinstance(made.node, ast.Call) or builtin(made.sight.info, made.node) != "make":
        return
    call, sight = made.node, made.sight
    name = _name(sight, call)
    for bound, what in _capacities(case, sight, call):
        text = _capacity(sight, call, bound)
        if not text:
            continue
        start = call.args[0].end
        changes = Plan().text(sight, start, call.args[-1].end, f", {text}").changes()
        if changes is not None:
            title = f"give {name} room for {what}: make({sight.text(call.args[0])}, {text})"
            means = "a sender finishes without a receiver; what nobody receives is dropped with the channel"
            yield Candidate(title, means, 1, changes)


def _capacity(sight: Sight, call: ast.Call, bound: str) -> str:
    """What to write for room for `bound` values: no less than is there; "" where nothing new."""
    if len(call.args) == 1:
        return bound
    now, written = sight.info.constants.get(call.args[1]), sight.text(call.args[1])
    if written == bound:
        return ""
    if isinstance(now, int):
        return bound if not bound.isdigit() or int(bound) > now else ""
    return "" if bound.isdigit() else f"{written}+{bound}"


def _name(sight: Sight, call: ast.Call) -> str:
    parent = sight.parents.get(call)
    if isinstance(parent, ast.Assign) and call in parent.rhs and len(parent.lhs) == len(parent.rhs):
        return sight.text(parent.lhs[parent.rhs.index(call)])
    if isinstance(parent, ast.VarSpec) and len(parent.names) == 1:
        return parent.names[0].name
    if isinstance(parent, ast.Element) and parent.key is not None:
        return sight.text(parent.key)
    return "the channel"


def _capacities(case: Case, sight: Sight, call: ast.Call) -> Iterator[tuple[str, str]]:
    """Capacities as source text, with what they count."""
    sends = _sends(case, sight, call)
    if case.at.sight.function is sight.function:
        for loop in _loops(case, sight, call):
            bound = _bound(sight, loop, call)
            if bound is not None:
                yield bound, "all that the loop sends"
    for bound in _started_with(case, sight, call):
        yield bound, "all that the goroutine sends"
    if not sends:
        return
    yield "1", "one value"
    if len(sends) > 1:
        yield str(len(sends)), f"its {len(sends)} sends"


def _sends(case: Case, sight: Sight, call: ast.Call) -> list[ast.Node]:
    """The send statements that may be on this channel, as far as the function with the blocked one shows."""
    at = case.at
    blocked = at.node if isinstance(at.node, ast.SendStmt) else None
    if blocked is None:
        return [at.node]
    place = place_in(at.sight, blocked.chan)
    if place is None:
        return [blocked]
    return [
        node
        for node in walk(at.sight.function.decl)
        if isinstance(node, ast.SendStmt) and _alike(place_in(at.sight, node.chan), place)
    ]


def _alike(one: Place | None, other: Place) -> bool:
    return one is not None and one.root is other.root and one.fields == other.fields


def _loops(case: Case, sight: Sight, call: ast.Call) -> list[ast.For | ast.Range]:
    """Loops around the blocked send or the go statement, behind the make, outermost first."""
    found: dict[ast.For | ast.Range, None] = {}
    for spot in (case.at, case.spawn):
        if spot is None or spot.sight.function is not sight.function:
            continue
        for node in spot.sight.above(spot.node):
            if isinstance(node, (ast.For, ast.Range)) and node.start > call.start:
                found[node] = None
    return sorted(found, key=lambda node: node.start)


def _started_with(case: Case, sight: Sight, call: ast.Call) -> Iterator[str]:
    """How often a loop runs in the function that the go statement beside the make starts, where that is one
    over an argument: the argument's length."""
    spawn = case.spawn
    started = (
        upward(spawn, ast.GoStmt) if spawn is not None and spawn.sight.function is sight.function else None
    )
    if not isinstance(started, ast.GoStmt) or not isinstance(started.call, ast.Call):
        return
    ref = callee(sight.info, started.call)
    function = sight.world.function(ref) if ref is not None else None
    if function is None or function.package is None:
        return
    inner = case.sights.sight(function.package, function)
    params = [ident for param in function.decl.type.params for ident in param.names]
    for loop in walk(function.decl):
        if (
            not isinstance(loop, ast.Range)
            or not isinstance(loop.x, ast.Ident)
            or not _sends_in(case, inner, loop)
        ):
            continue
        var = function.info.uses.get(loop.x)
        number = next((at for at, ident in enumerate(params) if function.info.defs.get(ident) is var), None)
        if number is not None and number < len(started.call.args):
            given = started.call.args[number]
            if stable(sight, given, call, started) and isinstance(var, Var) and _has_length(inner, var.type):
                yield f"len({sight.text(given)})"


def _sends_in(case: Case, sight: Sight, loop: ast.Range) -> bool:
    """The blocked send is in the loop, or in a function that the loop calls."""
    at = case.at
    if at.sight.function is sight.function:
        return loop.start <= at.node.start < loop.end
    return any(
        isinstance(node, ast.Call) and callee(sight.info, node) == at.sight.function.ref
        for node in walk(loop.body)
    )


def _has_length(sight: Sight, type_: Type) -> bool:
    return isinstance(sight.world.underlying(type_), (Slice, Array, Map))


def _bound(sight: Sight, loop: ast.For | ast.Range, call: ast.Call) -> str | None:
    """How often a loop runs, as an expression that means the same where the channel is made."""
    if isinstance(loop, ast.Range):
        type_ = sight.info.types.get(loop.x)
        if not stable(sight, loop.x, call, loop):
            return None
        if type_ is not None and _has_length(sight, type_):
            return f"len({sight.text(loop.x)})"
        integer = loop.x in sight.info.constants or (type_ is not None and "int" in str(type_))
        return sight.text(loop.x) if integer else None
    cond, init = loop.cond, loop.init
    if not isinstance(cond, ast.Binary) or cond.op not in ("<", "<=", "!="):
        return None
    if not (isinstance(init, ast.Assign) and len(init.lhs) == 1 and isinstance(cond.x, ast.Ident)):
        return None
    start = sight.info.constants.get(init.rhs[0])
    if sight.text(init.lhs[0]) != cond.x.name or not stable(sight, cond.y, call, loop):
        return None
    fits = (cond.op in ("<", "!=") and start == 0) or (cond.op == "<=" and start == 1)
    return sight.text(cond.y) if fits else None
