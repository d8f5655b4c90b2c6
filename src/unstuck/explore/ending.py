"""The end of a goroutine: the locks it leaves behind, and what the root returned."""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.explore.state import (
    ENVIRONMENT,
    FREE,
    GONE,
    Cell,
    LockState,
    Returned,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.work import Work


def end_goroutine(work: Work, gid: int) -> None:
    """The goroutine is gone; locks it took stay taken. A mutex of its own (`&sync.Mutex{}`) that the root
    made, took and gave away is the caller's to unlock: it was taken for him."""
    if gid == 0:
        work.returned = _returned(work)
    work.goroutines[gid] = None
    for number, obj in list(work.heap.items()):
        if type(obj) is Cell and type(obj.value) is StructValue:
            given = gid == 0 and obj.env and obj.site is not None and obj.value.type in _LOCKS
            changed = _without_taker(obj.value, gid, ENVIRONMENT if given else GONE)
            if changed is not obj.value:
                work.heap[number] = obj._replace(value=changed)


_LOCKS = ("sync.Mutex", "sync.RWMutex")


def known_of(work: Work, value: Value) -> str:
    """What is known of a value, in a word."""
    value = work.resolve(value)
    if value is None:
        return "nil"
    if isinstance(value, bool | int | str):
        return repr(value)
    if type(value) is Symbol:
        differs = value.desc.dir == "non-nil" or work.known.get(("==", value, None)) is False
        return "non-nil" if differs else "?"
    return "non-nil"


def _returned(work: Work) -> Returned:
    held: dict[tuple[str, int, int], None] = {}
    released: dict[tuple[str, int, int], None] = {}
    for obj in work.heap.values():
        if type(obj) is not Cell or not obj.env or type(obj.value) is not StructValue:
            continue
        for state in _lock_states(obj.value):
            if state.writer == 0 or 0 in state.readers:
                held[*state.site, state.through] = None
            elif state.writer == FREE and not state.readers and state.site[0]:
                released[*state.site, state.through] = None
    results = () if work.returned is None else work.returned.results
    return Returned(tuple(sorted(held)), tuple(sorted(released)), results)


def _lock_states(value: StructValue) -> Iterable[LockState]:
    for _, item in value.fields:
        if type(item) is LockState:
            yield item
        elif type(item) is StructValue:
            yield from _lock_states(item)


def _without_taker(value: StructValue, gid: int, then: int) -> StructValue:
    fields: list[tuple[str, Value]] | None = None
    for index, (name, item) in enumerate(value.fields):
        new: Value = item
        if type(item) is LockState and (item.writer == gid or gid in item.readers):
            readers = tuple(then if taker == gid else taker for taker in item.readers)
            new = item._replace(writer=then if item.writer == gid else item.writer, readers=readers)
        elif type(item) is StructValue:
            new = _without_taker(item, gid, then)
        if new is not item:
            fields = list(value.fields) if fields is None else fields
            fields[index] = (name, new)
    return value if fields is None else value._replace(fields=tuple(fields))
