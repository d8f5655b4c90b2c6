"""The outline of a text that is laid out as gofmt does, found without parsing it.

The text is masked first: blanks for comments, a filler for strings, so that each bracket left is one of the
code. Declarations are then found by patterns: each starts its line, and the lines up to the bracket that
closes it, at the start of a line too, are indented. Between them stands nothing. Last it is checked that
each bracket is closed in the very part of a declaration that opens it, so that nothing hides inside.

What no pattern takes is given to the parser, by itself; where anything does not fit, the whole text is
(outline.py). Both give the same outline of a text without syntax errors. Errors that leave the brackets in
order are not seen here, see `parse.issues`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import itemgetter, mul

from unstuck.syntax import ast
from unstuck.syntax.outline import Entry, Outline, Part, declarations

_TOKEN = re.compile(
    rb'(//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|"(?:[^"\\\n]++|\\.)*+"|`[^`]*+`' + rb"|'(?:[^'\\\n]++|\\.)*+')"
)
_FILLERS = {ord("/"): b" ", ord('"'): b"\1", ord("`"): b"\1", ord("'"): b"\1"}
"""What stands for each byte of a comment, string or rune, by its first byte."""

_BETWEEN = b"\2"
"""Stands between the parts in which brackets are to be in order."""
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]{}" + _BETWEEN)

_WORD = rb"[A-Za-z_]\w*+"
_NAMES = _WORD + rb"(?:, " + _WORD + rb")*+"
_REST = rb"[^\n;{(]*+(?:[{(](?! *\n)[^\n;{(]*+)*+"
"""The rest of a line, but for a bracket that opens at its end."""
_LINES = rb"(?:[ \t][^\n]*+\n|\n|" + _WORD + rb": *\n)*+"
"""Indented lines, empty ones and labels."""
_OPEN = rb" *\n" + _LINES
_MORE = rb"(?:[})]" + _REST + rb"[{(]" + _OPEN + rb")*+"
"""Of what is in a bracket: a bracket that is closed and one that is opened in one line."""
_END = rb"(?= *(?:\n|\Z))"
_ITEM = re.compile(
    rb"\n(?:func (?:\((?:" + _WORD + rb" )?(?P<star>\*?)(?P<recv>" + _WORD + rb")(?:\[[^\]\n]*+\])?\) )?"
    rb"(?P<name>" + _WORD + rb")(?=[(\[])" + _REST + rb"(?:(?P<long>\()" + _OPEN + rb"\)" + _REST + rb")?"
    rb"(?:(?P<body>\{)" + _OPEN + rb"\})?"
    rb"|(?P<word>type|var|const|import) (?:\( *\n(?P<group>(?:[ \t][^\n]*+\n|\n)*+)\)"
    rb"|(?P<imported>(?:(?:" + _WORD + rb"|\.) )?\x01++)"
    rb"|(?P<names>" + _NAMES + rb")(?! *,)[ \[]" + _REST + rb"(?:(?P<open>[{(])" + _OPEN + _MORE + rb"[})])?"
    rb"))" + _END
)
_SPEC = re.compile(
    rb"[\t ]*+\n|\t(" + _NAMES + rb")(?! *,)(?:[ \t\[]" + _REST + rb")?"
    rb"(?:([{(]) *\n(?:\t\t[^\n]*+\n|[\t ]*+\n)*+\t[})])? *\n"
)
_ONE_LINES = re.compile(rb"(?:[\t ]*+\n|\t" + _NAMES + rb"(?! *,)(?:[ \t\[]" + _REST + rb")? *\n)*+")
_FIRST_NAMES = re.compile(rb"\n\t(" + _NAMES + rb")")
_GOES_ON = re.compile(rb"\n(?<![\w)\]}\x01\n]\n)")
"""The end, without blanks, of a line that goes on in the next one."""
_IMPORT = re.compile(rb"[\t ]*+(?:(?:(" + _WORD + rb"|\.) )?(\x01++) *)?(?:\n|\Z)")
_CLAUSE = re.compile(rb"\s*+package (" + _WORD + rb")\s*+")
_BREAK = re.compile(rb"\n([})])(" + _REST + rb")([{(])(?= *\n)")
_BRACE = re.compile(rb"[{}]")
_PAIRS = (b"{}", b"()")
_LAST = frozenset(b"\1)]}_") | frozenset(range(48, 58)) | frozenset(range(65, 91)) | frozenset(range(97, 123))
"""What a declaration ends in; behind any other character it goes on in the next line."""


@dataclass(slots=True)
class _Found:
    """What was found so far. In each of `parts` of the code brackets are to be in order."""

    text: bytes
    code: bytes
    imports: list[ast.ImportSpec] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)


def laid_out(text: bytes) -> Outline | None:
    """The outline of `text`; None where it is not laid out as the patterns want it."""
    code = masked(text)
    clause = _CLAUSE.match(code) if code is not None else None
    if code is None or clause is None:
        return None
    found = _Found(text, code)
    at = clause.end()
    for match in _ITEM.finditer(code, max(at - 1, 0)):
        start = match.start() + 1
        if not _nothing(found, at, start):
            return None
        at = match.end() if _item(found, match, start) else start
    if not _nothing(found, at, len(code)) or not is_in_order(found.parts):
        return None
    return Outline(clause[1].decode(), tuple(found.imports), tuple(found.entries), None)


def masked(text: bytes) -> bytes | None:
    """`text` without what comments, strings and runes say, offsets unchanged; None where one has no end."""
    pieces = _TOKEN.split(text)
    tokens = pieces[1::2]
    fillers = map(_FILLERS.__getitem__, map(itemgetter(0), tokens))
    pieces[1::2] = map(mul, fillers, map(len, tokens))
    code = b"".join(pieces)
    if b'"' in code or b"`" in code or b"'" in code or b"/*" in code:
        return None
    return code.replace(b"\r", b" ")


def _nothing(found: _Found, start: int, end: int) -> bool:
    """Whether nothing stands there but what the parser knows."""
    gap = found.code[start:end]
    return not gap or gap.isspace() or _parsed(found, start, end)


def _parsed(found: _Found, start: int, end: int) -> bool:
    """Adds the declarations that the parser finds; False where there is anything else."""
    made = declarations(found.text, start, end)
    if made is None:
        return False
    found.imports += made[0]
    found.entries += made[1]
    found.parts.append(found.code[start:end])
    return True


def _item(found: _Found, match: re.Match[bytes], start: int) -> bool:
    """Adds what a pattern matched; False where that does not say enough."""
    if match["name"] is not None:
        return _function(found, match, start)
    if match["imported"] is not None:
        return match["word"] == b"import" and _import_lines(found, match.start("imported"), match.end())
    if match["group"] is not None:
        if match["word"] == b"import":
            return _import_lines(found, match.start("group"), match.end("group"))
        return _group(found, match, start)
    end = _bracketed(found, start, match.start("open"), match.end())
    names = match["names"].decode().split(", ")
    word = match["word"].decode()
    if end < 0 or word == "import" or (word == "type" and len(names) > 1):
        return False
    found.entries.append(Entry(word, tuple(names), "", False, start, end, end, (Part(start, end),)))
    return True


def _function(found: _Found, match: re.Match[bytes], start: int) -> bool:
    code, end, body, first = found.code, match.end(), match.start("body"), start
    if body < 0:
        line = code[start:end].rstrip()
        end = start + len(line)
        body = start + _last_brace(line) if line.endswith(b"}") else end
        if body < start or line[-1] not in _LAST:
            return False
    if match["long"] is not None:
        opening = match.start("long")
        first = code.index(b"\n)", opening) + 2
        found.parts += (code[start:opening], code[opening + 1 : first - 1])
    found.parts.append(code[first:body])
    if body < end:
        found.parts.append(code[body + 1 : end - 1])
    star, recv, name = match.group("star", "recv", "name")
    receiver = "" if recv is None else recv.decode()
    found.entries.append(
        Entry("func", (name.decode(),), receiver, bool(star), start, end, body, (Part(start, end),))
    )
    return True


def _last_brace(line: bytes) -> int:
    """Where the brace opens that closes at the end of a line; -1 where it may belong to a result's type."""
    depth = 0
    for match in reversed(list(_BRACE.finditer(line))):
        depth += 1 if match[0] == b"}" else -1
        if depth == 0:
            at = match.start()
            return -1 if line[:at].rstrip().endswith((b"interface", b"struct")) else at
    return -1


