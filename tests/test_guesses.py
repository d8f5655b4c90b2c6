"""What a test shows only when an unknown value goes one way is a note (rules/leaks.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from unstuck.analysis import CheckOptions, check
from unstuck.findings import Severity

_CODE = """package x

import (
	"os"
	"testing"

	"example.com/away"
	"github.com/stretchr/testify/require"
)

func TestGuess(t *testing.T) {
	done := make(chan bool, 1)
	if os.Getenv("HOME") != "" {
		done <- true
	}
	<-done
}

func TestSure(t *testing.T) {
	done := make(chan error)
	go func() {
		done <- os.Remove("x")
	}()
	if err := os.Remove("y"); err == nil {
		return
	}
	<-done
}

func TestCalledBack(t *testing.T) {
	going, stop := make(chan bool), make(chan bool)
	query := away.Query(func() {
		going <- true
		<-stop
	})
	go func() {
		query.Run()
		going <- true
	}()
	<-going
	stop <- true
	<-going
}

func TestFails(t *testing.T) {
	late := make(chan bool)
	go func() { late <- true }()
	select {
	case <-late:
		require.Fail(t, "too early")
	default:
	}
	<-late
}
"""


@pytest.mark.parametrize(
    ("file", "severities"),
    [
        ("x_test.go", [(16, Severity.NOTE), (22, Severity.ERROR), (38, Severity.NOTE)]),
        ("x.go", [(16, Severity.ERROR), (22, Severity.ERROR), (38, Severity.ERROR)]),
    ],
)
def test_what_needs_a_guess_is_a_note_in_tests(
    tmp_path: Path, file: str, severities: list[tuple[int, Severity]]
) -> None:
    (tmp_path / "go.mod").write_text("module example.com/x\n\ngo 1.24\n")
    (tmp_path / file).write_text(_CODE)
    options = CheckOptions(
        ("./...",), True, False, None, None, (), None, None, 1, None, lambda: b"", str(tmp_path)
    )
    report = check(options, lambda done, total, what: None)
    assert [(one.at.line, one.severity) for one in report.findings] == severities
