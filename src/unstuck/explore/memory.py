"""Reading and writing the heap by pointer."""

from __future__ import annotations

from unstuck.explore import unseen
from unstuck.explore.outcomes import FLAG, Dropped
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    Array,
    Cell,
    Channel,
    ChanRef,
    Map,
    Pointer,
    SliceValue,
    StructValue,
    Symbol,
    Value,
    build,
)
from unstuck.explore.work import Work
from unstuck.ir.instr import UNKNOWN_DESC, Desc
from unstuck.types.private import NIL, SILENT, UNHEARD


class NilDereference(Exception):
    """The program reads or writes through nil."""


def read(work: Work, pointer: Value, desc: Desc) -> Value:
    """*pointer. An unset part of a known struct is zero, of an unknown one a symbol that stays the same."""
    target = pointed(work, pointer)
    if target is None:
        return work.symbol(desc, unseen.tag_of_part(work.resolve(pointer)))
    obj = work.heap[target.obj]
    if isinstance(obj, Array):
        return _read_array(work, target, obj, desc)
    if not isinstance(obj, Cell):
        return work.symbol(desc)
    value: Value = obj.value
    known = not obj.env
    for name in target.path:
        value = _opened(work, value)
        if type(value) is SliceValue and isinstance(name, int):
            array = work.heap[value.array]
            assert isinstance(array, Array)
            if not 0 <= name < len(array.items):
                return work.symbol(desc)
            value = array.items[name]
            continue
        if type(value) is not StructValue:
            return work.symbol(desc)
        known = value.known
        found = field(value, name)
        if found is _ABSENT:
            made = work.zero(desc) if known else work.unknown(desc)
            if not known or type(made) is SliceValue:
                write(work, target, made)
            return made
        value = found
    return _typed(work, value, desc)


def _opened(work: Work, value: Value) -> Value:
    """A value whose parts are asked for: of an unknown struct each stays the same unknown."""
    value = work.resolve(value)
    if type(value) is Symbol and value.desc.kind == "struct":
        made = work.unknown(value.desc)
        work.bind[value.id] = made
        return made
    return value


def _typed(work: Work, value: Value, desc: Desc) -> Value:
    """A value that is read as of this type: what is unknown altogether gets it."""
    value = _opened(work, value)
    if type(value) is Symbol and value.desc.kind == "unknown" and desc.kind != "unknown":
        made = work.unknown(desc)
        work.bind[value.id] = made
        return made
    return value


def _read_array(work: Work, target: Pointer, obj: Array, desc: Desc) -> Value:
    index = target.path[0]
    if not isinstance(index, int) or not 0 <= index < len(obj.items):
        return work.symbol(desc)
    value = _opened(work, obj.items[index])
    for name in target.path[1:]:
        if type(value) is not StructValue:
            return work.symbol(desc)
        found = field(value, name)
        if found is _ABSENT:
            made = work.zero(desc) if value.known else work.unknown(desc)
            if not value.known:
                write(work, target, made)
            return made
        value = _opened(work, found)
    return _typed(work, value, desc)


def write(work: Work, pointer: Value, value: Value) -> None:
    """*pointer = value; what is stored where others can see it becomes shared, or escapes."""
    target = pointed(work, pointer)
    if target is None:
        work.escape(value)
        return
    obj = work.heap[target.obj]
    if isinstance(obj, Cell):
        if obj.env:
            work.escape(value)
        if obj.shared:
            work.share((value,))
        obj = work.heap[target.obj]
        assert isinstance(obj, Cell)
        changed = _with(work, obj.value, target.path, value)
        work.heap[target.obj] = build(Cell, (changed, obj.site, obj.env, obj.shared))
    elif isinstance(obj, Array):
        index = target.path[0]
        if not isinstance(index, int) or not 0 <= index < len(obj.items):
            work.escape(value)
            return
        if obj.env:
            work.escape(value)
        if obj.shared:
            work.share((value,))
        obj = work.heap[target.obj]
        assert isinstance(obj, Array)
        item = _with(work, obj.items[index], target.path[1:], value)
        work.heap[target.obj] = obj._replace(items=(*obj.items[:index], item, *obj.items[index + 1 :]))


