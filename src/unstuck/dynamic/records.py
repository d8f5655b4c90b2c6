"""What the collector wrote: one file per test binary, in sections (see collector/unstuck.go.txt)."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """All that one test binary delivered. A section is None where it is missing, "" where nothing is left."""

    package: str
    """Import path, without `_test`."""
    dir: str
    """Where the binary ran."""
    baseline: str | None = None
    """Goroutines before the tests; None where there was only main."""
    first: str | None = None
    """Goroutines right after the tests, before the time of grace."""
    sample: str | None = None
    """Goroutines after it."""
    exit: str | None = None
    """Goroutines when the process ended."""
    labels: str | None = None
    """The goroutine profile with debug=1, where dumps have no labels."""
    hung: str | None = None
    """What the watchdog saw: `why ...`, `running TEST` lines, an empty line, the dump."""
    end: str | None = None
    """How the run ended; None where the binary died before."""


def read_records(folder: str) -> tuple[Record, ...]:
    """The records in a folder, by package. What a dying binary cut short is left out."""
    found = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".record"):
            with open(os.path.join(folder, name), "rb") as file:
                record = read_record(file.read())
            if record is not None:
                found.append(record)
    return tuple(sorted(found, key=lambda one: (one.package, one.dir)))


def read_record(data: bytes) -> Record | None:
    """One file; None where not even its start is whole."""
    parts = _sections(data)
    if "start" not in parts:
        return None
    start = dict(line.partition(" ")[::2] for line in parts["start"].split("\n"))
    return Record(
        package=start.get("package", ""),
        dir=start.get("dir", ""),
        baseline=parts.get("baseline"),
        first=parts.get("first"),
        sample=parts.get("sample"),
        exit=parts.get("exit"),
        labels=parts.get("labels"),
        hung=parts.get("hung"),
        end=parts.get("end"),
    )


def _sections(data: bytes) -> dict[str, str]:
    """The last section of each name."""
    found: dict[str, str] = {}
    at = 0
    while data.startswith(b"== ", at):
        line_end = data.find(b"\n", at)
        words = data[at:line_end].split(b" ") if line_end >= 0 else []
        if len(words) != 3 or not words[2].isdigit():
            break
        start = line_end + 1
        end = start + int(words[2])
        if end > len(data):
            break
        found[words[1].decode()] = data[start:end].decode("utf-8", "replace")
        at = end + 1
    return found
