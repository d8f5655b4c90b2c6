"""Going through a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.syntax import ast

_NODE_FIELDS: dict[type, tuple[str, ...]] = {}
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
    cls = node.__class__
    names = _NODE_FIELDS.get(cls)
    if names is None:
        names = _NODE_FIELDS[cls] = _node_fields(cls)
    found: list[ast.Node] = []
    for name in names:
        value = getattr(node, name)
        if value.__class__ is tuple:
            found += value
        elif value is not None:
            found.append(value)
    return found


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


def _node_fields(cls: type) -> tuple[str, ...]:
    names = getattr(cls, "__dataclass_fields__", ())
    return tuple(name for name in names if name not in _PLAIN or _holds_node(cls, name))


def _holds_node(cls: type, name: str) -> bool:
    return name == "name" and cls in (ast.TypeSpec, ast.FuncDecl, ast.MethodElem)
