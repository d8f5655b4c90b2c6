"""The outline found by patterns is the one that the parser gives, however a text is laid out."""

from __future__ import annotations

import random
import re
from pathlib import Path

import go
import pytest

from fuzz import damage
from unstuck.source.file import SourceFile
from unstuck.syntax.laid_out import laid_out
from unstuck.syntax.outline import Outline, outline
from unstuck.syntax.parse import as_before, function, issues, parse
from unstuck.syntax.repair import readable

SOURCES = Path(str(go.__file__)).parent / "src"
TESTDATA = Path(__file__).parent / "testdata"
EVERY = 20
"""Of the files of the Go distribution one in so many is looked at; all of them are the same (EVERY = 1)."""


def told(found: Outline) -> object:
    imports = [(each.start, each.end, each.name, each.path) for each in found.imports]
    return found.package, imports, found.entries


def agree(text: bytes) -> bool:
    """Whether patterns take the text; what they find is compared where it has no syntax errors."""
    found = laid_out(text)
    if found is not None:
        parsed = outline(text)
        assert parsed.issues or told(found) == told(parsed)
    return found is not None


@pytest.mark.parametrize("part", range(2))
def test_go_itself(part: int) -> None:
    paths = sorted(SOURCES.rglob("*.go"))[part :: 2 * EVERY]
    texts = [path.read_bytes() for path in paths if path.is_file()]
    assert sum(agree(readable(text)[0]) for text in texts) > 0.99 * len(texts)


def test_testdata() -> None:
    texts = [path.read_bytes() for path in sorted(TESTDATA.rglob("*.go"))]
    assert sum(agree(text) for text in texts) > 0.99 * len(texts)


def test_other_layouts() -> None:
    """Lines joined, broken, moved and indented anew, brackets where they mean nothing."""
    chance = random.Random(1)
    texts = [text for text in damage.sources() if len(text) < 4_000]
    for _ in range(1_500):
        text = chance.choice(texts)
        for _ in range(chance.choice((1, 1, 2, 4))):
            text = chance.choice(LAYOUTS)(chance, text)
        agree(readable(text)[0])


def test_what_was_read_before_changes_no_issue() -> None:
    """Functions that were read and have no errors, and those of an older text that has none, are left out
    when a text is asked what is wrong with it."""
    chance = random.Random(2)
    texts = [text for text in damage.sources() if len(text) < 4_000 and laid_out(text) is not None]
    broken = 0
    for _ in range(600):
        before = chance.choice(texts)
        text = _one_token_changed(chance, before)
        fresh, read, edited = (parse(SourceFile("a.go", text)) for _ in range(3))
        for entry in read.entries:
            if entry.kind == "func" and chance.random() < 0.7:
                function(read, entry)
        as_before(edited, parse(SourceFile("a.go", before)))
        assert issues(read) == issues(fresh) == issues(edited)
        broken += fresh.parsed is None and bool(issues(fresh))
    assert broken > 60


def _one_token_changed(chance: random.Random, text: bytes) -> bytes:
    found = list(re.finditer(rb"\w+|[^\w\s]", text))
    if not found or chance.random() < 0.2:
        return text
    token = chance.choice(found)
    new = chance.choice((b"", b"(", b"}", b"if", b"x := 1", b"func", b";"))
    return text[: token.start()] + new + text[token.end() :]


def _indented(chance: random.Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((lines[at].lstrip(), b"\t" + lines[at]))
    return b"\n".join(lines)


def _flat(_: random.Random, text: bytes) -> bytes:
    return b"\n".join(line.lstrip() for line in text.split(b"\n"))


def _joined(chance: random.Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at : at + 2] = [chance.choice((b" ", b"; ", b"")).join(line.strip() for line in lines[at : at + 2])]
    return b"\n".join(lines)


def _broken(chance: random.Random, text: bytes) -> bytes:
    places = [match.end() for match in re.finditer(rb"[{(),; ]", text)]
    at = chance.choice(places or [0])
    return text[:at] + b"\n" + text[at:]


def _moved(chance: random.Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    at = chance.randrange(len(lines))
    line = lines.pop(at) if chance.random() < 0.5 else lines[at]
    lines.insert(chance.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def _bracketed(chance: random.Random, text: bytes) -> bytes:
    places = [match.span() for match in re.finditer(rb"[{}()\"`']|\n", text)]
    start, end = chance.choice(places or [(0, 0)])
    odd = chance.choice(
        (b"", b"/* } */", b" // {\n", b"`}\n}`", b"'{'", b'"func f() {"', text[start:end] * 2)
    )
    return text[:start] + odd + text[end:]


LAYOUTS = (_indented, _flat, _joined, _broken, _moved, _bracketed)


LONG = """package p

func long(
	a int,
	b struct{ c int },
) (_ interface{}) {
	return `
}
`
}

var table = []struct {
	a int
}{
	{a: 1},
}

func (t *T[K, V]) short() any { return interface{}(t) }

func assembly() interface{}
"""


def test_functions_and_tables() -> None:
    found = laid_out(LONG.encode())
    assert found is not None and told(found) == told(outline(LONG.encode()))
    names = [(entry.recv, *entry.names) for entry in found.entries]
    assert names == [("", "long"), ("", "table"), ("T", "short"), ("", "assembly")]


@pytest.mark.parametrize(
    "text",
    [
        "package p\n\nfunc f() {\n\tx() }\n\tfunc g() {\n\ty()\n}\n",
        'package p\n\nfunc f() {\n\tx("{") }\n\tfunc g() {\n\ty("}")\n}\n',
        "package p\n\nconst (\n\tA = 1\n\t\tB = 2\n)\n",
        "package p\n\nfunc f() {\nif x { // }\n}\n}\n",
        "package p\n\nvar x = T{\n\t}\n\tvar y = T{\n}\n",
        "package p\n\nvar x = 1 +\nfunc() int { return 1 }()\n",
        "package p\n\nconst a /* b */, c = 1, 2\n",
        "package p\n\ntype T struct{}; type U struct {\n}\n",
    ],
)
def test_nothing_hides(text: str) -> None:
    agree(text.encode())
    assert outline(text.encode()).entries
