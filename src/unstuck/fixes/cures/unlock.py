"""The unlock that is missing: before the return that forgets it, or deferred right behind the Lock."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, Spot, body_around, listed, statement_of, upward
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "unlock"
RULES = (
    "lock-never-released",
    "abandoned-sender",
    "abandoned-receiver",
    "wait-never-done",
    "cond-never-signalled",
)
_PAIRS = {"Lock": "Unlock", "RLock": "RUnlock"}


def candidates(case: Case) -> Iterator[Candidate]:
    """Unlocks for each Lock whose lock may stay held."""
    done: list[ast.Node] = []
    for lock in _locks(case):
        held = method_call(lock.sight, lock.node)
        stmt = statement_of(lock.sight, lock.node)
        if held is None or held[1] not in _PAIRS or stmt is None or stmt in done:
            continue
        done.append(stmt)
        name, unlock = held[0], _PAIRS[held[1]]
        yield from _before_returns(lock.sight, stmt, name, unlock)
        yield from _deferred(lock.sight, stmt, name, unlock)


def _locks(case: Case) -> Iterator[Spot]:
    places = [case.finding.at]
    places += [each.at for each in case.finding.related if "lock was taken" in each.message]
    places += [each.at for each in case.finding.steps if each.text.startswith(("locks:", "read-locks:"))]
    for at in dict.fromkeys(places):
        spot = case.sights.spot(at)
        call = upward(spot, (ast.Call, ast.Block)) if spot is not None else None
        if spot is not None and isinstance(call, ast.Call):
            yield Spot(spot.sight, call)


def _before_returns(sight: Sight, lock: ast.Stmt, name: str, unlock: str) -> Iterator[Candidate]:
    """Unlocks before returns (and what goes to the next iteration) that have none."""
    body = body_around(sight, lock)
    if any(_is_deferred(sight, node, name, unlock) for node in walk(body)):
        return
    loop = next(
        (node for node in sight.above(lock) if isinstance(node, (ast.For, ast.Range, ast.FuncLit))), None
    )
    inside = loop if isinstance(loop, (ast.For, ast.Range)) else body
    leaving: list[ast.Stmt] = []
    for node in walk(inside):
        if body_around(sight, node) is not body or node.start < lock.end:
            continue
        goes = isinstance(node, ast.Return) or (
            isinstance(node, ast.Branch) and _ends_round(sight, node, loop)
        )
        if goes and _calls(node) == 0 and not _unlocks_before(sight, node, lock, name, unlock):
            leaving.append(node)  # type: ignore[arg-type]
    chosen = [leaving, *([each] for each in leaving)] if len(leaving) > 1 else [leaving]
    for some in chosen:
        if not some:
            continue
        plan = Plan()
        for node in some:
            plan.before(sight, node, f"{name}.{unlock}()")
        changes = plan.changes()
        if changes is not None:
            lines = ", ".join(str(sight.file.line_column(node.start)[0]) for node in some)
            where = f"line {lines}" if len(some) == 1 else f"lines {lines}"
            means = "the lock is free again on this way out, as on the others"
            yield Candidate(f"unlock {name} before {where}", means, 0, changes)
    yield from _at_end(sight, lock, name, unlock)


def _ends_round(sight: Sight, node: ast.Branch, loop: ast.Node | None) -> bool:
    """A `continue` or `break` of the loop that the Lock is in."""
    if not isinstance(loop, (ast.For, ast.Range)) or node.token not in ("break", "continue") or node.label:
        return False
    loops: tuple[type, ...] = (ast.For, ast.Range)
    left = (*loops, ast.Select, ast.Switch, ast.TypeSwitch) if node.token == "break" else loops
    return next((each for each in sight.above(node) if isinstance(each, left)), None) is loop


def _at_end(sight: Sight, lock: ast.Stmt, name: str, unlock: str) -> Iterator[Candidate]:
    """An unlock as the last statement of the block that locks."""
    holder = sight.parents.get(lock)
    stmts = listed(holder)
    if not stmts or isinstance(stmts[-1], (ast.Return, ast.Branch)) or stmts[-1].end <= lock.start:
        return
    changes = Plan().after(sight, stmts[-1], f"{name}.{unlock}()").changes()
    if changes is not None:
        line = sight.file.line_column(stmts[-1].end)[0]
        means = "the lock is free again at the end of the block that took it"
        yield Candidate(f"unlock {name} after line {line}", means, 1, changes)


def _calls(node: ast.Node) -> int:
    return sum(isinstance(each, ast.Call) for each in walk(node))


def _is_deferred(sight: Sight, node: ast.Node, name: str, unlock: str) -> bool:
    return isinstance(node, ast.DeferStmt) and method_call(sight, node.call) == (name, unlock)


def _unlocks_before(sight: Sight, node: ast.Node, lock: ast.Stmt, name: str, unlock: str) -> bool:
    """An unlock stands on the straight way from the Lock to a statement."""
    at: ast.Node | None = node
    while at is not None and at.start > lock.start and at is not lock:
        holder = sight.parents.get(at)
        for stmt in listed(holder):
            between = lock.end < stmt.start < at.start
            if between and isinstance(stmt, ast.ExprStmt) and method_call(sight, stmt) == (name, unlock):
                return True
        at = holder
    return False


def _deferred(sight: Sight, lock: ast.Stmt, name: str, unlock: str) -> Iterator[Candidate]:
    """`defer mu.Unlock()`, the other unlocks of the body taken away."""
    body = body_around(sight, lock)
    plan = Plan().after(sight, lock, f"defer {name}.{unlock}()")
    for node in walk(body):
        if isinstance(node, (ast.For, ast.Range)) and node.start < lock.start < node.end:
            return
        behind = body_around(sight, node) is body and node.start > lock.end
        if behind and isinstance(node, ast.ExprStmt) and method_call(sight, node) == (name, unlock):
            plan.instead(sight, node)
        if _is_deferred(sight, node, name, unlock):
            return
    changes = plan.changes()
    if changes is not None:
        means = "the lock is held until the function returns, on every path and also after a panic"
        yield Candidate(f"defer {name}.{unlock}() right after {name} is locked", means, 2, changes)