def _bracketed(found: _Found, start: int, opening: int, end: int) -> int:
    """End of what starts at `start` and may have a bracket that closes at `end`; -1 where it is not sure."""
    code = found.code
    if opening < 0:
        line = code[start:end].rstrip()
        if line[-1] not in _LAST:
            return -1
        found.parts.append(line)
        return start + len(line)
    pieces = [code[opening : opening + 1], code[opening + 1 : end - 1], code[end - 1 : end]]
    if b"\n}" in pieces[1] or b"\n)" in pieces[1]:
        pieces[1:2] = _BREAK.split(pieces[1])
    if any(pieces[at] + pieces[at + 2] not in _PAIRS for at in range(0, len(pieces), 4)):
        return -1
    found.parts.append(code[start:opening])
    found.parts += pieces[1::2]
    return end


def _group(found: _Found, match: re.Match[bytes], start: int) -> bool:
    at, last = match.span("group")
    word, end = match["word"].decode(), match.end()
    named = _lines(found, at, last) or _specs(found, at, last)
    if named is None or (word == "type" and any(b"," in each for each in named)):
        return False
    names = b", ".join(named).decode().split(", ") if named else ()
    found.entries.append(Entry(word, tuple(names), "", False, start, end, end, (Part(start, end),)))
    return True


