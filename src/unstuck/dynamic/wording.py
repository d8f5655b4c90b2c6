"""Sentences about what tests left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unstuck.findings import WaitReason
from unstuck.rules.wording import advice_for

WITNESS = "it was still there after the tests, and check has a schedule after which nobody can wake it"
ALONE = (
    "it was still there after the tests, and by the source only goroutines that are parked like it can reach "
    "the channel"
)
NOT_SEEN = "no run left a goroutine there"
NOTHING_ELSE = "nothing outside the tests wakes it later (this Go has no leak profile)"

NAMED_TESTS = 3
"""So many tests are named in a sentence."""

_KINDS = {
    WaitReason.SEND: "send",
    WaitReason.RECEIVE: "receive",
    WaitReason.NIL_SEND: "nil-send",
    WaitReason.NIL_RECEIVE: "nil-receive",
    WaitReason.SELECT: "select",
    WaitReason.SELECT_NO_CASES: "select-empty",
    WaitReason.MUTEX: "lock",
    WaitReason.RW_LOCK: "lock",
    WaitReason.RW_RLOCK: "rlock",
    WaitReason.WAIT_GROUP: "wait",
    WaitReason.COND: "cond",
}
_BLOCKED = {
    "send": "send on {name} blocks for ever",
    "receive": "receive from {name} blocks for ever",
    "range": "range over {name} never ends",
    "select": "select blocks for ever",
    "select-empty": "select without cases blocks for ever",
    "nil-send": "send on a channel that is nil blocks for ever",
    "nil-receive": "receive from a channel that is nil blocks for ever",
    "lock": "{name} is never unlocked",
    "rlock": "{name} is never unlocked",
    "wait": "wait on {name} never ends",
    "cond": "wait on {name} never ends",
}
_THINGS = {
    "lock": "the lock",
    "rlock": "the lock",
    "wait": "the wait group",
    "cond": "the condition variable",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a message is made of."""

    verdict: str
    kind: str
    """As rules/leaks names operations."""
    name: str
    """What the operation works on, "" when unknown."""
    reason: str
    """The runtime's words."""
    count: int
    tests: tuple[str, ...]
    before: bool
    """It was there before the tests."""


def kind_of(reason: WaitReason | None) -> str:
    """The kind of operation behind a wait reason, where the source does not say more; "" for no operation."""
    return _KINDS.get(reason, "") if reason else ""


def message(said: Said) -> str:
    """One sentence: what is parked, and who left it."""
    who = _left_by(said)
    match said.verdict:
        case "leaked":
            name = said.name or _THINGS.get(said.kind, "a channel")
            return f"{_BLOCKED[said.kind or 'receive'].format(name=name)}: {who}"
        case "lingering":
            return f"this goroutine outlives its test ({said.reason}): {who}"
        case _:
            if not said.tests:
                return f"a test never came back: parked here ({said.reason})"
            return f"{_listed(said.tests)} never came back: parked here ({said.reason})"


def ground(verdict: str, method: str) -> str:
    """Why the verdict holds."""
    match verdict, method:
        case "leaked", "profile":
            return "the Go runtime found nothing that can still wake it"
        case "leaked", _:
            return "parked in the same place before and after a time of grace; this Go cannot say more"
        case "lingering", _:
            return "still there after a time of grace; something that still runs may wake it"
        case _:
            return "parked there when its time was up"


def advice(verdict: str, kind: str) -> str:
    """What to do, one sentence."""
    if verdict == "lingering":
        return "stop it in t.Cleanup, or give it t.Context(); [[ignore]] says that it is meant to stay"
    if not kind:
        return "a test that may wait for ever should watch t.Context() or a timer, too"
    return advice_for(kind)


def _left_by(said: Said) -> str:
    goroutines = "1 goroutine" if said.count == 1 else f"{said.count:,} goroutines"
    if said.before:
        return f"{goroutines} from before the tests"
    if not said.tests:
        return f"{goroutines} left by the package's tests"
    return f"{goroutines} left by {_listed(said.tests)}"


def _listed(tests: Sequence[str]) -> str:
    shown = list(tests[:NAMED_TESTS])
    more = len(tests) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
