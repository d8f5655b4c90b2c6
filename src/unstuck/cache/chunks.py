"""The text of a package cut into its declarations, by lines that start with a keyword.

Enough to say which declarations two versions of a package differ in, and which names one mentions; no parser
is needed. Where a text is not laid out as gofmt does it (a declaration that does not start its line), the
package is one chunk: a change then reaches everybody who imports it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from unstuck.cache.digest import digest, frame_digest
from unstuck.ir.printing import PRINTING, TEXTS
from unstuck.source.package import Package

_START = re.compile(rb"^(?=(func|type|var|const|import)\b)", re.MULTILINE)
_FUNCTION = re.compile(rb"func\s*(?:\(([^()]*)\)\s*)?([A-Za-z_\x80-\xff][\w\x80-\xff]*)[^{\n]*")
_RECEIVER = re.compile(rb"([A-Za-z_\x80-\xff][\w\x80-\xff]*)\s*(?:\[[^\]]*\])?\s*$")
_HEADS = re.compile(rb"^(?:type|var|const)?[ \t]*((?:[\w\x80-\xff]+(?:[ \t]*,[ \t]*)?)+)", re.MULTILINE)
_INNER = re.compile(rb"^[ \t;]+(?:func[ \t]+\(?\w|(?:type|var|const|import)\b)", re.MULTILINE)
_NO_CODE = re.compile(
    rb'//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|"(?:[^"\\\n]++|\\.)*+"?|`[^`]*+`?|'
    + rb"'(?:[^'\\\n]++|\\.)*+'?"
)
_WORD = re.compile(rb"(\.\s*)?([A-Za-z_\x80-\xff][\w\x80-\xff]*)")
_ASSIGNED = re.compile(
    rb"(\.\s*)?\b([A-Za-z_\x80-\xff][\w\x80-\xff]*)[ \t]*(?:\[[^\]\n]*\][ \t]*)?(?:,[^=\n;]{0,200})?"
    rb"(?:\+\+|--|(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=))|&[ \t]*(?:[\w\x80-\xff]+\.)*(\.?)([\w\x80-\xff]+)"
)
_GIVEN = re.compile(rb"\b(?:delete|clear|copy|append)\([ \t]*([\w\x80-\xff]+)")
_CHANNEL = re.compile(
    rb"^[ \t]*((?:[\w\x80-\xff]+[ \t]*,[ \t]*)*[\w\x80-\xff]+)[ \t][^\n]*\bchan\b", re.MULTILINE
)
_KEY = re.compile(rb"\b([A-Za-z_\x80-\xff][\w\x80-\xff]*):[^=]")

IMPORT = "import"
"""First of the names of an import; no declaration has it as its name."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is kept of a package to compare later versions with."""

    frame: str
    """Digest of all that it is judged by besides its files' content."""
    files: tuple[tuple[str, str], ...]
    """Paths and contents."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One declaration, or one group of them."""

    names: tuple[str, ...]
    """What others say who mean it: `Name`, of a method `.Name`."""
    type_name: str
    """Of a method its receiver's type, of a type declaration "*"; "" for all others."""
    head: str
    """Digest of the signature of a function, of all of a type; "" for all others."""
    body: str
    """Digest of the whole text."""
    code: bytes

    def sets(self) -> tuple[str, ...]:
        """Names it may assign or take the address of: `name`, and `.name` of fields."""
        return _sets(self.code)

    def words(self) -> frozenset[str]:
        """See Mentions.words."""
        return _words(self.code)

    def channels(self) -> frozenset[str]:
        """What may be the names of fields with channels, as `.name`."""
        if self.type_name != "*":
            return frozenset()
        found = (each for match in _CHANNEL.findall(self.code) for each in re.split(rb"[\s,]+", match))
        return frozenset("." + _text(each) for each in found)


@dataclass(frozen=True, slots=True)
class Chunks:
    """The declarations of a package."""

    frame: str
    known: bool
    """False where the text could not be cut."""
    chunks: tuple[Chunk, ...]


def text_of(package: Package) -> Text:
    """What to keep of a package."""
    files = tuple((item.file.path, _text(item.file.data)) for item in package.files)
    return Text(frame_digest(package), files)


