"""A wait group that a goroutine got a copy of: handed on by its address.

Done of the copy tells the waiter nothing. The parameter becomes a pointer, and each call passes the address.
"""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, upward
from unstuck.fixes.channels import package_sights
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import callee, place_of
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Named, Var

NAME = "pointed"
RULES = ("wait-never-done", "abandoned-receiver", "never-closed")
_GROUP = Named("sync", "WaitGroup")


def candidates(case: Case) -> Iterator[Candidate]:
    """Each parameter of the package that is a copy of a wait group."""
    call = upward(case.at, ast.Call)
    named = method_call(case.at.sight, call) if call is not None else None
    if named is None or named[1] != "Wait":
        return
    everywhere = package_sights(case)
    for sight in everywhere:
        for number, param, ident in _parameters(sight):
            var = sight.info.defs.get(ident)
            if var is None or var.type != _GROUP or len(param.names) != 1 or not _is_receiver(sight, var):
                continue
            plan = Plan().text(sight, param.type.start, param.type.start, "*")
            if not all(_passed(plan, other, sight, number) for other in everywhere):
                continue
            changes = plan.changes()
            if changes is not None:
                ref = sight.function.ref
                title = f"hand {ident.name} to {ref} by its address"
                means = f"Done in {ref} counts for the wait group that is waited for, not for a copy of it"
                yield Candidate(title, means, 0, changes)


def _parameters(sight: Sight) -> Iterator[tuple[int, ast.Param, ast.Ident]]:
    number = 0
    for param in sight.function.decl.type.params:
        for ident in param.names:
            yield number, param, ident
            number += 1


def _is_receiver(sight: Sight, var: Var) -> bool:
    """All that is done with it is calling its methods, which means the same for a pointer."""
    for node in walk(sight.function.decl):
        if isinstance(node, ast.Ident) and sight.info.uses.get(node) is var:
            parent = sight.parents.get(node)
            if not isinstance(parent, ast.Selector) or parent.x is not node:
                return False
    return True


def _passed(plan: Plan, other: Sight, sight: Sight, number: int) -> bool:
    """Puts the address into each call of a function; False where it is used otherwise, or the argument has
    none."""
    called = 0
    for node in walk(other.function.decl):
        if isinstance(node, ast.Call) and callee(other.info, node) == sight.function.ref:
            called += 1
            if number >= len(node.args) or place_of(other.info, node.args[number]) is None:
                return False
            arg = node.args[number]
            plan.text(other, arg.start, arg.start, "&")
    named = sum(
        isinstance(node, ast.Ident) and node.name == sight.function.ref.name
        for node in walk(other.function.decl)
    )
    return named == called + (other.function is sight.function)
