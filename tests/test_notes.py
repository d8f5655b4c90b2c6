"""Go in Markdown: which blocks are taken, how slips are read, and that positions are the note's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unstuck.syntax.notes import Block, blocks
from unstuck.syntax.parse import issues, parse


def code(block: Block) -> str:
    return block.file.data.decode().strip()


def fenced(text: str) -> Block:
    (block,) = blocks("n.md", f"é\n\n```go\n{text}\n```\n".encode())
    return block


def test_which_blocks_are_go() -> None:
    note = (
        "# T\n\n```go\na := 1\n```\n\n~~~golang title=x\nb()\n~~~\n\n```\ngo f(x)\n```\n\n"
        "```\nmake test\n```\n\n"
        "```sh\ngo run .\n```\n\n    func c() {}\n\ntext\n\n    not go: func\n\n```{.go}\nd()\n```\n"
    )
    assert [code(block) for block in blocks("n.md", note.encode())] == [
        "a := 1",
        "b()",
        "go f(x)",
        "func c() {}",
        "d()",
    ]


@pytest.mark.parametrize(
    "note",
    [
        "> ```go\n> func f() {\n>\n> \tx()\n> }\n> ```\n",
        "1. ```go\n   func f() {\n\n   \tx()\n   }\n   ```\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks_in_quotes_and_lists(note: str, end: str) -> None:
    text = ("é\n\n" + note).replace("\n", end).encode()
    (block,) = blocks("n.md", text)
    found = parse(block.file)
    assert issues(found) == () and [entry.names for entry in found.entries] == [("f",)]
    at = block.file.data.index(b"x()")
    assert at == text.index(b"x()") and block.file.line_column(at)[0] == 6


@pytest.mark.parametrize(
    ("written", "read", "message"),
    [
        ("go func {\n\tx()\n}()", "go func() {\n\tx()\n}()", "without a parameter list; read as `func()`"),
        ("defer func { x() }()", "defer func() { x() }()", "without a parameter list"),
        ("wg.Go(func { x() })", "wg.Go(func() { x() })", "without a parameter list"),
        ("go func() {\n\tx()\n}\ny()", "go func() {\n\tx()\n}()\ny()", "not called; read as a call"),
        ("go func() struct{} { x() }", "go func() struct{} { x() }()", "not called"),
        ("f(“a”)", 'f("a")', "typographic quotes"),
        ("a()\n...\nb()", "a()\n   \nb()", "read as nothing"),
        ("func f() { ... }", "func f() {     }", "read as nothing"),
    ],
)
def test_slips(written: str, read: str, message: str) -> None:
    block = fenced(written)
    assert code(block) == read and issues(parse(block.file)) == ()
    assert len(block.slips) == 1 and message in block.slips[0].message
    assert block.slips[0].end > block.slips[0].start


@pytest.mark.parametrize(
    "text",
    [
        "go func() { x() }()",
        "go func(a int) (b chan struct{}) { x() }(1)",
        "defer func() { x() }()",
        "f := func() {}\nf(x...)\ngo f()",
        's := "go func { … } “a”" // go func {\n',
        "/* ... */ a := [...]int{1}\n// ...",
        "go func() {}.x()",
        "x := `\n...\n`",
    ],
)
def test_correct_code_is_not_touched(text: str) -> None:
    block = fenced(text)
    assert block.slips == () and block.file.shifts == () and code(block) == text.strip()


def test_positions_after_repairs_are_the_notes() -> None:
    text = "é\n\n```go\ngo func { f(“é”, a) }\nb()\n```\n".encode()
    (block,) = blocks("n.md", text)
    data = block.file.data
    assert code(block) == 'go func() { f("é", a) }()\nb()'
    for word in (b"go", b"{", b"f(", b"a)", b"}", b"\nb()"):
        start = data.index(word, 8)
        assert block.file.user_offset(start) == text.index(word, 8), word
    inserted = data.index(b"()", 8)
    assert {block.file.user_offset(inserted + k) for k in range(3)} == {text.index(b"func") + 4}
    assert [text[slip.start : slip.end].decode() for slip in block.slips] == ["func", "“é”", "}"]


def test_blocks_know_their_note() -> None:
    text = b"```go\na()\n```\n\n```go\nb()\n```\n"
    first, second = blocks("doc/n.md", text)
    assert first.file.path == second.file.path == "doc/n.md" and second.file.text() == text
    assert second.file.line_column(second.file.data.index(b"b()")) == (6, 1)


@settings(deadline=None)
@given(st.text("go func{}()\n`>-  .“”\t1", max_size=80))
def test_any_note_is_read(text: str) -> None:
    note = f"```go\n{text}\n```\n".encode()
    for block in (*blocks("n.md", text.encode()), *blocks("n.md", note)):
        size = len(block.file.data)
        mapped = [block.file.user_offset(at) for at in range(size + 1)]
        assert mapped == sorted(mapped) and mapped[-1] <= len(block.file.text())
        parse(block.file)
