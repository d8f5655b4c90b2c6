"""How running an instruction can end otherwise than with the next one, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from unstuck.explore.state import State, Symbol, Value

if TYPE_CHECKING:
    from unstuck.explore.work import Work


class Dropped(Exception):
    """The path is not followed any further; `why` is a stable word ("exit", "panic", "recursion" ...)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Looping(Exception):
    """The goroutine has jumped backwards many times."""


class Stopped(Exception):
    """The goroutine stands in front of an operation that others can observe."""


EXPAND_COST = 30
"""What finding the moves of a state costs, in instructions."""

FORK_COST = 10
"""What copying a state for one more way costs, in instructions."""

TURN = "turn"
"""Phase of a goroutine whose operation was scheduled and now runs as its next local step."""


class Meter:
    """What exploring has cost so far, in units of a few instructions run, and how much it may."""

    __slots__ = ("asked", "cut", "limit", "spent")

    def __init__(self, limit: int = 1 << 60) -> None:
        self.limit = limit
        self.spent = 0
        self.asked: dict[tuple[str, int], tuple[int, int]] = {}
        """How often it was asked at a place whether ways come together there, and how often they did."""
        self.cut = False
        """A step was left in its midst, since it cost too much; whoever looked at that resets it."""

    @property
    def left(self) -> int:
        """What may still be spent; negative where too much was."""
        return self.limit - self.spent


class Fork(Exception):
    """The instruction has several outcomes: each option changes a copy of the work, which then runs the
    instruction again, or raises Dropped. `usual` is the number of the option that is no guess: a call that
    does not fail."""

    def __init__(self, options: list[Callable[[Work], None]], usual: int = -1) -> None:
        super().__init__("fork")
        self.options = options
        self.usual = usual


MADE = "made unseen"
"""Tag of an unknown value that code without source made (explore/unseen.py)."""

FLAG = "flag"
"""Mark (`Desc.dir`) of an unknown value that is set when its object was closed before the root was called."""

KEPT = "callback"
"""What a path leans on where unknown code runs a function that it was given later, on its own goroutine."""

CALLED = "called"
"""What a finding leans on where a goroutine is parked in a function that it gave to unknown code."""

CLOSED_BEFORE = "the object was closed before"
"""What a path assumes that finds such a flag set. What only such a path shows is not reported."""


def bind_to(symbol: Symbol, value: Value) -> Callable[[Work], None]:
    """An option that decides an unknown value."""

    def apply(work: Work) -> None:
        work.bind[symbol.id] = value
        if value and symbol.desc.dir == FLAG:
            work.assume(CLOSED_BEFORE)

    return apply


def choose(number: int) -> Callable[[Work], None]:
    """An option that is told to the instruction by number (`Work.take_choice`)."""

    def apply(work: Work) -> None:
        work.choice = number

    return apply


FEW = 8
"""Goroutines of a state that cost nothing extra."""


def state_cost(work: Work | State) -> int:
    """What computing and comparing its state costs, in instructions."""
    crowd = max(len(work.goroutines) - FEW, 0)
    return 30 + 4 * (len(work.heap) + len(work.known)) + 20 * crowd
