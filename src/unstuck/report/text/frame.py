"""A code frame: the source lines that matter, with labels under them, gaps left out.

       12 │ func fastest(mirrors []string) string {
       13 │     answers := make(chan string)
          │                ───────────────── the channel is made here
      ··· │
       16 │             answers <- ask(m)
          │             ^^^^^^^^^^^^^^^^^ parked here: chan send

Columns of a label are bytes; they are mapped to columns of the screen (tabs, wide characters). A line that
is too long is cut around its labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unstuck.report import View
from unstuck.report.text.paint import Cell, Style, cells, dots, paint, paint_cells, visible, width_of, wrap

FILL = 2
"""This many lines between two labelled lines are shown; more are left out."""

LONG_LINE = 4096
"""Of longer source lines only this many bytes around the first label are looked at."""

NARROW = 24
"""A label's text gets a row of its own when fewer columns are left beside the underline."""


@dataclass(frozen=True, slots=True)
class Label:
    """Text under bytes `[start, end)` (from 0, in one line) of line `line` (from 1)."""

    line: int
    start: int
    end: int
    text: str
    style: Style
    primary: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label in columns of the screen; `end` is exclusive."""

    start: int
    end: int
    text: str
    style: Style
    primary: bool


def frame(lines: Sequence[bytes], labels: Sequence[Label], digits: int, view: View) -> list[str]:
    """The rows of one file's frame. `digits` is the width of the line-number column.

    Every label's line must lie in `lines`.
    """
    rows: list[str] = []
    before = 0
    for number in sorted({label.line for label in labels}):
        if before and number - before > FILL + 1:
            left_out = "..." if view.ascii else "···"
            rows.append(paint(f"{left_out:>{digits + 2}} {_bar(view)}", Style.LABEL, view))
        elif before:
            rows.extend(_code(lines, between, [], digits, view)[0] for between in range(before + 1, number))
        rows.extend(_code(lines, number, [one for one in labels if one.line == number], digits, view))
        before = number
    return rows


def excerpt(line: bytes, number: int, column: int, view: View) -> str:
    """One source line, dimmed and without indentation: the brief form. `column` is a byte offset from 0."""
    text, shift = _window(line.rstrip(), column)
    columns, at = cells(text)
    room = view.width - len(str(number)) - 7
    focus = at[max(0, min(column - shift, len(at) - 1))]
    indentation = len(columns) - len("".join(columns).lstrip(" ")) if text.isascii() else 0
    left = _left_edge(len(columns), focus, room) or min(indentation, focus)
    gutter = f"{number:>{len(str(number)) + 4}} {_bar(view)} "
    return paint(gutter + "".join(columns[left : left + room]), Style.DIM, view)


def _code(lines: Sequence[bytes], number: int, labels: Sequence[Label], digits: int, view: View) -> list[str]:
    """A source line and the rows beneath it."""
    line, shift = _window(lines[number - 1].rstrip(b"\r"), min((one.start for one in labels), default=0))
    columns, at = cells(line)
    marks = [_mark(label, at, shift) for label in labels]
    room = view.width - digits - 5
    focus = max((mark.end for mark in marks), default=0)
    left = _left_edge(len(columns), focus, room)
    gutter = paint(f"{number:>{digits + 2}} {_bar(view)}", Style.LABEL, view)
    code = _cut(columns, left, room, Style.PLAIN if labels else Style.DIM, view)
    rows = [f"{gutter} {paint_cells(code, view)}".rstrip()]
    blank = paint(" " * (digits + 3) + _bar(view), Style.LABEL, view)
    moved = [_moved(mark, left, room) for mark in marks]
    return rows + [f"{blank} {paint_cells(row, view)}" for row in _under(moved, room, view)]


def _under(marks: list[_Mark], room: int, view: View) -> list[list[Cell]]:
    """The rows beneath a code line: underlines with the last label's text, then the others, hung below."""
    if not marks:
        return []
    marks = sorted(marks, key=lambda mark: (mark.start, mark.end, mark.primary))
    last = max(marks, key=lambda mark: (mark.end, mark.start, mark.primary))
    width = last.end + 1
    beside = wrap(visible(last.text), room - width) if last.text else []
    if beside and room - width < min(NARROW, width_of(last.text)):
        beside = []
    waiting = [mark for mark in marks if (mark is not last or not beside) and mark.text]
    first = _underline(marks, view)
    rows = [first + _cells(" " + beside[0], last.style)] if beside else [first]
    for more in beside[1:]:
        row = _stems(waiting, width, view)
        rows.append(row + _cells(" " * (width - len(row)) + more, last.style))
    while waiting:
        mark = waiting.pop()
        rows.extend(_hung(mark, waiting, room, view))
    return rows


