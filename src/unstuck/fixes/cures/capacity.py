"""Room in the channel for what is sent and perhaps never received.

The capacity comes from the source: the number of its send statements, or the bound of the loop that sends
or starts the senders. Never a number that stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.findings import RootKind
from unstuck.fixes.case import Candidate, Case, Sight, place_in
from unstuck.fixes.channels import semaphore
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import stable
from unstuck.fixes.spelling import tight
from unstuck.flow.places import Place, builtin, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Array, Basic, Chan, Map, Signature, Slice, Type, Var

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
    if semaphore(case) is not None:
        return
    name = _name(sight, call)
    many = case.finding.root.kind is RootKind.CLIENT or _in_sized_loop(case, call)
    for bound, what in _capacities(case, sight, call):
        text = _capacity(sight, call, bound)
        if not text or (many and bound.isdigit()):  # any number of values
            continue
        start = call.args[0].end
        changes = Plan().text(sight, start, call.args[-1].end, f", {text}").changes()
        if changes is not None:
            title = f"give {name} room for {what}: make({sight.text(call.args[0])}, {text})"
            means = "a sender finishes without a receiver; what nobody receives is dropped with the channel"
            yield Candidate(title, means, 1, changes, family=NAME)


def _capacity(sight: Sight, call: ast.Call, bound: str) -> str:
    """What to write for room for `bound` values: no less than is there; "" where nothing new."""
    if len(call.args) == 1:
        return bound
    now, written = sight.info.constants.get(call.args[1]), tight(sight, call.args[1])
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
            if isinstance(node, (ast.For, ast.Range)) and node.start > call.start and not _is_own(case, node):
                found[node] = None
    return sorted(found, key=lambda node: node.start)


def _started_with(case: Case, sight: Sight, call: ast.Call) -> Iterator[str]:
    """How often a loop runs in a function that is called beside the make, where that loop is one over an
    argument: the argument's length."""
    for node in walk(sight.function.decl):
        ref = callee(sight.info, node) if isinstance(node, ast.Call) else None
        function = sight.world.function(ref) if ref is not None else None
        if not isinstance(node, ast.Call) or function is None or function.package != sight.package:
            continue
        inner = case.sights.sight(sight.package, function)
        params = [ident for param in function.decl.type.params for ident in param.names]
        for loop in walk(function.decl):
            if not isinstance(loop, ast.Range) or not isinstance(loop.x, ast.Ident):
                continue
            var = function.info.uses.get(loop.x)
            number = next((at for at, each in enumerate(params) if function.info.defs.get(each) is var), -1)
            if not 0 <= number < len(node.args) or not _sends_in(case, inner, loop):
                continue
            given = node.args[number]
            if stable(sight, given, call, node) and isinstance(var, Var) and _has_length(inner, var.type):
                yield f"len({tight(sight, given)})"


def _in_sized_loop(case: Case, call: ast.Call) -> bool:
    """A loop around the send, or around its go statement, runs as often as something is long. A channel that
    the loop makes itself gets the values of one round."""
    for spot in (case.at, case.spawn):
        for node in spot.sight.above(spot.node) if spot is not None else ():
            around = node.start < call.start and call.end <= node.end
            if not isinstance(node, (ast.For, ast.Range)) or around or _is_own(case, node):
                continue
            if _is_sized(spot.sight, node):  # type: ignore[union-attr]
                return True
    return False


def _is_own(case: Case, loop: ast.For | ast.Range) -> bool:
    """Each round of the loop has a channel of its own, made in this function: the send names what the loop
    counts with, as in `chans[i] <- 1`, or an element."""
    sight, sent = case.at.sight, case.at.node
    if not isinstance(sent, ast.SendStmt) or not loop.start <= sent.start < loop.end:
        return False
    if case.made is None or case.made.sight.function is not sight.function:
        return False
    counted: list[ast.Expr | None] = []
    if isinstance(loop, ast.Range):
        counted = [loop.key, loop.value]
    elif isinstance(loop.init, ast.Assign):
        counted = list(loop.init.lhs)
    names = {sight.info.defs.get(each) for each in counted if isinstance(each, ast.Ident)} - {None}
    return any(isinstance(node, ast.Ident) and sight.info.uses.get(node) in names for node in walk(sent.chan))


def _is_sized(sight: Sight, loop: ast.For | ast.Range) -> bool:
    """What the loop counts is no constant."""
    if isinstance(loop, ast.Range):
        type_ = sight.info.types.get(loop.x)
        under = sight.world.underlying(type_) if type_ is not None else None
        return loop.x not in sight.info.constants and not isinstance(under, (Chan, Signature, Array))
    cond = loop.cond
    return isinstance(cond, ast.Binary) and loop.init is not None and cond.y not in sight.info.constants


def _sends_in(case: Case, sight: Sight, loop: ast.Range) -> bool:
    """The blocked send is in the loop, or its go statement, or it is in a function that the loop calls."""
    at = case.at
    if at.sight.function is sight.function:
        return loop.start <= at.node.start < loop.end
    if case.spawn is not None and case.spawn.sight.function is sight.function:
        return loop.start <= case.spawn.node.start < loop.end
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
            return f"len({tight(sight, loop.x)})"
        under = sight.world.underlying(type_) if type_ is not None else None
        integer = isinstance(under, Basic) and "int" in under.name
        return tight(sight, loop.x) if integer or loop.x in sight.info.constants else None
    cond, init = loop.cond, loop.init
    if not isinstance(cond, ast.Binary) or cond.op not in ("<", "<=", "!="):
        return None
    if not (isinstance(init, ast.Assign) and len(init.lhs) == 1 and isinstance(cond.x, ast.Ident)):
        return None
    start = sight.info.constants.get(init.rhs[0])
    if sight.text(init.lhs[0]) != cond.x.name or not stable(sight, cond.y, call, loop):
        return None
    fits = (cond.op in ("<", "!=") and start == 0) or (cond.op == "<=" and start == 1)
    return tight(sight, cond.y) if fits else None
