"""What the head of a Go file says, read without parsing the file: package, constraint, directives, cgo.

Everything up to and including the package clause, by regular expressions over bytes; it runs on every file,
so it is fast. The one thing behind the package clause that matters here is `import "C"`.
Reference: go/build parseFileHeader; go.dev/s/generatedcode; go.dev/doc/godebug.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from unstuck.source.constraint import BadConstraintError, Expr, parse, parse_plus

MAX_QUOTED_C = 50
"""Occurrences of a quoted C in a file that are looked at; an import stands at the top."""

_LEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\r\n;]++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_PACKAGE = re.compile(
    rb"package(?:[ \t\r\n]|/\*(?:[^*]++|\*(?!/))*+\*/|//[^\n]*+\n)++([A-Za-z_\x80-\xff][\w\x80-\xff]*)"
)
_BLOCK_COMMENT = re.compile(rb"(//[^\n]*+)|/\*(?:[^*]++|\*(?!/))*+\*/")
_COMMENT = re.compile(rb"//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/")
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
_BUILD = re.compile(rb"^[ \t]*//go:build(?:[ \t]([^\n]*))?$", re.MULTILINE)
_PLUS_BUILD = re.compile(rb"^[ \t]*//[ \t]*\+build(?:[ \t]([^\n]*))?$", re.MULTILINE)
_DEBUG = re.compile(rb"^//go:debug[ \t]+([^\s=]+)=([^\s]*)[ \t\r]*$", re.MULTILINE)
_IMPORT = re.compile(rb"^import[ \t]*\(", re.MULTILINE)
_STATEMENT = re.compile(
    rb"^[ \t]*+(?:(?:import|func|type|var|const|go|for|select|defer)\b|.*?(?::=|<-))", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a Go file."""

    package: str
    """The name in the package clause, "" without one."""
    constraint: Expr | None
    bad_constraint: str
    """Why the constraint does not parse, "" when it does; `bad_line` counts from 1."""
    bad_line: int
    generated: bool
    debug: tuple[tuple[str, str], ...]
    """`//go:debug` settings, in order."""
    cgo: bool
    """It has `import "C"`."""
    blank: bool
    """Nothing but blanks and comments."""


def read_header(data: bytes) -> Header:
    """Read the head of a Go file. Never fails."""
    lead = _LEAD.match(data)
    end = lead.end() if lead else 0
    found = _PACKAGE.match(data, end)
    name = found[1].decode("utf-8", "replace") if found else ""
    head = data[:end]
    constraint, why, line = _constraint(head) if b"build" in head else (None, "", 1)
    return Header(
        package=name,
        constraint=constraint,
        bad_constraint=why,
        bad_line=line,
        generated=b"Code generated" in head and _GENERATED.search(head) is not None,
        debug=_debug(head) if b"//go:debug" in head else (),
        cgo=b'"C"' in data and _imports_c(data, end),
        blank=end >= len(data),
    )


def package_end(data: bytes) -> int:
    """Offset behind the name in the package clause; -1 without one."""
    lead = _LEAD.match(data)
    found = _PACKAGE.match(data, lead.end() if lead else 0)
    return found.end() if found else -1


def looks_like_go(data: bytes) -> bool:
    """Tell Go source from a Markdown note, for text that has no file name.

    A package clause makes it Go, else a code fence makes it a note, else a line that starts as Go statements
    and declarations do makes it Go.
    """
    lead = _LEAD.match(data)
    if _PACKAGE.match(data, lead.end() if lead else 0):
        return True
    if re.search(rb"^ {0,3}(?:```|~~~)", data, re.MULTILINE):
        return False
    return _STATEMENT.search(data) is not None


def _imports_c(data: bytes, start: int) -> bool:
    """Tell whether a text imports "C", alone or in a group; a group's comments may hold anything."""
    at = start
    for _ in range(MAX_QUOTED_C):
        at = data.find(b'"C"', at + 1)
        if at < 0:
            return False
        before = data[data.rfind(b"\n", 0, at) + 1 : at].split()
        if before in ([b"import"], [b"import", b"_"]):
            return True
        opened = data.rfind(b"\nimport", start, at) + 1
        group = _IMPORT.match(data, opened) if opened else None
        if (
            group
            and before in ([], [b"_"], [b"import", b"("])
            and b")" not in _without_comments(data[group.end() : at])
        ):
            return True
    return False


def _without_comments(text: bytes) -> bytes:
    return _COMMENT.sub(b" ", text)


def _constraint(head: bytes) -> tuple[Expr | None, str, int]:
    """The constraint of a head: `//go:build`, else the `// +build` lines that stand before a blank line."""
    text = _BLOCK_COMMENT.sub(lambda found: found[1] or b"\n" * found[0].count(b"\n"), head)
    text = text.replace(b"\r\n", b"\n")
    lines = list(_BUILD.finditer(text))
    if not lines:
        before = text[: text.rstrip(b" \t\r").rfind(b"\n\n") + 1]
        plus = tuple((found[1] or b"").decode("utf-8", "replace") for found in _PLUS_BUILD.finditer(before))
        return parse_plus(plus), "", 1
    first = text.count(b"\n", 0, lines[0].start()) + 1
    if len(lines) > 1:
        return None, "several //go:build lines", text.count(b"\n", 0, lines[1].start()) + 1
    try:
        return parse((lines[0][1] or b"").decode("utf-8", "replace")), "", first
    except BadConstraintError as error:
        return None, str(error), first


def _debug(head: bytes) -> tuple[tuple[str, str], ...]:
    found = (tuple(part.decode("utf-8", "replace") for part in pair) for pair in _DEBUG.findall(head))
    return tuple((key, value) for key, value in found)
