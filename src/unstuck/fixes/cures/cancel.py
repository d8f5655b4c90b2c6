"""The cancel function of a context, deferred right after the context is made."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, sights_of, statement_of, upward
from unstuck.fixes.channels import in_loop
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import fresh, handed_on, visible
from unstuck.flow.places import builtin, callee, named
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Signature, Tuple, Type, Var

NAME = "cancel"
RULES = (
    "lost-cancel",
    "abandoned-receiver",
    "abandoned-select",
    "ends-only-by-cancellation",
    "lingering-goroutine",
    "lock-never-released",
)


def candidates(case: Case) -> Iterator[Candidate]:
    """`defer cancel()` for the context itself, then for others that it may come from."""
    yield from _deleted(case)
    made = case.made
    if made is None or case.finding.object is None or case.finding.object.kind != "context":
        return
    own = upward(made, ast.Call)
    if isinstance(own, ast.Call):
        yield from _for_call(made.sight, own, 0)
    for sight in sights_of(case):
        for node in walk(sight.function.decl):
            if isinstance(node, ast.Call) and node is not own and _makes(sight, node):
                yield from _for_call(sight, node, 1)


def _deleted(case: Case) -> Iterator[Candidate]:
    """A cancel function deleted from its map without a call: called right behind."""
    sight, stmt = case.at.sight, upward(case.at, ast.ExprStmt)
    call = stmt.x if isinstance(stmt, ast.ExprStmt) else None
    if stmt is None or not isinstance(call, ast.Call) or builtin(sight.info, call) != "delete":
        return
    if len(call.args) != 2 or statement_of(sight, stmt) is not stmt:
        return
    name, function = _stored(sight, stmt, sight.text(call.args[0]))
    if not isinstance(function, Signature) or len(function.params) > 1:
        return
    text = f"{name}({'nil' if function.params else ''})"
    changes = Plan().after(sight, stmt, text).changes()
    if changes is not None:
        means = "what was started with the context ends when it is taken out of the map"
        yield Candidate(f"call {text} where it is deleted", means, 1, changes)


def _stored(sight: Sight, stmt: ast.Stmt, name: str) -> tuple[str, Type | None]:
    """The variable in scope whose value was put into a map, and what it is."""
    names = visible(sight, stmt)
    for node in walk(sight.function.decl):
        if isinstance(node, ast.Assign) and len(node.lhs) == len(node.rhs) == 1:
            target, value = node.lhs[0], node.rhs[0]
            var = sight.info.uses.get(value) if isinstance(value, ast.Ident) else None
            put = isinstance(target, ast.Index) and sight.text(target.x) == name
            if isinstance(var, Var) and put and names.get(var.name) is var:
                return var.name, sight.world.underlying(var.type)
    return "", None


def _makes(sight: Sight, call: ast.Call) -> bool:
    return named(callee(sight.info, call)).startswith("context.With")


def _for_call(sight: Sight, call: ast.Call, rank: int) -> Iterator[Candidate]:
    stmt = sight.parents.get(call)
    if not isinstance(stmt, ast.Assign) or len(stmt.lhs) != 2:
        return
    if statement_of(sight, stmt) is stmt and not in_loop(sight, stmt):
        yield from _deferred(sight, stmt, call, rank)


def _deferred(sight: Sight, stmt: ast.Assign, call: ast.Call, rank: int) -> Iterator[Candidate]:
    target, plan = stmt.lhs[1], Plan()
    argument = _argument(sight, call)
    if argument is None:
        return
    if isinstance(target, ast.Selector):
        if not _is_local(sight, target):
            return
        name = sight.text(target)
    elif not isinstance(target, ast.Ident):
        return
    elif target.name == "_":
        renamed = _named_now(plan, sight, stmt, call)
        if renamed is None:
            return
        name = renamed
    elif _handed_on(sight, target):
        return
    else:
        name = target.name
    text = f"defer {name}({argument})"
    changes = plan.after(sight, stmt, text).changes()
    if changes is not None:
        means = "the context ends when the function returns, and so does whoever waits for its Done"
        yield Candidate(text, means, rank, changes)


def _argument(sight: Sight, call: ast.Call) -> str | None:
    """What the cancel function is called with; None where it wants more than a cause."""
    result = sight.info.types.get(call)
    function = result.items[1] if isinstance(result, Tuple) and len(result.items) == 2 else None
    signature = sight.world.underlying(function) if function is not None else None
    if not isinstance(signature, Signature):
        return "nil" if _is_cause(sight, call) else ""
    if len(signature.params) > 1:
        return None
    return "nil" if signature.params else ""


def _is_cause(sight: Sight, call: ast.Call) -> bool:
    result = sight.info.types.get(call)
    kind = result.items[1] if isinstance(result, Tuple) and len(result.items) == 2 else None
    return getattr(kind, "name", "") == "CancelCauseFunc"


def _is_local(sight: Sight, target: ast.Selector) -> bool:
    """A field of a variable of the function that nobody else gets."""
    var = sight.info.uses.get(target.x) if isinstance(target.x, ast.Ident) else None
    return isinstance(var, Var) and var.kind == "local" and not handed_on(sight, var)


def _named_now(plan: Plan, sight: Sight, stmt: ast.Assign, call: ast.Call) -> str | None:
    """Gives the dropped cancel function a name; None where that takes more than a name."""
    notify = named(callee(sight.info, call)).endswith("NotifyContext")
    name = fresh(sight, "stop" if notify else "cancel")
    plan.text(sight, stmt.lhs[1].start, stmt.lhs[1].end, name)
    if stmt.op == "=":
        if notify or not isinstance(call.fun, ast.Selector):
            return None
        func = "CancelCauseFunc" if _is_cause(sight, call) else "CancelFunc"
        plan.before(sight, stmt, f"var {name} {sight.text(call.fun.x)}.{func}")
    return name


def _handed_on(sight: Sight, target: ast.Ident) -> bool:
    """The cancel function is returned, stored or passed on: somebody else is to call it."""
    var = sight.info.defs.get(target) or sight.info.uses.get(target)
    for node in walk(sight.function.decl):
        if isinstance(node, ast.Ident) and node is not target and sight.info.uses.get(node) is var:
            parent = sight.parents.get(node)
            if not (isinstance(parent, ast.Call) and parent.fun is node) and not _is_dropped(parent):
                return True
    return False


def _is_dropped(parent: ast.Node | None) -> bool:
    """`_ = cancel`."""
    return (
        isinstance(parent, ast.Assign)
        and len(parent.lhs) == 1
        and isinstance(parent.lhs[0], ast.Ident)
        and parent.lhs[0].name == "_"
    )
