"""Texts that a parser cannot take as they are: not UTF-8, nested too deeply, broken.

Everything here works on bytes with regular expressions, so that nothing recurses. `readable` gives a text
of the same length that is safe to parse; `pieces` cuts a broken text at its declarations, so that an error
spoils only the declaration that it is in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_NESTING = 150
"""Brackets nested more deeply than this are not parsed: an issue says so, the declaration stays."""

MAX_FRAGMENT = 65_536
"""A longer text, in bytes, in which no line starts a declaration is not taken for Go; an issue says so.

The parser's recovery from errors takes seconds for each megabyte of other languages."""

MANY_LINES = 200
"""Empty lines in a row, at least so many, are read as one: behind an error their line ends cost the parser
the square of their number (16,000 take ten seconds; other tokens cost the same each)."""

MAX_REPAIRS = 50
"""So many declarations of a file get their unclosed brackets closed; further ones are parsed as they are."""

SCAN = (
    rb"//[^\n]*|/\*.*?(?:\*/|\Z)"
    rb'|"(?:[^"\\\n]|\\.)*"?'
    rb"|`[^`]*`?"
    rb"|'(?:[^'\\\n]|\\.)*'?"
)
"""Comments, strings and runes, complete or cut short: where brackets and words mean nothing."""

_BRACKETS = b"()[]{}"
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in _BRACKETS)
_OPENING = {ord(")"): b"(", ord("]"): b"[", ord("}"): b"{"}
_CLOSING = {b"(": b")", b"[": b"]", b"{": b"}"}
_TOKENS = re.compile(
    SCAN + rb"|[()\[\]{}]|^(?:package|import|func|var|const|type)\b", re.DOTALL | re.MULTILINE
)
_CLAUSE = re.compile(rb"package[^\n]*|import\s*\([^()]*\)?|import[^\n]*")
_DECLARATION = re.compile(rb"^(?:package|import|func|var|const|type)\b", re.MULTILINE)
_DECLARED_FUNCTION = re.compile(rb"func\s*(?:\([^()]*\)\s*|\s)\w+\s*[(\[]")
_EMPTY_LINES = re.compile(rb"\n[ \t\r\n]{%d,}\n" % MANY_LINES)
_INVALID = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class SyntaxIssue:
    """What is wrong with the bytes `[start, end)` of a text."""

    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A range of the text that is parsed on its own, and the brackets missing at its end."""

    start: int
    end: int
    closers: bytes


def readable(data: bytes) -> tuple[bytes, tuple[SyntaxIssue, ...]]:
    """`data` with bytes that are not UTF-8, NUL, what is nested too deeply and many empty lines replaced,
    offsets unchanged."""
    text, issues = data, []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        issues.append(SyntaxIssue(error.start, error.start + 1, "invalid UTF-8 encoding"))
        text = _INVALID.sub("?", data.decode("utf-8", "surrogateescape")).encode("utf-8")
    nul = text.find(b"\0")
    if nul >= 0:
        issues.append(SyntaxIssue(nul, nul + 1, "invalid character NUL"))
        text = text.replace(b"\0", b" ")
    if _may_be_deep(text):
        text, deep = _without_depths(text)
        issues += deep
    if b"\n" * MANY_LINES in text.translate(None, b" \t\r"):
        text = _EMPTY_LINES.sub(lambda run: b"\n" + b" " * (len(run[0]) - 2) + b"\n", text)
    return text, tuple(issues)


def is_plausible(text: bytes) -> bool:
    """Whether it makes sense to parse `text` as Go; see MAX_FRAGMENT."""
    return len(text) <= MAX_FRAGMENT or _DECLARATION.search(text) is not None


def pieces(text: bytes) -> tuple[Piece, ...]:
    """`text` cut before each declaration that starts a line, and after package and import clauses.

    Inside open brackets only a function declaration is believed to be a new one.
    """
    made: list[Piece] = []
    open_brackets: list[bytes] = []
    start = 0
    comment_end = -1
    for match in _TOKENS.finditer(text):
        at = match.start()
        if at < start:
            continue
        found = match.group()
        first = found[0]
        if first in _BRACKETS:
            _follow(open_brackets, found)
        elif found.startswith(b"//"):
            comment_end = match.end()
        elif first in b"pifvct" and (not open_brackets or _DECLARED_FUNCTION.match(text, at)):
            made.append(Piece(start, at, _closers(open_brackets, comment_end == at)))
            clause = _CLAUSE.match(text, at)
            if clause is not None:
                made.append(Piece(at, clause.end(), b""))
                at = clause.end()
            open_brackets, start = [], at
    made.append(Piece(start, len(text), _closers(open_brackets, comment_end == len(text))))
    return _some_repaired([piece for piece in made if piece.end > piece.start])


def _closers(open_brackets: list[bytes], after_comment: bool) -> bytes:
    closers = b"".join(_CLOSING[bracket] for bracket in reversed(open_brackets))
    return b"\n" + closers if closers and after_comment else closers


def _some_repaired(made: list[Piece]) -> tuple[Piece, ...]:
    """Parsing a piece with closers copies the text before it: not more than MAX_REPAIRS times."""
    repaired = [piece for piece in made if piece.closers]
    if len(repaired) <= MAX_REPAIRS:
        return tuple(made)
    last = repaired[MAX_REPAIRS].start
    return tuple(piece if piece.start < last else Piece(piece.start, piece.end, b"") for piece in made)


def _follow(open_brackets: list[bytes], bracket: bytes) -> None:
    """Push an opening bracket, pop at a closing one, with what was left open inside."""
    if bracket in _CLOSING:
        open_brackets.append(bracket)
        return
    wanted = _OPENING[bracket[0]]
    if wanted in open_brackets[-MAX_NESTING:]:
        while open_brackets.pop() != wanted:
            pass


def _may_be_deep(text: bytes) -> bool:
    """False when the brackets surely nest less than MAX_NESTING deep: each round takes away one level."""
    brackets = text.translate(None, _NOT_BRACKETS)
    for level in range(MAX_NESTING):
        if len(brackets) < MAX_NESTING - level:
            return False
        smaller = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(smaller) == len(brackets):
            return len(brackets) >= MAX_NESTING - level
        brackets = smaller
    return True


def _without_depths(text: bytes) -> tuple[bytes, list[SyntaxIssue]]:
    """Blank the outermost brackets of each declaration that nests too deeply; a `?` inside spoils them."""
    issues: list[SyntaxIssue] = []
    cleaned = bytearray(text)
    for piece in pieces(text):
        depth, start, deep = 0, piece.start, False
        for match in _TOKENS.finditer(text, piece.start, piece.end):
            bracket = match.group()
            if bracket[0] not in _BRACKETS:
                continue
            if bracket in _CLOSING:
                depth += 1
                start = match.end() if depth == 1 else start
                deep = deep or depth > MAX_NESTING
                continue
            depth = max(0, depth - 1)
            if depth == 0 and deep:
                issues.append(_blank(cleaned, start, match.start()))
                deep = False
        if deep:
            issues.append(_blank(cleaned, start, piece.end))
    return bytes(cleaned), issues


def _blank(text: bytearray, start: int, end: int) -> SyntaxIssue:
    text[start:end] = b"?" + b" " * (end - start - 2) + blanked(bytes(text[max(start + 1, end - 1) : end]))
    return SyntaxIssue(start, end, f"nested too deeply: more than {MAX_NESTING} brackets are open")


def blanked(text: bytes) -> bytes:
    """Spaces for every byte but line ends."""
    return re.sub(rb"[^\r\n]", b" ", text)
