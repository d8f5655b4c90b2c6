"""`check --fix` and `--diff`: what is written, what is refused, and that refusing changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from unstuck.cli import main
from unstuck.fixes.session import Budget
from unstuck.source.edit import Change, EditError, applied, moved, unified
from unstuck.source.write import Rewrite, WriteError, write_all

SRC = Path(__file__).parent.parent / "src"
LEAKY = """package x

func First(ask func() int) int {
\tanswers := make(chan int)
\tgo func() { answers <- ask() }()
\tgo func() { answers <- ask() }()
\treturn <-answers
}
"""
CURED = LEAKY.replace("make(chan int)", "make(chan int, 1)")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/x\n\ngo 1.25\n", encoding="utf-8")
    (tmp_path / "x.go").write_text(LEAKY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text(module: Path) -> str:
    return (module / "x.go").read_bytes().decode()


def test_fix_writes_the_cure_and_judges_the_result(module: Path) -> None:
    (module / "x.go").chmod(0o640)
    assert main(["check", "--fix"]) == 0
    assert text(module) == CURED
    assert (module / "x.go").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in module.iterdir()) == ["go.mod", "x.go"]


def test_diff_prints_and_changes_nothing(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--diff"]) == 1
    diff = capsys.readouterr().out
    assert "-\tanswers := make(chan int)\n+\tanswers := make(chan int, 1)\n" in diff
    assert text(module) == LEAKY
    (module / "x.go").write_text(CURED, encoding="utf-8")
    assert main(["check", "--diff"]) == 0


ODD = LEAKY.replace("func First", "// \x1b[31mred \x9b2J \u202e\nfunc First").encode() + b"// \xe4\n"
"""Code next to terminal escapes and bytes that are not UTF-8."""


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_a_diff_of_any_bytes_and_names_can_be_applied(module: Path) -> None:
    (module / "x.go").rename(module / 'a\n"b.go')
    (module / 'a\n"b.go').write_bytes(ODD)
    assert main(["check", "--diff", "--output", "x.diff"]) == 1
    subprocess.run(["git", "apply", "x.diff"], check=True)
    assert (module / 'a\n"b.go').read_bytes() == ODD.replace(b"make(chan int)", b"make(chan int, 1)")


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_git_runs_no_program_of_the_repository(module: Path) -> None:
    def git(*words: str) -> None:
        user = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *user, *words], check=True, capture_output=True)

    (module / ".gitattributes").write_text("*.go filter=x\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    git("config", "core.fsmonitor", "touch ran-fsmonitor")
    git("config", "filter.x.clean", "touch ran-filter; cat")
    git("config", "filter.x.required", "true")
    os.utime(module / "x.go", (1, 1))  # git reads it again
    assert main(["check", "--since", "HEAD"]) == 0
    assert main(["check", "--fix"]) == 0
    assert text(module) == CURED
    assert not list(module.glob("ran-*"))


@pytest.mark.parametrize("how", ["--diff", "--interactive"])
def test_a_terminal_gets_nothing_raw(module: Path, how: str) -> None:
    pty = pytest.importorskip("pty")
    (module / "x.go").write_bytes(ODD)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "unstuck", "check", how]
    env = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONIOENCODING": "ascii", "TERM": "dumb"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        told, asked = b"", False
        with suppress(OSError):  # the end of a terminal
            while more := os.read(ours, 1 << 16):
                told += more
                if not asked and b"quit (q)? " in told:
                    asked = True
                    os.write(ours, b"q\n")
    os.close(ours)
    assert process.returncode == 1
    assert b"+\tanswers := make(chan int, 1)\r\n" in told
    assert b"// \\x1b[31mred \\x9b2J \\u202e\r\n" in told
    assert b"\x1b" not in told and b"\x9b" not in told


def test_line_ends_stay(module: Path) -> None:
    (module / "x.go").write_bytes(LEAKY.replace("\n", "\r\n").encode())
    assert main(["check", "--fix", "--quiet"]) == 0
    assert text(module) == CURED.replace("\n", "\r\n")


def test_what_is_parsed_otherwise_than_written_stays(module: Path) -> None:
    """A byte order mark and bytes that are not UTF-8, in several files of one package."""
    second = LEAKY.replace("First", "Second").encode()
    (module / "x.go").write_bytes(b"\xef\xbb\xbf" + LEAKY.encode())
    (module / "y.go").write_bytes(b"\xef\xbb\xbf// \xe4\n" + second)
    assert main(["check", "--fix", "--quiet"]) == 0
    assert (module / "x.go").read_bytes() == b"\xef\xbb\xbf" + CURED.encode()
    cured = second.replace(b"make(chan int)", b"make(chan int, 1)")
    assert (module / "y.go").read_bytes() == b"\xef\xbb\xbf// \xe4\n" + cured


def test_a_report_offers_the_cure(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert "make(chan int, 1)" in capsys.readouterr().out
    assert main(["check", "--cures", "none"]) == 1
    assert "make(chan int, 1)" not in capsys.readouterr().out


@pytest.mark.parametrize(("limit", "value"), [("FEW_FINDINGS", 0), ("FEW_BYTES", 10)])
def test_a_long_report_says_that_no_cures_were_tried(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    said = "no cures were tried: run with --cures all"
    main(["check"])
    assert said not in capsys.readouterr().out
    main(["check", "--format", "json"])
    assert "uncured" not in json.loads(capsys.readouterr().out)
    monkeypatch.setattr(f"unstuck.analysis.{limit}", value)
    main(["check"])
    assert capsys.readouterr().out.splitlines()[-1] == said
    main(["check", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["uncured"] is True
    for cures in ("none", "all"):
        main(["check", "--cures", cures])
        assert said not in capsys.readouterr().out


def test_a_report_says_when_cures_were_left_out(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "y.go").write_text(LEAKY.replace("First", "Second"), encoding="utf-8")
    monkeypatch.setattr("unstuck.fixes.session.FEW_BUDGET", Budget(finding=400_000, all=1))
    main(["check"])
    printed = capsys.readouterr().out
    assert printed.count("\n  fix  ") == 1
    assert printed.splitlines()[-1] == "not all cures were tried: run with --cures all"


def test_reading_edited_files_again_has_its_price(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    more = LEAKY.replace("First", "Second") + "// " + "more " * 20_000 + "\n"
    (module / "y.go").write_text(more, encoding="utf-8")
    monkeypatch.setattr("unstuck.fixes.session.FEW_BUDGET", Budget(finding=400_000, all=60_000))
    main(["check"])
    assert "not all cures were tried" in capsys.readouterr().out
    monkeypatch.setattr("unstuck.fixes.verify.READING", 1_000_000)
    main(["check"])
    assert "cures were tried" not in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_a_dirty_tree_is_refused(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    assert main(["check", "--fix"]) == 2
    assert "--allow-dirty" in capsys.readouterr().err
    assert text(module) == LEAKY
    assert main(["check", "--fix", "--allow-dirty"]) == 0
    assert text(module) == CURED


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_read_only_file_is_refused(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (module / "x.go").chmod(0o440)
    assert main(["check", "--fix"]) == 2
    assert "read-only" in capsys.readouterr().err
    assert text(module) == LEAKY


def test_a_generated_file_is_left_alone(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (module / "x.go").write_text("// Code generated by x. DO NOT EDIT.\n" + LEAKY, encoding="utf-8")
    assert main(["check", "--fix", "--generated"]) == 1
    assert "is generated and is not edited" in capsys.readouterr().err
    assert "make(chan int)\n" in text(module)


def test_standard_input_is_not_edited(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--fix", "-"]) == 2
    assert "--diff" in capsys.readouterr().err


def test_interactive_wants_a_terminal(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--interactive"]) == 2
    assert "terminal" in capsys.readouterr().err


def test_all_files_or_none(tmp_path: Path) -> None:
    one, other = tmp_path / "one.go", tmp_path / "other.go"
    one.write_bytes(b"a")
    other.write_bytes(b"changed meanwhile")
    files = [Rewrite(str(one), "one.go", b"a", b"b"), Rewrite(str(other), "other.go", b"a", b"b")]
    with pytest.raises(WriteError, match=r"other\.go was changed"):
        write_all(files)
    assert (one.read_bytes(), other.read_bytes()) == (b"a", b"changed meanwhile")


def test_edits() -> None:
    changes = [Change(4, 4, b"new "), Change(0, 3, b"an")]
    assert applied(b"one two", changes) == b"an new two"
    assert moved(5, changes) == (8, 8)
    assert moved(1, changes) == (0, 2)
    with pytest.raises(EditError):
        applied(b"one two", [Change(0, 3, b""), Change(2, 4, b"")])
    assert unified("x", b"a\nb", b"a\nc").splitlines()[2:] == [
        "@@ -1,2 +1,2 @@",
        " a",
        "-b",
        "\\ No newline at end of file",
        "+c",
        "\\ No newline at end of file",
    ]
