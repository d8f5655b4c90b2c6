"""A context that ends with the function which needs the goroutine, watched where the goroutine waits.

The goroutine has a context, but it is that of whoever called: it goes on when the function that wanted the
values has returned. That function makes a context of its own from it and cancels it on return. Only for
functions that wait for something and hand nothing on that could live on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.findings import RootKind
from unstuck.fixes.case import Candidate, Case, Sight, body_around, root_sight
from unstuck.fixes.channels import in_loop, outermost
from unstuck.fixes.cures.guard import blocked, waits
from unstuck.fixes.guarded import Drops, guarded
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import CONTEXT, End, ends, fresh
from unstuck.fixes.spelling import imports
from unstuck.flow.places import callee, named
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Interface, Named, Pointer, Signature, Type, Var

NAME = "derived"
RULES = (
    "abandoned-sender",
    "abandoned-receiver",
    "abandoned-select",
    "abandoned-poller",
    "stopped-timer-wait",
    "ends-only-by-cancellation",
)
MAX_ENDS = 2
"""Contexts in scope of the blocked statement that are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """Where a function gets the context that it hands down: the text to derive from, the statement to do it
    before or behind, and the argument to put the new context in for."""

    name: str
    text: str
    before: ast.Stmt | None = None
    after: ast.Stmt | None = None
    argument: ast.Expr | None = None


def candidates(case: Case) -> Iterator[Candidate]:
    """Each context of the root, derived; the blocked statement watches the one that it has."""
    sight, stmt = root_sight(case), blocked(case)
    if sight is None or stmt is None or case.finding.root.kind is RootKind.CLIENT or not _is_over(sight):
        return
    package = imports(sight).get("context", "")
    if not package:
        return
    for source in _sources(sight, package):
        for end, drops, plan in _watched(case, stmt):
            cancel = fresh(sight, "cancel", "stop")
            rows = (
                f"{source.name}, {cancel} := {package}.WithCancel({source.text})",
                f"defer {cancel}()",
            )
            if source.after is not None:
                plan.after(sight, source.after, *rows)
            elif source.before is not None:
                plan.before(sight, source.before, *rows)
            if source.argument is not None:
                plan.text(sight, source.argument.start, source.argument.end, source.name)
            changes = plan.changes()
            if changes is not None:
                root = sight.function.ref
                title = f"end the context when {root} returns: defer {cancel}()"
                title += f", and wait for {end.wait} too" if end is not None else ""
                means = f"the goroutine gives up and returns when {root} returns"
                yield Candidate(title, means, 3 + len(drops), changes, drops)


def _watched(case: Case, stmt: ast.Stmt) -> Iterator[tuple[End | None, Drops, Plan]]:
    """The guarded forms of the blocked statement; as it is where it waits for a context already."""
    sight = case.at.sight
    if case.finding.rule == "ends-only-by-cancellation" or ".Done()" in sight.text(stmt).partition("{")[0]:
        yield None, (), Plan()
        return
    watched = [end for end in ends(sight, stmt) if end.rank == 0][:MAX_ENDS]
    for end in watched:
        plan = Plan()
        drops = guarded(plan, sight, stmt, end)
        if drops is not None:
            yield end, drops, plan


def _is_over(sight: Sight) -> bool:
    """The function waits for something, and what it returns cannot need the context any more."""
    decl = sight.function.decl
    results = [sight.info.types.get(param.type) for param in decl.type.results]
    if any(each is None or _may_live_on(sight, each) for each in results):
        return False
    return any(waits(sight, node) and body_around(sight, node) is decl for node in walk(decl))


def _may_live_on(sight: Sight, type_: Type) -> bool:
    under = sight.world.underlying(type_)
    if type_ == Named("", "error"):
        return False
    own = isinstance(type_, Pointer) and isinstance(type_.elem, Named)
    return own or isinstance(under, (Chan, Signature, Interface))


def _sources(sight: Sight, package: str) -> Iterator[_Source]:
    decl = sight.function.decl
    if decl.body is None:
        return
    for param in decl.type.params:
        for ident in param.names:
            var = sight.info.defs.get(ident)
            if var is not None and var.type == CONTEXT and ident.name != "_":
                first = next((stmt for stmt in decl.body.stmts if _uses(sight, stmt, var)), None)
                if first is not None:
                    yield _Source(ident.name, ident.name, before=first)
    for node in walk(decl.body):
        if not isinstance(node, ast.Call) or body_around(sight, node) is not decl:
            continue
        if named(callee(sight.info, node)) not in ("context.Background", "context.TODO"):
            continue
        parent, text = sight.parents.get(node), sight.text(node)
        if in_loop(sight, node):
            continue
        if isinstance(parent, ast.Assign) and parent.op == ":=" and len(parent.lhs) == 1:
            yield _Source(sight.text(parent.lhs[0]), sight.text(parent.lhs[0]), after=parent)
        elif isinstance(parent, ast.Call) and node in parent.args:
            stmt = outermost(sight, node, decl.body)
            if stmt is not None:
                yield _Source(fresh(sight, "ctx", "own"), text, before=stmt, argument=node)


def _uses(sight: Sight, stmt: ast.Stmt, var: Var) -> bool:
    return any(isinstance(node, ast.Ident) and sight.info.uses.get(node) is var for node in walk(stmt))
