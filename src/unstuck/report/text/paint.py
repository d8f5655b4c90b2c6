"""Characters on a terminal: colours, widths, and nothing raw.

Text of the analysed program (source lines, file names, messages that quote either) reaches the output only
through `visible` or `cells`: control characters, terminal escapes, bidirectional overrides and bytes that
are not UTF-8 are written as escapes, so no source file can drive the reader's terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from unstuck.report import View

TAB = 4
"""Columns between tab stops in code frames. gofmt's 8 would push code to the right edge."""


class Style(Enum):
    """What a stretch of text is, and the ANSI colour (SGR parameters) for it."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    LABEL = "34"
    GOOD = "32"
    REMOVED = "31"
    NAME = "36"


Cell = tuple[str, Style]
"""One column of a line; the character of a two-column one is followed by an empty cell."""


def paint(text: str, style: Style, view: View) -> str:
    """`text` in the colour of `style`; unchanged without colours."""
    if not view.color or style is Style.PLAIN or not text:
        return text
    return f"\x1b[{style.value}m{text}\x1b[0m"


def paint_cells(row: Iterable[Cell], view: View) -> str:
    """A row of cells as one string, equal neighbours in one stretch, no blanks at the end."""
    runs: list[tuple[str, Style]] = []
    for text, style in row:
        if runs and (runs[-1][1] is style or text in ("", " ")):
            runs[-1] = (runs[-1][0] + text, runs[-1][1])
        else:
            runs.append((text, style))
    if runs:
        runs[-1] = (runs[-1][0].rstrip(" "), runs[-1][1])
    return "".join(paint(text, style, view) for text, style in runs)


def visible(text: str) -> str:
    """`text` on one line, every character that is not printable written as an escape (`\\x1b`)."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def sentence(text: str) -> str:
    """`visible`, for messages: line breaks and tabs are white space there."""
    return visible(" ".join(text.split()))


def cells(line: bytes) -> tuple[list[str], list[int]]:
    """The columns of a source line, and for each of its byte offsets (the end included) its column.

    Tabs are expanded, wide characters take two cells, bytes that are not UTF-8 stand as `\\xff`.
    """
    columns: list[str] = []
    at: list[int] = []
    for char in line.decode("utf-8", "surrogateescape"):
        at.extend([len(columns)] * len(char.encode("utf-8", "surrogateescape")))
        if char == "\t":
            columns.extend(" " * (TAB - len(columns) % TAB))
        elif not char.isprintable():
            columns.extend(_escape(char))
        else:
            _append(columns, char)
    at.append(len(columns))
    return columns, at


def width_of(text: str) -> int:
    """Columns that printable `text` takes."""
    if text.isascii() or max(text) < "\u0300":
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def wrap(text: str, width: int) -> list[str]:
    """`text` broken between words into lines of at most `width` columns; a longer word stays whole."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if line and width_of(joined) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line] if line or not lines else lines


def hang(head: str, text: str, view: View, indent: int) -> list[str]:
    """`head` (already painted, `indent` columns wide), then `text` wrapped at its right."""
    first, *rest = wrap(text, max(view.width - indent, 30))
    return [(head + first).rstrip(), *(" " * indent + line for line in rest)]


def shorten(text: str, width: int, view: View) -> str:
    """`text` cut to `width` columns, the end kept (of a path, the end tells more)."""
    if width_of(text) <= width:
        return text
    mark = dots(view)
    kept = text
    while kept and width_of(kept) > width - len(mark):
        kept = kept[1:]
    return mark + kept


def dots(view: View) -> str:
    """The sign of something left out."""
    return "..." if view.ascii else "…"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 leak`, `2 leaks`, `12,345 leaks`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _append(columns: list[str], char: str) -> None:
    wide = 1 if char < "\u0300" else width_of(char)
    if wide == 0 and columns:
        last = -1 if columns[-1] or len(columns) < 2 else -2
        columns[last] += char
        return
    columns.append(char)
    columns.extend([""] * (wide - 1))
