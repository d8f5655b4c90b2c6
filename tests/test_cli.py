"""The command line, on an analysis that answers with reports made by hand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from report_samples import everything, mirror_finding, note_finding, pool_finding, report
from unstuck.cli import main
from unstuck.findings import Finding, Report, Suppressed

SRC = Path(__file__).parent.parent / "src"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    paths: tuple[str, ...]
    tests: bool
    generated: bool
    goos: str | None
    goarch: str | None
    tags: tuple[str, ...]
    go_version: str | None
    toolchain: str | None
    jobs: int
    config_path: str | None
    stdin: Callable[[], bytes]
    cwd: str
    cache_dir: str | None
    since: str | None
    cures: Cures


class Cures(Enum):
    NONE = "none"
    FEW = "few"
    ALL = "all"


class UsageError(Exception):
    pass


class Analysis:
    """Stands in for `unstuck.analysis`: answers with `report`, keeps the options."""

    def __init__(self) -> None:
        self.report: Report | Callable[[], Report] = report()
        self.options: CheckOptions | None = None

    def check(self, options: CheckOptions, progress: Callable[[int, int, str], None]) -> Report:
        self.options = options
        progress(0, 1, "x")
        return self.report() if callable(self.report) else self.report


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> Iterator[Analysis]:
    fake: Any = ModuleType("unstuck.analysis")
    config: Any = ModuleType("unstuck.config")
    one = Analysis()
    fake.CheckOptions, fake.check, config.UsageError = CheckOptions, one.check, UsageError
    fake.Cures = Cures
    monkeypatch.setitem(sys.modules, "unstuck.analysis", fake)
    monkeypatch.setitem(sys.modules, "unstuck.config", config)
    for name in ("NO_COLOR", "FORCE_COLOR", "UNSTUCK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    yield one


@pytest.mark.parametrize(
    ("findings", "fail_on", "status"),
    [
        ((), "warning", 0),
        ((mirror_finding(),), "error", 1),
        ((pool_finding(),), "error", 0),
        ((pool_finding(),), "warning", 1),
        ((note_finding(),), "warning", 0),
        ((note_finding(),), "note", 1),
        ((mirror_finding(),), "never", 0),
        ((replace(mirror_finding(), suppressed=Suppressed("x", "y")),), "note", 0),
    ],
)
def test_exit_status(analysis: Analysis, findings: tuple[Finding, ...], fail_on: str, status: int) -> None:
    analysis.report = report(*findings)
    assert main(["check", "--fail-on", fail_on]) == status


def test_failures_are_2_and_the_report_is_still_written(
    analysis: Analysis, capsys: pytest.CaptureFixture[str]
) -> None:
    analysis.report = replace(report(mirror_finding()), nothing_to_analyse=("no\x1bwhere",))
    assert main(["check", "--format", "json", "--fail-on", "never"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["findings"]
    assert "no\\x1bwhere: nothing to analyse" in err
    analysis.report = replace(report(), failed=True)
    assert main(["check"]) == 2


def test_options_reach_the_analysis(analysis: Analysis) -> None:
    args = "check a --no-tests --generated --goos plan9 --goarch arm --tags x,y --go-version 1.22"
    assert main([*args.split(), "--toolchain", "go1.26", "--jobs", "3", "b", "--config", "u.toml", "-"]) == 0
    got = analysis.options
    assert got is not None
    assert (got.paths, got.tests, got.generated) == (("a", "b", "-"), False, True)
    assert (got.goos, got.goarch, got.tags, got.go_version) == ("plan9", "arm", ("x", "y"), "1.22")
    assert (got.toolchain, got.jobs, got.config_path, got.cwd) == ("go1.26", 3, "u.toml", os.getcwd())
    assert main(["check"]) == 0
    assert analysis.options is not None and analysis.options.paths == ("./...",)


@pytest.mark.parametrize(
    "args",
    [
        "",
        "frobnicate",
        "check --fail-on fatal",
        "check --jobs 0",
        "check --form json",
        "check --format nosuch",
    ],
)
def test_wrong_usage_is_2(analysis: Analysis, args: str) -> None:
    assert main(args.split()) == 2


def test_the_users_error_is_one_line(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Report:
        raise UsageError("unstuck.toml:3: unknown key")

    analysis.report = broken
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "unstuck: error: unstuck.toml:3: unknown key\n"


def test_an_internal_error_is_one_line_unless_debug(
    analysis: Analysis, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Report:
        raise KeyError("spam")

    analysis.report = broken
    assert main(["check"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "internal error (KeyError: 'spam' at test_cli.py:" in err
    monkeypatch.setenv("UNSTUCK_DEBUG", "1")
    assert main(["check"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_deep_recursion_is_survived(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
    def deep(depth: int) -> int:
        return max([1]) if depth == 0 else max(map(deep, [depth - 1])) + 1

    def work() -> Report:
        deep(6_000)
        return report()

    analysis.report = work
    limit = sys.getrecursionlimit()
    try:
        assert main(["check"]) == 0
        analysis.report = lambda: deep(10**7) and report()
        assert main(["check"]) == 2
        assert "RecursionError" in capsys.readouterr().err
    finally:
        sys.setrecursionlimit(limit)


def test_output_is_written_whole_or_not_at_all(analysis: Analysis, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    target.chmod(0o640)
    analysis.report = everything()
    assert main(["check", "--format", "json", "--output", str(target)]) == 1
    assert json.loads(target.read_text())["version"] == 1
    assert target.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["report.json"]
    analysis.options = None
    for wrong in (tmp_path, tmp_path / "no" / "file"):
        assert main(["check", "--output", str(wrong)]) == 2
    assert analysis.options is None, "found out before the analysis"


def test_colours(
    analysis: Analysis, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    analysis.report = everything()

    def colored(*args: str) -> bool:
        main(["check", *args])
        return "\x1b[" in capsys.readouterr().out

    assert not colored()
    assert colored("--color", "always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colored()
    assert not colored("--color", "never")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colored()


def test_stats_go_to_stderr(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--stats"])
    out, err = capsys.readouterr()
    assert "lines/s" in err and "lines/s" not in out


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert "abandoned-sender" in capsys.readouterr().out
    assert main(["explain", "abandoned-sender"]) == 0
    page = capsys.readouterr().out
    assert "Wrong:" in page and "Right:" in page and "ch <-" in page
    assert main(["explain", "abandoned-sendr"]) == 2
    assert "did you mean abandoned-sender" in capsys.readouterr().err
    assert main(["explain", "../manual"]) == 2


# In a process of its own

SLOW = """
import sys, time, types
analysis, config = types.ModuleType("unstuck.analysis"), types.ModuleType("unstuck.config")
class Options:
    def __init__(self, **kwargs): pass
