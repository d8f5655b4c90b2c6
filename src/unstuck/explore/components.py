"""Goroutines that share nothing are explored apart.

A state falls into components: goroutines that can reach a common object belong together. What one component
does neither helps nor hinders another, so the states of each are explored by themselves; a thousand groups of
goroutines that are alike but for the names of their objects become one state. The component of the root keeps
it; the others are `detached`: the root goes on elsewhere, and they may come to their end before it does.
"""

from __future__ import annotations

from collections.abc import Container

from unstuck.explore.dead import tidied
from unstuck.explore.state import START, Cell, Channel, ChanRef, Goroutine, Object, StructValue, Value
from unstuck.explore.work import Work
from unstuck.ir import instr


def reach(work: Work, goroutine: Goroutine, known: Container[int] = ()) -> dict[int, None]:
    """The objects that a goroutine can reach; what is behind known ones is not looked at."""
    values: list[Value] = []
    for frame in goroutine.frames:
        values.extend(frame.regs)
        values.extend(frame.values)
        for call in frame.defers:
            values.append(call.callee)
            values.extend(call.args)
    return work.reached(values, known)


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
        for number in reach(work, tidied(work, gid), seen):
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
    _drop_spent(work)
    groups = components(work)
    if len(groups) < 2:
        return [work]
    return [_single(_only(work, group)) for group in groups]


def _drop_spent(work: Work) -> None:
    """Forgets what time.AfterFunc started where its timer has fired or was stopped and nobody can arm it
    again: it is no goroutine in Go, and functions that ask for their own next run would leave one each."""
    spent = {gid: timer for gid in range(len(work.goroutines)) if (timer := _idle_timer(work, gid)) >= 0}
    if not spent:
        return
    held: dict[int, None] = {}
    for gid, item in enumerate(work.goroutines):
        if isinstance(item, Goroutine) and gid not in spent:
            held.update(reach(work, tidied(work, gid)))
    for gid, timer in spent.items():
        if timer not in held:
            work.goroutines[gid] = None


def _idle_timer(work: Work, gid: int) -> int:
    """The timer that a function of time.AfterFunc waits for in vain as things are; -1 when it does not."""
    item = work.goroutines[gid]
    if not isinstance(item, Goroutine) or item.phase == START:
        return -1
    frame = item.frames[-1]
    code = work.program.functions[frame.func].code
    if not frame.func.startswith("time.AfterFunc$") or frame.pc >= len(code):
        return -1
    at = code[frame.pc]
    channel = work.resolve(frame.regs[at.channel]) if isinstance(at, instr.Recv) else None
    obj = work.heap.get(channel.obj) if type(channel) is ChanRef else None
    if not isinstance(obj, Channel) or obj.armed or obj.queue or type(channel) is not ChanRef:
        return -1
    outside = any(_names_timer(each, channel) for each in work.heap.values())
    return -1 if outside else channel.obj


def _names_timer(obj: Object, channel: ChanRef) -> bool:
    """Code outside can reach the timer: its struct has escaped."""
    if not isinstance(obj, Cell) or not obj.env or type(obj.value) is not StructValue:
        return False
    return any(item == channel for _, item in obj.value.fields)


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
