"""A source text and positions in it.

Every position in the analysis is a byte offset into `SourceFile.data`, the text that is parsed. Where
that text differs from what the user wrote (a note whose slips were repaired), `shifts` maps back;
everything the user sees goes through `SourceFile.location`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open byte range `[start, end)` of the file named `path`."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Location:
    """What the user is shown: lines and byte columns from 1, end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Shift:
    """From byte `at` of the parsed text on, the user's offset is the parsed offset plus `delta`."""

    at: int
    delta: int


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One text to analyse.

    `path` is how reports name it: relative to the working directory with `/`, absolute outside it,
    `<stdin>` for standard input. `original` is the user's text when `data` was repaired.
    """

    path: str
    data: bytes
    original: bytes | None = None
    shifts: tuple[Shift, ...] = ()
    _lines: list[int] = field(default_factory=list, compare=False, repr=False)

    def text(self) -> bytes:
        """The user's own bytes."""
        return self.data if self.original is None else self.original

    def user_offset(self, offset: int) -> int:
        """Byte offset in the user's text of a byte offset in the parsed text."""
        delta = 0
        for shift in self.shifts:
            if shift.at > offset:
                break
            delta = shift.delta
        return offset + delta

    def line_starts(self) -> list[int]:
        """Offsets in the user's text where its lines start."""
        if not self._lines:
            self._lines.append(0)
            text = self.text()
            at = text.find(b"\n")
            while at >= 0:
                self._lines.append(at + 1)
                at = text.find(b"\n", at + 1)
        return self._lines

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and byte column, both from 1, in the user's text."""
        self.line_starts()
        mapped = self.user_offset(offset)
        line = bisect_right(self._lines, mapped)
        return line, mapped - self._lines[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Byte offset in the parsed text of a line and a byte column of the user's text, both from 1."""
        lines = self.line_starts()
        wanted = lines[min(line, len(lines)) - 1] + column - 1
        delta = 0
        for shift in self.shifts:
            if wanted - delta < shift.at:
                break
            delta = shift.delta
        return wanted - delta

    def location(self, start: int, end: int) -> Location:
        """The user's location of `data[start:end]`."""
        line, column = self.line_column(start)
        end_line, end_column = self.line_column(max(start, end))
        return Location(self.path, line, column, end_line, end_column)
