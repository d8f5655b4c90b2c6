"""Whole words in a text, found fast: a package's text is searched for one name after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD_BYTE = re.compile(rb"[\w\x80-\xff]")


def occurrences(text: bytes, word: bytes, start: int = 0, stop: int | None = None) -> Iterator[int]:
    """Offsets from `start` to `stop` at which `word` stands as a whole word (it may start with a dot)."""
    at = text.find(word, start, stop)
    dotted = word[:1] == b"."
    while at >= 0:
        end = at + len(word)
        if not _WORD_BYTE.match(text, end) and (dotted or at == 0 or not _WORD_BYTE.match(text, at - 1)):
            yield at
        at = text.find(word, end, stop)


def has_word(text: bytes, word: bytes) -> bool:
    """`word` stands in the text as a whole word."""
    return next(occurrences(text, word), None) is not None
