"""The tree-sitter grammar of Go: its node kinds and fields by number, and a parser for a range of bytes.

The grammar is tree-sitter-golang, because it knows `new(expr)` and generic methods (Go 1.26, 1.27) and
takes fragments without a package clause. Nothing outside `unstuck.syntax` knows that it is used.
"""

from __future__ import annotations

import tree_sitter_golang
from tree_sitter import Language, Node, Parser, Range

_LANGUAGE = Language(tree_sitter_golang.language())
_WHOLE, _PART = Parser(_LANGUAGE), Parser(_LANGUAGE)
"""For a whole text, and for a range of one. A parser keeps its memory from one parse to the next."""

ERROR = 0xFFFF
"""Kind of a node that stands for text the grammar could not place."""

_ERROR_REPEAT = 0xFFFE

KIND_NAMES: dict[int, str] = {
    number: _LANGUAGE.node_kind_for_id(number) or "" for number in range(_LANGUAGE.node_kind_count)
} | {ERROR: "ERROR", _ERROR_REPEAT: "ERROR"}
"""Name of each node kind; the name of a token is its text."""


def kind(name: str) -> int:
    """Number of the named node kind `name`; ValueError when the grammar does not have it."""
    return _number(name, named=True)


def token(text: str) -> int:
    """Number of the token `text`; ValueError when the grammar does not have it."""
    return _number(text, named=False)


def field(name: str) -> int:
    """Number of the field `name`; ValueError when the grammar does not have it."""
    number = _LANGUAGE.field_id_for_name(name)
    if number is None:
        raise ValueError(f"the grammar has no field {name!r}")
    return number


def syntax_root(text: bytes, start: int, end: int) -> Node:
    """Root of the syntax of `text[start:end]`; offsets in it count from the start of `text`."""
    if start == 0 and end == len(text):
        return _WHOLE.parse(text).root_node
    _PART.included_ranges = [Range((0, 0), (0, 0), start, end)]
    return _PART.parse(text).root_node


def _number(name: str, *, named: bool) -> int:
    number = _LANGUAGE.id_for_node_kind(name, named)
    if number is None:
        raise ValueError(f"the grammar has no node kind {name!r}")
    return number
