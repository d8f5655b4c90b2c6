"""Edits of statements, laid out as gofmt would: lines before, behind or in place of a statement.

gofmt writes one statement a line, with a tab for each level; only the body of a function literal may stand on
one line. Where something is put into such a body, it is written out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from unstuck.fixes.case import Sight
from unstuck.source.edit import Change
from unstuck.source.file import SourceFile
from unstuck.syntax import ast


@dataclass(slots=True)
class _Around:
    """What happens to one statement."""

    before: list[str] = field(default_factory=list)
    instead: list[str] | None = None
    after: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    file: SourceFile
    statements: dict[ast.Node, _Around] = field(default_factory=dict)
    holders: dict[ast.Node, ast.Node] = field(default_factory=dict)
    tops: dict[ast.Block, list[str]] = field(default_factory=dict)
    raw: list[Change] = field(default_factory=list)
    sights: dict[ast.Node, Sight] = field(default_factory=dict)


class Plan:
    """Edits being collected. Lines are without the indentation of the statement they belong to."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def before(self, sight: Sight, stmt: ast.Node, *lines: str) -> Plan:
        """Lines in front of a statement, and of the comment above it."""
        self._around(sight, stmt).before.extend(lines)
        return self

    def after(self, sight: Sight, stmt: ast.Node, *lines: str) -> Plan:
        """Lines behind a statement."""
        self._around(sight, stmt).after.extend(lines)
        return self

    def instead(self, sight: Sight, stmt: ast.Node, *lines: str) -> Plan:
        """Lines in place of a statement; without any it is taken away."""
        self._around(sight, stmt).instead = list(lines)
        return self

    def top(self, sight: Sight, block: ast.Block, *lines: str) -> Plan:
        """Lines at the start of a block."""
        file = self._file(sight)
        file.tops.setdefault(block, []).extend(lines)
        file.sights[block] = sight
        return self

    def clause(self, sight: Sight, case: ast.CommCase, *lines: str) -> Plan:
        """Lines at the start of a clause of a select."""
        if case.body:
            return self.before(sight, case.body[0], *lines)
        data = sight.file.data
        at = _line_end(data, case.end - 1)
        indent = indent_at(data, case.start) + "\t"
        rows = "".join(f"\n{indent}{line}" for line in lines)
        self._file(sight).raw.append(Change(at, at, rows.encode()))
        return self

    def text(self, sight: Sight, start: int, end: int, text: str) -> Plan:
        """Any other change."""
        return self.text_in(sight.file, start, end, text)

    def text_in(self, file: SourceFile, start: int, end: int, text: str) -> Plan:
        """The same outside of functions."""
        known = self._files.setdefault(file.path, _File(file))
        known.raw.append(Change(start, end, text.encode()))
        return self

    def changes(self) -> tuple[tuple[str, Change], ...] | None:
        """All edits by file; None where the text is not laid out so that they fit in."""
        made: list[tuple[str, Change]] = []
        for path, file in self._files.items():
            found = _changes(file)
            if found is None:
                return None
            made.extend((path, _line_ends(file.file, change)) for change in sorted(found))
        return tuple(made)

    def _file(self, sight: Sight) -> _File:
        return self._files.setdefault(sight.file.path, _File(sight.file))

    def _around(self, sight: Sight, stmt: ast.Node) -> _Around:
        file = self._file(sight)
        file.holders[stmt] = sight.parents[stmt]
        file.sights[file.holders[stmt]] = sight
        return file.statements.setdefault(stmt, _Around())


def member(data: bytes, last: int, name: str, mark: str, value: str) -> str:
    """A field or element as the line behind the one with the last of them, which ends at `last`: in its
    column, or after an empty line where that has no room. `mark` is the colon of an element."""
    start = data.rfind(b"\n", 0, last) + 1
    line = data[start:last].decode("utf-8", "replace")
    indent = line[: len(line) - len(line.lstrip())]
    found = _MEMBER.match(line.strip())
    own = f"{name}{mark}"
    if found is not None and len(found[1]) > len(own):
        return f"\n{indent}{own}{' ' * (len(found[1]) - len(own))}{value}"
    return f"\n\n{indent}{own} {value}"


_MEMBER = re.compile(r"(\w+:? +)\S")


def drained(timer: str) -> tuple[str, ...]:
    """A timer stopped, and its tick taken out when there is one: right for every version of Go."""
    return (f"if !{timer}.Stop() {{", "\tselect {", f"\tcase <-{timer}.C:", "\tdefault:", "\t}", "}")


def indent_at(data: bytes, offset: int) -> str:
    """The white space that the line of an offset starts with."""
    start = data.rfind(b"\n", 0, offset) + 1
    end = start
    while end < len(data) and data[end] in b" \t":
        end += 1
    return data[start:end].decode()


