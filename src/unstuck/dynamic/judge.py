"""Records of test binaries -> goroutines that were left, and what is to be said of each.

With the goroutineleak profile the runtime says which goroutines nothing can wake (Go 1.26 and later). Before,
only that a goroutine which the tests started stays parked on a concurrency operation; there the verdict
"leaked" is the best guess, and what is woken by the world outside (I/O, sleep) is at most lingering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from unstuck.dynamic.golang import Method
from unstuck.dynamic.records import Record
from unstuck.dynamic.stacks import Frame, Stack, parse_dump, parse_profile
from unstuck.dynamic.symbols import Symbol, is_standard, symbol
from unstuck.findings import WaitReason

LABEL = "unstuck.test"
"""The pprof label that the collector gives to a test's goroutine; what it starts inherits it."""

OPERATIONS = {reason.value: reason for reason in WaitReason if reason is not WaitReason.SLEEP} | {
    "semacquire": WaitReason.MUTEX,
    "sync.WaitGroup.Wait": WaitReason.WAIT_GROUP,
}
"""The runtime's words for being parked on what another goroutine has to do."""

_OF_THE_RUN = ("testing.", "runtime.", "os/signal.", "runtime/pprof.", "runtime/trace.", "internal/runtime/")
"""Prefixes of functions whose goroutines come with every test binary (goleak leaves the same out)."""
_WAITS_FOR_TESTS = ("testing.(*T).Run", "testing.(*T).Parallel", "testing.(*F).Fuzz", "testing.(*B).run")


class Verdict(Enum):
    """What is to be said of a goroutine."""

    LEAKED = "leaked"
    LINGERING = "lingering"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class Left:
    """A goroutine that is still there."""

    package: str
    """Import path of the test binary's package."""
    stack: Stack
    verdict: Verdict
    tests: tuple[str, ...]
    """The tests it belongs to; empty where its label was lost or it is older than the tests."""
    before: bool
    """It was there before the tests began."""
    seed: int | None = None
    """Of the disturbed run that left it; None for the plain one."""
    busy: frozenset[Symbol] = frozenset()
    """Of a lingering sender: the functions that other goroutines run, lingering senders left out."""
    alone: bool = False
    """It is leaked because nobody else knows its channel (alone.py)."""


class State(Enum):
    """What became of a package's test binary."""

    CHECKED = "checked"
    HUNG = "hung"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Binary:
    """One test binary."""

    package: str
    dir: str
    state: State
    why: str
    """Why it is not checked, or what hung."""
    left: tuple[Left, ...]
    seconds: float = 0.0
    """How long the tests took; 0 where that is not known."""


def judge(record: Record, method: Method) -> Binary:
    """What a test binary left behind."""
    if record.end is None and record.hung is not None:
        head, _, dump = record.hung.partition("\n\n")
        running = [line.removeprefix("running ") for line in head.split("\n") if line.startswith("running ")]
        why = f"{', '.join(unescape(name) for name in running) or 'a test'} never came back"
        left = tuple(_hung(record, dump, running))
        return Binary(record.package, record.dir, State.HUNG, why, left)
    if record.end is None:
        why = "the test binary ended before its tests did: a panic, os.Exit, or somebody killed it"
        return Binary(record.package, record.dir, State.UNCHECKED, why, ())
    if record.end.startswith("os.Exit"):
        why = "the test binary called os.Exit during the tests"
        return Binary(record.package, record.dir, State.UNCHECKED, why, ())
    if (record.sample or "").startswith("error: "):
        why = (record.sample or "").removeprefix("error: ").strip()
        return Binary(record.package, record.dir, State.UNCHECKED, why, ())
    judged = _profiled if method is Method.PROFILE else _compared
    left = tuple(judged(record))
    return Binary(record.package, record.dir, State.CHECKED, "", left, _seconds(record.end))


def _seconds(end: str) -> float:
    found = re.search(r"^seconds ([0-9.]+)$", end, re.MULTILINE)
    return float(found[1]) if found else 0.0


def unescape(name: str) -> str:
    """A test's name from the form that labels have."""
    data = re.sub(
        rb"%([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), name.encode("utf-8", "surrogateescape")
    )
    return data.decode("utf-8", "replace")


def parked_on(stack: Stack) -> WaitReason | None:
    """The concurrency operation that a goroutine is parked on; None where it waits for something else."""
    return OPERATIONS.get(stack.reason)


