"""Dumps and profiles of Go 1.21 to 1.27, as the runtimes print them."""

from __future__ import annotations

import pytest

from unstuck.dynamic.stacks import Frame, parse_dump, parse_profile
from unstuck.dynamic.symbols import symbol

DUMP = """\
goroutine 1 [running]:
main.main()
\t_testmain.go:48 +0x9b

goroutine 19 [chan send (leaked)] {unstuck.test: TestX}:
example.com/m_test.TestX.func1()
\t/tmp/m/a_test.go:8 +0x1e
created by example.com/m_test.TestX in goroutine 18
\t/tmp/m/a_test.go:7 +0x76

goroutine 20 [select (leaked) labels:{"unstuck.test": "TestB/a%231", "x": "y z"}]:
example.com/m.(*T[...]).Leak(0xc000012345, {0x1, 0x2}, {{0x5, 0x6}, 0x7})
\t/tmp/with space:7/a.go:8 +0x1b
created by example.com/m.(*T[...]).Leak in goroutine 18
\t/tmp/with space:7/a.go:7 +0x90

goroutine 21 [sync.WaitGroup.Wait, 3 minutes, locked to thread]:
sync.runtime_SemacquireWaitGroup(0x4c2b60?, 0x0?)
\t/go/src/runtime/sema.go:114 +0x2e
sync.(*WaitGroup).Wait(0xc00001a0d0)
\t/go/src/sync/waitgroup.go:206 +0x85
created by example.com/m.TestY in goroutine 5
\t/tmp/m/b_test.go:3 +0x1

goroutine 22 [chan receive (durable), synctest bubble 7]:
example.com/m.f.func9-range1(...)
\t/tmp/m/c.go:1
...additional frames elided...
created by example.com/m.f
\t/tmp/m/c.go:9 +0x3

goroutine 23 gp=0xc000007500 m=nil mp=0x0 [sleep (scan)]:
\tgoroutine running on other thread; stack unavailable
created by os/signal.Notify.func1.1 in goroutine 1
\t/go/src/os/signal/signal.go:152 +0x1f
"""


def test_states_are_read_without_their_marks() -> None:
    stacks = parse_dump(DUMP)
    assert [stack.reason for stack in stacks] == [
        "running",
        "chan send",
        "select",
        "sync.WaitGroup.Wait",
        "chan receive",
        "sleep",
    ]
    assert [stack.leaked for stack in stacks] == [False, True, True, False, False, False]
    assert [stack.minutes for stack in stacks] == [0, 0, 0, 3, 0, 0]
    assert [stack.bubble for stack in stacks] == [0, 0, 0, 0, 7, 0]


def test_labels_of_both_forms() -> None:
    stacks = parse_dump(DUMP)
    assert stacks[1].label("unstuck.test") == "TestX"
    assert stacks[2].labels == (("unstuck.test", "TestB/a%231"), ("x", "y z"))


def test_frames_and_creators() -> None:
    stacks = parse_dump(DUMP)
    assert stacks[1].frames == (Frame("example.com/m_test.TestX.func1", "/tmp/m/a_test.go", 8),)
    assert stacks[1].created == Frame("example.com/m_test.TestX", "/tmp/m/a_test.go", 7)
    assert stacks[1].created_by == 18
    assert stacks[2].frames[0] == Frame("example.com/m.(*T[...]).Leak", "/tmp/with space:7/a.go", 8)
    assert [frame.function for frame in stacks[3].frames] == [
        "sync.runtime_SemacquireWaitGroup",
        "sync.(*WaitGroup).Wait",
    ]
    assert (stacks[4].created_by, stacks[5].frames) == (0, ())


PROFILE = """\
goroutineleak profile: total 3
2 @ 0x48a1f0 0x48a2ee 0x4b2b41
# labels: {"unstuck.test":"TestA"}
#\t0x4b2b40\texample.com/m.f.func1+0x20\t/tmp/m/a.go:12

1 @ 0x48a1f0
#\t0x4d5d1a\tsync.(*WaitGroup).Wait+0x4a\t\t\t/go/src/sync/waitgroup.go:118
#\t0x4b2b40\texample.com/m.g+0x20\t\t\t\t/tmp/m/a.go:30

1 @ #0x0
"""


def test_profiles_with_counts_and_without_phantoms() -> None:
    stacks = parse_profile(PROFILE)
    assert [(stack.count, stack.label("unstuck.test"), len(stack.frames)) for stack in stacks] == [
        (2, "TestA", 1),
        (1, "", 2),
    ]
    assert stacks[1].frames[1] == Frame("example.com/m.g", "/tmp/m/a.go", 30)


@pytest.mark.parametrize(
    "text", ["", "goroutine", "goroutine x [y]:", "\t/a:1", "goroutine 1 [select]:\nf()\n"]
)
def test_what_is_no_dump_is_skipped(text: str) -> None:
    assert all(not stack.frames for stack in parse_dump(text))
    assert parse_profile(text) == ()


@pytest.mark.parametrize(
    ("name", "package", "function"),
    [
        ("example.com/m_test.TestX.func1", "example.com/m_test", "TestX"),
        ("example.com/m/pool.(*Pool[...]).run.func1.2", "example.com/m/pool", "(*Pool).run"),
        ("example.com/m.T.Close-fm", "example.com/m", "T.Close"),
        ("example.com/m.f.func9-range1", "example.com/m", "f"),
        ("example.com/m.f.gowrap1", "example.com/m", "f"),
        ("example.com/m.glob..func1", "example.com/m", "init"),
        ("example.com/m.init.0.func2", "example.com/m", "init"),
        ("gopkg.in/yaml%2ev3.Decode", "gopkg.in/yaml.v3", "Decode"),
        ("example.com/m.Map[go.shape.int,example.com/n.T].func1", "example.com/m", "Map"),
        ("main.main", "main", "main"),
        ("sync.(*WaitGroup).Go.func1", "sync", "(*WaitGroup).Go"),
    ],
)
def test_symbols(name: str, package: str, function: str) -> None:
    found = symbol(name)
    assert (found.package, found.function) == (package, function)
