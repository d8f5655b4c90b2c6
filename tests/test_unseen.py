"""Types and packages that are not in sight: what is put into them leaves the fragment."""

from __future__ import annotations

from pathlib import Path

import pytest

from unstuck.analysis import CheckOptions, check
from unstuck.explore.unseen import is_method

_HEAD = """package x

import (
	"sync"

	"example.com/far/away"
)

type store struct {
	mu    sync.Mutex
	names map[string]bool
}

"""


def _lines(folder: Path, code: str, head: str = _HEAD) -> list[int]:
    """The lines of `code` with a finding, from 1."""
    (folder / "go.mod").write_text("module example.com/x\n\ngo 1.24\n")
    (folder / "x.go").write_text(head + code)
    options = CheckOptions(
        ("./...",), True, False, None, None, (), None, None, 1, None, lambda: b"", str(folder)
    )
    report = check(options, lambda done, total, what: None)
    assert not report.failed
    return [one.at.line - head.count("\n") for one in report.findings]


@pytest.mark.parametrize(
    "given",
    [
        "away.Request{Done: done, Count: 1}",
        "&away.Request{Count: 1, Done: done}",
        "[]away.Request{{done, 1}}",
        "&away.Request{OnEnd: func() { close(done) }}",
        "away.Request{Inner: away.Inner{Done: done}}",
    ],
)
def test_a_literal_of_an_unknown_type_holds_what_is_put_into_it(tmp_path: Path, given: str) -> None:
    code = f"func Ask() {{\n\tdone := make(chan struct{{}})\n\taway.Send({given})\n\t<-done\n}}\n"
    assert _lines(tmp_path, code) == []


def test_what_an_unknown_literal_does_not_hold_stays(tmp_path: Path) -> None:
    code = "func Ask() {\n\tdone := make(chan struct{})\n\taway.Send(away.Request{Count: 1})\n\t<-done\n}\n"
    assert _lines(tmp_path, code) == [4]


def test_a_literal_in_an_unknown_struct_is_a_root(tmp_path: Path) -> None:
    code = (
        "func Command() *away.Command {\n\treturn &away.Command{Run: func() {\n"
        "\t\tdone := make(chan int)\n\t\tgo func() { done <- away.Do() }()\n"
        "\t\tselect {\n\t\tcase <-done:\n\t\tcase <-away.Stop():\n\t\t}\n\t}}\n}\n"
    )
    assert _lines(tmp_path, code) == [4]


@pytest.mark.parametrize(("error", "lines"), [("away.ErrTaken", []), ("away.Reason", [2])])
def test_errors_of_packages_out_of_sight_go_by_their_names(
    tmp_path: Path, error: str, lines: list[int]
) -> None:
    code = (
        "func (s *store) enter(name string) error {\n\ts.mu.Lock()\n\tif s.names[name] {\n"
        f"\t\ts.mu.Unlock()\n\t\treturn {error}\n\t}}\n\treturn nil\n}}\n"
    )
    assert _lines(tmp_path, code) == lines


@pytest.mark.parametrize(
    "end", ['away.Fatalf("no")', 'log.Fatal("no")', 'log.With(1).Panicw("no")', 'away.Log().Panic("no")']
)
def test_unseen_code_that_is_named_as_loggers_end_a_process_does_not_return(tmp_path: Path, end: str) -> None:
    code = f"func Ask(log *away.Logger) {{\n\tdone := make(chan int)\n\t{end}\n\t<-done\n}}\n"
    assert _lines(tmp_path, code) == []


def test_unseen_code_with_such_a_name_that_gives_a_value_returns(tmp_path: Path) -> None:
    code = (
        "type errs interface{ Fatal() error }\n\n"
        "func Ask(e errs) {\n\tdone := make(chan int)\n\tif e.Fatal() != nil {\n\t\t<-done\n\t}\n}\n"
    )
    assert _lines(tmp_path, code) == [6]


@pytest.mark.parametrize(
    ("spec", "call"), [('"C"', "C.disable()"), ('away "example.com/y/away.V3"', "away.disable()")]
)
def test_functions_of_packages_with_capitals_are_no_methods(tmp_path: Path, spec: str, call: str) -> None:
    code = f"func Ask() {{\n\tdone := make(chan int)\n\tok := {call}\n\tif ok {{\n\t\t<-done\n\t}}\n}}\n"
    assert _lines(tmp_path, code, _HEAD.replace('"example.com/far/away"', spec)) == [5]


@pytest.mark.parametrize(
    ("func", "method"),
    [("a.com/b.T.f", True), ("b.T.f", True), ("a.com/b.f", False), ("C.f", False), ("a.com/B.f", False)],
)
def test_methods_by_their_names(func: str, method: bool) -> None:
    assert is_method(func) is method


def test_what_a_map_says_may_have_changed_when_its_lock_was_free(tmp_path: Path) -> None:
    code = (
        "func (s *store) has(n string) bool {\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n"
        "\treturn s.names[n]\n}\n\n"
        "func Twice(s *store, name string) {\n\tdone := make(chan int)\n"
        "\tgo func() {\n\t\tif s.has(name) {\n\t\t\tdone <- 1\n\t\t}\n\t}()\n"
        "\tif s.has(name) {\n\t\t<-done\n\t}\n}\n"
    )
    assert _lines(tmp_path, code) == [11, 15]
    assert _lines(tmp_path, code.replace("\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n", "")) == []
