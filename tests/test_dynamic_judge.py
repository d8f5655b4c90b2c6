"""Records of test binaries, made by hand -> what is said of each goroutine."""

from __future__ import annotations

import os
from pathlib import Path

from unstuck.dynamic.golang import Method
from unstuck.dynamic.judge import State, Verdict, judge
from unstuck.dynamic.match import findings, world
from unstuck.dynamic.packages import Listed
from unstuck.dynamic.records import Record, read_record
from unstuck.dynamic.report import shown_from
from unstuck.findings import Finding, Severity


def stack(
    number: int, state: str, label: str = "", line: int = 4, function: str = "example.com/m.f.func1"
) -> str:
    labels = f" {{unstuck.test: {label}}}" if label else ""
    return (
        f"goroutine {number} [{state}]{labels}:\n{function}(0x1)\n\t/m/m.go:{line} +0x1\n"
        "created by example.com/m.f in goroutine 1\n\t/m/m.go:3 +0x2\n"
    )


def record(*stacks: str, **more: str) -> Record:
    dump = "\n".join(stacks)
    parts = {"first": dump, "sample": dump, "end": "after the tests\nseconds 1.5\n"} | more
    return Record("example.com/m", "/m", **parts)


def verdicts(one: Record, method: Method = Method.PROFILE) -> list[tuple[int, Verdict, tuple[str, ...]]]:
    return [(left.stack.id, left.verdict, left.tests) for left in judge(one, method).left]


def found(one: Record, folder: Path) -> tuple[Finding, ...]:
    package = Listed("example.com/m", "/m", "example.com/m", "/m", True, ("m.go",), (), False, "")
    here = world([package], Method.PROFILE, shown_from(str(folder)))
    return findings(judge(one, Method.PROFILE).left, 1, here)


def test_leaked_and_lingering_are_told_apart() -> None:
    one = record(stack(5, "chan send (leaked)", "TestA"), stack(6, "IO wait", "TestB%2D1"))
    assert verdicts(one) == [(5, Verdict.LEAKED, ("TestA",)), (6, Verdict.LINGERING, ("TestB-1",))]


def test_what_test_main_stopped_afterwards_is_not_told() -> None:
    one = record(stack(5, "chan send (leaked)"), stack(6, "select"), exit=stack(5, "chan send (leaked)"))
    assert verdicts(one) == [(5, Verdict.LEAKED, ())]
    assert verdicts(record(stack(6, "select"), exit="")) == []


def test_what_test_main_left_itself_is_told() -> None:
    one = record(exit=stack(9, "select (leaked)"))
    assert verdicts(one) == [(9, Verdict.LEAKED, ())]


def test_what_came_and_went_is_not_lingering() -> None:
    assert verdicts(record(stack(6, "select"), first="")) == []
    assert verdicts(record(stack(6, "runnable"))) == []


def test_goroutines_from_before_the_tests_are_notes(tmp_path: Path) -> None:
    baseline = "\n".join((stack(5, "select"), stack(6, "sleep")))
    one = record(stack(5, "select (leaked)"), stack(6, "sleep"), baseline=baseline)
    (told,) = found(one, tmp_path)
    assert (told.severity, told.at.line) == (Severity.NOTE, 4)
    assert "from before the tests" in told.message


def test_goroutines_of_one_place_are_one_finding(tmp_path: Path) -> None:
    stacks = [stack(number, "chan receive (leaked)", f"Test{number}") for number in range(5, 9)]
    (told,) = found(record(*stacks), tmp_path)
    assert told.observed is not None and told.observed.count == 4
    assert told.observed.tests == ("Test5", "Test6", "Test7", "Test8")
    assert told.site == "example.com/m f receive m.go:4"
    assert "4 goroutines left by Test5, Test6, Test7 and 1 more" in told.message


def test_a_lost_label_names_no_test(tmp_path: Path) -> None:
    (told,) = found(record(stack(5, "chan receive (leaked)")), tmp_path)
    assert told.observed is not None and told.observed.tests == ()
    assert "left by the package's tests" in told.message


def test_without_the_profile_only_what_stays_in_place_counts() -> None:
    def said(before: str, after: str) -> list[Verdict]:
        return [verdict for _, verdict, _ in verdicts(record(first=before, sample=after), Method.STACKS)]

    assert said(stack(5, "select"), stack(5, "select")) == [Verdict.LEAKED]
    assert said(stack(5, "select"), stack(5, "select", line=9)) == [Verdict.LINGERING]
    assert said(stack(5, "sleep"), stack(5, "sleep")) == [Verdict.LINGERING]
    assert said(stack(5, "running"), stack(5, "running")) == []


def test_how_a_binary_ended_decides_whether_it_is_checked() -> None:
    assert judge(Record("p", "/p"), Method.PROFILE).state is State.UNCHECKED
    assert judge(record(end="os.Exit during the tests\n"), Method.PROFILE).state is State.UNCHECKED
    assert judge(record(sample="error: no profile\n"), Method.PROFILE).why == "no profile"
    assert judge(record(), Method.PROFILE).seconds == 1.5


def test_a_hung_test_and_what_it_waits_for() -> None:
    test = stack(7, "chan receive", "TestH").replace(
        "created by", "testing.tRunner(0x1)\n\t/t.go:1 +0x1\ncreated by"
    )
    dump = "\n".join(
        (test, stack(8, "select", "TestH"), stack(9, "select", "TestOther"), stack(10, "sleep", "TestH"))
    )
    one = Record("example.com/m", "/m", hung=f"why the time is up\nrunning TestH\n\n{dump}")
    assert judge(one, Method.PROFILE).why == "TestH never came back"
    assert [(number, verdict) for number, verdict, _ in verdicts(one)] == [
        (7, Verdict.HUNG),
        (8, Verdict.HUNG),
    ]


def test_a_record_cut_short_keeps_what_is_whole() -> None:
    data = b"== start 22\npackage p\ndir /p\ngo x\n\n== sample 3\nabc\n== end 40\nafter"
    one = read_record(data)
    assert one is not None and (one.package, one.sample, one.end) == ("p", "abc", None)
    assert read_record(b"== sta") is None and read_record(os.urandom(64)) is None
