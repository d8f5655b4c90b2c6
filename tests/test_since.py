"""--since: findings in what changed since a git revision, and in functions that reach it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from test_cache import run
from unstuck import since
from unstuck.analysis import CheckOptions, check
from unstuck.config import UsageError
from unstuck.findings import Report

LEAK = """func {name}() int {{
	ch := make(chan int)
	go func() {{ ch <- work() }}()
	return 0
}}
"""
FILE = "package p\n\nfunc work() int { return 1 }\n\n" + "\n".join(
    LEAK.format(name=name) for name in ("First", "Second")
)


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one commit of two leaks."""
    top = tmp_path / "repo"
    top.mkdir()
    (top / "go.mod").write_text("module example.com/p\n\ngo 1.24\n")
    (top / "p.go").write_text(FILE)
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "first")
    return top


def since_head(folder: Path, revision: str = "HEAD") -> Report:
    options = CheckOptions(
        ("./...",), True, False, "linux", "amd64", (), None, None, 1, None, lambda: b"", str(folder)
    )
    return check(replace(options, since=revision), lambda *_: None)


def functions(report: Report) -> list[str]:
    return sorted(found.function for found in report.findings)


def edit(repo: Path, old: str, new: str) -> None:
    path = repo / "p.go"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_nothing_changed(repo: Path) -> None:
    report = since_head(repo)
    assert functions(report) == []
    assert report.left_out == 2


def test_changed_lines(repo: Path) -> None:
    edit(
        repo, "func Second() int {\n\tch := make(chan int)", "func Second() int {\n\tch := make(chan int, 0)"
    )
    report = since_head(repo)
    assert functions(report) == ["Second"]
    assert report.left_out == 1


def test_lines_that_only_moved(repo: Path) -> None:
    edit(repo, "func First", "// First is first.\n\nfunc First")
    assert functions(since_head(repo)) == []


def test_functions_that_reach_a_changed_one(repo: Path) -> None:
    edit(repo, "return 1", "return 2")
    assert functions(since_head(repo)) == ["First", "Second"]


def test_from_another_package(repo: Path) -> None:
    (repo / "q").mkdir()
    (repo / "q" / "q.go").write_text("package q\n\nfunc Far() int { return 1 }\n\nfunc Other() {}\n")
    (repo / "p.go").write_text(
        FILE.replace("package p", 'package p\n\nimport "example.com/p/q"').replace(
            "return 1", "return q.Far()"
        )
    )
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "second")
    (repo / "q" / "q.go").write_text("package q\n\nfunc Far() int { return 1 }\n\nfunc Other() { _ = 1 }\n")
    assert functions(since_head(repo)) == []
    (repo / "q" / "q.go").write_text("package q\n\nfunc Far() int { return 2 }\n\nfunc Other() {}\n")
    assert functions(since_head(repo)) == ["First", "Second"]


def test_new_file_and_earlier_revision(repo: Path) -> None:
    (repo / "new.go").write_text("package p\n\n" + LEAK.format(name="Third"))
    assert functions(since_head(repo)) == ["Third"]
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "second")
    assert functions(since_head(repo)) == []
    assert functions(since_head(repo, "HEAD~1")) == ["Third"]
    assert len(run(repo, None).findings) == 3


def test_line_ends_are_no_change(repo: Path) -> None:
    (repo / "p.go").write_bytes(FILE.replace("\n", "\r\n").encode())
    assert since._changed_lines(FILE.encode(), (repo / "p.go").read_bytes()) == []


def test_no_program_of_the_repository_is_run(repo: Path) -> None:
    mark = repo.parent / "ran"
    command = f"touch {mark}"
    for key in ("core.fsmonitor", "diff.external", "core.pager", "filter.x.clean", "diff.x.textconv"):
        git(repo, "config", key, command)
    (repo / ".gitattributes").write_text("*.go filter=x diff=x\n")
    edit(repo, "return 1", "return 2")
    assert functions(since_head(repo)) == ["First", "Second"]
    assert not mark.exists()


@pytest.mark.parametrize("revision", ["absent", "--help", "-n1", "", "HEAD:p.go", "HEAD..HEAD"])
def test_unknown_revision(repo: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="no such revision"):
        since_head(repo, revision)


def test_outside_a_repository(tmp_path: Path) -> None:
    (tmp_path / "p.go").write_text(FILE)
    done = subprocess.run(
        [sys.executable, "-m", "unstuck", "check", "--since", "HEAD"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(since.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--since needs a git repository" in done.stderr


def test_without_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git cannot be run"):
        since_head(repo)
