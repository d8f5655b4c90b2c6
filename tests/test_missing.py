"""Imports without source are told, once each, and what hangs on them changes when the source comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from unstuck.analysis import CheckOptions, check
from unstuck.cli import main
from unstuck.findings import Report

_MOD = """module example.com/x

go 1.24

require example.com/queue v1.0.0
"""
_CODE = """package x

/*
import "example.com/commented"
*/
import (
	"C"
	"sync"

	"example.com/other"
	"example.com/queue"
	"example.com/x/made"
	"golang.org/x/sync/errgroup"
)

func Use(group *errgroup.Group, mu *sync.Mutex) {
	full := queue.New()
	if full.Len() > 0 {
		<-make(chan int, 1)
	}
	other.Do(made.Things)
}
"""
_QUEUE = """package queue

type Queue struct{ size int }

func New() *Queue { return &Queue{size: 1} }

func (q *Queue) Len() int { return q.size }
"""
_EXPECTED = [
    (10, "example.com/other is imported and has no source here: run `go mod tidy`"),
    (11, "example.com/queue is imported and has no source here: run `go mod download`"),
    (
        12,
        "example.com/x/made is imported and has no source here: "
        "the module has no such folder with Go files: is it generated?",
    ),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module, and a module cache in which nothing is."""
    module = tmp_path / "x"
    _write(module, {"go.mod": _MOD, "x.go": _CODE, "y.go": _CODE.replace("Use", "Also"), "sub/z.go": _CODE})
    (tmp_path / "cache").mkdir()
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(module)
    return tmp_path


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _check(folder: Path) -> Report:
    cache = str(folder / "results")
    cwd = str(folder / "x")
    options = CheckOptions(
        ("./...",), True, False, None, None, (), None, None, 1, None, lambda: b"", cwd, cache_dir=cache
    )
    return check(options, lambda done, total, what: None)


def test_each_import_is_told_once(folder: Path) -> None:
    report = _check(folder)
    told = [(gap.path, gap.line, gap.why) for gap in report.gaps if gap.code == "no-source"]
    assert told == [("sub/z.go", line, why) for line, why in _EXPECTED]


def test_told_in_json_and_text_and_no_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--no-cache", "--format", "json", "./..."]) == 0
    told = [gap["why"] for gap in json.loads(capsys.readouterr().out)["gaps"] if gap["code"] == "no-source"]
    assert told == [why for _, why in _EXPECTED]
    assert main(["check", "--no-cache", "./..."]) == 0
    assert "sub/z.go:11: example.com/queue is imported" in capsys.readouterr().out


def test_source_that_comes_later_is_noticed(folder: Path) -> None:
    before = _check(folder)
    assert not before.findings
    assert _check(folder).recalled == 2
    _write(folder / "cache" / "example.com" / "queue@v1.0.0", {"go.mod": "module q\n", "queue.go": _QUEUE})
    after = _check(folder)
    assert after.recalled == 0
    assert "example.com/queue" not in " ".join(gap.why for gap in after.gaps)
    assert [finding.at.line for finding in after.findings] == [19, 19, 19]


def test_without_goroot_one_gap_stands_for_the_standard_library(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOROOT", str(folder / "none"))
    code = 'package x\n\nimport (\n\t"bufio"\n\t"os"\n\t"sync"\n)\n\nvar _, _ = bufio.NewReader, os.Args\n'
    _write(folder / "x", {"x.go": code, "y.go": code.replace("_, _", "_, A"), "sub/z.go": "package sub\n"})
    told = [(gap.code, gap.path, gap.line) for gap in _check(folder).gaps]
    assert told == [("no-standard-library", "x.go", 4)]


def test_what_is_modelled_is_not_missing(folder: Path) -> None:
    assert not any("errgroup" in gap.why for gap in _check(folder).gaps)


def test_without_go_mod_it_is_said_which_one_finds_what_lies_beneath(folder: Path) -> None:
    (folder / "x" / "go.mod").unlink()
    code = 'package x\n\nimport (\n\t"far/away"\n\t"own/sub"\n)\n\nvar _, _ = away.A, sub.A\n'
    _write(folder / "x", {"x.go": code, "y.go": "package x\n", "sub/z.go": "package sub\n\nvar A int\n"})
    none = "there is no go.mod that says where it is"
    told = [gap.why for gap in _check(folder).gaps if gap.code == "no-source"]
    assert told == [
        f"far/away is imported and has no source here: the Go distribution that was found does not have it, "
        f"and {none}",
        f"own/sub is imported and has no source here: {none}: run `go mod init own`",
    ]
    _write(folder / "x", {"go.mod": "module own\n"})
    assert not any("own/sub" in gap.why for gap in _check(folder).gaps)
