"""The driver: packages side by side, errors of ours, limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from unstuck import attempts, fragments
from unstuck.analysis import CheckOptions, check
from unstuck.config import Limits, Settings
from unstuck.doing import LEAST_BYTES, LEAST_TASKS
from unstuck.findings import Report, RootKind
from unstuck.telling import Run
from unstuck.types.model import FuncRef
from unstuck.workers import Lost, Workers

SRC = Path(__file__).parent.parent / "src"
PACKAGES = LEAST_TASKS + 2
CODE = """package p{n}

import "example.com/m/made"

func Ask{n}() int {{
	ch := make(chan int)
	go func() {{ ch <- 1 }}()
	return 0
}}

func Wait{n}() {{
	go func() {{ <-made.Made() }}()
}}
"""
MADE = "package made\n\nfunc Made() chan int {\n\treturn make(chan int)\n}\n"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module with enough packages and bytes for worker processes."""
    top = tmp_path_factory.mktemp("tree")
    (top / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (top / "made").mkdir()
    (top / "made" / "made.go").write_text(MADE)
    filler = "// filler\n" * (LEAST_BYTES // PACKAGES // 10 + 1)
    for n in range(PACKAGES):
        (top / f"p{n}").mkdir()
        (top / f"p{n}" / "p.go").write_text(CODE.format(n=n) + filler)
    return top


def run(folder: Path, jobs: int, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`unstuck check ./... --format json` with so many jobs."""
    return subprocess.run(
        [sys.executable, "-m", "unstuck", "check", "./...", "--format", "json", "--jobs", str(jobs), *more],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SRC), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def analysed(folder: Path, jobs: int = 1, paths: tuple[str, ...] = ("./...",)) -> Report:
    """The report on a folder, made in this process."""
    options = CheckOptions(
        paths, True, False, None, None, (), None, None, jobs, None, lambda: b"", str(folder)
    )
    return check(options, lambda done, total, what: None)


INITIAL = """package m

var Ask = func() {
	ch := make(chan int)
	go func() { ch <- 1 }()
}
"""


def test_literals_of_variables_in_files_that_are_not_asked_about(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (tmp_path / "a.go").write_text("package m\n\nfunc F() {}\n")
    (tmp_path / "b.go").write_text(INITIAL)
    assert not analysed(tmp_path, paths=("./a.go",)).findings
    assert analysed(tmp_path, paths=("./b.go",)).findings


def test_the_same_bytes_with_one_and_with_two_jobs(tree: Path) -> None:
    one, two = run(tree, 1), run(tree, 2)
    assert one.returncode == two.returncode == 1
    assert len(json.loads(one.stdout)["findings"]) == 2 * PACKAGES
    assert one.stdout == two.stdout


def test_the_same_bytes_cold_and_warm(tree: Path, tmp_path: Path) -> None:
    kept = (f"--cache-dir={tmp_path}", "--stats")
    plain = run(tree, 2, "--no-cache")
    cold, warm = run(tree, 2, *kept), run(tree, 1, *kept)
    assert cold.stdout == warm.stdout == plain.stdout
    assert " 0 packages from the cache" in cold.stderr
    assert f" {PACKAGES + 1} packages from the cache" in warm.stderr


def test_an_error_of_ours_costs_one_function(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explore = fragments.explore_root

    def broken(run: Run, ref: FuncRef, caller: RootKind | None) -> attempts.Tried:
        if ref.name == "Ask3":
            raise RecursionError
        return explore(run, ref, caller)

    monkeypatch.setattr(fragments, "explore_root", broken)
    report = analysed(tree)
    (gap,) = report.gaps
    assert (gap.code, gap.path, gap.line) == ("internal-error", "p3/p.go", 5)
    assert gap.why.startswith("Ask3: RecursionError at test_analysis.py:")
    assert report.failed
    assert len(report.findings) == 2 * PACKAGES - 1


def test_past_the_limit_a_fragment_is_incomplete(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "LEAST_WORK", 1)
    monkeypatch.setattr("unstuck.analysis.settings_of", lambda config: Settings(limits=Limits(max_work=1)))
    report = analysed(tree)
    assert {gap.code for gap in report.gaps} == {"work-limit"}
    assert report.stats.verified == 1  # Made, where nothing can stop
    assert not report.findings


# Worker processes.


def _doubling(told: int) -> Callable[[int], int]:
    def answer(task: int) -> int:
        if task == told:
            os.kill(os.getpid(), signal.SIGKILL)
        return 2 * task

    return answer


def _idle() -> None:
    """What there is to do once the workers are busy."""


def test_a_worker_that_dies_costs_one_task() -> None:
    with Workers(_doubling, 3, 2) as workers:
        seen: list[int] = []
        about, order = list("abcdef"), [5, 4, 3, 2, 1, 0]
        answers = workers.answers(list(range(6)), about, order, _idle, lambda number, _: seen.append(number))
    assert [each for each in answers if not isinstance(each, Lost)] == [0, 2, 4, 8, 10]
    assert answers[3] == Lost("the process that analysed it died (SIGKILL)")
    assert sorted(seen) == list(range(6))


def _telling(told: int) -> Callable[[int], int]:
    def answer(task: int) -> int:
        return os.getpid()

    return answer


def test_a_worker_gets_the_task_that_is_about_what_it_knows() -> None:
    with Workers(_telling, 0, 2) as workers:
        first = workers.answers([0, 0], ["a", "b"], [0, 1], _idle, lambda number, _: None)
        again = workers.answers([0, 0], ["b", "a"], [0, 1], _idle, lambda number, _: None)
        other = workers.answers([0, 0], ["b", "c"], [0, 1], _idle, lambda number, _: None)
        stolen = workers.answers([0, 0], ["a", "a"], [0, 1], _idle, lambda number, _: None)
    assert first[0] != first[1] and again == other == [first[1], first[0]]
    assert sorted(stolen) == sorted(first)


def test_a_worker_first_does_what_is_about_what_it_knows() -> None:
    order: list[int] = []
    with Workers(_telling, 0, 1) as workers:
        workers.answers([0, 0, 0], ["a", "b", "a"], [0, 1, 2], _idle, lambda number, _: order.append(number))
    assert order == [0, 2, 1]


KILLS_ITSELF = """
import os, signal, unstuck.exploring as exploring
explored = exploring._explored

def killed(shared, package, task):
    if package.path.endswith("/p3"):
        os.kill(os.getpid(), signal.SIGKILL)
    return explored(shared, package, task)

exploring._explored = killed
"""
SLEEPS = "import sys, time, unstuck.exploring as o\no.explorer = lambda *a: time.sleep(600)\n"


def test_a_killed_worker_costs_its_package_a_gap(tree: Path, tmp_path: Path) -> None:
    kept = ("--cache-dir", str(tmp_path / "cache"), "--cures", "none")
    (tmp_path / "sitecustomize.py").write_text(KILLS_ITSELF)
    told = run(tree, 2, *kept, PYTHONPATH=f"{SRC}{os.pathsep}{tmp_path}")
    report = json.loads(told.stdout)
    assert told.returncode == 2
    assert [(gap["code"], gap["path"]) for gap in report["gaps"]] == [("worker-died", "p3/p.go")]
    assert "SIGKILL" in report["gaps"][0]["why"]
    assert len({finding["path"] for finding in report["findings"]}) == PACKAGES - 1
    again = run(tree, 2, *kept, "--stats")
    assert f" {PACKAGES} packages from the cache" in again.stderr
    assert again.stdout == run(tree, 2, "--no-cache", "--cures", "none").stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_at_once_with_the_run(tree: Path, tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLEEPS)
    process = subprocess.Popen(
        [sys.executable, "-m", "unstuck", "check", "./...", "--jobs", "2", "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": f"{SRC}{os.pathsep}{tmp_path}"},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_interruptible,
    )
    try:
        deadline = time.monotonic() + 60
        while len(_session(process.pid)) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(_session(process.pid)) == 3
        process.send_signal(how)
        assert process.wait(60) == (130 if how is signal.SIGINT else -how)
        deadline = time.monotonic() + 30
        while (left := _session(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _interruptible() -> None:
    """Shells start what runs in the background with SIGINT ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _session(leader: int) -> list[str]:
    """The processes of a session, but for multiprocessing's own and those that end: ps has a name in
    brackets for them, as their memory is gone."""
    command = ["ps", "-ww", "-s", str(leader), "-o", "stat=,args="]
    listed = subprocess.run(command, capture_output=True, text=True)
    lines = listed.stdout.splitlines()
    return [line for line in lines if "resource_tracker" not in line and "[" not in line]
