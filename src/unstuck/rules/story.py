"""A schedule as a few steps: what is done again and again, or by many goroutines alike, is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from unstuck.findings import Step
from unstuck.rules import wording
from unstuck.source.file import Location

LONGEST = 4
"""Steps of a round that is looked for when it happens again and again."""


@dataclass(frozen=True, slots=True)
class Event:
    """What goroutine `gid` does. `role` is the same for goroutines of one `go` statement; `other` is the
    goroutine that it starts or meets, -1 for none."""

    gid: int
    role: str
    at: Location
    what: str
    code: str
    other: int


def told(events: Sequence[Event]) -> tuple[Step, ...]:
    """The steps of a schedule, in order."""
    steps: list[Step] = []
    at = 0
    while at < len(events):
        length, times = _rounds(events, at)
        if length == 1:
            steps.append(_together(events[at : at + times]))
        else:
            steps.extend(_alone(event) for event in events[at : at + length])
            last = steps.pop()
            text = f"{last.text} (these {length} steps {times} times)"
            steps.append(Step(last.goroutine, last.at, text))
        at += length * times
    return tuple(steps)


def stuck(events: Sequence[Event]) -> tuple[Step, ...]:
    """Where goroutines stand at the end: those of one `go` statement at one place together."""
    steps = []
    for _, group in groupby(sorted(events, key=_place_first), key=_place):
        alike = list(group)
        others = f", and so {'is' if len(alike) == 2 else 'are'} {len(alike) - 1:,} more like it"
        text = f"is stuck here for ever{others if len(alike) > 1 else ''}: `{alike[0].code}`"
        steps.append(Step(alike[0].gid + 1, alike[0].at, text))
    return tuple(sorted(steps, key=lambda step: step.goroutine))


def _place(event: Event) -> tuple[str, str, int, int]:
    return event.role, event.at.path, event.at.line, event.at.column


def _place_first(event: Event) -> tuple[tuple[str, str, int, int], int]:
    return _place(event), event.gid


def _kind(event: Event) -> tuple[str, Location, str]:
    return event.role, event.at, event.what


def _rounds(events: Sequence[Event], at: int) -> tuple[int, int]:
    """Length of the round that starts here and how often it happens: the one that covers most."""
    best = (1, 1)
    for length in range(1, LONGEST + 1):
        times = 1
        while _again(events, at, at + times * length, length):
            times += 1
        if times > (1 if length == 1 else 2) and times * length > best[0] * best[1]:
            best = (length, times)
    return best


def _again(events: Sequence[Event], at: int, then: int, length: int) -> bool:
    first, second = events[at : at + length], events[then : then + length]
    return len(second) == length and all(_kind(a) == _kind(b) for a, b in zip(first, second))


def _alone(event: Event) -> Step:
    return Step(event.gid + 1, event.at, wording.step(event.what, event.code, event.other + 1))


def _together(events: Sequence[Event]) -> Step:
    """One step for several that are alike."""
    first = _alone(events[0])
    if len(events) == 1:
        return first
    doers = len(dict.fromkeys(event.gid for event in events))
    partners = list(dict.fromkeys(event.other + 1 for event in events if event.other >= 0))
    if events[0].what == "go" and doers == 1:
        return Step(first.goroutine, first.at, wording.starts(len(events)))
    text = wording.step(events[0].what, events[0].code, events[0].other + 1)
    if doers == 1 and len(partners) > 1:
        text = text.replace(f"goroutine {partners[0]}", f"{len(partners):,} goroutines", 1)
    again = f"({len(events):,} times)" if doers == 1 else f"(and so do {doers - 1:,} more like it)"
    if doers == 1 and len(partners) == len(events):
        return Step(first.goroutine, first.at, text)
    return Step(first.goroutine, first.at, f"{text} {again}")
