"""Edits of texts that are parsed otherwise than they are written: blocks of Markdown notes.

A note is several packages in one file. While cures are tried each block goes by the name of its package
(`note.md#2`); edits are made in the parsed text and taken over into the note, with the markers of quotes and
lists in front of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from unstuck.findings import Finding, relocated
from unstuck.source.edit import Change, EditError, applied
from unstuck.source.file import Location, Shift, SourceFile
from unstuck.source.package import Package

_BLOCK = re.compile(r"#\d+\Z")
_TABS = re.compile(rb"(?m)^([ >]*)(\t+)")


def is_block(file: SourceFile) -> bool:
    """Whether a text of `apart` is a block of a note. Other texts may be parsed otherwise than written,
    too (a byte order mark, bytes that are not UTF-8), but byte for byte."""
    return file.original is not None and _BLOCK.search(file.path) is not None


def apart(packages: Iterable[Package]) -> tuple[Package, ...]:
    """The packages, each block under the name of its package."""
    return tuple(_renamed(each) if _is_of_note(each) else each for each in packages)


def _is_of_note(package: Package) -> bool:
    name, _, number = package.path.rpartition("#")
    return number.isdigit() and any(item.file.path == name for item in package.files)


def _renamed(package: Package) -> Package:
    files = tuple(replace(item, file=replace(item.file, path=package.path)) for item in package.files)
    return replace(package, files=files)


def finding_apart(finding: Finding) -> Finding:
    """A finding, its places named like the texts of `apart`."""
    name, number = finding.package.rpartition("#")[::2]
    if name != finding.at.path or not number.isdigit():
        return finding

    def move(at: Location) -> Location:
        return replace(at, path=finding.package) if at.path == name else at

    return relocated(finding, move)


def finding_together(finding: Finding) -> Finding:
    """The same back."""
    name, number = finding.package.rpartition("#")[::2]
    if finding.at.path != finding.package or not number.isdigit():
        return finding
    return relocated(finding, lambda at: replace(at, path=name) if at.path == finding.package else at)


def user_path(file: SourceFile) -> str:
    """What the user calls the file of a text."""
    return file.path.rpartition("#")[0] if is_block(file) else file.path


def edited(file: SourceFile, changes: Sequence[Change]) -> SourceFile:
    """The text after edits. Raises source.edit.EditError."""
    data = applied(file.data, changes)
    if file.original is None:
        return SourceFile(file.path, data)
    original = applied(file.original, user_changes(file, changes))
    return SourceFile(file.path, data, original, tuple(_moved(shift, changes) for shift in file.shifts))


def _moved(shift: Shift, changes: Sequence[Change]) -> Shift:
    before = [change for change in changes if change.start < shift.at]
    return replace(shift, at=shift.at + sum(len(each.text) - (each.end - each.start) for each in before))


def user_changes(file: SourceFile, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The edits as edits of what the user wrote. Raises source.edit.EditError where that reads otherwise."""
    if file.original is None:
        return tuple(changes)
    return tuple(_user_change(file, file.original, change) for change in changes)


def _user_change(file: SourceFile, original: bytes, change: Change) -> Change:
    start, end = file.user_offset(change.start), file.user_offset(change.end)
    if original[start:end] != file.data[change.start : change.end]:
        raise EditError("the text does not have this code as it was understood")
    line = file.data.rfind(b"\n", 0, change.start) + 1
    marker = _marker(file, original, line) if is_block(file) else b""
    rows = change.text.split(b"\n")
    first = 0 if change.start == line else 1
    return Change(start, end, b"\n".join((*rows[:first], *(_marked(row, marker) for row in rows[first:]))))


def _marker(file: SourceFile, original: bytes, line: int) -> bytes:
    """What stands in front of the code of a line in the note, and is blank in the parsed text."""
    blanks = len(list(takewhile(lambda byte: byte in b" \t", file.data[line:])))
    at = file.user_offset(line)
    written, read = original[at : at + blanks], file.data[line : line + blanks]
    differ = [number for number, (one, other) in enumerate(zip(written, read), 1) if one != other]
    return written[: differ[-1]] if differ else b""


def _marked(row: bytes, marker: bytes) -> bytes:
    if not row or not marker:
        return row
    if not row.startswith(b" " * len(marker)):
        raise EditError("the note is not laid out so that lines fit in")
    return marker + row[len(marker) :]


def in_its_indent(file: SourceFile, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The edits with spaces for tabs where the text is indented by spaces."""
    unit = _unit(file.data)
    if unit == b"\t":
        return tuple(changes)
    return tuple(
        replace(each, text=_TABS.sub(lambda at: at[1] + unit * len(at[2]), each.text)) for each in changes
    )


def _unit(data: bytes) -> bytes:
    """One level of indentation: a tab, or the smallest step to the right of a text without tabs."""
    rows = [row for row in data.split(b"\n") if row.strip()]
    if not rows or any(b"\t" in row[: len(row) - len(row.lstrip())] for row in rows):
        return b"\t"
    widths = [len(row) - len(row.lstrip(b" ")) for row in rows]
    steps = [after - before for before, after in pairwise(widths) if after > before]
    return b" " * min(steps) if steps else b"\t"


def note_after(before: bytes, after: Iterable[bytes]) -> bytes:
    """A note with the edits of all its blocks: `after` has the note with those of one block each."""
    changes = []
    for text in after:
        if text == before:
            continue
        start = _common(before, text)
        end = _common(before[start:][::-1], text[start:][::-1])
        changes.append(Change(start, len(before) - end, text[start : len(text) - end]))
    return applied(before, changes)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common from the start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