def pointed(work: Work, pointer: Value) -> Pointer | None:
    """The pointer as an address; None when nobody knows where it goes."""
    value = work.materialise(pointer)
    if value is None:
        raise NilDereference
    if type(value) is Pointer:
        return value
    return None


def field_pointer(work: Work, base: Value, name: str, type_: str, flag: str) -> Value:
    """&base.name"""
    value = work.materialise(base)
    if value is None:
        raise NilDereference
    if type(value) is not Pointer:
        return work.symbol(Desc("pointer", "", UNKNOWN_DESC), unseen.tag_of_part(value))
    pointer = build(Pointer, (value.obj, (*value.path, name)))
    if flag in _ENDS:
        _give_channel(work, pointer, _ENDS[flag])
    elif flag:
        unset = work.symbol(Desc(flag, dir=FLAG))
        _give(work, pointer, StructValue(type_, (("v", unset),), False, "struct") if type_ else unset)
    elif type_:
        _give(work, pointer, StructValue(type_, (), type_.startswith("sync."), "struct"))
    return pointer


_ENDS = {NIL: -1, SILENT: ENV_RECEIVE, UNHEARD: ENV_SEND | ENV_CLOSE}
"""What others can do to the channel of a private field that is not set yet; -1: it is nil."""


def _give_channel(work: Work, pointer: Pointer, ends: int) -> None:
    """The channel of an object from outside."""
    obj = work.heap[pointer.obj]
    if not isinstance(obj, Cell) or not _is_unset(work, obj, pointer):
        return
    made: Value = None
    if ends >= 0:
        chan = Channel("chan", 0, (), False, None, ends, obj.shared, False, -1)
        made = ChanRef(work.allocate(chan), "both")
    work.heap[pointer.obj] = Cell(_with(work, obj.value, pointer.path, made), obj.site, obj.env, obj.shared)


def _is_unset(work: Work, obj: Cell, pointer: Pointer) -> bool:
    value: Value = obj.value
    for name in pointer.path:
        value = work.resolve(value)
        if type(value) is not StructValue or value.known:
            return False
        value = field(value, name)
    return value is _ABSENT


def _give(work: Work, pointer: Pointer, made: Value) -> None:
    """A part that is still unset gets a value; a struct, so that methods can be found through a pointer to
    it. Where unset means zero, scalars stay unset."""
    obj = work.heap[pointer.obj]
    if not isinstance(obj, Cell):
        return
    value: Value = obj.value
    known = not obj.env
    for name in pointer.path:
        value = work.resolve(value)
        if type(value) is not StructValue:
            return
        known = value.known
        value = field(value, name)
        if value is _ABSENT:
            if known and type(made) is StructValue:
                made = StructValue(made.type, (), True, made.tag)
            if not known or type(made) is StructValue:
                work.heap[pointer.obj] = Cell(
                    _with(work, obj.value, pointer.path, made), obj.site, obj.env, obj.shared
                )
            return


def element_pointer(work: Work, base: Value, index: Value, array: Desc) -> Value:
    """&base[index] of a slice, or of an array behind a pointer."""
    value = work.materialise(base)
    if type(value) is Pointer:
        inner = read(work, value, array)
        value = work.resolve(inner)
    if value is None:
        raise NilDereference
    number = work.resolve(index)
    if type(value) is SliceValue and isinstance(number, int):
        if not 0 <= number < value.length:
            raise NilDereference
        return Pointer(value.array, (value.low + number,))
    return work.symbol(Desc("pointer", "", UNKNOWN_DESC))


