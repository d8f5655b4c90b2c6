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
    yield from _turned_round(case)
    for lock in _locks(case):
        held = method_call(lock.sight, lock.node)
        stmt = statement_of(lock.sight, lock.node)
        if held is None or held[1] not in _PAIRS or stmt is None or stmt in done:
            continue
        done.append(stmt)
        name, unlock = held[0], _PAIRS[held[1]]
        yield from _before_returns(lock.sight, stmt, name, unlock)
        yield from _each_round(lock.sight, stmt, name, unlock)
        yield from _deferred(lock.sight, stmt, name, unlock)


def _turned_round(case: Case) -> Iterator[Candidate]:
    """A second Lock of a lock that is held, where an Unlock was meant."""
    sight, stmt = case.at.sight, upward(case.at, ast.ExprStmt)
    again = method_call(sight, stmt) if stmt is not None else None
    if stmt is None or again is None or again[1] not in _PAIRS or statement_of(sight, stmt) is not stmt:
        return
    body, taken = body_around(sight, stmt), ""
    for node in walk(body):
        if isinstance(node, ast.ExprStmt) and node.start < stmt.start and body_around(sight, node) is body:
            named = method_call(sight, node)
            if named is not None and named[0] == again[0]:
                taken = _PAIRS.get(named[1], "")
    if not taken:
        return
    changes = Plan().instead(sight, stmt, f"{again[0]}.{taken}()").changes()
    if changes is not None:
        line = sight.file.line_column(stmt.start)[0]
        title = f"unlock {again[0]} in line {line} in place of locking it again"
        means = "the lock is free after this line; it was held here already"
        yield Candidate(title, means, 1, changes, (("call", f"{again[0]}.{again[1]}"),))


def _each_round(sight: Sight, lock: ast.Stmt, name: str, unlock: str) -> Iterator[Candidate]:
    """A Lock in a loop with its Unlock behind the loop: unlocked on each way out of a round."""
    block = sight.parents.get(lock)
    loop = sight.parents.get(block) if block is not None else None
    if not isinstance(block, ast.Block) or not isinstance(loop, (ast.For, ast.Range)):
        return
    stmts = listed(sight.parents.get(loop))
    behind = [
        each
        for each in stmts
        if each.start > loop.end
        and isinstance(each, ast.ExprStmt)
        and method_call(sight, each) == (name, unlock)
    ]
    if len(behind) != 1:
        return
    plan = Plan().instead(sight, behind[0])
    body = body_around(sight, lock)
    for node in walk(block):
        if body_around(sight, node) is not body or node.start < lock.end:
            continue
        goes = isinstance(node, ast.Return) or (
            isinstance(node, ast.Branch) and _ends_round(sight, node, loop)
        )
        if goes and not _unlocks_before(sight, node, lock, name, unlock):
            plan.before(sight, node, f"{name}.{unlock}()")
    if not isinstance(block.stmts[-1], (ast.Return, ast.Branch)):
        plan.after(sight, block.stmts[-1], f"{name}.{unlock}()")
    changes = plan.changes()
    if changes is not None:
        line = sight.file.line_column(loop.start)[0]
        means = "each round gives back the lock that it took; none is held behind the loop"
        yield Candidate(f"unlock {name} in each round of the loop of line {line}", means, 1, changes)


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
