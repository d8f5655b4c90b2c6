"""wg.Done on every path: deferred at the start of the goroutine."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import (
    Candidate,
    Case,
    Sight,
    body_around,
    place_in,
    statement_of,
    upward,
)
from unstuck.fixes.channels import package_sights
from unstuck.fixes.plan import Plan
from unstuck.fixes.spelling import method_call
from unstuck.flow.places import Place, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import parents_of, walk
from unstuck.types.model import Named, Pointer
from unstuck.types.world import Function

NAME = "done"
RULES = ("wait-never-done", "abandoned-receiver", "never-closed", "lock-never-released")


def candidates(case: Case) -> Iterator[Candidate]:
    """`defer wg.Done()` in each body that may forget it."""
    call = upward(case.at, ast.Call)
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.fun, ast.Selector)
        or call.fun.sel.name != "Wait"
    ):
        return
    sight = case.at.sight
    place = place_in(sight, call.fun.x)
    if place is None:
        return
    for body in _bodies(sight):
        yield from _deferred(sight, body, place, sight.text(call.fun.x))
    for other, block, name in _elsewhere(case, place):
        yield from _deferred_in(other, block, name, 0)
    for other, block, name in _counted(case, place):
        yield from _deferred_in(other, block, name, 1)
    bodies: dict[ast.Node, Sight] = {}
    for step in case.finding.steps:
        spot = case.sights.spot(step.at)
        if spot is not None:
            bodies.setdefault(body_around(spot.sight, spot.node), spot.sight)
    for around, where in bodies.items():
        yield from _before_wait(where, around, place)


def _before_wait(sight: Sight, body: ast.Node, place: Place) -> Iterator[Candidate]:
    """A body that adds to the group, or calls what does, and then waits itself: done before it waits, or
    right where the call says that it has added."""
    wanted = place.fields[-1] if place.fields else ""
    for node in walk(body):
        if not isinstance(node, ast.ExprStmt) or body_around(sight, node) is not body:
            continue
        name, adds = _added(sight, node, place, wanted), _is_counting(sight, node, place, wanted)
        waiting = _next_wait(sight, body, node) if name else None
        if waiting is None or statement_of(sight, node) is not node:
            continue
        line = sight.file.line_column(waiting.start)[0]
        plan = Plan().before(sight, waiting, f"{name}.Done()")
        means = "the work that was counted is done before this waits"
        for where in (f"before line {line} waits", "where it was added"):
            changes = plan.changes()
            if changes is not None:
                yield Candidate(f"call {name}.Done() {where}", means, 4, changes)
            if adds:
                return
            plan = Plan().instead(sight, node, f"if {sight.text(node)} {{", f"\t{name}.Done()", "}")


def _next_wait(sight: Sight, body: ast.Node, behind: ast.Node) -> ast.Stmt | None:
    """The first statement of a body behind another that receives or selects."""
    for node in walk(body):
        receives = isinstance(node, ast.Unary) and node.op == "<-"
        if (receives or isinstance(node, ast.Select)) and node.start > behind.end:
            return statement_of(sight, node) if body_around(sight, node) is body else None
    return None


def _added(sight: Sight, node: ast.ExprStmt, place: Place, wanted: str) -> str:
    """The group that a statement adds to, itself or in the method that it calls."""
    if _is_counting(sight, node, place, wanted):
        return (method_call(sight, node) or ("", ""))[0]
    call = node.x
    ref = callee(sight.info, call) if isinstance(call, ast.Call) else None
    function = sight.world.function(ref) if ref is not None else None
    named = method_call(sight, node)
    if function is None or function.stub or named is None or not wanted:
        return ""
    inner = Sight(sight.world, sight.package, function, parents_of(function.decl))
    adds = any(_is_counting(inner, each, place, wanted) for each in walk(function.decl))
    return f"{named[0]}.{wanted}" if adds else ""


def _bodies(sight: Sight) -> Iterator[ast.FuncLit]:
    """Literals that go statements start."""
    for node in walk(sight.function.decl):
        if (
            isinstance(node, ast.GoStmt)
            and isinstance(node.call, ast.Call)
            and isinstance(node.call.fun, ast.FuncLit)
        ):
            yield node.call.fun


def _deferred(sight: Sight, body: ast.FuncLit, place: Place, name: str) -> Iterator[Candidate]:
    calls = [node for node in walk(body.body) if _is_done(sight, node, place)]
    if any(isinstance(sight.parents.get(call), ast.DeferStmt) for call in calls):
        return
    plan = Plan().top(sight, body.body, f"defer {name}.Done()")
    for call in calls:
        stmt = sight.parents.get(call)
        if not isinstance(stmt, ast.ExprStmt):
            return
        plan.instead(sight, stmt)
    changes = plan.changes()
    if changes is not None:
        line = sight.file.line_column(body.start)[0]
        means = "the goroutine counts as done when it ends, on every path and also after a panic"
        yield Candidate(
            f"defer {name}.Done() in the goroutine of line {line}", means, 0 if calls else 1, changes
        )


def _is_done(sight: Sight, node: ast.Node, place: Place) -> bool:
    if (
        not isinstance(node, ast.Call)
        or not isinstance(node.fun, ast.Selector)
        or node.fun.sel.name != "Done"
    ):
        return False
    found = place_in(sight, node.fun.x)
    return found is not None and found.root is place.root and found.fields == place.fields


def _elsewhere(case: Case, place: Place) -> Iterator[tuple[Sight, ast.Block, str]]:
    """Functions of the package that call Done on a field, or parameter, of the same name, not deferred."""
    sight = case.at.sight
    wanted = place.fields[-1] if place.fields else ""
    for ref in sight.world.functions(sight.package.path):
        declared = sight.world.declared(ref)
        if declared is None or b".Done()" not in declared.file.data[declared.start : declared.end]:
            continue
        function = sight.world.function(ref)
        if function is None or function is sight.function or function.decl.body is None:
            continue
        other = case.sights.sight(sight.package, function)
        for node in walk(function.decl.body):
            named = method_call(other, node) if isinstance(node, ast.ExprStmt) else None
            if named is not None and named[1] == "Done" and _fits(other, named[0], wanted):
                yield other, function.decl.body, named[0]
                break


def _fits(sight: Sight, name: str, wanted: str) -> bool:
    """The field that is waited for, or for a variable a parameter."""
    if wanted:
        return name.rpartition(".")[2] == wanted and "." in name
    return any(ident.name == name for param in sight.function.decl.type.params for ident in param.names)


def _counted(case: Case, place: Place) -> Iterator[tuple[Sight, ast.Block, str]]:
    """Functions that a go statement behind an Add calls, without any Done in them; and what the group is
    called there: a field of the receiver, a parameter that points to it."""
    wanted = place.fields[-1] if place.fields else ""
    for sight in package_sights(case):
        adds = [node for node in walk(sight.function.decl) if _is_counting(sight, node, place, wanted)]
        for node in walk(sight.function.decl):
            if not isinstance(node, ast.GoStmt) or not any(add.start < node.start for add in adds):
                continue
            ref = callee(sight.info, node.call) if isinstance(node.call, ast.Call) else None
            function = sight.world.function(ref) if ref is not None else None
            if function is None or function.package is not sight.package or function.decl.body is None:
                continue
            other, name = case.sights.sight(sight.package, function), _named_there(function, wanted)
            if name and not any(_is_any_done(other, each) for each in walk(function.decl.body)):
                yield other, function.decl.body, name


def _is_counting(sight: Sight, node: ast.Node, place: Place, wanted: str) -> bool:
    """An Add to the group, or to a field called so."""
    named = method_call(sight, node) if isinstance(node, ast.ExprStmt) else None
    if named is None or named[1] != "Add":
        return False
    if wanted:
        return named[0].rpartition(".")[2] == wanted
    return named[0] == place.root.name


def _is_any_done(sight: Sight, node: ast.Node) -> bool:
    return isinstance(node, ast.Call) and (method_call(sight, node) or ("", ""))[1] == "Done"


def _named_there(function: Function, wanted: str) -> str:
    if wanted:
        recv = function.decl.recv
        return f"{recv.names[0].name}.{wanted}" if recv is not None and recv.names else ""
    for param in function.decl.type.params:
        for ident in param.names:
            var = function.info.defs.get(ident)
            if var is not None and var.type == Pointer(Named("sync", "WaitGroup")):
                return ident.name
    return ""


def _deferred_in(sight: Sight, block: ast.Block, name: str, rank: int) -> Iterator[Candidate]:
    plan = Plan().top(sight, block, f"defer {name}.Done()")
    for node in walk(block):
        if isinstance(node, ast.ExprStmt) and method_call(sight, node) == (name, "Done"):
            plan.instead(sight, node)
    changes = plan.changes()
    if changes is not None:
        means = "the goroutine counts as done when it ends, on every path and also after a panic"
        yield Candidate(f"defer {name}.Done() at the start of {sight.function.ref}", means, rank, changes)