def type_behind(work: Work, value: Value) -> tuple[str, bool]:
    """Name of the dynamic type of a value ("" unknown) and whether it is behind a pointer."""
    value = work.resolve(value)
    if type(value) is StructValue:
        return value.type, False
    if type(value) is ChanRef:
        obj = work.heap[value.obj]
        return ("context.Context" if isinstance(obj, Channel) and obj.kind == "context" else "", False)
    if type(value) is Pointer:
        try:
            inner = work.resolve(_peek(work, value))
        except Dropped:
            return "", True
        return (inner.type if type(inner) is StructValue else "", True)
    if type(value) is Symbol and value.desc.kind == "pointer" and value.desc.elem is not None:
        return value.desc.elem.name, True
    return "", False


def _peek(work: Work, pointer: Pointer) -> Value:
    obj = work.heap[pointer.obj]
    if isinstance(obj, Map | Channel):
        return None
    path = pointer.path
    if isinstance(obj, Array):
        index = path[0]
        if not isinstance(index, int) or index >= len(obj.items):
            return None
        value: Value = obj.items[index]
        path = path[1:]
    else:
        value = obj.value
    for name in path:
        value = work.resolve(value)
        if type(value) is not StructValue:
            return None
        value = field(value, name)
    return None if value is _ABSENT else value


_ABSENT: Value = "\0absent"


def field(value: StructValue, name: str | int) -> Value:
    """A field, or `_ABSENT`."""
    for key, item in value.fields:
        if key == name:
            return item
    return _ABSENT


def filled(work: Work, value: StructValue) -> StructValue:
    """The struct with all plain fields that the program asks for when such a struct was copied."""
    wanted = work.program.copied.get(value.type, ())
    new: list[tuple[str, Value]] = []
    for name, desc in wanted:
        old = field(value, name)
        old = work.resolve(old) if old is not _ABSENT else old
        if desc.kind == "struct" and (type(old) is StructValue or (old is _ABSENT and not value.known)):
            part = old if type(old) is StructValue else StructValue(desc.name, (), False, "struct")
            made: Value = filled(work, part)
        elif old is _ABSENT and not value.known:
            made = work.unknown(desc)
        else:
            continue
        if made is not old:
            new.append((name, made))
    if not new:
        return value
    names = [name for name, _ in new]
    kept = [pair for pair in value.fields if pair[0] not in names]
    return value._replace(fields=tuple(sorted([*kept, *new], key=_name)))


def field_of(work: Work, value: Value, name: str, desc: Desc) -> Value:
    """x.name of a struct value."""
    value = work.resolve(value)
    if type(value) is not StructValue:
        return work.symbol(desc, unseen.tag_of_part(value))
    found = field(value, name)
    if found is _ABSENT:
        return work.zero(desc) if value.known else work.unknown(desc)
    return work.resolve(found)


def _with(work: Work, old: Value, path: tuple[str | int, ...], value: Value) -> Value:
    if not path:
        return value
    old = _opened(work, old)
    name = path[0]
    if type(old) is SliceValue and isinstance(name, int):
        array = work.heap[old.array]
        assert isinstance(array, Array)
        if 0 <= name < len(array.items):
            item = _with(work, array.items[name], path[1:], value)
            items = (*array.items[:name], item, *array.items[name + 1 :])
            work.heap[old.array] = array._replace(items=items)
        return old
    if type(old) is not StructValue:
        old = StructValue("", (), False, "struct")
    inner = field(old, name)
    if inner is _ABSENT:
        inner = StructValue("", (), old.known, "struct")
    new = _with(work, inner, path[1:], value)
    return build(StructValue, (old.type, _set(old.fields, str(name), new), old.known, old.tag))


def _set(fields: tuple[tuple[str, Value], ...], name: str, value: Value) -> tuple[tuple[str, Value], ...]:
    """The fields, sorted by name, with one of them set."""
    for index, pair in enumerate(fields):
        if pair[0] >= name:
            behind = index + 1 if pair[0] == name else index
            return (*fields[:index], (name, value), *fields[behind:])
    return (*fields, (name, value))


def _name(pair: tuple[str, Value]) -> str:
    return pair[0]
