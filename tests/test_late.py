"""Dataclasses behave the same whenever their methods are made."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CLASSES = """
import dataclasses
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

@dataclass(frozen=True, slots=True, order=True)
class Point:
    x: int
    y: int = 2
    more: tuple[int, ...] = field(default_factory=tuple)

@dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = "n"

@dataclass(slots=True, eq=False)
class Cell:
    self: int
    cls: int = 0

for _ in range(2):
    a, b = Point(1), Point(1, more=(3,))
    print(a, b, a == b, a == Point(1), a < b, hash(a) == hash(Point(1)), replace(a, y=5), a == (1, 2, ()))
    print(Named(1, name="m"), Named(1) == Point(1), Named(1) == Named(1), [one.name for one in fields(Named)])
    print(Cell(self=1), Cell(1) == Cell(1), Point.__match_args__)
    for act in (lambda: setattr(a, "x", 2), lambda: delattr(a, "x"), Point, lambda: Point(1, 2, 3, 4)):
        try:
            act()
        except (FrozenInstanceError, TypeError) as error:
            print(type(error).__name__, error)
print(Point.__init__.__qualname__, Point.__eq__.__name__)
"""
_OFF = "from unstuck.late import put_off_methods\nput_off_methods()\n"
_MADE = "print(type(dataclasses._create_fn).__name__, dataclasses._create_fn.__module__)"


def _said(text: str) -> str:
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout


def test_the_same() -> None:
    assert _said(_OFF + _CLASSES) == _said(_CLASSES)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="made otherwise since Python 3.13")
def test_they_are_put_off() -> None:
    assert _said(_OFF + "import dataclasses\n" + _MADE) == "function unstuck.late\n"
