"""The rules over types and control flow: their manuals' programs, and what walking paths promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from unstuck.analysis import CheckOptions, check
from unstuck.findings import Finding, Growth, Severity
from unstuck.report.text.finding import _grows
from unstuck.rules.manual import find
from unstuck.rules.patterns import checkers

NAMES = tuple(rule.name for rule in checkers())
Told = Callable[[str, str], Sequence[Finding]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Findings above a note of one file, at a go line."""

    def run(code: str, go: str) -> Sequence[Finding]:
        (tmp_path / "go.mod").write_text(f"module example.com/x\n\ngo {go}\n")
        (tmp_path / "x.go").write_text(code)
        options = CheckOptions(
            ("./...",), True, False, None, None, (), None, None, 1, None, lambda: b"", str(tmp_path)
        )
        report = check(options, lambda done, total, what: None)
        assert not report.failed
        return [one for one in report.findings if one.severity is not Severity.NOTE]

    return run


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_rules_are_found() -> None:
    assert {"timer-in-loop", "stale-reset", "blocking-drain", "lost-cancel", "unreleased-holder"} <= set(
        NAMES
    )


@pytest.mark.parametrize("name", NAMES)
def test_manual_wrong_is_reported(name: str, told: Told) -> None:
    manual = find(name)
    assert manual is not None and manual.code("Wrong")
    for code in manual.code("Wrong"):
        assert name in [one.rule for one in told(code, "1.22")]


@pytest.mark.parametrize("name", NAMES)
def test_manual_right_is_silent(name: str, told: Told) -> None:
    manual = find(name)
    assert manual is not None
    for code in manual.code("Right"):
        assert [one.message for one in told(code, "1.22")] == []


LOOP = """package x

import "time"

func Drain(in <-chan int) {
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-time.After(time.Minute):
			return
		}
	}
}
"""


@pytest.mark.parametrize(
    ("go", "rules"),
    [
        ("1.20", ["timer-in-loop"]),
        ("1.22", ["timer-in-loop"]),
        ("1.23", []),
        ("1.27", []),
        ("1.23\n\ngodebug asynctimerchan=1", ["timer-in-loop"]),
        ("1.22\n\ntoolchain go1.27.0", []),
    ],
)
def test_go_decides_about_timers(go: str, rules: list[str], told: Told) -> None:
    assert [one.rule for one in told(LOOP, go)] == rules


def test_says_why_and_where(told: Told) -> None:
    (one,) = told(LOOP, "1.22")
    assert "go.mod says go 1.22" in one.message and "time.Minute" in one.message
    assert [related.at.line for related in one.related] == [6]
    assert one.reason is None and one.object is not None and one.object.kind == "timer"
    assert one.fingerprint.startswith("v1:") and one.site.endswith("x.go:12")


def test_fingerprint_survives_other_edits(told: Told) -> None:
    (before,) = told(LOOP, "1.22")
    (after,) = told(LOOP.replace("func Drain", "// Drain reads.\nfunc Drain"), "1.22")
    assert (before.fingerprint, before.at.line + 1) == (after.fingerprint, after.at.line)


ODD = (
    "package x\n\nfunc f() { for { select { case <-time.After( } } }\n",
    "package x\n\nfunc f() { defer }\nfunc g() { t.Reset(1); goto nowhere }\n",
    "package x\n\nfunc f(rows) { x, err := sql.Open(); break; if err != nil { continue } }\n",
    "package x\n\nfunc f() { switch { case time.NewTicker(1).C: fallthrough } }\n",
)


@pytest.mark.parametrize("code", ODD)
def test_odd_source_is_survived(code: str, told: Told) -> None:
    told(code, "1.22")


KAFKA = """package x

import "%s"

func Read() string {
	r := kafka.NewReader(kafka.ReaderConfig{})
	return r.Config().Topic
}
"""


def test_makers_of_other_modules_are_known_by_what_is_imported(told: Told) -> None:
    found = told(KAFKA % "github.com/segmentio/kafka-go", "1.24")
    assert [one.rule for one in found] == ["unreleased-holder"]
    assert not told(KAFKA % "example.com/other/kafka", "1.24")


TICKS = """package x

import "time"

func Ticks(next func() time.Duration, stop <-chan struct{}, done func()) {
	var timer *time.Timer
	defer func() { END }()
	for {
		if timer == nil {
			timer = time.NewTimer(next())
		} else {
			timer.Reset(next())
		}
		select {
		case <-stop:
			return
		case <-timer.C:
		}
	}
}
"""


@pytest.mark.parametrize(("end", "lines"), [("if timer != nil { timer.Stop() }", []), ("done()", [10])])
def test_a_timer_that_is_stopped_in_the_end_outlives_nothing(
    tmp_path: Path, end: str, lines: list[int]
) -> None:
    (tmp_path / "go.mod").write_text("module example.com/x\n\ngo 1.22\n")
    (tmp_path / "x.go").write_text(TICKS.replace("END", end))
    options = CheckOptions(
        ("./...",), True, False, None, None, (), None, None, 1, None, lambda: b"", str(tmp_path)
    )
    report = check(options, lambda done, total, what: None)
    assert [(one.severity, one.at.line) for one in report.findings] == [
        (Severity.NOTE, line) for line in lines
    ]


def test_a_stale_tick_holds_nothing(told: Told) -> None:
    manual = find("stale-reset")
    assert manual is not None
    found = [one for one in told(manual.code("Wrong")[0], "1.22") if one.rule == "stale-reset"]
    assert found and {one.growth for one in found} == {Growth.NONE}
    assert _grows(found[0]) == ""
