"""Goroutine dumps and profiles as text -> goroutines.

`parse_dump` reads what `runtime.Stack(all)`, a crash and the profiles with debug=2 print, `parse_profile`
what profiles print with debug=1 (stacks grouped, with labels, without reasons). Both take the forms of Go
1.21 to 1.27; what is no goroutine is skipped. See runtime/traceback.go (goroutineheader, traceback1) and
runtime/pprof/pprof.go (printCountProfile).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(
    r"^goroutine (?P<id>\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[(?P<state>[^\]]*?)(?P<old> labels:\{[^\n]*\})?\]"
    r"(?: \{(?P<labels>[^\n]*)\})?:?\s*$"
)
_PLACE = re.compile(r"^\t(?P<path>.+):(?P<line>\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?\s*$")
_CREATED = re.compile(r"^created by (?P<function>.+?)(?: in goroutine (?P<by>\d+))?$")
_GROUP = re.compile(r"^(?P<count>\d+) @(?: 0x[0-9a-f]+)*\s*$")
_GROUP_FRAME = re.compile(r"^#\t0x[0-9a-f]+\t(?P<function>.+?)\+0x[0-9a-f]+\t+(?P<path>.+):(?P<line>\d+)\s*$")
_LABEL = re.compile(r'"?(?P<key>[^\s":,{}]+)"?: ?(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s",{}]*))')
_MINUTES = re.compile(r"^(\d+) minutes$")
_BUBBLE = re.compile(r"^synctest bubble (\d+)$")


@dataclass(frozen=True, slots=True)
class Frame:
    """One call: the function as the runtime names it, and where it is."""

    function: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Stack:
    """A goroutine of a dump, or `count` equal ones of a profile (then without id, reason and creator)."""

    id: int
    reason: str
    """The runtime's word, without marks: "chan send", "IO wait", "running" ...; "" in a profile."""
    leaked: bool
    minutes: int
    """For how long it has been parked; 0 below one minute."""
    bubble: int
    """Number of its synctest bubble; 0 outside."""
    labels: tuple[tuple[str, str], ...]
    frames: tuple[Frame, ...]
    """Innermost first."""
    created: Frame | None
    """The call of the `go` statement; None for main and where the dump has none."""
    created_by: int
    """The goroutine that started it; 0 where it is not told (before Go 1.21, or main)."""
    count: int = 1

    def label(self, key: str) -> str:
        """The value of a label, "" without it."""
        return next((value for name, value in self.labels if name == key), "")


def parse_dump(text: str) -> tuple[Stack, ...]:
    """All goroutines of a dump, in its order."""
    return tuple(_dumped(text.replace("\r\n", "\n")))


def parse_profile(text: str) -> tuple[Stack, ...]:
    """All groups of a profile with debug=1, but for phantoms: records without a stack."""
    found: list[Stack] = []
    count, labels, frames = 0, "", list[Frame]()
    for line in (*text.replace("\r\n", "\n").split("\n"), "0 @"):
        if group := _GROUP.match(line):
            if count and frames:
                found.append(Stack(0, "", False, 0, 0, _labels(labels), tuple(frames), None, 0, count))
            count, labels, frames = int(group["count"]), "", []
        elif line.startswith("# labels: "):
            labels = line.removeprefix("# labels: ").strip().removeprefix("{").removesuffix("}")
        elif frame := _GROUP_FRAME.match(line):
            frames.append(Frame(frame["function"], frame["path"], int(frame["line"])))
    return tuple(found)


def _dumped(text: str) -> Iterator[Stack]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        header = _HEADER.match(lines[at])
        at += 1
        if header is None:
            continue
        frames: list[Frame] = []
        created, created_by = None, 0
        while at < len(lines) and lines[at] and not _HEADER.match(lines[at]):
            place = _PLACE.match(lines[at + 1]) if at + 1 < len(lines) else None
            made = _CREATED.match(lines[at])
            if place is None:
                at += 1
                continue
            path, line = place["path"], int(place["line"])
            if made is not None:
                created, created_by = Frame(made["function"], path, line), int(made["by"] or 0)
            else:
                frames.append(Frame(_without_arguments(lines[at]), path, line))
            at += 2
        yield _stack(header, tuple(frames), created, created_by)


def _stack(header: re.Match[str], frames: tuple[Frame, ...], created: Frame | None, created_by: int) -> Stack:
    first, *marks = header["state"].split(", ")
    labels = header["labels"] or (header["old"] or "").removeprefix(" labels:{").removesuffix("}")
    reason = first
    for mark in (" (scan)", " (durable)", " (leaked)"):
        reason = reason.replace(mark, "")
    return Stack(
        id=int(header["id"]),
        reason=reason,
        leaked=" (leaked)" in first,
        minutes=next((int(found[1]) for mark in marks if (found := _MINUTES.match(mark))), 0),
        bubble=next((int(found[1]) for mark in marks if (found := _BUBBLE.match(mark))), 0),
        labels=_labels(labels),
        frames=frames,
        created=created,
        created_by=created_by,
    )


def _labels(text: str) -> tuple[tuple[str, str], ...]:
    """The labels inside the braces, in any of the runtime's ways to print them."""
    found = []
    for match in _LABEL.finditer(text):
        quoted = match["quoted"]
        value = match["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        found.append((match["key"], value))
    return tuple(found)


def _without_arguments(call: str) -> str:
    """`pkg.(*T).M(0xc000, {0x1, 0x2})` without what is in the last brackets."""
    if not call.endswith(")"):
        return call
    depth = 0
    for at in range(len(call) - 1, -1, -1):
        depth += (call[at] == ")") - (call[at] == "(")
        if depth == 0:
            return call[:at]
    return call
