"""A lock that is not held while waiting: unlocked before the statement that waits, locked again behind it.

The last resort against goroutines that wait for each other: it breaks up what was done under one lock.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import (
    Candidate,
    Case,
    Sight,
    Spot,
    body_around,
    listed,
    statement_of,
    stuck_spots,
    type_of,
    upward,
)
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import fresh, visible
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import builtin, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Named, Pointer

NAME = "release"
RULES = (
    "lock-never-released",
    "abandoned-sender",
    "abandoned-receiver",
    "abandoned-select",
    "wait-never-done",
    "cond-never-signalled",
    "never-closed",
)
_PAIRS = {"Lock": "Unlock", "RLock": "RUnlock"}
MAX_PLACES = 10
"""Statements that are tried."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Each statement that may wait while a lock is held, unlocked around it."""
    stuck = stuck_spots(case)
    found: dict[tuple[ast.Stmt, str], tuple[Sight, str, bool]] = {}
    for lock in _locks(case):
        held = method_call(lock.sight, lock.node)
        if held is None or held[1] not in _PAIRS:
            continue
        for stmt in _region(lock.sight, lock.node, held):
            if _may_wait(case, lock.sight, stmt):
                here = any(
                    spot.sight.function is lock.sight.function and _inside(spot.node, stmt) for spot in stuck
                )
                found.setdefault((stmt, held[0]), (lock.sight, held[1], here))
    likely = sorted(found.items(), key=lambda item: not item[1][2])
    for (stmt, name), (sight, how, _) in likely[:MAX_PLACES]:
        if isinstance(stmt, (ast.Select, ast.If)):
            yield from _parted(sight, stmt, name, how)
        else:
            yield from _released(sight, stmt, name, how)


def _released(sight: Sight, stmt: ast.Stmt, name: str, how: str) -> Iterator[Candidate]:
    """The unlock before the statement, and the lock again behind it where something else follows."""
    plan, drops = Plan(), _operand(sight, stmt)
    if drops and isinstance(stmt, ast.ExprStmt) and isinstance(stmt.x, ast.Call):
        own, fun = fresh(sight, "lock", "waited"), stmt.x.fun
        operand = fun.x if isinstance(fun, ast.Selector) else fun
        plan.before(sight, stmt, f"{own} := {sight.text(operand)}")
        plan.text(sight, operand.start, operand.end, own)
    plan.before(sight, stmt, f"{name}.{_PAIRS[how]}()")
    stmts = listed(sight.parents.get(stmt))
    following = stmts[stmts.index(stmt) + 1 : stmts.index(stmt) + 2]
    if following and method_call(sight, following[0]) == (name, _PAIRS[how]):
        plan.instead(sight, following[0])
        yield from _made(plan, sight, stmt, name, (6, drops))
    else:
        plan.after(sight, stmt, f"{name}.{how}()")
        yield from _made(plan, sight, stmt, name, (7, drops))


def _parted(sight: Sight, stmt: ast.Select | ast.If, name: str, how: str) -> Iterator[Candidate]:
    """The lock taken again in each clause of a select, or between an `if` and what it does first."""
    plan, again = Plan().before(sight, stmt, f"{name}.{_PAIRS[how]}()"), f"{name}.{how}()"
    if isinstance(stmt, ast.Select):
        for clause in stmt.cases:
            plan.clause(sight, clause, again)
    elif stmt.init is not None:
        plan.before(sight, stmt, sight.text(stmt.init), again)
        plan.text(sight, stmt.init.start, stmt.cond.start, "")
    yield from _made(plan, sight, stmt, name, (7, ()))


def _made(
    plan: Plan, sight: Sight, stmt: ast.Stmt, name: str, how: tuple[int, tuple[tuple[str, str], ...]]
) -> Iterator[Candidate]:
    changes, (rank, drops) = plan.changes(), how
    if changes is not None:
        line = sight.file.line_column(stmt.start)[0]
        title = f"release {name} around line {line}: {_short(sight.text(stmt))}"
        means = (
            f"{name} is not held while this waits: others may run in between, so what was read under the "
            "lock before has to be looked at again"
        )
        yield Candidate(title, means, rank, changes, drops)


def _operand(sight: Sight, stmt: ast.Stmt) -> tuple[tuple[str, str], ...]:
    """`m[key].Lock()`, whose operand has to be read under the lock: the call that is written anew."""
    if not isinstance(stmt, ast.ExprStmt) or not isinstance(stmt.x, ast.Call):
        return ()
    fun = stmt.x.fun
    if not isinstance(fun, ast.Selector) or not any(isinstance(node, ast.Index) for node in walk(fun.x)):
        return ()
    return (("call", "".join(sight.text(fun).split())),)


