"""Dataclasses behave the same however their methods are made."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CLASSES = """
from __future__ import annotations
import copy
import dataclasses
import pickle
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

@dataclass(frozen=True, slots=True)
class Plain:
    '''Made in the quick way, as are those below.'''
    a: int
    b: str = field(default="b", repr=False)
    c: list[int] = field(default_factory=list, compare=False)
    d: tuple[int, ...] = ()
    def twice(self) -> int:
        return 2 * self.a

@dataclass(slots=True)
class Changing:
    '''Has no hash.'''
    self: int
    made: dict[str, int] = field(default_factory=dict)

@dataclass(frozen=True, slots=True, eq=False)
class Same:
    '''Compares by identity.'''
    one: int

@dataclass(slots=True)
class Empty:
    '''Has no fields.'''

@dataclass(frozen=True, slots=True)
class Below(Plain):
    '''Inherits.'''
    e: int = 5

def told(act):
    try:
        return act()
    except Exception as error:
        return type(error).__name__, str(error)

def plain():
    p = Plain(1, c=[3])
    print(p, p.twice(), p == Plain(1), hash(p) == hash(Plain(1)), p == Plain(2), p != 1)
    print(replace(p, a=7, d=(1,)), Plain(1).c is Plain(1).c, p.__slots__, Plain.__match_args__)
    print([(f.name, f.type, f.default is dataclasses.MISSING) for f in fields(p)])
    print(dataclasses.is_dataclass(Plain))
    print(dataclasses.asdict(p), dataclasses.astuple(p), Plain.__dataclass_params__)
    print(pickle.loads(pickle.dumps(p)) == p, copy.copy(p) == p, hasattr(p, "__dict__"), Plain.__doc__)
    c = Changing(1)
    c.self = 4
    c.made["x"] = 1
    print(c, c == Changing(4), Changing(4).made, Changing.__hash__, told(lambda: hash(c)))
    print(copy.deepcopy(c) == c, Same(1) == Same(1), len({Same(1), Same(1)}), Same(2))
    print(Empty(), Empty() == Empty(), Below(1), Below(1) == p)
    print(Below(2).twice(), [f.name for f in fields(Below)], isinstance(Below(1), Plain), Below(1, e=6).e)
    match p:
        case Plain(a, b):
            print(a, b)
    for act in (
        lambda: Plain(), lambda: Plain(1, 2, 3, 4, 5), lambda: Plain(a=1, z=2), lambda: setattr(p, "a", 2),
        lambda: delattr(p, "a"), lambda: setattr(c, "other", 2),
        lambda: setattr(Below(1), "a", 1), lambda: Changing(), lambda: Empty(1), lambda: Below(1) < p,
    ):
        print(told(act))
    print(Plain.__init__.__qualname__, Plain.__eq__.__qualname__, Plain.__module__, Plain.__qualname__)

plain()
plain()

def wrong(act):
    print(told(act))

def late_required():
    @dataclass(frozen=True, slots=True)
    class Wrong:
        '''A field without a default behind one that has one.'''
        a: int = 1
        b: int

def shared():
    @dataclass(frozen=True, slots=True)
    class Wrong:
        '''A default that can be changed.'''
        a: list[int] = []

wrong(late_required)
wrong(shared)

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
_QUICK = "from unstuck.late import make_dataclasses_quickly\nmake_dataclasses_quickly()\n"
_MADE = "print(type(dataclasses._process_class).__name__, dataclasses._process_class.__module__)"


def _said(text: str) -> str:
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout


def test_the_same() -> None:
    first, rest = _CLASSES.strip().split("\n", 1)
    assert _said("\n".join((first, _QUICK, rest))) == _said(_CLASSES)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="made otherwise since Python 3.13")
def test_they_are_made_here() -> None:
    assert _said(_QUICK + "import dataclasses\n" + _MADE) == "function unstuck.late\n"
