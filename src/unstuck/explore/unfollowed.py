"""What code in sight that is not followed may have changed: a function past a limit of the fragment.

Unlike other unknown code it can unlock what the fragment locked and assign unexported fields. What it can
reach is unknown afterwards: locks that are held are outsiders', fields and elements have any value. So a
fragment that is cut smaller says less, and nothing that is false.
"""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.explore.state import (
    ENVIRONMENT,
    FREE,
    Array,
    Cell,
    Counter,
    LockState,
    Map,
    StructValue,
    Value,
)
from unstuck.explore.work import Work
from unstuck.ir.instr import UNKNOWN_DESC

_SYNC = (LockState, Counter)


def forget(work: Work, values: Iterable[Value]) -> None:
    """Makes unknown what can be reached from the values and from globals. Such code may have it still, so it
    escapes first."""
    for number in work.globals.values():
        for value in work.contents(number):
            work.escape(value)
    values = tuple(values)
    for value in values:
        work.escape(value)
    seen: set[int] = set(work.globals.values())
    waiting = list(seen)
    _enter(work, values, seen, waiting)
    while waiting:
        number = waiting.pop()
        obj = work.heap[number]
        _enter(work, work.contents(number), seen, waiting)
        if isinstance(obj, Cell):
            work.heap[number] = obj._replace(value=_forgotten(work, obj.value))
        elif isinstance(obj, Array):
            work.heap[number] = obj._replace(items=tuple([_forgotten(work, item) for item in obj.items]))
        elif isinstance(obj, Map):
            work.heap[number] = obj._replace(known=False, length=None)


def forget_data(work: Work, values: Iterable[Value]) -> None:
    """Makes unknown the plain data that can be reached from the values and from globals: what a function does
    that is not followed, but known to leave channels, locks, contexts and function values alone."""
    seen: set[int] = set(work.globals.values())
    waiting = list(seen)
    _enter(work, values, seen, waiting)
    while waiting:
        number = waiting.pop()
        obj = work.heap[number]
        _enter(work, work.contents(number), seen, waiting)
        if isinstance(obj, Cell):
            work.heap[number] = obj._replace(value=_without_data(work, obj.value))
        elif isinstance(obj, Array):
            work.heap[number] = obj._replace(items=tuple([_without_data(work, item) for item in obj.items]))
        elif isinstance(obj, Map):
            work.heap[number] = obj._replace(known=False)


def _without_data(work: Work, value: Value) -> Value:
    value = work.resolve(value)
    if type(value) is StructValue:
        if value.type.startswith("sync."):
            return value
        kept = [(name, _without_data(work, item)) for name, item in value.fields if not _is_data(work, item)]
        return value._replace(fields=tuple(kept), known=False)
    return work.symbol(UNKNOWN_DESC) if _is_data(work, value) else value


def _is_data(work: Work, value: Value) -> bool:
    value = work.resolve(value)
    return value is None or isinstance(value, int | str)


def _enter(work: Work, values: Iterable[Value], seen: set[int], waiting: list[int]) -> None:
    """Adds the objects behind values."""
    stack = list(values)
    while stack:
        value = work.resolve(stack.pop())
        stack.extend(work.children(value))
        number = work.object_of(value)
        if number >= 0 and number not in seen and number in work.heap:
            seen.add(number)
            waiting.append(number)


def _forgotten(work: Work, value: Value) -> Value:
    value = work.resolve(value)
    if type(value) is LockState:
        held = value.writer != FREE or value.readers
        return value._replace(writer=ENVIRONMENT if held else FREE, readers=())
    if type(value) is StructValue:
        if value.type.startswith("sync."):
            fields = tuple([(name, _forgotten(work, item)) for name, item in value.fields])
            return value._replace(fields=fields)
        kept = [(name, _forgotten(work, item)) for name, item in value.fields if _stays(item)]
        return value._replace(fields=tuple(kept), known=False)
    if value is None or isinstance(value, int | str):
        return work.symbol(UNKNOWN_DESC)
    return value


def _stays(value: Value) -> bool:
    """A part that is an object of its own and keeps its place: sync objects and structs."""
    return type(value) is StructValue or type(value) in _SYNC
