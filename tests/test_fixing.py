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


def test_a_file_that_several_programs_share_is_written_once(module: Path) -> None:
    (module / "go.mod").unlink()
    for name in ("one", "two"):  # programs of one file each, side by side
        (module / f"{name}.go").write_text("package x\n\nfunc same() {}\n\nfunc main() {}\n")
    assert main(["check", "--fix"]) == 0
    assert text(module) == CURED


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
    monkeypatch.setattr("unstuck.fixes.session.FEW_BUDGET", Budget(finding=400_000, all=40_000))
    main(["check"])
    assert "not all cures were tried" in capsys.readouterr().out
    monkeypatch.setattr("unstuck.fixes.verify.READING", 1_000_000)
    main(["check"])
    assert "cures were tried" not in capsys.readouterr().out


MANY = LEAKY + "".join(LEAKY.partition("\n")[2].replace("First", f"F{n}") for n in range(5))
UNTRIED = "the budget of one run is used up"


def with_budget(monkeypatch: pytest.MonkeyPatch, work: int) -> None:
    monkeypatch.setattr("unstuck.fixes.session.FULL_BUDGET", Budget(finding=2_000_000, all=work))


def test_a_run_cures_what_its_budget_allows_and_the_next_one_the_rest(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "x.go").write_text(MANY, encoding="utf-8")
    with_budget(monkeypatch, 9_000)
    left = [6]
    while left[-1]:
        status = main(["check", "--fix"])
        left.append(text(module).count("make(chan int)\n"))
        assert left[-1] < left[-2]
        said = f"not all cures were tried for {2 * left[-1]} leaks, {UNTRIED}: run again for the rest"
        last = capsys.readouterr().out.splitlines()[-1]
        assert (status, last == said) == ((1, True) if left[-1] else (0, False))
    assert len(left) > 2


def test_a_diff_says_on_the_side_what_was_left(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "x.go").write_text(MANY, encoding="utf-8")
    with_budget(monkeypatch, 9_000)
    assert main(["check", "--diff"]) == 1
    captured = capsys.readouterr()
    assert UNTRIED not in captured.out
    assert f"{UNTRIED}: apply the diff and run again for the rest" in captured.err


def test_a_report_with_all_cures_says_for_how_many_leaks_not_all_were_tried(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "x.go").write_text(MANY, encoding="utf-8")
    with_budget(monkeypatch, 30_000)
    main(["check", "--cures", "all", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    without = sum("fixes" not in finding or not finding["fixes"] for finding in told["findings"])
    assert told["uncured"] is True
    assert 0 < told["untried"] == without < len(told["findings"])
    main(["check", "--cures", "all"])
    assert capsys.readouterr().out.splitlines()[-1].endswith(f"{UNTRIED}: name fewer packages or files")


def test_the_budget_ends_at_the_same_place_for_any_number_of_workers(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (module / name).mkdir()
        (module / name / "x.go").write_text(MANY.replace("package x", f"package {name}"), encoding="utf-8")
    with_budget(monkeypatch, 60_000)
    told = []
    for jobs in ("1", "2"):
        main(["check", "--cures", "all", "--no-cache", "--jobs", jobs, "./..."])
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert UNTRIED in told[0]


HARD = """package x

import "sync"

func Circle() {
\tvar mu sync.Mutex
\tvar wg sync.WaitGroup
\tch := make(chan int)
\twg.Add(1)
\tgo func() {
\t\tmu.Lock()
\t\twg.Wait()
\t\tmu.Unlock()
\t}()
\tgo func() {
\t\t<-ch
\t\twg.Done()
\t}()
\tgo func() {
\t\tmu.Lock()
\t\tch <- 1
\t\tmu.Unlock()
\t}()
}

"""
"""Its three leaks take dozens of edits."""


def fixes_within(
    work: int, least: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> list[bool]:
    """Which findings of a report, in their order, have a cure."""
    monkeypatch.setattr("unstuck.fixes.session.LEAST", least)
    with_budget(monkeypatch, work)
    main(["check", "--cures", "all", "--format", "json"])
    return [bool(finding["fixes"]) for finding in json.loads(capsys.readouterr().out)["findings"]]


def test_the_first_findings_leave_something_for_the_last(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "x.go").write_text(HARD + MANY.partition("\n\n")[2], encoding="utf-8")
    assert fixes_within(50_000, 50_000, capsys, monkeypatch)[::13] == [True, False]
    assert fixes_within(50_000, 0, capsys, monkeypatch)[::13] == [False, True]


def test_what_others_left_goes_to_those_for_which_it_was_too_little(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "x.go").write_text(HARD + MANY.partition("\n\n")[2], encoding="utf-8")
    assert all(fixes_within(150_000, 0, capsys, monkeypatch))


@pytest.mark.parametrize(
    ("price", "value"),
    [
        ("verify.READING", 0.001),
        ("verify.TRYING", 1_000_000),
        ("verify.MOVING", 1_000_000),
        ("proposals.LOOKING", 1_000_000),
        ("ground.INFERRED", 0.0001),
        ("ground.LOOKED", 0.001),
    ],
)
def test_what_costs_time_besides_exploring_has_its_price(
    module: Path, monkeypatch: pytest.MonkeyPatch, price: str, value: float
) -> None:
    (module / "x.go").write_text(MANY, encoding="utf-8")
    with_budget(monkeypatch, 600_000)
    monkeypatch.setattr(f"unstuck.fixes.{price}", value)
    assert main(["check", "--fix", "--quiet"]) == 1
    assert text(module).count("make(chan int)\n") == 5


def test_a_text_with_errors_costs_more(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (module / "x.go").write_text(MANY, encoding="utf-8")
    with_budget(monkeypatch, 600_000)
    monkeypatch.setattr("unstuck.fixes.verify.BROKEN", 0.001)
    (module / "y.go").write_text("package x\n\nfunc Broken( {\n", encoding="utf-8")
    main(["check", "--fix", "--quiet", "--allow-dirty"])
    assert text(module).count("make(chan int)\n") == 0
    (module / "x.go").write_text(MANY + "func Broken( {\n", encoding="utf-8")
    (module / "y.go").unlink()
    main(["check", "--fix", "--quiet", "--allow-dirty"])
    assert text(module).count("make(chan int)\n") == 5


def test_an_edit_that_reaches_too_much_is_refused(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unstuck.fixes.ground.MAX_AGAIN", -1)
    assert main(["check", "--fix"]) == 1
    assert "it reaches more than can be explored again" in capsys.readouterr().err
    assert text(module) == LEAKY


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
