"""An http.Transport that a function builds for itself keeps its idle connections when the function returns.

A Transport pools connections, and each idle one has two goroutines. The zero IdleConnTimeout means for ever,
so a Transport per call adds up. Followed are local variables: the Transport, and http.Clients that get it.
Returned, stored elsewhere, or given to code that cannot be seen, it is kept on purpose.

Sources: package net/http, Transport ("Transports should be reused instead of created as needed").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.flow.paths import writes
from unstuck.flow.places import bare, callee, named, type_name, variable
from unstuck.rules.subject import Subject
from unstuck.rules.uses import Use, use_of
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Var

_CLOSE = "CloseIdleConnections"
_ASKS = ("Do", "Get", "Head", "Post", "PostForm", "RoundTrip")
_ASKED = rb"\.\s*(?:" + "|".join(_ASKS).encode() + rb")\b"
SIGNS = (
    rb"Transport\{[^\0]*" + _ASKED,
    rb"\.Clone\(\)[^\0]*" + _ASKED,
    _ASKED + rb"[^\0]*(?:Transport\{|\.Clone\(\))",
)
_CLONE = "net/http.Transport.Clone"


@dataclass(frozen=True, slots=True)
class Transport:
    """A transport that is built per call and not closed: `node` builds it; `timeout` is the text of its
    IdleConnTimeout, "" for none."""

    node: ast.Node
    timeout: str


def per_call(subject: Subject) -> Iterator[Transport]:
    """The transports of a function that outlive it with their connections."""
    for node in walk(subject.function.decl):
        clone = _is_clone(subject, node)
        if not clone and not _is_literal(subject, node, "net/http.Transport"):
            continue
        fields = _fields(node) if isinstance(node, ast.CompositeLit) else {}
        if "DisableKeepAlives" in fields:
            continue
        carriers = _carriers(subject, node)
        if carriers is None or not _is_left_open(subject, carriers):
            continue
        timeout = fields.get("IdleConnTimeout")
        yield Transport(node, "90 s" if clone else subject.text(timeout) if timeout is not None else "")


def _is_literal(subject: Subject, node: ast.Node, name: str) -> bool:
    return isinstance(node, ast.CompositeLit) and type_name(subject.function.info.types.get(node)) == name


def _is_clone(subject: Subject, node: ast.Node) -> bool:
    return isinstance(node, ast.Call) and named(callee(subject.function.info, node)) == _CLONE


def _fields(literal: ast.CompositeLit) -> dict[str, ast.Expr]:
    return {
        element.key.name: element.value
        for element in literal.elements
        if isinstance(element, ast.Element) and isinstance(element.key, ast.Ident)
    }


def _carriers(subject: Subject, node: ast.Node) -> tuple[Var, ...] | None:
    """The local variables that have the transport or a client with it; None when others get it."""
    first = _carrier(subject, node)
    if first is None:
        return None
    found = [first]
    for var in found:
        for ident in subject.named.inside(subject.function.decl, var):
            more = _into_client(subject, ident)
            if more is not None and more not in found:
                found.append(more)
    return tuple(found)


def _carrier(subject: Subject, node: ast.Node) -> Var | None:
    """The local variable that gets a value, by itself or inside the literal of a client."""
    parent = subject.parents.get(node)
    while isinstance(parent, ast.Paren) or (isinstance(parent, ast.Unary) and parent.op == "&"):
        node, parent = parent, subject.parents.get(parent)
    if isinstance(parent, ast.Element) and parent.value is node:
        literal = subject.parents.get(parent)
        return _carrier(subject, literal) if literal is not None and _is_client(subject, literal) else None
    for target, value in writes(parent) if parent is not None else ():
        if value is not None and (value is node or bare(value) is node):
            target = bare(target)
            if isinstance(target, ast.Selector) and target.sel.name == "Transport":
                target = bare(target.x)
            var = variable(subject.function.info, target) if isinstance(target, ast.Ident) else None
            return var if var is not None and var.kind == "local" else None
    return None


def _is_client(subject: Subject, node: ast.Node) -> bool:
    return _is_literal(subject, node, "net/http.Client")


def _into_client(subject: Subject, ident: ast.Ident) -> Var | None:
    """The variable of the client that a use of a transport puts it into."""
    parent = subject.parents.get(ident)
    is_value = isinstance(parent, ast.Element) and parent.value is ident
    is_written = isinstance(parent, ast.Assign) and ident in parent.rhs
    return _carrier(subject, ident) if is_value or is_written else None


def _is_left_open(subject: Subject, carriers: tuple[Var, ...]) -> bool:
    """Whether requests are made, nobody closes the idle connections, and nobody else gets a carrier."""
    info, asked = subject.function.info, False
    for var in carriers:
        for ident in subject.named.inside(subject.function.decl, var):
            parent = subject.parents.get(ident)
            if isinstance(parent, ast.Selector) and parent.sel.name in (
                "DisableKeepAlives",
                "IdleConnTimeout",
            ):
                return False
            if isinstance(parent, ast.Selector) and parent.sel.name in _ASKS:
                asked = True
            if _into_client(subject, ident) in carriers:
                continue
            use = use_of(subject.world, info, subject.parents, ident, ((_CLOSE,),))
            if use in (Use.RELEASE, Use.HAND_ON):
                return False
    return asked
