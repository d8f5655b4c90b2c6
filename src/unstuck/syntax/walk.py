"""Going through a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.syntax import ast

_NODE_FIELDS: dict[type, tuple[str, ...]] = {}
_PLAIN = (
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
)


def children(node: ast.Node) -> list[ast.Node]:
    """The direct children, in the order of their fields (source order but for `else` and the like)."""
    cls = type(node)
    names = _NODE_FIELDS.get(cls)
    if names is None:
        slots = getattr(cls, "__dataclass_fields__", ())
        names = tuple(name for name in slots if name not in _PLAIN or _holds_node(cls, name))
        _NODE_FIELDS[cls] = names
    found: list[ast.Node] = []
    for name in names:
        value = getattr(node, name)
        if value is None:
            continue
        if value.__class__ is tuple:
            found.extend([item for item in value if hasattr(item, "start")])
        elif hasattr(value, "start"):
            found.append(value)
    return found


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """The node and everything below it, parents first."""
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(reversed(children(item)))


def parents_of(root: ast.Node) -> dict[ast.Node, ast.Node]:
    """What each node below `root` stands in."""
    parents: dict[ast.Node, ast.Node] = {}
    waiting: list[ast.Node] = [root]
    while waiting:
        node = waiting.pop()
        below = children(node)
        for child in below:
            parents[child] = node
        waiting.extend(reversed(below))
    return parents


def _holds_node(cls: type, name: str) -> bool:
    return name == "name" and cls in (ast.TypeSpec, ast.FuncDecl, ast.MethodElem)