def of_the_run(stack: Stack) -> bool:
    """It belongs to the test binary itself, or only waits for other tests."""
    if not stack.frames:
        return True
    if stack.created is None and stack.id == 1:
        return True
    if any(frame.function.startswith(_WAITS_FOR_TESTS) for frame in stack.frames):
        return True
    return all(frame.function.startswith(_OF_THE_RUN) for frame in stack.frames) and (
        stack.created is None or stack.created.function.startswith(_OF_THE_RUN)
    )


def _profiled(record: Record) -> Iterator[Left]:
    first, sample, ended, before = _samples(record)
    senders = {
        stack.id
        for stack in sample.values()
        if parked_on(stack) is WaitReason.SEND
        and stack.id in first
        and stack.id not in before
        and stack.id not in ended
        and not stack.bubble
    }
    busy = frozenset(
        symbol(frame.function)
        for stack in sample.values()
        if stack.id not in senders and not stack.leaked
        for frame in stack.frames
    )
    for stack in sample.values():
        if stack.id in ended or of_the_run(stack):
            continue
        old = stack.id in before
        if stack.leaked:
            yield Left(record.package, stack, Verdict.LEAKED, _tests(stack), old)
        elif not old and stack.id in first and stack.reason not in ("running", "runnable"):
            known = busy if stack.id in senders else frozenset()
            yield Left(record.package, stack, Verdict.LINGERING, _tests(stack), False, busy=known)
    for stack in _by_id(record.exit).values():
        if stack.leaked and stack.id not in sample and not of_the_run(stack):
            yield Left(record.package, stack, Verdict.LEAKED, _tests(stack), False)


def _compared(record: Record) -> Iterator[Left]:
    first, sample, ended, before = _samples(record)
    labels = _labels_of(record)
    for stack in sample.values():
        known = first.get(stack.id)
        if known is None or stack.id in ended or stack.id in before or of_the_run(stack):
            continue
        if stack.reason in ("running", "runnable"):
            continue
        stays = known.reason == stack.reason and known.frames[:1] == stack.frames[:1]
        callers = (*stack.frames, stack.created) if stack.created else stack.frames
        ours = any(not is_standard(symbol(frame.function).package) for frame in callers)
        guess = stays and parked_on(stack) is not None and ours
        verdict = Verdict.LEAKED if guess else Verdict.LINGERING
        yield Left(record.package, stack, verdict, _tests(stack) or labels.get(stack.frames, ()), False)


def _hung(record: Record, dump: str, running: Sequence[str]) -> Iterator[Left]:
    """The tests that never came back, what they started, and what was leaked before."""
    labels = _labels_of(record)
    before = _by_id(record.baseline)
    for stack in parse_dump(dump):
        if of_the_run(stack) or stack.reason in ("running", "runnable"):
            continue
        tests = _tests(stack) or labels.get(stack.frames, ())
        of_test = any(frame.function == "testing.tRunner" for frame in stack.frames)
        hangs = any(unescape(name) in tests for name in running)
        if of_test and (hangs or not tests):
            yield Left(record.package, stack, Verdict.HUNG, tests, False)
        elif stack.leaked:
            yield Left(record.package, stack, Verdict.LEAKED, tests, stack.id in before)
        elif hangs and parked_on(stack) is not None and stack.id not in before:
            yield Left(record.package, stack, Verdict.HUNG, tests, False)


def _samples(
    record: Record,
) -> tuple[dict[int, Stack], dict[int, Stack], frozenset[int], dict[int, Stack]]:
    """First and second sample, the ids that were gone when the process ended, and what was there before."""
    sample = _by_id(record.sample)
    ended: frozenset[int] = frozenset()
    if record.exit is not None:
        ended = frozenset(sample) - frozenset(_by_id(record.exit))
    return _by_id(record.first), sample, ended, _by_id(record.baseline)


def _by_id(dump: str | None) -> dict[int, Stack]:
    return {stack.id: stack for stack in parse_dump(dump or "")}


def _tests(stack: Stack) -> tuple[str, ...]:
    name = stack.label(LABEL)
    return (unescape(name),) if name else ()


def _labels_of(record: Record) -> Mapping[tuple[Frame, ...], tuple[str, ...]]:
    """Tests by stack, from the profile that has labels but no ids."""
    found: dict[tuple[Frame, ...], dict[str, None]] = {}
    for stack in parse_profile(record.labels or ""):
        for test in _tests(stack):
            found.setdefault(stack.frames, {})[test] = None
    return {frames: tuple(tests) for frames, tests in found.items()}
