"""Trailing comments stay aligned, as gofmt wants them: those of neighbouring lines in one column.

Only blocks of lines that were aligned before an edit are aligned after it. Everything else that gofmt aligns
(fields, keys, values) no cure touches.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence

from unstuck.source.edit import Change, applied

MAX_MATCHED = 100_000
"""Pairs of equal lines among which a match is looked for."""

_LINE = re.compile(
    rb"(?P<indent>[ \t]*)(?P<code>\S.*?)(?P<gap>[ \t]+)(?P<comment>//[^\r\n]*)(?P<end>\r?\n?)\Z"
)
_TEXT = re.compile(rb'"(?:[^"\\\n]|\\.)*"|`[^`\n]*`|' + rb"'(?:[^'\\\n]|\\.)*'")


def aligned(data: bytes, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes, and what they make of the comments beside them."""
    before = data.splitlines(keepends=True)
    old = {at: _parts(line) for at, line in enumerate(before)}
    if not any(old.values()):
        return tuple(changes)
    after = applied(data, changes).splitlines(keepends=True)
    touched = _touched(data, changes)
    made = list(after)
    for at in touched:
        if at < len(after) and _is_aligned(before, _line_before(data, changes, at)):
            _align(made, at)
    if made == after:
        return tuple(changes)
    return difference(data, b"".join(made))


def _parts(line: bytes) -> re.Match[bytes] | None:
    """Indentation, code, gap and comment of a line; None where a comment mark may be in a string."""
    if b"//" not in line:
        return None
    masked = _TEXT.sub(lambda found: b"_" * len(found[0]), line)
    found = _LINE.match(masked)
    return found if found is not None and not found["code"].startswith(b"//") else None


def _touched(data: bytes, changes: Sequence[Change]) -> list[int]:
    """Lines of the text after the changes that have something of a change in them, and their neighbours."""
    text = applied(data, changes)
    lines: dict[int, None] = {}
    grown = 0
    for change in sorted(changes):
        start = change.start + grown
        grown += len(change.text) - (change.end - change.start)
        first = text.count(b"\n", 0, start)
        last = text.count(b"\n", 0, start + len(change.text))
        lines.update(dict.fromkeys(range(max(first - 1, 0), last + 2)))
    return list(lines)


def _line_before(data: bytes, changes: Sequence[Change], at: int) -> list[int]:
    """Lines of the text before that the changes are in, and their neighbours."""
    lines: dict[int, None] = {}
    for change in changes:
        first, last = data.count(b"\n", 0, change.start), data.count(b"\n", 0, change.end)
        lines.update(dict.fromkeys(range(max(first - 1, 0), last + 2)))
    return list(lines)


def _is_aligned(lines: Sequence[bytes], at: Sequence[int]) -> bool:
    """Aligning the lines changes nothing."""
    made = list(lines)
    for number in at:
        if number < len(made):
            _align(made, number)
    return made == list(lines)


def _align(lines: list[bytes], at: int) -> None:
    """Aligns the comments of the block of lines around one, in place."""
    here = _parts(lines[at])
    if here is None:
        return
    first = last = at
    while first > 0 and _belongs(lines[first - 1], here["indent"]):
        first -= 1
    while last + 1 < len(lines) and _belongs(lines[last + 1], here["indent"]):
        last += 1
    width = max(_width(lines[number]) for number in range(first, last + 1))
    for number in range(first, last + 1):
        found = _parts(lines[number])
        if found is not None:
            code = lines[number][: found.end("code")]
            gap = b" " * (width - _width(lines[number]) + 1)
            lines[number] = code + gap + lines[number][found.start("comment") :]


def _belongs(line: bytes, indent: bytes) -> bool:
    found = _parts(line)
    return found is not None and found["indent"] == indent


def _width(line: bytes) -> int:
    found = _parts(line)
    code = line[found.start("code") : found.end("code")] if found is not None else b""
    return len(code.decode("utf-8", "replace"))


def difference(data: bytes, text: bytes) -> tuple[Change, ...]:
    """Changes of whole lines that make one text the other; a single one where the lines between the first and
    the last that differ are so often the same that to match them takes long."""
    before, after = data.splitlines(keepends=True), text.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    head = _equal(before, after)
    tail = _equal(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    often = Counter(new)
    if sum(often[line] for line in old) > MAX_MATCHED:
        return (Change(starts[head], starts[head + len(old)], b"".join(new)),)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Change(starts[head + a], starts[head + b], b"".join(new[c:d]))
        for how, a, b, c, d in matcher.get_opcodes()
        if how != "equal"
    )


def _equal(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """How many lines are the same from the start."""
    return next((at for at, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
