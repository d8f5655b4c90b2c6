"""What the conversion of a syntax tree to `ast` nodes carries along, and how deep it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node

from unstuck.syntax import ast, grammar

MAX_DEPTH = 150
"""Expressions and statements inside each other; what would be deeper is a BadExpr or BadStmt.

At most five Python frames a level, so that no input reaches Python's default recursion limit. All of Go's own
source stays below 30."""

COMMENT = grammar.kind("comment")
EXTRAS = frozenset({COMMENT, grammar.ERROR})
"""Kinds that may stand between any two children."""


@dataclass(slots=True)
class Reader:
    """State of one conversion: the text, names seen (shared strings), the depth reached.

    `block` converts the body of a function literal; it is here because statements hold expressions and
    function literals hold statements, in files that may not import each other both ways.
    """

    text: bytes
    block: Callable[[Reader, Node], ast.Block]
    depth: int = 0
    names: dict[bytes, str] = field(default_factory=dict)

    def string(self, start: int, end: int) -> str:
        """The text from `start` to `end`; equal names are one object."""
        data = self.text[start:end]
        found = self.names.get(data)
        if found is None:
            found = self.names[data] = data.decode("utf-8", "replace")
        return found


def ident(r: Reader, n: Node) -> ast.Ident:
    """The identifier that `n` is."""
    start = n.start_byte
    end = n.end_byte
    return ast.Ident(start, end, r.string(start, end))


def significant(n: Node) -> list[Node]:
    """Children without comments and errors: what the grammar's production has."""
    return [child for child in n.children if child.kind_id not in EXTRAS]


def token_start(n: Node, wanted: int) -> int:
    """Offset of the last child token of kind `wanted`; the end of `n` when it is missing from the text."""
    for child in reversed(n.children):
        if child.kind_id == wanted and not child.is_missing:
            return child.start_byte
    return n.end_byte
