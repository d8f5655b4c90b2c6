"""Functions that time.AfterFunc runs and that arm their own next run on every path.

The runtime holds an armed timer, the timer its function, and the function all that it captured. A function
that arms the next run only on some of its paths ends some day; a timer that somebody stops, or that is handed
on, can be stopped: neither is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.flow.graph import ENTRY, EXIT
from unstuck.flow.places import Place, bare, callee, named, place_of, point_nodes, variable
from unstuck.rules.names import literal_variable
from unstuck.rules.subject import Body, Subject
from unstuck.rules.timers import method_on
from unstuck.syntax import ast
from unstuck.syntax.walk import walk


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """`call` in `body` arms the next run of that body; the timer goes to `place` (None: nowhere)."""

    body: Body
    call: ast.Call
    place: Place | None
    handed_on: bool
    """Others get the timer."""


def rearmed(subject: Subject) -> Iterator[Chain]:
    """The calls by which a function arms its own next run for ever."""
    for body in subject.bodies:
        chains = tuple(_chains(subject, body))
        if not chains or not _always(body, chains):
            continue
        if not any(chain.handed_on or _stopped(subject, chain.place) for chain in chains):
            yield from chains


def _chains(subject: Subject, body: Body) -> Iterator[Chain]:
    for point in body.graph.points:
        for node in point_nodes(point.kind, point.node):
            if not isinstance(node, ast.Call):
                continue
            if _arms(subject, body, node):
                place, handed_on = _kept(subject, node)
                yield Chain(body, node, place, handed_on)
            armed = _armed_with(subject, body)
            method = method_on(subject.function.info, node) if armed is not None else None
            if armed is None or method is None or method[1] != "time.Timer.Reset":
                continue
            place, handed_on = _kept(subject, armed)
            if place == method[0]:
                yield Chain(body, node, place, handed_on)


def _arms(subject: Subject, body: Body, call: ast.Call) -> bool:
    """Whether a call is a time.AfterFunc that runs the body it stands in."""
    info = subject.function.info
    if named(callee(info, call)) != "time.AfterFunc" or len(call.args) != 2:
        return False
    what = bare(call.args[1])
    if isinstance(body.node, ast.FuncLit):
        var = literal_variable(info, subject.parents.get(body.node), body.node)
        return var is not None and isinstance(what, ast.Ident) and variable(info, what) is var
    if isinstance(what, ast.FuncLit):
        stmts = what.body.stmts
        only = stmts[0].x if len(stmts) == 1 and isinstance(stmts[0], ast.ExprStmt) else None
        return isinstance(only, ast.Call) and callee(info, only) == subject.function.ref
    if isinstance(what, (ast.Ident, ast.Selector)):
        return callee(info, ast.Call(what.start, what.end, what, (), False, what.end)) == subject.function.ref
    return False


def _armed_with(subject: Subject, body: Body) -> ast.Call | None:
    """The time.AfterFunc whose function is the literal of a body."""
    call = subject.parents.get(body.node)
    if not isinstance(call, ast.Call) or named(callee(subject.function.info, call)) != "time.AfterFunc":
        return None
    return call


def _kept(subject: Subject, call: ast.Call) -> tuple[Place | None, bool]:
    """Where the timer of a call goes, and whether others get it."""
    parent = subject.parents.get(call)
    match parent:
        case ast.ExprStmt() | ast.DeferStmt() | ast.GoStmt():
            return None, False
        case ast.Assign() if call in parent.rhs and len(parent.lhs) == len(parent.rhs):
            target = parent.lhs[parent.rhs.index(call)]
            if isinstance(target, ast.Ident) and target.name == "_":
                return None, False
            place = place_of(subject.function.info, target)
            return place, place is None or (not place.fields and place.root.kind == "global")
        case _:
            return None, True


def _always(body: Body, chains: tuple[Chain, ...]) -> bool:
    """Whether no path through the body ends without arming the next run."""
    points, calls = body.graph.points, [chain.call for chain in chains]
    waiting, seen = [ENTRY], {ENTRY: None}
    while waiting:
        number = waiting.pop()
        if number == EXIT:
            return False
        point = points[number]
        if any(node is call for node in point_nodes(point.kind, point.node) for call in calls):
            continue
        for edge in point.edges:
            if edge.to not in seen:
                seen[edge.to] = None
                waiting.append(edge.to)
    return True


def _stopped(subject: Subject, place: Place | None) -> bool:
    """Whether somebody stops the timer, or may: its place is used for more than arming and comparing."""
    if place is None:
        return False
    if place.fields:
        name = re.escape(place.fields[-1].encode())
        used = re.compile(rb"\." + name + rb"\b(?!\s*=[^=]|\.Reset\(|\s*[!=]=\s*nil)")
        return any(used.search(item.file.data) for item in subject.package.files if not item.test)
    info = subject.function.info
    for ident in walk(subject.function.decl):
        if not isinstance(ident, ast.Ident) or variable(info, ident) is not place.root:
            continue
        parent = subject.parents.get(ident)
        if isinstance(parent, ast.Selector) and parent.sel.name == "Reset":
            continue
        if isinstance(parent, (ast.VarSpec, ast.Binary)) or _is_target(parent, ident):
            continue
        return True
    return False


def _is_target(parent: ast.Node | None, ident: ast.Ident) -> bool:
    return isinstance(parent, ast.Assign) and any(target is ident for target in parent.lhs)
