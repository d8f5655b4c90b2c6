"""Room in the channel for what is sent and perhaps never received.

The capacity comes from the source: the number of its send statements, or the bound of the loop that sends
or starts the senders. Never a number that stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, place_in
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import stable
from unstuck.flow.places import Place, builtin
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Array, Map, Slice

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
    for text, what in _capacities(case, sight, call):
        if len(call.args) == 1:
            plan = Plan().text(sight, call.args[0].end, call.args[0].end, f", {text}")
        elif not _is_more(sight, call, text):
            continue
        else:
            plan = Plan().text(sight, call.args[1].start, call.args[1].end, text)
        changes = plan.changes()
        if changes is not None:
            title = f"give {name} room for {what}: make({sight.text(call.args[0])}, {text})"
            means = "a sender finishes without a receiver; what nobody receives is dropped with the channel"
            yield Candidate(title, means, 1, changes)


def _is_more(sight: Sight, call: ast.Call, text: str) -> bool:
    """A capacity is more than the one that is there; what is no number in the source is not replaced."""
    now = sight.info.constants.get(call.args[1])
    if not isinstance(now, int) or sight.text(call.args[1]) == text:
        return False
    return not text.isdigit() or int(text) > now


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


def _bound(sight: Sight, loop: ast.For | ast.Range, call: ast.Call) -> str | None:
    """How often a loop runs, as an expression that means the same where the channel is made."""
    if isinstance(loop, ast.Range):
        type_ = sight.info.types.get(loop.x)
        under = sight.world.underlying(type_) if type_ is not None else None
        if not stable(sight, loop.x, call, loop):
            return None
        if isinstance(under, (Slice, Array, Map)):
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
