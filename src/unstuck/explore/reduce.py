"""Partial-order reduction: moves that commute with everything the others can do are taken alone.

A goroutine whose next operation concerns only objects that no other goroutine can reach can go first, and so
can two goroutines that meet on a channel only they can reach, when neither has another choice: whatever the
others do before, it does not change, enable or disable the move (persistent sets; Godefroid, "Partial-Order
Methods", chapter 4). The search takes all moves where the reduced ones lead nowhere new, so that nobody is
put off for ever.
"""

from __future__ import annotations

from unstuck.explore import moves as moves_
from unstuck.explore.components import reach
from unstuck.explore.moves import INTERNAL, TIME, Move
from unstuck.explore.state import START, Channel, Goroutine
from unstuck.explore.work import Work
from unstuck.ir import instr

_SHARED = -2


def ample(work: Work, possible: list[Move]) -> list[Move]:
    """A subset of the moves that is enough, or all of them."""
    if len({move.gid for move in possible}) < 2:
        return possible
    for move in possible:
        if move.how == START:
            return [move]
    owners = _owners(work)
    by_goroutine: dict[int, list[Move]] = {}
    for move in possible:
        by_goroutine.setdefault(move.gid, []).append(move)
    for gid, own in by_goroutine.items():
        if _private(work, gid, own, owners):
            return own
    pairs = _pairs(work)
    for move in possible:
        if move.how == "meet" and _alone_together(work, move, pairs):
            return [move]
    return possible


def _owners(work: Work) -> dict[int, int]:
    """The only goroutine that can reach each object; `_SHARED` when there are several."""
    owners: dict[int, int] = {}
    for gid, item in enumerate(work.goroutines):
        if isinstance(item, Goroutine):
            for number in reach(work, item):
                owners[number] = gid if number not in owners and item.count == 1 else _SHARED
    for number in work.globals.values():
        owners[number] = _SHARED
    return owners


def _pairs(work: Work) -> dict[int, int]:
    """How many goroutines can reach each object."""
    counts: dict[int, int] = {}
    for item in work.goroutines:
        if isinstance(item, Goroutine):
            for number in reach(work, item):
                counts[number] = counts.get(number, 0) + item.count
    return counts


def _private(work: Work, gid: int, own: list[Move], owners: dict[int, int]) -> bool:
    if any(move.by not in (INTERNAL, TIME) or move.partner >= 0 for move in own):
        return False
    goroutine = work.goroutines[gid]
    assert isinstance(goroutine, Goroutine)
    item = moves_.position(goroutine, work)
    if isinstance(item, instr.Close):
        value = work.resolve(goroutine.frames[-1].regs[item.channel])
        return _is_private(work, work.object_of(value), gid, owners)
    if not isinstance(item, instr.Send | instr.Recv | instr.Select | instr.Lock | instr.WaitGroup):
        return False
    waited = moves_.waits(work, gid)
    return all(wait.how == "nil" or _is_private(work, wait.obj, gid, owners) for wait in waited)


def _is_private(work: Work, number: int, gid: int, owners: dict[int, int]) -> bool:
    if number < 0 or owners.get(number) != gid:
        return False
    obj = work.heap[number]
    if isinstance(obj, Channel):
        return not obj.ends and (obj.parent < 0 or _is_private(work, obj.parent, gid, owners))
    return not obj.env


def _alone_together(work: Work, move: Move, counts: dict[int, int]) -> bool:
    for gid in (move.gid, move.partner):
        goroutine = work.goroutines[gid]
        assert isinstance(goroutine, Goroutine)
        if not isinstance(moves_.position(goroutine, work), instr.Send | instr.Recv):
            return False
    (wait,) = moves_.waits(work, move.gid)
    obj = work.heap[wait.obj]
    return isinstance(obj, Channel) and not obj.ends and counts.get(wait.obj) == 2