def chunks_of(text: Text) -> Chunks:
    """The declarations of a package, in order."""
    found: list[Chunk] = []
    known = True
    for path, content in text.files:
        for piece in _pieces(content.encode("utf-8", "surrogateescape")):
            if piece.kind == b"import":
                found += _imports(piece.code, path)
                continue
            made = _chunk(piece, path)
            known = known and made is not None
            if made is not None:
                found.append(made)
    return Chunks(text.frame, known, tuple(found))


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one declaration says."""

    names: tuple[str, ...]
    """The names it declares; "*" where that is not sure."""
    words: frozenset[str]
    """A word behind a dot stands there twice, with the dot and without."""
    path: str
    start: int
    end: int
    """Byte offsets of the declaration in its file."""


def mentioned(package: Package) -> tuple[Mentions, ...]:
    """What the declarations of a package say, in order."""
    found: list[Mentions] = []
    for item in package.files:
        path = item.file.path
        for piece in _pieces(item.file.data):
            made = _chunk(piece, path)
            names = made.names if made is not None else ("*",)
            found.append(
                Mentions(names, _words(piece.code), path, piece.start, piece.start + len(piece.text))
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A declaration and what follows it up to the next."""

    kind: bytes
    start: int
    text: bytes
    code: bytes
    """The text with blanks for the line breaks of comments and raw strings, as long as the text."""


def _words(text: bytes) -> frozenset[str]:
    words: set[str] = set()
    for dot, word in _WORD.findall(text):
        name = _text(word)
        words.add(name)
        if dot:
            words.add("." + name)
    if not words.isdisjoint(PRINTING):
        words.update(TEXTS)
    return frozenset(words)


def _pieces(data: bytes) -> list[_Piece]:
    code = _NO_CODE.sub(_on_one_line, data) if b"`" in data or b"/*" in data else data
    starts = [(match.start(), match[1]) for match in _START.finditer(code)]
    ends = [start for start, _ in starts[1:]] + [len(data)]
    pieces = []
    for (start, kind), end in zip(starts, ends):
        length = len(_without_tail(code[start:end]))
        pieces.append(_Piece(kind, start, data[start : start + length], code[start : start + length]))
    return pieces


def _on_one_line(match: re.Match[bytes]) -> bytes:
    return match[0].replace(b"\n", b" ")


def _without_tail(text: bytes) -> bytes:
    """Without the comment lines and blank lines at the end."""
    while True:
        text = text.rstrip()
        at = text.rfind(b"\n") + 1
        if not at or not text[at:].lstrip().startswith((b"//", b"/*")):
            return text
        text = text[:at]


def _chunk(piece: _Piece, path: str) -> Chunk | None:
    """None where more may be declared than can be seen."""
    body = digest([path.encode("utf-8", "surrogateescape"), piece.text])
    if piece.kind == b"func":
        return _function(piece.code, body)
    if _behind(piece.code, (b"\n}", b"\n)")):
        return None
    names = {name: None for found in _HEADS.findall(piece.code) for name in re.split(rb"[\s,]+", found)}
    declared = tuple(_text(name) for name in names if name not in (b"", b"type", b"var", b"const"))
    is_type = piece.kind == b"type"
    return Chunk(declared, "*" if is_type else "", body if is_type else "", body, piece.code)


def _imports(text: bytes, path: str) -> list[Chunk]:
    """Each import of a declaration; its names are the words in it, behind `IMPORT` and its file's path."""
    found = []
    for line in text.removeprefix(b"import").split(b"\n"):
        words = tuple(_text(word) for _, word in _WORD.findall(line))
        if words:
            body = digest([path.encode("utf-8", "surrogateescape"), b"import", line.strip()])
            found.append(Chunk((IMPORT, path, *words), "", "", body, line))
    return found


def _function(text: bytes, body: str) -> Chunk | None:
    found = _FUNCTION.match(text)
    if found is None or _behind(text, (b"\n}",)):
        return None
    name = _text(found[2])
    head = digest([found[0]])
    if found[1] is None:
        return Chunk((name,), "", head, body, text)
    receiver = _RECEIVER.search(found[1])
    type_name = _text(receiver[1]) if receiver is not None else "*"
    return Chunk(("." + name,), type_name, head, body, text)


def _behind(text: bytes, ends: tuple[bytes, ...]) -> bool:
    """There may be a declaration behind the one that the text starts with."""
    at = min((found for found in (text.find(end) for end in ends) if found >= 0), default=0)
    return _INNER.search(text, at) is not None


def _sets(text: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for dot, name, _, taken in _ASSIGNED.findall(text):
        if name:
            found[("." if dot else "") + _text(name)] = None
        if taken:
            found[_text(taken)] = None
            found["." + _text(taken)] = None
    for name in _GIVEN.findall(text):
        found[_text(name)] = None
    for name in _KEY.findall(text):
        found["." + _text(name)] = None
    return tuple(found)


def _text(word: bytes) -> str:
    return word.decode("utf-8", "surrogateescape")