def _short(text: str) -> str:
    first = " ".join(text.split("\n")[0].split())
    return first if len(first) <= 40 else first[:37] + "..."


def _inside(node: ast.Node, outer: ast.Node) -> bool:
    return outer.start <= node.start and node.end <= outer.end


def _locks(case: Case) -> Iterator[Spot]:
    """Lock calls whose lock may be held: those the finding names, those of the witness, those above the
    blocked statement."""
    places = [each.at for each in case.finding.related if "lock was taken" in each.message]
    places += [each.at for each in case.finding.steps if each.text.startswith(("locks:", "read-locks:"))]
    for at in dict.fromkeys(places):
        spot = case.sights.spot(at)
        call = upward(spot, ast.Call) if spot is not None else None
        if spot is not None and call is not None:
            yield Spot(spot.sight, call)
    sight = case.at.sight
    for node in walk(sight.function.decl):
        if isinstance(node, ast.ExprStmt) and node.start < case.at.node.start:
            named = method_call(sight, node)
            if named is not None and named[1] in _PAIRS:
                yield Spot(sight, node.x)


def _region(sight: Sight, lock: ast.Node, held: tuple[str, str]) -> Iterator[ast.Stmt]:
    """Statements behind a Lock of the same body, up to the Unlock of the same block."""
    body = body_around(sight, lock)
    own = statement_of(sight, lock)
    holder = sight.parents.get(own) if own is not None else None
    until = body.end
    for stmt in listed(holder):
        if stmt.start > lock.start and method_call(sight, stmt) == (held[0], _PAIRS[held[1]]):
            until = stmt.start
            break
    simple = (ast.ExprStmt, ast.SendStmt, ast.Assign, ast.Select, ast.Range, ast.For, ast.DeclStmt, ast.If)
    for node in walk(body):
        if not isinstance(node, simple) or not lock.end < node.start < until:
            continue
        if body_around(sight, node) is body and statement_of(sight, node) is node:
            yield node


def _may_wait(case: Case, sight: Sight, stmt: ast.Stmt) -> bool:
    """It waits itself or calls what may; loops only when they wait in their head."""
    if isinstance(stmt, (ast.For, ast.Range)):
        return isinstance(stmt, ast.Range) and "chan" in str(sight.info.types.get(stmt.x)).lower()
    if isinstance(stmt, ast.If):
        init = stmt.init
        if not isinstance(init, ast.Assign) or init.op != ":=" or not _is_new(sight, stmt, init):
            return False
        return _may_wait(case, sight, init)
    if isinstance(stmt, ast.Select):
        return bool(stmt.cases)
    if isinstance(stmt, ast.SendStmt):
        return True
    for node in walk(stmt):
        if isinstance(node, ast.FuncLit):
            return False
        if isinstance(node, ast.Unary) and node.op == "<-":
            return True
        if isinstance(node, ast.Call):
            named = method_call(sight, node)
            if named is not None and named[1] in ("Lock", "RLock", "Wait"):
                return not _is_condition(sight, node)
            ref = callee(sight.info, node)
            if ref is None and isinstance(node.fun, (ast.Selector, ast.Ident)):
                return node not in sight.info.conversions and not _is_builtin(sight, node)
            if ref is not None and case.sights.world.declared(ref) is not None:
                return not ref.package or ref.package == sight.package.path or "." in ref.package
    return False


def _is_condition(sight: Sight, call: ast.Call) -> bool:
    """The Wait of a sync.Cond, which wants the lock."""
    type_ = type_of(sight, call.fun.x) if isinstance(call.fun, ast.Selector) else None
    return (type_.elem if isinstance(type_, Pointer) else type_) == Named("sync", "Cond")


def _is_new(sight: Sight, stmt: ast.If, init: ast.Assign) -> bool:
    """What the statement declares may be declared in front of it: nothing around is called so."""
    taken = visible(sight, stmt)
    later = {
        node.name
        for each in listed(sight.parents.get(stmt))
        if each is not stmt
        for node in walk(each)
        if isinstance(node, ast.Ident) and not _is_member(sight, node)
    }
    names = [sight.text(target) for target in init.lhs]
    return not any(name in taken or name in later for name in names if name != "_")


def _is_member(sight: Sight, node: ast.Ident) -> bool:
    parent = sight.parents.get(node)
    return isinstance(parent, ast.Selector) and parent.sel is node


def _is_builtin(sight: Sight, call: ast.Call) -> bool:
    return bool(builtin(sight.info, call))
