"""Whoever makes something with a goroutine inside lets it go: its closer deferred where it is made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, Sights, statement_of
from unstuck.fixes.channels import in_loop
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import fresh
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Named, Pointer, Signature, Tuple, Type, Var
from unstuck.types.world import World

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
    sight = _root(case)
    if sight is None:
        return
    made = 0
    for stmt, name, type_ in _values(sight):
        for text in _closers(case.sights, sight, name, type_):
            if made >= MAX_PLACES:
                return
            made += 1
            yield from _deferred(sight, stmt, name, text)


def _root(case: Case) -> Sight | None:
    """The function that exploring started at."""
    package = case.at.sight.package
    for ref in case.at.sight.world.functions(package.path):
        if str(ref) == case.finding.root.function:
            function = case.at.sight.world.function(ref)
            return case.sights.sight(package, function) if function is not None else None
    return None


def _values(sight: Sight) -> Iterator[tuple[ast.Stmt, str, Type]]:
    """Variables of own types that a statement of the function makes, and results that it drops (name "")."""
    for node in walk(sight.function.decl):
        if isinstance(node, ast.Assign) and node.op == ":=" and statement_of(sight, node) is node:
            for target in node.lhs:
                var = sight.info.defs.get(target) if isinstance(target, ast.Ident) else None
                if var is not None and _is_own(sight, var.type) and not _handed_on(sight, var):
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


def _handed_on(sight: Sight, var: Var) -> bool:
    """The value is returned, or stored in a field: somebody else is to close it."""
    for node in walk(sight.function.decl):
        if not isinstance(node, ast.Ident) or sight.info.uses.get(node) is not var:
            continue
        parent = sight.parents.get(node)
        if isinstance(parent, (ast.Return, ast.SendStmt)):
            return True
        if isinstance(parent, ast.Assign) and node in parent.rhs:
            return True
    return False


def _closers(sights: Sights, sight: Sight, name: str, type_: Type) -> Iterator[str]:
    """Calls that may end what the value runs: `.Close()`, or a close of one of its channels."""
    world, base = sight.world, type_.elem if isinstance(type_, Pointer) else type_
    for method in world.methods(base):
        if CLOSERS.match(method) and _takes_nothing(world, type_, method, sight.package.path):
            yield f"defer {{}}.{method}()"
    for field in world.struct_fields(type_):
        if isinstance(field.type, Chan) and field.type.dir != "recv" and name:
            yield f"defer close({{}}.{field.name})"
        if isinstance(field.type, Named) and field.type.name == "CancelFunc":
            yield f"defer {{}}.{field.name}()"


def _takes_nothing(world: World, type_: Type, method: str, package: str) -> bool:
    found = world.lookup(type_, method, package)
    return found is not None and isinstance(found.type, Signature) and not found.type.params


def _deferred(sight: Sight, stmt: ast.Stmt, name: str, text: str) -> Iterator[Candidate]:
    if in_loop(sight, stmt):
        return
    plan = Plan()
    if not name:
        name = fresh(sight, "made", "value")
        plan.text(sight, stmt.start, stmt.start, f"{name} := ")
    call = text.format(name)
    changes = plan.after(sight, stmt, call).changes()
    if changes is not None:
        means = f"{name} is let go, and its goroutines end, when the function that made it returns"
        yield Candidate(call, means, 3, changes)
