"""What happened on a path, and where, as reports tell it."""

from __future__ import annotations

from typing import NamedTuple

GUESS = "guess"
"""What happens where an unknown value is decided."""


class Happening(NamedTuple):
    """Goroutine `gid` does `what` at a place; `other` is the goroutine it starts or meets."""

    gid: int
    what: str
    place: Place
    other: int
    other_place: Place | None


class Place(NamedTuple):
    """A position in source."""

    path: str
    start: int
    end: int
