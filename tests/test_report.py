"""The text and JSON formats. `UNSTUCK_BLESS=1 pytest tests/test_report.py` writes the golden files anew."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_samples import everything, mirror_finding, note_finding, pool_finding, report
from unstuck.findings import Related, Report, Severity, Step
from unstuck.report import View, load, names
from unstuck.report import json as json_format
from unstuck.report import text as text_format
from unstuck.report.text.paint import cells, visible, wrap
from unstuck.source.file import Location, SourceFile

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parent.parent / "docs" / "report.schema.json"

GOLDENS = {
    "report.txt": ("text", View()),
    "report-terminal.txt": ("text", View(color=True, width=80, terminal=True)),
    "report-ascii.txt": ("text", View(ascii=True, quiet=True)),
    "report-verbose.txt": ("text", View(verbose=True, gaps=True)),
    "report.json": ("json", View()),
}


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_golden(name: str) -> None:
    format_name, view = GOLDENS[name]
    render = load(format_name)
    assert render is not None
    text = render(everything(), view)
    if os.environ.get("UNSTUCK_BLESS"):
        (GOLDEN / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def text_of(sample: Report, view: View | None = None) -> str:
    return text_format.render(sample, view or View())


def with_source(line: bytes, start: int, end: int) -> Report:
    """A report on bytes `[start, end)` of the first line of x.go."""
    at = Location("x.go", 1, start + 1, 1, end + 1)
    finding = replace(mirror_finding(), at=at, spawn=None, object=None, steps=(), related=())
    return replace(report(finding), sources={"x.go": SourceFile("x.go", line)})


def underlined(sample: Report, view: View | None = None) -> str:
    """The characters above the carets."""
    rows = text_of(sample, view).split("\n")
    row = next(index for index, text in enumerate(rows) if re.match(r" +│ +\^", text))
    carets = re.search(r"\^+", rows[row])
    assert carets
    columns = cells(rows[row - 1].encode())[0]
    return "".join(columns[carets.start() : carets.end()])


def test_formats_are_found() -> None:
    assert names()[0] == "text"
    assert "json" in names()
    assert load("nosuch") is None
    assert load("../text") is None
    assert all(load(name) is not None for name in names())


def test_carets_stand_under_bytes_whatever_precedes() -> None:
    for before in ("\t\tx := ", "/* 世界 */ ", "é𝔘\u0301 := ", "/* \x1b[31m \u202e */", "\xa0\t"):
        head = before.encode()
        assert underlined(with_source(head + b"ch <- v // end", len(head), len(head) + 7)) == "ch <- v", (
            before
        )
    assert underlined(with_source(b"/* \xff\xfe */ ch <- v", 9, 16)) == "ch <- v"


def test_long_lines_are_cut_around_the_label() -> None:
    line = b"x := []int{" + b"1, " * 100_000 + b"<-ch}" + b" // tail" * 1000
    start = line.index(b"<-ch")
    sample = with_source(line, start, start + 4)
    assert underlined(sample) == "<-ch"
    assert max(map(len, text_of(sample).split("\n")[1:-2])) <= 100


def test_labels_on_one_line_hang_below_each_other() -> None:
    sample = with_source(b"ch <- <-other", 0, 13)
    finding = replace(
        sample.findings[0],
        at=Location("x.go", 1, 7, 1, 14),
        related=(
            Related("first", Location("x.go", 1, 1, 1, 3)),
            Related("also first", Location("x.go", 1, 4, 1, 6)),
        ),
    )
    rows = text_of(replace(sample, findings=(finding,))).split("\n")
    at = next(index for index, row in enumerate(rows) if "ch <- <-other" in row)
    assert rows[at + 1 : at + 4] == [
        "    │ ── ── ^^^^^^^ parked here for ever (chan send)",
        "    │ │  ╰─ also first",
        "    │ ╰─ first",
    ]


def test_nothing_of_the_program_is_echoed_raw() -> None:
    evil = "\x1b]0;owned\x07\x9b31m\u202e\u2028\udcff\r"
    finding = replace(
        mirror_finding(),
        message=evil + "m",
        advice=evil,
        assumptions=(evil,),
        at=Location(evil + ".go", 1, 1, 1, 5),
        related=(Related(evil, Location(evil + ".go", 1, 3, 1, 4)),),
        steps=(Step(1, Location(evil, 1, 1, 1, 2), evil),),
    )
    sample = replace(
        report(finding), sources={evil + ".go": SourceFile(evil + ".go", evil.encode("utf-8", "replace"))}
    )
    for view in (View(), View(verbose=True, gaps=True, terminal=True)):
        assert text_of(sample, view).replace("\n", "").isprintable()
    machine = json_format.render(sample, View())
    machine.encode()
    assert machine.replace("\n", "").isprintable()
    assert json.loads(machine)["findings"][0]["message"] == evil + "m"


def test_places_without_source_or_out_of_range_are_still_told() -> None:
    gone = replace(report(mirror_finding(), pool_finding()), sources={})
    assert "mirror/mirror.go:7:13: the channel is made here" in text_of(gone)
    short = replace(gone, sources={"mirror/mirror.go": SourceFile("mirror/mirror.go", b"")})
    assert "mirror/mirror.go:7:13: the channel is made here" in text_of(short)


def test_a_header_is_one_line_unless_for_a_terminal() -> None:
    message = "word " * 60 + "end"
    sample = report(replace(mirror_finding(), message=message))
    assert f"mirror/mirror.go:14:4: error: {message} (abandoned-sender)\n" in text_of(sample)
    rows = text_of(sample, View(width=80, terminal=True)).split("\n")
    assert max(map(len, rows[:4])) <= 80
    assert rows[0].startswith("mirror/mirror.go:14:4: error: word")


def test_long_schedules_are_shortened_unless_verbose() -> None:
    step = mirror_finding().steps[0]
    sample = report(replace(mirror_finding(), steps=tuple(replace(step, text=f"step{n}") for n in range(30))))
    assert "step29" in text_of(sample) and "step12" not in text_of(sample)
    assert "17 more steps" in text_of(sample)
    assert "step12" in text_of(sample, View(verbose=True))


def test_summary_counts() -> None:
    def last(sample: Report, view: View | None = None) -> str:
        return text_of(sample, view).rstrip("\n").split("\n")[-1]

    assert last(everything()) == (
        "2 leaks (1 error, 1 warning), 1 note, 1 suppressed in 3 packages, 5 functions; "
        "1 fragment incomplete, 6 gaps: run with --gaps"
    )
    clean = replace(report(), gaps=(), stats=replace(report().stats, incomplete=0))
    assert text_of(clean) == "no leaks in 3 packages, 5 functions\n"
    assert text_of(clean, View(quiet=True)) == ""
    notes = replace(clean, findings=(note_finding(),))
    assert last(notes) == "no leaks, 1 note in 3 packages, 5 functions"


def test_json_fits_its_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    rendered = json.loads(json_format.render(everything(), View()))
    assert list(validator.iter_errors(rendered)) == []
    assert "uncured" not in rendered
    uncured = json.loads(
        json_format.render(replace(everything(), uncured="run with --cures all", untried=2), View())
    )
    assert list(validator.iter_errors(uncured)) == []
    assert uncured["uncured"] is True
    assert uncured["untried"] == 2
    rendered["findings"][0]["severity"] = "fatal"
    del rendered["findings"][1]["spawn"]
    assert len(list(validator.iter_errors(rendered))) == 2


def test_output_does_not_depend_on_the_order_of_findings() -> None:
    one = everything()
    other = replace(one, findings=one.findings[::-1], gaps=one.gaps[::-1])
    assert json_format.render(one, View()) == json_format.render(other, View())
    assert text_of(one) == text_of(other)


@given(st.binary(max_size=60), st.integers(0, 70), st.integers(0, 70), st.sampled_from([80, 100, 120]))
def test_any_line_and_any_columns(line: bytes, start: int, end: int, width: int) -> None:
    sample = with_source(line, start, end)
    finding = replace(
        sample.findings[0],
        severity=Severity.ERROR,
        related=(
            Related("r " * 40, Location("x.go", 1, end + 1, 9, 1)),
            Related("s", Location("x.go", 1, 1, 1, 1)),
        ),
    )
    for view in (View(width=width), View(width=width, color=True), View(width=width, ascii=True)):
        text_of(replace(sample, findings=(finding, replace(finding, severity=Severity.NOTE))), view)


@given(st.text(max_size=60))
def test_visible_is_printable_and_wrap_keeps_words(text: str) -> None:
    assert visible(text).isprintable()
    assert " ".join(wrap(text, 10)).split() == text.split()