def _underline(marks: Sequence[_Mark], view: View) -> list[Cell]:
    row: list[Cell] = [(" ", Style.PLAIN)] * max(mark.end for mark in marks)
    for mark in sorted(marks, key=lambda mark: mark.primary):
        glyph = "^" if mark.primary else "-" if view.ascii else "─"
        row[mark.start : mark.end] = [(glyph, mark.style)] * (mark.end - mark.start)
    return row


def _hung(mark: _Mark, waiting: Sequence[_Mark], room: int, view: View) -> list[list[Cell]]:
    """A label's text on rows of its own, below its underline; stems of those still waiting at the left."""
    elbow = "`- " if view.ascii else "╰─ "
    texts = wrap(visible(mark.text), room - mark.start - len(elbow))
    if room - mark.start - len(elbow) < NARROW:
        texts = [visible(mark.text)]
    rows = []
    for index, text in enumerate(texts):
        row = _stems([one for one in waiting if one.start < mark.start], mark.start, view)
        lead = elbow if index == 0 else " " * len(elbow)
        if index == 0 and any(one.start == mark.start for one in waiting):
            lead = lead.replace("╰", "├").replace("`", "|")
        rows.append(row + _cells(lead + text, mark.style))
    return rows


def _stems(waiting: Sequence[_Mark], width: int, view: View) -> list[Cell]:
    row: list[Cell] = [(" ", Style.PLAIN)] * width
    for mark in waiting:
        if mark.start < width:
            row[mark.start] = (_bar(view), mark.style)
    return row


def _cells(text: str, style: Style) -> list[Cell]:
    return [(char, style) for char in text]


def _cut(columns: list[str], left: int, room: int, style: Style, view: View) -> list[Cell]:
    """`columns` from `left` on, at most `room` of them, with dots where something is cut off."""
    shown: list[Cell] = [(char, style) for char in columns[left : left + room]]
    if shown and shown[0][0] == "" and left:
        shown[0] = (" ", style)
    mark = [(char, Style.DIM) for char in dots(view)]
    if left:
        shown[: len(mark)] = mark
    if len(columns) > left + room:
        tail = len(shown) - len(mark)
        if shown[tail][0] == "":
            shown[tail - 1] = (" ", style)
        shown[tail:] = mark
    return shown


def _left_edge(total: int, focus: int, room: int) -> int:
    """The first column to show of a line `total` wide, such that `focus` is seen in `room` columns."""
    if total <= room or focus <= room - 4:
        return 0
    return min(focus - room // 2, total - room)


def _window(line: bytes, start: int) -> tuple[bytes, int]:
    """The part of a huge line near byte `start`, and how many bytes lie before it."""
    if len(line) <= LONG_LINE:
        return line, 0
    shift = max(0, min(start - LONG_LINE // 2, len(line) - LONG_LINE))
    return line[shift : shift + LONG_LINE], shift


def _mark(label: Label, at: Sequence[int], shift: int) -> _Mark:
    start = at[max(0, min(label.start - shift, len(at) - 1))]
    end = at[max(0, min(label.end - shift, len(at) - 1))]
    return _Mark(start, max(end, start + 1), label.text, label.style, label.primary)


def _moved(mark: _Mark, left: int, room: int) -> _Mark:
    start = min(max(mark.start - left, 0), room - 1)
    end = min(max(mark.end - left, start + 1), room)
    return _Mark(start, end, mark.text, mark.style, mark.primary)


def _bar(view: View) -> str:
    return "|" if view.ascii else "│"
