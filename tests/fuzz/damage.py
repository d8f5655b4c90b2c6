"""Damaged Go, made from seeds.

Files of the Go distribution and of the testdata (one in three) are cut, spliced, have bytes and tokens
changed, or are grown out of a small grammar of odd nesting; a few at a time make a package.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

MAX_FILE = 40_000
"""Bytes of a file that is damaged."""
MAX_FILES = 3
"""Files of one package."""
_TOKEN = re.compile(rb"\w+|[^\w\s]|\n")
_ODD = tuple(b"\0 \xff \xef\xbb\xbf ` \" ' /* */ // { } ( ) [ ]".split(b" "))
_WORDS = tuple(
    b"go defer select chan <- func case switch for range return goto fallthrough interface{} struct{} type "
    b"var const iota ... := map[string] sync.Mutex nil import package 0x 1e999999 ~ | &^=".split()
)
_NAMES = ("\x1b[31m", "\n", "\x9b2J", "\u202e", "\udcff", "[b]", " ", "%s", "\u00e4")
_NESTS = (
    (b"func f() {", b"{", b"}", b"}"),
    (b"var x = ", b"(", b")", b""),
    (b"var x = ", b"[]any{", b"}", b""),
    (b"type T ", b"struct{ f ", b"}", b""),
    (b"type T ", b"*", b"", b""),
    (b"type T ", b"chan ", b"", b""),
    (b"type T ", b"func(", b")", b""),
    (b"type T ", b"map[string]", b"", b""),
    (b"func f() {", b"func() { go ", b"}()", b"}"),
    (b"func f(c chan int) {", b"if <-c > 0 {", b"}", b"}"),
    (b"func f(c chan int) {", b"for { select { case <-c: ", b"}}", b"}"),
    (b"func f() any { return ", b"f().", b"x", b"}"),
    (b"func f() int { return ", b"-", b"1", b"}"),
    (b"func f() int { return 1", b"+ 1", b"", b"}"),
)


def sources() -> tuple[bytes, ...]:
    """Texts to damage, in a fixed order."""
    own = _texts(Path(__file__).parent.parent / "testdata")
    try:
        import go
    except ImportError:
        return own
    others = _texts(Path(str(go.__file__)).parent / "src")
    return others + own * max(1, len(others) // (2 * len(own)))


def _texts(top: Path) -> tuple[bytes, ...]:
    found = [path for path in sorted(top.rglob("*.go")) if path.is_file()]
    return tuple(path.read_bytes() for path in found if path.stat().st_size <= MAX_FILE)


def package(seed: int, texts: Sequence[bytes]) -> dict[str, bytes]:
    """The files of one package, by name."""
    chance = random.Random(seed)
    made: dict[str, bytes] = {}
    for number in range(chance.randint(1, MAX_FILES)):
        text = _nested(chance) if chance.random() < 0.1 else _damaged(chance, texts)
        odd = chance.choice(_NAMES) if chance.random() < 0.05 else ""
        made[f"f{number}{odd}{chance.choice(('', '', '_test'))}.go"] = text
    if chance.random() < 0.3:
        module = b"module example.com/m\n\ngo 1.24\n\nrequire example.com/x v1.2.3\n"
        made["go.mod"] = _changed(chance, module, texts)
    return made


def _damaged(chance: random.Random, texts: Sequence[bytes]) -> bytes:
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        text = chance.choice(_DAMAGES)(chance, text, texts)
    return text[: 2 * MAX_FILE]


def _cut(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    start, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    return chance.choice((text[:start], text[start:], text[:start] + text[end:], text[start:end]))


def _spliced(chance: random.Random, text: bytes, texts: Sequence[bytes]) -> bytes:
    other = chance.choice(texts)
    start, end = sorted((chance.randint(0, len(other)), chance.randint(0, len(other))))
    at = chance.randint(0, len(text))
    return text[:at] + other[start : min(end, start + 2_000)] + text[at:]


def _changed(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(text)
    for _ in range(chance.choice((1, 3, 30))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    at = chance.randint(0, len(changed))
    return bytes(changed[:at]) + chance.choice(_ODD) + bytes(changed[at:])


def _swapped(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    spans = [match.span() for match in _TOKEN.finditer(text)]
    if len(spans) < 4:
        return text
    (a, b), (c, d) = sorted(chance.sample(spans, 2))
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _worded(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    spans = [match.span() for match in _TOKEN.finditer(text)]
    for start, end in sorted(chance.sample(spans, min(len(spans), 5)), reverse=True):
        text = text[:start] + chance.choice(_WORDS) + text[end:]
    return text


def _repeated(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    start = chance.randint(0, len(text))
    piece = text[start : start + chance.choice((1, 10, 200))]
    return text[:start] + piece * chance.choice((2, 10, 200)) + text[start:]


_DAMAGES: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes], ...] = (
    _cut,
    _spliced,
    _changed,
    _swapped,
    _worded,
    _repeated,
)


def _nested(chance: random.Random) -> bytes:
    before, opened, closed, after = chance.choice(_NESTS)
    depth = chance.choice((10, 300, 5_000))
    closers = closed * chance.choice((depth, depth, depth - 1, 0))
    return b"package p\n\n" + before + opened * depth + closers + after + b"\n"
