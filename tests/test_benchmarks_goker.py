import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import goker
from benchmarks import goker_native as native
from benchmarks.checker import CheckError, Found, Run, check, read

DUMP = b"""goroutine 1 [running]:
main.main()
\t/w/suite/main.go:30 +0x1

goroutine 7 gp=0xc0 m=nil [chan receive (nil chan) (leaked), 2 minutes]:
main.f.func1()
\t/w/suite/goker/a.go:12 +0x2c
created by main.f in goroutine 1
\t/w/suite/goker/a.go:10 +0x25

goroutine 8 [sync.Mutex.Lock (leaked)]:
sync.(*Mutex).Lock(0xc000)
\t/go/src/sync/mutex.go:46 +0x1
main.(*T).Close(0xc000)
\t/w/suite/goker/a.go:20 +0x2c
created by main.f in goroutine 1
\t/w/suite/goker/a.go:11 +0x25

goroutine 9 [sync.WaitGroup.Wait (leaked)]:
sync.(*WaitGroup).Wait(0xc000)
\t/go/src/sync/waitgroup.go:46 +0x1
created by main.f in goroutine 1
\t/w/suite/goker/a.go:14 +0x25

goroutine 10 [IO wait]:
main.x()
\t/w/suite/goker/a.go:77 +0x25

goroutine 11 [chan send]:
main.x()
\t/w/suite/goker/a.go:78 +0x25
"""


def found(path: str, line: int, severity: str = "error", function: str = "") -> Found:
    return Found("abandoned-sender", severity, path, line, function, "", None, "witnessed")


def truth(name: str, file: str, group: str, leaked: set[int], parked: set[int]) -> goker.Truth:
    return goker.Truth(name, file, group, frozenset(leaked), frozenset(parked), 200)


def test_goroutines_of_a_profile() -> None:
    seen = {p.line: p for p in native.goroutines(DUMP)}
    assert sorted(seen) == [12, 14, 20, 77, 78]
    assert (seen[12].leaked, seen[12].reason, seen[12].spawn) == (
        True,
        "chan receive (nil chan)",
        "goker/a.go:10",
    )
    assert seen[20].reason == "sync.Mutex.Lock"
    assert seen[14].spawn == "goker/a.go:14", "without a frame of ours the go statement stands for it"
    assert not seen[78].leaked


def test_count_keeps_parked_apart_and_looks_at_the_last_sample_only() -> None:
    tally = native.Tally()
    early = DUMP.replace(b":78 +", b":99 +")
    native.count(tally, early + native.LAST_SAMPLE + DUMP, "goker/a.go", clean=True)
    assert dict(tally.leaked_runs) == {12: 1, 14: 1, 20: 1}
    assert dict(tally.parked) == {78: 1}
    native.count(tally, DUMP, "goker/other.go", clean=False)
    assert (tally.runs, tally.unclean, dict(tally.parked)) == (2, 1, {78: 1})


def test_merge_adds_counts_of_the_same_text() -> None:
    def one(sha: str, go: str, line: str) -> dict[str, object]:
        leaked = {line: {"count": 2, "reasons": {"select": 2}, "spawns": ["a:1"]}}
        program = {"name": "P", "file": "a", "sha256": sha, "group": "kernel", "go": [go], "runs": 3}
        return {"procs": [1], "programs": [program | {"unclean": 0, "leaked": leaked, "parked": {}}]}

    both = native.merge(one("s", "1.26", "7"), one("s", "1.27", "7"))["programs"]
    assert len(both) == 1
    assert (both[0]["runs"], both[0]["go"], both[0]["leaked"]["7"]["count"]) == (6, ["1.26", "1.27"], 4)
    assert len(native.merge(one("s", "1.26", "7"), one("t", "1.27", "7"))["programs"]) == 2


