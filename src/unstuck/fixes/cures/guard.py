"""A wait that also watches for the end: a select with the context or done channel that is in scope.

Where nothing in scope says that the work is over, the function that starts the goroutine makes a done channel
and closes it when it returns.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, statement_of, upward
from unstuck.fixes.channels import outermost
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import End, ends, fresh, leave
from unstuck.fixes.spelling import type_text
from unstuck.syntax import ast

NAME = "guard"
RULES = (
    "abandoned-sender",
    "abandoned-receiver",
    "abandoned-select",
    "ends-only-by-cancellation",
    "never-closed",
    "abandoned-poller",
)
_NAMES = ("done", "stop", "quit", "finished")
MAX_ENDS = 4
"""Ends in scope that are tried, likely ones first."""


def candidates(case: Case) -> Iterator[Candidate]:
    """The blocked operation in a select with a way out."""
    sight, stmt = case.at.sight, blocked(case)
    if stmt is None:
        return
    for end in ends(sight, stmt, _channel(sight, stmt))[:MAX_ENDS]:
        plan = Plan()
        if guarded(plan, sight, stmt, end):
            yield from _made(plan, f"wait for {end.wait} too", end, 2 + end.rank)
    yield from _with_new_end(case, stmt)


def _made(plan: Plan, title: str, end: End, rank: int) -> Iterator[Candidate]:
    changes = plan.changes()
    if changes is not None:
        means = f"the goroutine gives up and returns as soon as {end.wait} is ready; its value is then lost"
        yield Candidate(title, means, rank, changes)


def _with_new_end(case: Case, stmt: ast.Stmt) -> Iterator[Candidate]:
    """A done channel of the function that starts the goroutine, closed when that returns."""
    spawn, sight = case.spawn, case.at.sight
    if spawn is None or spawn.sight.function is not sight.function:
        return
    started = upward(spawn, ast.GoStmt)
    if not isinstance(started, ast.GoStmt) or not started.start <= stmt.start < started.end:
        return
    owner = body_around(sight, started)
    first = outermost(sight, started, owner.body) if owner.body is not None else None
    if first is None:
        return
    name = fresh(sight, *_NAMES)
    end = End(name, "", 0)
    plan = Plan().before(sight, first, f"{name} := make(chan struct{{}})", f"defer close({name})")
    if guarded(plan, sight, stmt, end):
        changes = plan.changes()
        if changes is not None:
            means = (
                "when the function that started the goroutine returns, the goroutine gives up and returns too"
            )
            yield Candidate(f"add a channel {name}, closed on return, and wait for it too", means, 4, changes)


def blocked(case: Case) -> ast.Stmt | None:
    """The statement that waits: a send, a receive on its own or assigned, a select, a range."""
    found = upward(case.at, (ast.Select, ast.SendStmt, ast.ExprStmt, ast.Assign, ast.Range))
    if found is None or statement_of(case.at.sight, found) is not found:
        return None
    return found


def _channel(sight: Sight, stmt: ast.Stmt) -> str:
    match stmt:
        case ast.SendStmt():
            return sight.text(stmt.chan)
        case ast.ExprStmt() if isinstance(stmt.x, ast.Unary):
            return sight.text(stmt.x.x)
        case ast.Assign() if len(stmt.rhs) == 1 and isinstance(stmt.rhs[0], ast.Unary):
            return sight.text(stmt.rhs[0].x)
        case ast.Range():
            return sight.text(stmt.x)
        case _:
            return ""


def guarded(plan: Plan, sight: Sight, stmt: ast.Stmt, end: End) -> bool:
    """Puts the guarded form of a statement into the plan."""
    way_out = leave(sight, stmt, end.error)
    if way_out is None:
        return False
    out = (f"case <-{end.wait}:", f"\t{way_out}", "}")
    match stmt:
        case ast.Select():
            return _another_case(plan, sight, stmt, out)
        case ast.SendStmt():
            plan.instead(sight, stmt, "select {", f"case {sight.text(stmt)}:", *out)
            return True
        case ast.ExprStmt(x=ast.Unary(op="<-")):
            plan.instead(sight, stmt, "select {", f"case {sight.text(stmt)}:", *out)
            return True
        case ast.Assign() if (
            len(stmt.rhs) == 1 and isinstance(stmt.rhs[0], ast.Unary) and stmt.rhs[0].op == "<-"
        ):
            return _assigned(plan, sight, stmt, out)
        case _:
            return False


def _another_case(plan: Plan, sight: Sight, select: ast.Select, out: tuple[str, ...]) -> bool:
    if any(each.comm is None for each in select.cases) or not select.cases:
        return False
    data = sight.file.data
    line = data.rfind(b"\n", 0, select.rbrace) + 1
    if data[line : select.rbrace].strip():
        return False
    indent = data[line : select.rbrace].decode()
    plan.text(sight, line, line, "".join(f"{indent}{row}\n" for row in out[:-1]))
    return True


def _assigned(plan: Plan, sight: Sight, stmt: ast.Assign, out: tuple[str, ...]) -> bool:
    text = sight.text(stmt)
    if stmt.op != ":=":
        plan.instead(sight, stmt, "select {", f"case {text}:", *out)
        return True
    declared = []
    for target in stmt.lhs:
        var = sight.info.defs.get(target) if isinstance(target, ast.Ident) else None
        if var is None or not isinstance(target, ast.Ident):
            continue
        if target.name != "_":
            spelled = type_text(sight, var.type)
            if spelled is None:
                return False
            declared.append(f"var {target.name} {spelled}")
    operator = stmt.lhs[-1].end - stmt.start
    assigned = text[:operator] + text[operator:].replace(":=", "=", 1)
    plan.instead(sight, stmt, *declared, "select {", f"case {assigned}:", *out)
    return True
