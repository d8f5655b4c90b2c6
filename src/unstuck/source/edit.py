"""Edits of a text, as plain data: apply them, see where they clash, follow positions, print a diff.

Everything is in bytes of the text that is edited, so line endings and what is not UTF-8 stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Bytes `[start, end)` become `text`; where they are equal, `text` is inserted there."""

    start: int
    end: int
    text: bytes


class EditError(ValueError):
    """Changes that clash, or lie outside of the text."""


def digest(data: bytes) -> str:
    """SHA-256 of a text in hexadecimal digits: tells whether it is still the one that was read."""
    return hashlib.sha256(data).hexdigest()


def clash(changes: Sequence[Change]) -> bool:
    """Whether two of the changes touch the same bytes, or insert at the same place."""
    ordered = sorted(changes)
    return any(one.end > other.start or one.start == other.start for one, other in pairwise(ordered))


def applied(data: bytes, changes: Sequence[Change]) -> bytes:
    """The text after all changes. Raises EditError."""
    ordered = sorted(changes)
    if clash(ordered):
        raise EditError("two edits touch the same text")
    if any(not 0 <= one.start <= one.end <= len(data) for one in ordered):
        raise EditError("an edit lies outside of the text")
    parts: list[bytes] = []
    at = 0
    for one in ordered:
        parts += (data[at : one.start], one.text)
        at = one.end
    return b"".join((*parts, data[at:]))


def moved(offset: int, changes: Sequence[Change]) -> tuple[int, int]:
    """Where a byte of the text before stands after the changes: `(n, n)`, or the range that came in place of
    it where it was replaced."""
    shift = 0
    for one in sorted(changes):
        if one.start <= offset < one.end:
            return one.start + shift, one.start + shift + len(one.text)
        if one.start > offset:
            break
        shift += len(one.text) - (one.end - one.start)
    return offset + shift, offset + shift


def unified(path: str, before: bytes, after: bytes) -> str:
    """A unified diff that `git apply` and `patch -p1` take; "" when nothing changed."""
    if before == after:
        return ""
    import difflib

    old, new = _lines(before), _lines(after)
    rows: list[str] = []
    for row in difflib.unified_diff(old, new, _quoted(f"a/{path}"), _quoted(f"b/{path}")):
        rows.append(row if row.endswith("\n") else row + "\n\\ No newline at end of file\n")
    return "".join(rows)


def _quoted(path: str) -> str:
    """A path as git writes it in diffs (core.quotePath): in quotes where a character is special."""
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    special = {char: f"\\{char}" for char in '"\\'}
    data = "".join(
        special.get(char, char)
        if char.isprintable()
        else "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
        for char in path
    )
    return f'"{data}"'


def _lines(data: bytes) -> list[str]:
    """Lines with their ends, split at line feeds only."""
    text = data.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
