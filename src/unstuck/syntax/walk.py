"""Going through a syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter

from unstuck.syntax import ast

_READERS: dict[type, Callable[[ast.Node], list[ast.Node]]] = {}
"""What gives the direct children, by class; made when the first node of a class is asked."""
_PLAIN = frozenset(
    (
        *(
            "start",
            "end",
            "rparen",
            "rbrace",
            "op_start",
            "op",
            "name",
            "kind",
            "text",
            "token",
            "dir",
            "iota",
        ),
        *("spread", "variadic", "define", "alias", "path"),
    )
)
"""Fields that hold no nodes; all others hold a node, None or a tuple of nodes."""


def children(node: ast.Node) -> list[ast.Node]:
    """The direct children, in the order of their fields (source order but for `else` and the like)."""
    reader = _READERS.get(node.__class__)
    if reader is None:
        reader = _READERS[node.__class__] = _reader(_node_fields(node.__class__))
    return reader(node)


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """The node and everything below it, parents first."""
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        below = children(item)
        below.reverse()
        stack += below


def parents_of(root: ast.Node) -> dict[ast.Node, ast.Node]:
    """What each node below `root` stands in."""
    parents: dict[ast.Node, ast.Node] = {}
    waiting: list[ast.Node] = [root]
    while waiting:
        node = waiting.pop()
        below = children(node)
        for child in below:
            parents[child] = node
        below.reverse()
        waiting += below
    return parents


def _reader(names: tuple[str, ...]) -> Callable[[ast.Node], list[ast.Node]]:
    if not names:
        return lambda node: []
    if len(names) == 1:
        only = attrgetter(*names)

        def one(node: ast.Node) -> list[ast.Node]:
            value = only(node)
            if value.__class__ is tuple:
                return list(value)
            return [value] if value is not None else []

        return one
    fields = attrgetter(*names)

    def several(node: ast.Node) -> list[ast.Node]:
        found: list[ast.Node] = []
        for value in fields(node):
            if value.__class__ is tuple:
                found += value
            elif value is not None:
                found.append(value)
        return found

    return several


def _node_fields(cls: type) -> tuple[str, ...]:
    names = getattr(cls, "__dataclass_fields__", ())
    return tuple(name for name in names if name not in _PLAIN or _holds_node(cls, name))


def _holds_node(cls: type, name: str) -> bool:
    return name == "name" and cls in (ast.TypeSpec, ast.FuncDecl, ast.MethodElem)
