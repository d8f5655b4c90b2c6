"""The signal of a condition variable that is missing, or wakes too few.

Where something that waiters look at is written and nobody is woken behind it, all are woken; and one Signal
for a change that concerns all waiters becomes a Broadcast. Waking is harmless: waiters look again.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, listed, place_in, statement_of, type_of, upward
from unstuck.fixes.channels import package_sights
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import Place, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Named, Pointer, Type, Var

NAME = "signalled"
RULES = ("cond-never-signalled", "wait-never-done", "abandoned-receiver")
MAX_WRITES = 6
"""Writes that are tried."""
_WAKES = ("Signal", "Broadcast")


def candidates(case: Case) -> Iterator[Candidate]:
    """Signals turned into broadcasts, and broadcasts behind what the waiters look at."""
    call = upward(case.at, ast.Call)
    named = method_call(case.at.sight, call) if call is not None else None
    if not isinstance(call, ast.Call) or named is None or named[1] != "Wait":
        return
    sight = case.at.sight
    loop = upward(case.at, ast.For)
    assert isinstance(call.fun, ast.Selector)
    cond = call.fun.x
    if not isinstance(loop, ast.For) or loop.cond is None or not _is_cond(type_of(sight, cond)):
        return
    everywhere = package_sights(case)
    for other in everywhere:
        yield from _broadcast(sight, cond, other)
    predicate = list(_read(case, sight, loop.cond))
    found = [
        (other, stmt, text)
        for other in everywhere
        for stmt, text in _unsignalled_writes(sight, cond, other, predicate)
    ]
    for other, stmt, text in found[:MAX_WRITES]:
        line = other.file.line_column(stmt.start)[0]
        yield from _made(Plan().after(other, stmt, f"{text}.Broadcast()"), text, f"behind line {line}")
    if 1 < len(found) <= MAX_WRITES:
        plan = Plan()
        for other, stmt, text in found:
            plan.after(other, stmt, f"{text}.Broadcast()")
        lines = ", ".join(str(other.file.line_column(stmt.start)[0]) for other, stmt, _ in found)
        yield from _made(plan, found[0][2], f"behind lines {lines}")


def _made(plan: Plan, text: str, where: str) -> Iterator[Candidate]:
    changes = plan.changes()
    if changes is not None:
        means = "all that wait are woken by the change and look at what they wait for again"
        yield Candidate(f"call {text}.Broadcast() {where}", means, 1, changes)


def _broadcast(sight: Sight, cond: ast.Expr, other: Sight) -> Iterator[Candidate]:
    for node in walk(other.function.decl):
        if not isinstance(node, ast.Call) or not isinstance(node.fun, ast.Selector):
            continue
        if node.fun.sel.name == "Signal" and _is_same(sight, cond, other, node.fun.x):
            text, sel = other.text(node.fun), node.fun.sel
            changes = Plan().text(other, sel.start, sel.end, "Broadcast").changes()
            if changes is not None:
                line = other.file.line_column(sel.start)[0]
                title = f"wake all in line {line}: {other.text(node.fun.x)}.Broadcast()"
                means = "all that wait are woken, not one of them, and look at what they wait for again"
                yield Candidate(title, means, 1, changes, (("call", "".join(text.split())),))


def _is_cond(type_: Type | None) -> bool:
    return (type_.elem if isinstance(type_, Pointer) else type_) == Named("sync", "Cond")


def _is_same(sight: Sight, one: ast.Expr, other: Sight, two: ast.Expr) -> bool:
    """The same variable, or the same field of the same type."""
    first, second = place_in(sight, one), place_in(other, two)
    if first is None or second is None or first.fields != second.fields:
        return False
    return first.root is second.root or (bool(first.fields) and _base(first) == _base(second))


def _base(place: Place) -> Type:
    type_ = place.root.type
    return type_.elem if isinstance(type_, Pointer) else type_


def _read(case: Case, sight: Sight, predicate: ast.Expr) -> Iterator[tuple[Sight, ast.Expr]]:
    """The variables and fields that a predicate reads, those in a method that it calls too."""
    for node in walk(predicate):
        if isinstance(node, (ast.Ident, ast.Selector)) and not _is_part(sight, node):
            place = place_in(sight, node)
            if place is not None:
                yield sight, node
        if isinstance(node, ast.Call):
            ref = callee(sight.info, node)
            function = sight.world.function(ref) if ref is not None else None
            if function is None or function.stub or function.decl.body is None:
                continue
            if function.package is sight.package:
                inner = case.sights.sight(sight.package, function)
                for each in walk(function.decl.body):
                    if isinstance(each, ast.Selector) and place_in(inner, each) is not None:
                        yield inner, each


def _is_part(sight: Sight, node: ast.Node) -> bool:
    parent = sight.parents.get(node)
    return isinstance(parent, ast.Selector) or (isinstance(parent, ast.Call) and parent.fun is node)


def _unsignalled_writes(
    sight: Sight, cond: ast.Expr, other: Sight, predicate: list[tuple[Sight, ast.Expr]]
) -> Iterator[tuple[ast.Stmt, str]]:
    """Statements that write what is read, with nothing behind them in their list that wakes anybody; and what
    the condition is called there."""
    for node in walk(other.function.decl):
        targets: tuple[ast.Expr, ...] = ()
        if isinstance(node, ast.Assign) and node.op != ":=":
            targets = node.lhs
        elif isinstance(node, ast.IncDec):
            targets = (node.x,)
        for target in targets:
            if not any(_is_same(where, read, other, target) for where, read in predicate):
                continue
            text = _called(sight, cond, other, target)
            if text is not None and statement_of(other, node) is node and not _is_woken(other, node, text):
                yield node, text
                break


def _called(sight: Sight, cond: ast.Expr, other: Sight, target: ast.Expr) -> str | None:
    """The condition as the code beside a write would name it: a local one as it is, a field of the same
    struct."""
    place = place_in(sight, cond)
    if place is None:
        return None
    if not place.fields:
        return place.root.name if _sees(other, place.root) else None
    if isinstance(target, ast.Selector) and isinstance(cond, ast.Selector) and len(place.fields) == 1:
        return f"{other.text(target.x)}.{cond.sel.name}"
    return None


def _sees(other: Sight, var: Var) -> bool:
    return var.kind == "global" or any(
        other.info.defs.get(node) is var for node in walk(other.function.decl) if isinstance(node, ast.Ident)
    )


def _is_woken(sight: Sight, stmt: ast.Node, text: str) -> bool:
    stmts = listed(sight.parents.get(stmt))
    return any(
        (method_call(sight, each) or ("", ""))[0] == text
        and (method_call(sight, each) or ("", ""))[1] in _WAKES
        for each in stmts
        if each.start > stmt.start
    )