def _changes(file: _File) -> list[Change] | None:
    data = file.file.data
    found = list(file.raw)
    done: list[ast.Node] = []
    for holder in (*file.tops, *file.holders.values()):
        if holder in done:
            continue
        done.append(holder)
        tops = file.tops.get(holder, []) if isinstance(holder, ast.Block) else []
        mine = {stmt: file.statements[stmt] for stmt, at in file.holders.items() if at is holder}
        if isinstance(holder, ast.Block) and b"\n" not in data[holder.start : holder.end]:
            made = _written_out(file, holder, tops, mine)
        else:
            made = _in_place(data, holder, tops, mine)
        if made is None:
            return None
        found.extend(made)
    return found


def _written_out(
    file: _File, block: ast.Block, tops: Sequence[str], around: dict[ast.Node, _Around]
) -> list[Change] | None:
    """A block on one line, with its edits, on several lines."""
    data = file.file.data
    text = data[block.start : block.end]
    sight = file.sights[block]
    outer = next((node for node in sight.above(block) if isinstance(node, ast.Block)), None)
    if b"/*" in text or (outer is not None and b"\n" not in data[outer.start : outer.end]):
        return None
    indent = indent_at(data, block.start)
    rows = list(tops)
    for stmt in block.stmts:
        here = around.get(stmt, _Around())
        own = [data[stmt.start : stmt.end].decode("utf-8", "surrogateescape")]
        rows += [*here.before, *(own if here.instead is None else here.instead), *here.after]
    for change in file.raw:
        if block.start < change.end and change.start < block.end:
            return None
    body = "".join(f"{indent}\t{row}\n" for row in rows)
    return [Change(block.start, block.end, f"{{\n{body}{indent}}}".encode("utf-8", "surrogateescape"))]


def _in_place(
    data: bytes, holder: ast.Node, tops: Sequence[str], around: dict[ast.Node, _Around]
) -> list[Change] | None:
    found: list[Change] = []
    if tops:
        at = _line_end(data, holder.start)
        rest = data[holder.start + 1 : at].strip()
        if rest and not rest.startswith(b"//"):
            return None
        indent = indent_at(data, holder.start) + "\t"
        found.append(Change(at, at, "".join(f"\n{indent}{row}" for row in tops).encode()))
    for stmt, edits in around.items():
        made = _around_statement(data, stmt, edits)
        if made is None:
            return None
        found.extend(made)
    return found


def _around_statement(data: bytes, stmt: ast.Node, edits: _Around) -> list[Change] | None:
    start = data.rfind(b"\n", 0, stmt.start) + 1
    end = _line_end(data, stmt.end)
    rest = data[stmt.end : end].strip()
    if data[start : stmt.start].strip() or (rest and not rest.startswith((b"//", b"/*"))):
        return None
    indent = data[start : stmt.start].decode() + ("\t" if isinstance(stmt, ast.Labeled) else "")
    found: list[Change] = []
    if edits.before:
        above = above_comment(data, start)
        found.append(Change(above, above, "".join(f"{indent}{row}\n" for row in edits.before).encode()))
    if edits.instead is not None:
        found.append(_replaced(data, stmt, edits.instead, start, end))
    if edits.after:
        found.append(Change(end, end, "".join(f"\n{indent}{row}" for row in edits.after).encode()))
    return found


def _replaced(data: bytes, stmt: ast.Node, lines: Sequence[str], start: int, end: int) -> Change:
    indent = data[start : stmt.start].decode()
    if len(lines) > 1:
        rows = _with_comment(data, stmt, lines, end)
        return Change(stmt.start, end, ("\n" + indent).join(rows).encode("utf-8", "surrogateescape"))
    if lines:
        return Change(stmt.start, stmt.end, lines[0].encode("utf-8", "surrogateescape"))
    if data[stmt.end : end].strip():  # a comment stays
        at = stmt.end
        while data[at] in b" \t":
            at += 1
        return Change(stmt.start, at, b"")
    after = end + 2 if data[end : end + 2] == b"\r\n" else end + 1
    return Change(start, min(after, len(data)), b"")


def _with_comment(data: bytes, stmt: ast.Node, lines: Sequence[str], end: int) -> list[str]:
    """The lines with the comment behind the statement behind that line which has the statement now."""
    comment = data[stmt.end : end].strip().decode("utf-8", "surrogateescape")
    text = data[stmt.start : stmt.end].decode("utf-8", "surrogateescape")
    rows = list(lines)
    if comment:
        at = next((number for number, row in enumerate(rows) if text in row), 1)
        rows[at] = f"{rows[at]} {comment}"
    return rows


def above_comment(data: bytes, start: int) -> int:
    """The start of the comment lines right above a line."""
    while start > 0:
        above = data.rfind(b"\n", 0, start - 1) + 1
        if not data[above:start].strip().startswith(b"//"):
            return start
        start = above
    return start


def _line_end(data: bytes, offset: int) -> int:
    end = data.find(b"\n", offset)
    end = len(data) if end < 0 else end
    return end - 1 if end > offset and data[end - 1 : end] == b"\r" else end


def _line_ends(file: SourceFile, change: Change) -> Change:
    """The change with the line ends of the file."""
    if b"\r\n" not in file.data:
        return change
    return Change(change.start, change.end, change.text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
