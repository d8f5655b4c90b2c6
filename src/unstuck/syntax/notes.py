"""Go in Markdown notes: finds the blocks, and reads the usual slips of notes as what was meant.

A block is a fence marked `go` or `golang`, or a bare fence or an indented block whose text parses as Go. Each
is a package of its own. Its text is the note's with everything before it blanked, so that offsets are the
note's; where a repair changes the length, `SourceFile.shifts` maps back. CommonMark, section 4.4 and 4.5.

The repairs never touch correct Go: each rewrites a sequence of tokens that no Go program has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token as MarkdownToken

from unstuck.source.file import Shift, SourceFile
from unstuck.syntax.parse import issues, parse
from unstuck.syntax.repair import SCAN, blanked


@dataclass(frozen=True, slots=True)
class Slip:
    """What the note says at `[start, end)` of its own text, and what it was understood as."""

    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of Go in a note, ready to parse."""

    file: SourceFile
    slips: tuple[Slip, ...]


def blocks(path: str, text: bytes) -> tuple[Block, ...]:
    """The Go blocks of the Markdown text `text`, in order; `path` names the note. Never raises."""
    lines = [match.span() for match in _LINE.finditer(text)]
    made = []
    for token in MarkdownIt("commonmark").parse(text.decode("utf-8", "surrogateescape")):
        if token.type not in ("fence", "code_block") or token.map is None:
            continue
        marked = token.type == "fence" and _language(token.info) in ("go", "golang")
        if not marked and (token.type == "fence" and token.info.strip()):
            continue
        if not marked and _GO_WORDS.search(token.content) is None:
            continue
        block = _repaired(path, text, *_extract(text, lines, token))
        if marked or not issues(parse(block.file)):
            made.append(block)
    return tuple(made)


_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
"""A line as CommonMark, section 2.1, has it."""

_GO_WORDS = re.compile(r"\b(?:func|package|chan|select|defer|struct)\b|\bgo\s+[\w.]+\(|:=|<-")
"""An unmarked block without any of these is not taken for Go, even when it parses: `make test` does."""

_TOKEN = re.compile(
    SCAN + """|“[^"\n]*?(?:”|")|‘[^'\n]{1,12}?(?:’|')|…""".encode() + rb"|\.\.\.|\w+|[^\s\w]",
    re.DOTALL,
)
_COMMENT_STARTS = (b"//", b"/*")
_OPEN = (b"(", b"[", b"{")
_CLOSE = (b")", b"]", b"}")
_DOTS = (b"...", "…".encode())


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: bytes


@dataclass(frozen=True, slots=True)
class _Repair:
    """Replace `[start, end)` of the note by `text`; `slip` tells of it, once for repairs that go together."""

    start: int
    end: int
    text: bytes
    slip: Slip | None


def _language(info: str) -> str:
    """First word of a fence's info string: `go`, `go title=x`, `go,ignore` and `{.go}` all say Go."""
    match = re.match(r"\{?\s*\.?(\w*)", info.strip())
    return match.group(1).lower() if match else ""


def _extract(text: bytes, lines: list[tuple[int, int]], token: MarkdownToken) -> tuple[bytes, int]:
    """The note up to the end of the block, all blanked but the block; and where the block begins.

    The markers of quotes and lists around the block stand before its lines and are blanked too.
    """
    first = (token.map or [0])[0] + (token.type == "fence")
    content = token.content.encode("utf-8", "surrogateescape").split(b"\n")[:-1]
    kept = []
    begin = lines[first][0] if first < len(lines) else len(text)
    for (start, end), line in zip(lines[first:], content):
        raw = text[start:end]
        body = raw.rstrip(b"\r\n")
        code = line if body.endswith(line) else line.lstrip()
        at = len(body) - len(code) if body.endswith(code) else len(body)
        kept.append(b" " * at + raw[at:])
    return blanked(text[:begin]) + b"".join(kept), begin


def _repaired(path: str, original: bytes, data: bytes, begin: int) -> Block:
    """The block with its slips repaired."""
    tokens = [_Token(*match.span(), match.group()) for match in _TOKEN.finditer(data, begin)]
    code = [token for token in tokens if not token.text.startswith(_COMMENT_STARTS)]
    repairs = [*_quotes(code), *_ellipses(data, code), *_functions(code)]
    repairs.sort(key=lambda repair: repair.start)
    slips = tuple(repair.slip for repair in repairs if repair.slip is not None)
    file = SourceFile(path, data, original)
    return Block(_apply(file, repairs), slips)


