"""Goroutines that share nothing are explored apart.

A state falls into components: goroutines that can reach a common object belong together. What one component
does neither helps nor hinders another, so the states of each are explored by themselves; a thousand groups of
goroutines that are alike but for the names of their objects become one state. The component of the root keeps
it; the others are `detached`: the root goes on elsewhere, and they may come to their end before it does.
"""

from __future__ import annotations

from unstuck.explore.canonical import forget_dead
from unstuck.explore.state import START, Goroutine, Value
from unstuck.explore.work import Work


def reach(work: Work, goroutine: Goroutine) -> dict[int, None]:
    """The objects that a goroutine can reach."""
    found: dict[int, None] = {}
    stack: list[Value] = []
    for frame in goroutine.frames:
        stack.extend(frame.regs)
        stack.extend(frame.values)
        for call in frame.defers:
            stack.append(call.callee)
            stack.extend(call.args)
    while stack:
        value = work.resolve(stack.pop())
        if not isinstance(value, tuple):
            continue
        stack.extend(work.children(value))
        number = work.object_of(value)
        if number >= 0 and number not in found:
            found[number] = None
            stack.extend(work.contents(number))
    return found


def components(work: Work) -> list[tuple[int, ...]]:
    """The goroutines of each component, that of the root first when it is alive."""
    alive = [gid for gid, item in enumerate(work.goroutines) if item is not None]
    if len(alive) < 2:
        return [tuple(alive)]
    leader = {gid: gid for gid in alive}

    def find(gid: int) -> int:
        while leader[gid] != gid:
            leader[gid] = leader[leader[gid]]
            gid = leader[gid]
        return gid

    seen: dict[int, int] = {}
    for gid in alive:
        item = work.goroutines[gid]
        assert isinstance(item, Goroutine)
        for number in reach(work, forget_dead(work, item)):
            if number in seen:
                first, second = sorted((find(seen[number]), find(gid)))
                leader[second] = first
            else:
                seen[number] = gid
    groups: dict[int, list[int]] = {}
    for gid in alive:
        groups.setdefault(find(gid), []).append(gid)
    return [tuple(group) for group in groups.values()]


def parts(work: Work) -> list[Work]:
    """The work of each component; they share the heap, so that only one of them may go on (or a copy)."""
    groups = components(work)
    if len(groups) < 2:
        return [work]
    return [_single(_only(work, group)) for group in groups]


def _single(part: Work) -> Work:
    """Of goroutines that are alike, have not run yet and share nothing, one stands for all."""
    alive = [gid for gid, item in enumerate(part.goroutines) if item is not None]
    item = part.goroutines[alive[0]] if len(alive) == 1 else None
    if isinstance(item, Goroutine) and item.phase == START:
        part.goroutines[alive[0]] = item._replace(count=1)
    return part


def _only(work: Work, group: tuple[int, ...]) -> Work:
    part = work.shallow()
    members = frozenset(group)
    part.goroutines = [item if gid in members else None for gid, item in enumerate(work.goroutines)]
    part.detached = work.detached or (work.goroutines[0] is not None and 0 not in members)
    return part
