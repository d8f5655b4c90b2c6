"""What of the leaks of lives counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from unstuck.clients.lives import Playable
from unstuck.clients.sight import halves
from unstuck.explore.happening import Place
from unstuck.explore.judging import Leak
from unstuck.explore.verdict import CANCELLATION, LEAKED
from unstuck.ir import instr
from unstuck.ir.instr import Function
from unstuck.ir.life import Life, Member


def counted(
    played: Playable, lives: Sequence[Life], leaks: Sequence[tuple[Leak, ...]]
) -> list[tuple[Life, Leak]]:
    """The leaks that count of lives with one operation and each of the closers."""
    keys = [{_key(leak) for leak in each} for each in leaks]
    found: list[tuple[Life, Leak]] = []
    told: set[tuple[object, ...]] = set()
    for life, each in zip(lives, leaks):
        short = any(
            leak.root_parked and leak.operation == "wait" and not _is_closing(played, leak) for leak in each
        )
        for leak in each:
            key = _key(leak)
            if key in told or leak.kind == CANCELLATION or leak.operation == "held":
                continue
            if leak.operation.startswith("nil-") and _is_of_another_sort(played, life, leak):
                continue
            if leak.root_parked:
                counts = _is_closing(played, leak)
            elif short and not leak.root_gone:
                counts = False  # the closer waits for more calls than it was played with
            else:
                counts = all(key in other for other in keys) and _judged(played, life, leak)
            if counts:
                told.add(key)
                found.append((life, _assuming(life, leak)))
    return found


def _is_of_another_sort(played: Playable, life: Life, leak: Leak) -> bool:
    """The field has a channel where another maker made the value, and what started this one is private: only
    code of the package calls it, and knows for which values."""
    if life.starter is None or life.starter.name[:1].isupper():
        return False
    functions = (*played.partners, *played.waiting)
    return any(
        field in played.unset
        for function in functions
        if function.path == leak.park.path
        for item in function.code
        if item.at == (leak.park.start, leak.park.end)
        for _, field in halves(function, item)
    )


def _is_closing(played: Playable, leak: Leak) -> bool:
    """It is a closer that waits for a goroutine of the type."""
    return _inside(leak.park, played.closing) and _partner(leak, played.waiting, played.partners)


def unanswered(played: Playable, life: Life, asked: Sequence[Function], leaks: Sequence[Leak]) -> list[Leak]:
    """The leaks that count of a life without a closer: who waits on a channel that the operation made for its
    answer. A way out that only the closers open makes it one that ends by cancellation."""
    made = {
        Place(function.path, *item.at)
        for function in asked
        for item in function.code
        if isinstance(item, instr.MakeChan)
    }
    found: list[Leak] = []
    for leak in leaks:
        if (
            leak.kind not in (LEAKED, CANCELLATION)
            or leak.root_parked
            or not leak.waits
            or leak.park == leak.spawn
        ):
            continue
        mine = [waited.made in made for waited in leak.waits]
        if leak.kind == LEAKED and all(mine):
            found.append(leak)
        elif any(mine) and life.operation is not None and _inside(leak.park, asked):
            found.append(replace(leak, kind=CANCELLATION, by_itself=True))
    return found


def _key(leak: Leak) -> tuple[object, ...]:
    return (leak.kind, leak.park, leak.spawn, tuple(waited.made for waited in leak.waits))


def _judged(played: Playable, life: Life, leak: Leak) -> bool:
    """It is a goroutine of the type, or an operation whose partner is one."""
    if leak.spawn is None:
        return False
    for member in life.others[:1]:
        if _stands_at(leak.spawn, member, life):
            return False
    if life.operation is None or not _stands_at(leak.spawn, life.operation, life):
        return True
    if played.passive:
        return leak.operation in _WOKEN_BY_CLOSERS and _inside(leak.park, played.waiting)
    return leak.park != leak.spawn and _partner(leak, played.waiting, played.partners)


_WOKEN_BY_CLOSERS = ("cond", "receive", "range", "select")
"""What a client waits for that only other clients could still end once the value is closed."""


def _stands_at(spawn: Place, member: Member, life: Life) -> bool:
    function = member.function or life.maker.function
    return function is not None and spawn == Place(function.path, *function.at)


def _inside(park: Place, functions: Iterable[Function]) -> bool:
    return any(
        function.path == park.path and any(item.at == (park.start, park.end) for item in function.code)
        for function in functions
    )


def _assuming(life: Life, leak: Leak) -> Leak:
    """That two calls overlap is an assumption about the client."""
    if life.operation is None or life.closer is None:
        return leak
    why = f"{life.operation.name} may run while {life.closer.name} does"
    return replace(leak, assumptions=(*leak.assumptions, why))


def _partner(leak: Leak, waiting: Iterable[Function], functions: Iterable[Function]) -> bool:
    """The goroutines of the type do the other half of what is waited for: on a channel from the same field,
    as far as fields are known."""
    if leak.operation in ("lock", "rlock"):
        return True
    if leak.operation in ("wait", "cond"):
        kind = instr.WaitGroup if leak.operation == "wait" else instr.Cond
        return any(isinstance(item, kind) for function in functions for item in function.code)
    offered = {half for function in functions for item in function.code for half in halves(function, item)}
    wanted = {
        half
        for function in waiting
        if function.path == leak.park.path
        for item in function.code
        if item.at == (leak.park.start, leak.park.end)
        for half in halves(function, item)
    }
    return any(_meet(one, other) for one in wanted for other in offered)


def _meet(one: tuple[str, str], other: tuple[str, str]) -> bool:
    same = one[1] == other[1] or not one[1] or not other[1]
    return same and {one[0], other[0]} in ({"send", "receive"}, {"close", "receive"})