def _apply(file: SourceFile, repairs: list[_Repair]) -> SourceFile:
    """`file` with the repairs made and shifts such that offsets inside new text map to where it was put."""
    out: list[bytes] = []
    shifts: list[Shift] = []
    at = size = 0
    for repair in repairs:
        out += [file.data[at : repair.start], repair.text]
        size += repair.start - at
        old = repair.end - repair.start
        for inserted in range(1, len(repair.text) + 1):
            mapped = repair.start + (old if inserted == len(repair.text) else min(inserted, old))
            delta = mapped - (size + inserted)
            if delta != (shifts[-1].delta if shifts else 0):
                shifts.append(Shift(size + inserted, delta))
        size += len(repair.text)
        at = repair.end
    out.append(file.data[at:])
    return replace(file, data=b"".join(out), shifts=tuple(shifts))


def _quotes(code: list[_Token]) -> Iterator[_Repair]:
    """Typographic quotes around a string or rune."""
    for token in code:
        for opening, plain in (("“".encode(), b'"'), ("‘".encode(), b"'")):
            if token.text.startswith(opening):
                closing = 1 if token.text.endswith(plain) else len(opening)
                message = f"typographic quotes; read as `{plain.decode()}`"
                slip = Slip(token.start, token.end, message)
                yield _Repair(token.start, token.start + len(opening), plain, slip)
                yield _Repair(token.end - closing, token.end, plain, None)


def _ellipses(data: bytes, code: list[_Token]) -> Iterator[_Repair]:
    """`...` alone on its line, or alone between brackets, for text that the note leaves out."""
    for index, token in enumerate(code):
        if token.text not in _DOTS:
            continue
        before = code[index - 1].text if index else b""
        after = code[index + 1].text if index + 1 < len(code) else b""
        line = data[data.rfind(b"\n", 0, token.start) + 1 : token.start]
        rest = data[token.end : data.find(b"\n", token.end) % (len(data) + 1)].strip()
        alone = not line.strip() and (not rest or rest.startswith(_COMMENT_STARTS))
        if alone or (before, after) in ((b"{", b"}"), (b"(", b")")):
            slip = Slip(token.start, token.end, "`...`; read as nothing")
            yield _Repair(token.start, token.end, b" " * (token.end - token.start), slip)


def _functions(code: list[_Token]) -> Iterator[_Repair]:
    """`func {` anywhere, and `go` or `defer` of a function literal that is not called."""
    for index, token in enumerate(code[:-1]):
        if token.text != b"func":
            continue
        if code[index + 1].text == b"{":
            message = "function literal without a parameter list; read as `func()`"
            yield _Repair(token.end, token.end, b"()", Slip(token.start, token.end, message))
        if index and code[index - 1].text in (b"go", b"defer"):
            yield from _uncalled(code, index)


def _uncalled(code: list[_Token], index: int) -> Iterator[_Repair]:
    """A `()` after the body of the function literal at `index` when there is none."""
    body = _body(code, index + 1)
    last = None if body is None else _matching(code, body)
    if last is None:
        return
    brace = code[last]
    if last + 1 < len(code) and code[last + 1].text in (b"(", b".") and code[last + 1].start == brace.end:
        return
    word = code[index - 1].text.decode()
    message = f"`{word}` of a function literal that is not called; read as a call"
    yield _Repair(brace.end, brace.end, b"()", Slip(brace.start, brace.end, message))


def _body(code: list[_Token], index: int) -> int | None:
    """Index of the `{` of the body of a function literal whose parameters begin at `index`."""
    while index < len(code):
        text = code[index].text
        if text == b"{" and code[index - 1].text not in (b"struct", b"interface"):
            return index
        if text in _CLOSE or text == b";":
            return None
        if text in _OPEN:
            last = _matching(code, index)
            if last is None:
                return None
            index = last
        index += 1
    return None


def _matching(code: list[_Token], index: int) -> int | None:
    """Index of the bracket that closes the one at `index`."""
    depth = 0
    for at in range(index, len(code)):
        if code[at].text in _OPEN:
            depth += 1
        elif code[at].text in _CLOSE:
            depth -= 1
            if depth == 0:
                return at
    return None
