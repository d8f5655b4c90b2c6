"""Every file of testdata is reported as its comments say, and nothing else is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from oracle.expect import ROOT, TESTDATA, Program, module_of, notes, programs, read_program
from oracle.native import Seen, disagreements
from oracle.score import Told, check, compare

FILES = [program.path for program in programs(TESTDATA)]


@cache
def told_in(module: Path) -> tuple[Told, ...]:
    pytest.importorskip("unstuck.analysis")
    pytest.importorskip("unstuck.cli")
    checked = check(module, ("./...",))
    assert not checked.failure
    return checked.told


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTDATA).as_posix())
def test_reported_as_its_comments_say(path: Path) -> None:
    verdict = compare(read_program(path), told_in(module_of(path)))
    assert (verdict.missed, verdict.false, verdict.stale) == ((), (), ())


@pytest.mark.parametrize("note", notes(TESTDATA), ids=lambda note: note.path.name)
def test_note_is_reported_as_its_side_file_says(note: Program) -> None:
    pytest.importorskip("unstuck.analysis")
    pytest.importorskip("unstuck.cli")
    checked = check(note.path.parent, (note.path.name,))
    verdict = compare(note, checked.told)
    assert not checked.failure
    assert (verdict.missed, verdict.false) == ((), ())


def program(tmp_path: Path, text: str):
    path = tmp_path / "x.go"
    path.write_text(text, encoding="utf-8")
    return read_program(path)


LEDGER = """package x

func F() {
\ta() // want "one" "two"
\tb() // want "three" // missed "why"
\tc() // false-alarm "four"
\td() // parked "not a mark of check"
}
"""


def test_marks_are_read(tmp_path: Path) -> None:
    marks = program(tmp_path, LEDGER).marks
    assert [(mark.kind, mark.line, mark.text) for mark in marks] == [
        ("want", 4, "one"),
        ("want", 4, "two"),
        ("want", 5, "three"),
        ("missed", 5, "why"),
        ("false-alarm", 6, "four"),
        ("parked", 7, "not a mark of check"),
    ]


def test_compare_tells_missed_false_and_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.score.ROOT", tmp_path)
    subject = program(tmp_path, LEDGER)
    right = [Told("x.go", 4, "error", "one: m"), Told("x.go", 4, "error", "two: m")]
    alarm = Told("x.go", 6, "error", "four: m")
    assert compare(subject, [*right, alarm]).right
    assert [mark.text for mark in compare(subject, [right[0], alarm]).missed] == ["two"]
    assert [mark.kind for mark in compare(subject, right).stale] == ["false-alarm"]
    cured = compare(subject, [*right, alarm, Told("x.go", 5, "error", "three: m")])
    assert [mark.kind for mark in cured.stale] == ["missed"]
    extra = Told("x.go", 7, "warning", "five: m")
    assert compare(subject, [*right, alarm, extra]).false == (extra,)
    assert compare(subject, [*right, alarm, Told("x.go", 7, "note", "five: m")]).right


def test_a_want_is_not_answered_by_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.score.ROOT", tmp_path)
    subject = program(tmp_path, 'package x\n\nfunc F() {\n\ta() // want "one"\n}\n')
    assert not compare(subject, [Told("x.go", 4, "note", "one: m")]).right


def test_native_disagreements_are_told(tmp_path: Path) -> None:
    subject = program(tmp_path, 'package x\n\nfunc F() {\n\ta() // want "abandoned-sender"\n}\n')
    line, other, none = frozenset({4}), frozenset({3}), frozenset[int]()
    reasons = frozenset({(4, "chan send")})
    assert disagreements(subject, Seen(line, none, reasons, "")) == []
    assert "never seen" in disagreements(subject, Seen(none, line, reasons, ""))[0]
    assert "line 3 leaks" in disagreements(subject, Seen(line | other, none, reasons, ""))[0]
    assert "stays parked" in disagreements(subject, Seen(line, other, reasons, ""))[0]
    assert "wait for select" in disagreements(subject, Seen(line, none, frozenset({(4, "select")}), ""))[0]


def test_every_program_says_what_it_is() -> None:
    for path in FILES:
        subject = read_program(path)
        assert subject.entries or subject.oracle == "none", f"{path.relative_to(ROOT)} has nothing to run"