def _lines(found: _Found, start: int, end: int) -> list[bytes] | None:
    """The names of each specification of a group, when all of them have one line; None otherwise."""
    block = found.code[start:end]
    if _ONE_LINES.fullmatch(block) is None or _GOES_ON.search(block.translate(None, b" \t"), 1):
        return None
    found.parts.append(block.replace(b"\n", _BETWEEN))
    return _FIRST_NAMES.findall(found.code, start - 1, end)


def _specs(found: _Found, start: int, end: int) -> list[bytes] | None:
    """The names of each specification of a group; None where that is not sure."""
    named: list[bytes] = []
    at = start
    for line in _SPEC.finditer(found.code, start, end):
        if line.start() != at:
            return None
        if line[1] is not None:
            named.append(line[1])
            opening = line.start(2)
            behind = found.code.rindex(_CLOSING[line[2]], at, line.end()) + 1 if line[2] else line.end()
            if _bracketed(found, at, opening, behind) < 0:
                return None
        at = line.end()
    return named if at == end else None


_CLOSING = {b"{": b"}", b"(": b")"}


def _import_lines(found: _Found, start: int, end: int) -> bool:
    made: list[ast.ImportSpec] = []
    at = start
    for line in _IMPORT.finditer(found.code, start, end):
        if line.start() != at:
            return False
        at = line.end()
        if line[2] is not None:
            name = None if line[1] is None else line[1].decode()
            path = found.text[line.start(2) : line.end(2)]
            first = line.start(2) if name is None else line.start(1)
            made.append(ast.ImportSpec(first, line.end(2), name, path.decode().strip('"`')))
    if at != end:
        return False
    found.imports += made
    return True


def is_in_order(parts: list[bytes]) -> bool:
    """Whether each bracket is closed in the part that opens it."""
    brackets = _BETWEEN.join(parts).translate(None, _NO_BRACKETS)
    while True:
        fewer = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(brackets):
            return not fewer.strip(_BETWEEN)
        brackets = fewer
