"""Whoever makes something with a goroutine inside lets it go: its closer deferred where it is made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, listed, root_sight, statement_of
from unstuck.fixes.channels import fills, in_loop, package_sights
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import fresh, handed_on
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Named, Pointer, Signature, Tuple, Type

NAME = "owner"
RULES = (
    "abandoned-receiver",
    "abandoned-select",
    "abandoned-sender",
    "never-closed",
    "ends-only-by-cancellation",
)
CLOSERS = re.compile(
    r"(?i)^(close|stop|shutdown|quit|cancel|rollback|finish|destroy|terminate|release|teardown)\w*$"
)
"""What the method that ends a value's goroutines is called."""
MAX_PLACES = 6
"""Values that are tried."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Closers of the values that the root makes."""
    sight = root_sight(case)
    if sight is None:
        return
    made = 0
    for stmt, name, type_ in _values(sight):
        for text, place, rank in _closers(case, sight, (stmt, name, type_)):
            if made >= MAX_PLACES:
                return
            made += 1
            yield from _deferred(sight, stmt, place, name, text, rank)


def _values(sight: Sight) -> Iterator[tuple[ast.Stmt, str, Type]]:
    """Variables of own types that a statement of the function makes, and results that it drops (name "")."""
    for node in walk(sight.function.decl):
        if isinstance(node, ast.Assign) and node.op == ":=" and statement_of(sight, node) is node:
            for target in node.lhs:
                var = sight.info.defs.get(target) if isinstance(target, ast.Ident) else None
                if var is not None and _is_own(sight, var.type) and not handed_on(sight, var):
                    yield node, var.name, var.type
        if (
            isinstance(node, ast.ExprStmt)
            and isinstance(node.x, ast.Call)
            and statement_of(sight, node) is node
        ):
            result = sight.info.types.get(node.x)
            if result is not None and not isinstance(result, Tuple) and _is_own(sight, result):
                yield node, "", result


def _is_own(sight: Sight, type_: Type) -> bool:
    base = type_.elem if isinstance(type_, Pointer) else type_
    return isinstance(base, Named) and base.package == sight.package.path


def _places(sight: Sight, stmt: ast.Stmt, name: str) -> Iterator[ast.Stmt]:
    """Statements of the block behind the one that makes the value, which use it: they may fill its fields."""
    for each in listed(sight.parents.get(stmt)):
        uses = each.start > stmt.end and isinstance(each, (ast.ExprStmt, ast.Assign))
        if uses and any(isinstance(node, ast.Ident) and node.name == name for node in walk(each)):
            yield each


def _closers(
    case: Case, sight: Sight, value: tuple[ast.Stmt, str, Type]
) -> Iterator[tuple[str, ast.Stmt, int]]:
    """Calls that may end what the value runs, where to defer them, and their rank: `.Close()`, one of its
    cancel functions, or a close of one of its channels."""
    stmt, name, type_ = value
    world, base = sight.world, type_.elem if isinstance(type_, Pointer) else type_
    for method in world.methods(base):
        given = _arguments(sight, type_, method) if CLOSERS.match(method) else None
        if given is not None:
            yield f"defer {{}}.{method}({given})", stmt, 3
    for field in world.struct_fields(type_) if name else ():
        if (
            isinstance(field.type, Chan)
            and field.type.dir != "recv"
            and _is_free(case, sight, base, field.name)
        ):
            yield f"defer close({{}}.{field.name})", stmt, 4
        if isinstance(field.type, Named) and field.type.name == "CancelFunc":
            for place in (stmt, *_places(sight, stmt, name)):
                yield f"defer {{}}.{field.name}()", place, 3


def _is_free(case: Case, sight: Sight, base: Type, field: str) -> bool:
    """No other function sends on the channel or closes it: only its sender may close a channel."""
    others = [each for each in package_sights(case) if each.function is not sight.function]
    return isinstance(base, Named) and not any(fills(each, base, field) for each in others)


def _arguments(sight: Sight, type_: Type, method: str) -> str | None:
    """What to call a closer with: nothing, or no error; None where it wants more."""
    found = sight.world.lookup(type_, method, sight.package.path)
    if found is None or not isinstance(found.type, Signature) or len(found.type.params) > 1:
        return None
    if not found.type.params:
        return ""
    return "nil" if found.type.params[0] == Named("", "error") else None


def _deferred(
    sight: Sight, stmt: ast.Stmt, place: ast.Stmt, name: str, text: str, rank: int
) -> Iterator[Candidate]:
    if in_loop(sight, stmt):
        return
    plan = Plan()
    if not name:
        name = fresh(sight, "made", "value")
        plan.text(sight, stmt.start, stmt.start, f"{name} := ")
    call = text.format(name)
    if any(sight.text(each) == call for each in listed(sight.parents.get(stmt))):
        return
    changes = plan.after(sight, place, call).changes()
    if changes is not None:
        means = f"{name} is let go, and its goroutines end, when the function that made it returns"
        yield Candidate(call, means, rank, changes)
