"""What code in sight that is not followed may have changed: a function past a limit of the fragment.

Unlike other unknown code it can unlock what the fragment locked and assign unexported fields. What it can
reach is unknown afterwards: locks that are held are outsiders', fields and elements have any value. Only
lists that are there are as long as before: two loops over one list, or a channel as large as it, fit
together; and package-level numbers that no code assigns stay. So a fragment that is cut smaller says less,
and nothing that is false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from unstuck.explore.state import (
    ENVIRONMENT,
    FREE,
    Array,
    Cell,
    Counter,
    LockState,
    Map,
    Pointer,
    SliceValue,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.work import Work, is_sealed
from unstuck.ir.instr import UNKNOWN_DESC

Path = tuple[str | int, ...]
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
    for number, path in _reached(work, values, _changeable(work)):
        _change(work, number, path, _forgotten)
        obj = work.heap[number]
        if isinstance(obj, Map):
            work.heap[number] = obj._replace(known=False, length=None, looked=())


def forget_data(work: Work, values: Iterable[Value]) -> None:
    """Makes unknown the plain data that can be reached from the values and from globals: what a function does
    that is not followed, but known to leave channels, locks, contexts and function values alone."""
    for number, path in _reached(work, values, _changeable(work)):
        _change(work, number, path, _without_data)
        obj = work.heap[number]
        if isinstance(obj, Map):
            work.heap[number] = obj._replace(known=False, looked=())


def hand_over(work: Work, values: Sequence[Value]) -> None:
    """Unknown code gets the values, and the locks that are held of those they lead to: a function that it
    was given may have locked for it."""
    if not any(work.object_of(work.resolve(value)) >= 0 for value in values):
        return
    for value in values:
        work.escape(value)
    for number, path in _reached(work, values, ()):
        _change(work, number, path, _unlocked)


def _change(work: Work, number: int, path: Path, change: Callable[[Work, Value], Value]) -> None:
    """Changes what is at a path of an object; nothing where the path leads to a part that is not set."""
    obj = work.heap[number]
    if isinstance(obj, Cell):
        value = _changed(work, obj.value, path, change)
        work.heap[number] = obj._replace(value=value)
    elif isinstance(obj, Array):
        items = list(obj.items)
        for at in range(len(items)) if not path else path[:1]:
            if isinstance(at, int) and 0 <= at < len(items):
                items[at] = _changed(work, items[at], path[1:], change)
        work.heap[number] = obj._replace(items=tuple(items))


def _changed(work: Work, value: Value, path: Path, change: Callable[[Work, Value], Value]) -> Value:
    value = work.resolve(value)
    if not path or type(value) is not StructValue:
        return change(work, value)
    fields = dict(value.fields)
    name = str(path[0])
    if name in fields:
        fields[name] = _changed(work, fields[name], path[1:], change)
    elif value.known:
        fields[name] = StructValue("", (), False, "struct") if path[1:] else work.symbol(UNKNOWN_DESC)
    return value._replace(fields=tuple(sorted(fields.items(), key=_name)))


def _name(pair: tuple[str, Value]) -> str:
    return pair[0]


def _parts(work: Work, number: int, path: Path) -> tuple[Value, ...]:
    """What is at a path of an object."""
    values = work.contents(number)
    obj = work.heap[number]
    if isinstance(obj, Array) and path:
        at, path = path[0], path[1:]
        values = (values[at],) if isinstance(at, int) and 0 <= at < len(values) else ()
    for name in path:
        value = work.resolve(values[0]) if values else None
        if type(value) is not StructValue:
            break
        values = tuple(part for key, part in value.fields if key == name)
    return values


def _changeable(work: Work) -> list[int]:
    """The package-level variables that such code may change, or what they lead to."""
    return [number for name, number in work.globals.items() if name not in work.program.steady]


def _reached(work: Work, values: Iterable[Value], known: Iterable[int]) -> list[tuple[int, Path]]:
    """The objects behind values, and those `known`, each with the path of the part that is reached: who has
    the address of a field cannot come to the fields beside it."""
    found: dict[tuple[int, Path], None] = {}
    waiting: list[tuple[int, Path]] = [(number, ()) for number in known]
    waiting.extend(_targets(work, values))
    while waiting:
        number, path = waiting.pop()
        if number not in work.heap or is_sealed(work.program, work.heap[number]):
            continue
        if any((number, path[:end]) in found for end in range(len(path) + 1)):
            continue
        found[number, path] = None
        waiting.extend(_targets(work, _parts(work, number, path)))
    return list(found)


def _targets(work: Work, values: Iterable[Value]) -> list[tuple[int, Path]]:
    """The objects that values refer to, structs and closures looked into."""
    found: list[tuple[int, Path]] = []
    stack = list(values)
    while stack:
        value = work.resolve(stack.pop())
        if not isinstance(value, tuple) or type(value) is Symbol:
            continue
        stack.extend(work.children(value))
        number = work.object_of(value)
        if number >= 0:
            found.append((number, value.path if type(value) is Pointer else ()))
    return found


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


def _forgotten(work: Work, value: Value) -> Value:
    value = work.resolve(value)
    if type(value) is LockState or (type(value) is StructValue and value.type.startswith("sync.")):
        return _unlocked(work, value)
    if type(value) is StructValue:
        kept = [(name, _forgotten(work, item)) for name, item in value.fields if _stays(work, item)]
        return value._replace(fields=tuple(kept), known=False)
    if value is None or isinstance(value, int | str):
        return work.symbol(UNKNOWN_DESC)
    return value


def _unlocked(work: Work, value: Value) -> Value:
    """The locks in a value as taken by outsiders, if they are."""
    value = work.resolve(value)
    if type(value) is LockState:
        held = value.writer != FREE or value.readers
        return value._replace(writer=ENVIRONMENT if held else FREE, readers=())
    if type(value) is StructValue:
        return value._replace(fields=tuple([(name, _unlocked(work, item)) for name, item in value.fields]))
    return value


def _stays(work: Work, value: Value) -> bool:
    """A part that is an object of its own and keeps its place: sync objects and structs; and a list that is
    there, of any length: that cut code makes it longer or shorter is a guess."""
    value = work.resolve(value)
    if type(value) is Symbol:
        return value.desc.kind == "slice"
    return type(value) in (SliceValue, StructValue, LockState, Counter)