def check(options, progress):
    print("started", file=sys.stderr, flush=True)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        progress(1, 2, "x")
analysis.CheckOptions, analysis.check, config.UsageError = Options, check, ValueError
analysis.Cures = str
sys.modules["unstuck.analysis"], sys.modules["unstuck.config"] = analysis, config
from unstuck.cli import main
sys.exit(main(["check"]))
"""


def test_ctrl_c_stops_at_once() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SRC)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert process.wait(10) == 130
    assert time.monotonic() - started < 2
    assert process.stderr.read() == "unstuck: interrupted\n"
    process.stderr.close()


def run(*args: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "unstuck", *args]
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, env=env, check=False, **kwargs)


def test_version_and_closed_pipes() -> None:
    assert run("--version", stdout=subprocess.PIPE).stdout.startswith("unstuck ")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = run("explain", stdout=closed)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_told() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = run("explain", stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith("unstuck: error: cannot write to standard output")


def test_little_is_imported_for_the_version() -> None:
    code = "import sys; from unstuck.cli import main; main(['--version']); print(*sorted(sys.modules))"
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    loaded = done.stdout.split()
    assert not {"rich", "tree_sitter", "unstuck.report", "unstuck.findings", "json"} & set(loaded)


def test_leaving_writes_what_was_printed_and_takes_nothing_down() -> None:
    code = (
        "import atexit, sys; from unstuck.cli.process import leave; atexit.register(print, 'taken down');"
        "print('out', end=''); print('err', end='', file=sys.stderr); leave(3)"
    )
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    left = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert (left.returncode, left.stdout, left.stderr) == (3, "out", "err")