def test_score_and_totals() -> None:
    known = [
        truth("K1", "goker/k1.go", "kernel", {5, 6}, {9}),
        truth("K2", "goker/k2.go", "kernel", {3}, set()),
        truth("Never", "goker/k3.go", "kernel", set(), set()),
        truth("Micro", "simple.go", "micro", {10}, set()),
        truth("NoLeakGlobal", "simple.go", "micro", set(), {20}),
    ]
    findings = (
        found("goker/k1.go", 5),
        found("goker/k1.go", 9),
        found("goker/k2.go", 3, "note"),
        found("goker/k3.go", 8),
        found("simple.go", 10),
        found("simple.go", 21, function="NoLeakGlobal"),
    )
    scores = goker.score(known, goker.located(Run(findings, (), {}, 1), None))
    assert [s.found for s in scores] == [(5,), (), (), (10,), ()]
    assert [len(s.stray) for s in scores] == [0, 0, 1, 0, 1]
    sums = goker.totals(scores)
    assert (sums.kernels, sums.lines, sums.stray) == ((1, 2), (1, 3), (2, 4))
    assert (sums.small_right, sums.silent) == ((1, 2), False)
    assert goker.missed_goals(sums) == [
        "kernels",
        "lines",
        "stray",
        "micro and pattern programs",
        "NoLeakGlobal",
    ]


def test_a_global_held_goroutine_must_not_be_reported() -> None:
    known = [truth("NoLeakGlobal", "simple.go", "micro", set(), {20})]
    scores = goker.score(known, goker.located(Run((found("simple.go", 20),), (), {}, 1), None))
    assert not goker.totals(scores).silent
    assert goker.totals(goker.score(known, [])).silent


def test_located_maps_scrambled_lines_back() -> None:
    run = Run((found("goker/f001.go", 2), found("goker/f001.go", 9), found("x.go", 4)), (), {}, 1)
    placed = goker.located(run, {"goker/f001.go": ("goker/a.go", [0, 41])})
    assert [at.place for at in placed] == [("goker/a.go", 41), ("goker/a.go", 0), ("x.go", 0)]


def test_stored_truth_covers_the_suite() -> None:
    programs = native.load()["programs"]
    kernels = [p for p in programs if p["group"] == "kernel"]
    assert len({p["name"] for p in kernels}) == 63
    assert all(p["runs"] >= 200 for p in programs)
    assert all(not p["leaked"] for p in programs if p["name"] == "NoLeakGlobal")


def test_read_says_what_went_wrong() -> None:
    with pytest.raises(CheckError, match=r"exit status 2.*cannot"):
        read(b"", 2, "cannot open")
    report = {"findings": [], "gaps": [{"code": "c", "path": "p", "line": 1, "why": "w"}], "stats": {}}
    assert read(json.dumps(report).encode()).gaps == (("c", "p", 1, "w"),)


def test_check_ends_a_run_that_takes_too_long_with_its_children(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import pathlib, subprocess, threading\n"
        "def start():\n"
        "    child = subprocess.Popen(['sleep', '60'])\n"
        "    pathlib.Path('pid').write_text(str(child.pid))\n"
        "    child.wait()\n"
        "threading.Thread(target=start).start()\n"
    )
    with pytest.raises(CheckError, match="time was up"):
        check([], tmp_path, command=f"{sys.executable} slow.py", timeout=1)
    child = Path("/proc") / (tmp_path / "pid").read_text()
    for _ in range(50):
        if not child.exists() or "\nState:\tZ" in (child / "status").read_text():
            return
        time.sleep(0.1)
    raise AssertionError("the child outlived the run")


GO = shutil.which("go")
SOURCE = """package main

import (
	"io"
	"sync"
)

type guarded struct {
	sync.Mutex
	done chan bool // closed at the end
}

func (g *guarded) Close() error {
	g.Mutex.Lock()
	close(g.done)
	return nil
}

func main() {
	g := &guarded{done: make(chan bool)}
	var c io.Closer = g
	switch x := any(g).(type) {
	case *guarded:
		<-x.done
	}
	c.Close()
}
"""


@pytest.mark.skipif(GO is None, reason="needs a Go command")
def test_scrambled_code_compiles_and_maps_back(tmp_path: Path) -> None:
    assert GO is not None
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "goker").mkdir(parents=True)
    (source / "go.mod").write_text("module suite\n\ngo 1.22\n")
    for folder in (source, source / "goker"):
        (folder / "main.go").write_text(SOURCE)
    origin = goker.scramble(GO, 3, source, target)
    name, (file, lines) = next((n, o) for n, o in origin.items() if "/" not in n)
    text = (target / name).read_text().splitlines()
    assert file == "main.go" and len(lines) == len(text)
    assert "guarded" not in "\n".join(text) and "closed at" not in "\n".join(text)
    here = next(i for i, line in enumerate(text) if "<-" in line)
    assert SOURCE.splitlines()[lines[here] - 1].strip() == "<-x.done"
    assert subprocess.run([GO, "vet", "./..."], cwd=target, check=False).returncode == 0
