"""What a text may declare, found without its outline: a tenth of the work.

More may be found than is there: names that functions declare for themselves, words of comments and strings.
Nothing is missed that the outline of a text without syntax errors has: there each declaration starts a line
or the text, or follows a semicolon or the end of a comment. Where something stands that is not sure (a
comment between a word and the name behind it), the answer is None: anything may be declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.syntax.laid_out import is_in_order, masked

_WORD = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*+"
_BLANK = rb"[ \t\r\n]*+"
_NOT_WORD = rb"(?![\w\x80-\xff])"
_NAMES = _WORD + rb"(?:" + _BLANK + rb"," + _BLANK + _WORD + rb")*+"
_RECEIVER = (
    rb"\(" + _BLANK + rb"(?:" + _WORD + rb"[ \t\r\n]++)?(?:\*" + _BLANK + rb")?(?P<base>" + _WORD + rb")"
    rb"(?:" + _BLANK + rb"\[[^()]*+\])?" + _BLANK + rb",?" + _BLANK + rb"\)" + _BLANK
)
_DECLARATION = (
    rb"[ \t]*+(?:func" + _NOT_WORD + _BLANK + rb"(?:"
    rb"(?P<name>" + _WORD + rb")"
    rb"|" + _RECEIVER + rb"(?P<method>" + _WORD + rb")"
    rb"|(?P<literal>\([^()]*+\)" + _BLANK + rb"(?![\w\x80-\xff/]))"
    rb"|(?P<unsure>))"
    rb"|(?:var|const|(?P<type>type))" + _NOT_WORD + _BLANK + rb"(?:"
    rb"(?P<group>\()"
    rb"|(?P<names>" + _NAMES + rb")(?!" + _BLANK + rb"[,/])"
    rb"(?:(?=" + _BLANK + rb"(?:\[[^=]*?\])?" + _BLANK + rb"(?P<alias>=)))?"
    rb"|(?P<unclear>)))"
)
_HERE = re.compile(_DECLARATION)
_ON_A_LINE = re.compile(rb"\n" + _DECLARATION)
_WITHIN_A_LINE = tuple(
    re.compile(start + rb"(?=[ \t]*+(?:func|type|var|const)" + _NOT_WORD + rb")")
    for start in (rb";", rb"\*/")
)
_GROUP_END = re.compile(rb"\n[ \t]*+\)")
_MAY_HIDE = (b"(", b"`", b"/*")
"""Without these the first line that starts with a closing bracket ends a group."""
_SPEC = re.compile(rb"(?:\A|[\n;])[ \t\r]*+(" + _NAMES + rb")")
_COMMA = re.compile(_BLANK + rb"," + _BLANK)


@dataclass(slots=True, eq=False)
class Heads:
    """What a text may declare, by name."""

    names: set[bytes]
    """Of functions, types, variables and constants; for membership only."""
    bases: set[bytes]
    """Of the types in receivers; for membership only."""
    aliases: set[bytes]
    """Of types that may be aliases; for membership only."""


def heads(text: bytes) -> Heads | None:
    """What `text` may declare; None: anything."""
    found = Heads(set(), set(), set())
    return found if all(_add(found, text, match) for match in _declarations(text)) else None


def _declarations(text: bytes) -> Iterator[re.Match[bytes]]:
    """All that looks like one."""
    yield from _ON_A_LINE.finditer(text)
    others = (match.end() for pattern in _WITHIN_A_LINE for match in pattern.finditer(text))
    yield from filter(None, (_HERE.match(text, at) for at in (0, *others)))


def _add(found: Heads, text: bytes, match: re.Match[bytes]) -> bool:
    """Adds what a match says; False where that is not sure."""
    match match.lastgroup:
        case "name":
            found.names.add(match["name"])
        case "method":
            found.bases.add(match["base"])
        case "literal":
            pass
        case "names" | "alias":
            names = _COMMA.split(match["names"])
            found.names.update(names)
            if match["alias"] is not None and match["type"] is not None:
                found.aliases.update(names)
        case "group":
            code = _group(text, match.end())
            if code is None:
                return False
            names = [name for names in _SPEC.findall(code) for name in _COMMA.split(names)]
            found.names.update(names)
            if match["type"] is not None and b"=" in code:
                found.aliases.update(names)
        case _:
            return False
    return True


def _group(text: bytes, start: int) -> bytes | None:
    """The lines of a group, which starts behind its bracket, each of which may start with names; None where
    it is not sure that it ends with the first line that starts with a closing bracket."""
    end = _GROUP_END.search(text, start)
    if end is None:
        return None
    code = text[start : end.start()]
    if any(sign in code for sign in _MAY_HIDE):
        shown = masked(code)
        return shown if shown is not None and is_in_order([shown]) else None
    return code
