"""Operations on maps: what is in them, what was looked up, and in which order they are visited."""

from __future__ import annotations

from itertools import permutations

from unstuck.explore import arithmetic, memory
from unstuck.explore.outcomes import Dropped, Fork, choose
from unstuck.explore.sequences import length_of_map
from unstuck.explore.state import (
    Map,
    MapRef,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Handler, Work
from unstuck.ir import instr
from unstuck.ir.instr import NONE, Desc, Instr

MAX_ORDERED = 3
"""Entries of a map that are visited in every order; those of larger ones are visited as they were put in."""

MAX_LOOKED = 8
"""Lookups of a map of which not all is known that are remembered; of further ones anything is possible."""

_Entries = tuple[tuple[Value, Value], ...]


def _make_map(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeMap) -> None:
    entries = tuple((act.regs[key] if key != NONE else None, act.regs[value]) for key, value in item.entries)
    act.regs[item.dst] = MapRef(work.allocate(Map(entries, True, False, False)), "map", "")
    act.pc += 1


def _map_get(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapGet) -> None:
    x = work.materialise(act.regs[item.x])
    key = _key(work, act.regs[item.key]) if item.key != NONE else None
    value: Value
    found: Value = False
    if type(x) is not MapRef:
        value = work.zero(item.desc) if x is None else work.symbol(item.desc)
        found = False if x is None else work.symbol(instr.BOOL_DESC)
    else:
        value, found = _lookup(work, x, key, item.desc)
    if item.dst != NONE:
        act.regs[item.dst] = value
    if item.ok != NONE:
        act.regs[item.ok] = found
    act.pc += 1


def _key(work: Work, value: Value) -> Value:
    """A key, with what is known of it by now; of a struct each field."""
    value = work.resolve(value)
    if type(value) is StructValue and value.fields:
        return value._replace(fields=tuple([(name, _key(work, each)) for name, each in value.fields]))
    return value


def _lookup(work: Work, x: MapRef, key: Value, desc: Desc) -> tuple[Value, Value]:
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    for name, value in table.entries:
        name = _key(work, name)
        if name == key or arithmetic.compare(work, "==", name, key):
            return work.resolve(value), True
    if table.known:
        return work.zero(desc), False
    for name, value, there in table.looked:
        if _key(work, name) == key:
            return work.resolve(value), work.resolve(there)
    made, there = work.unknown(desc), work.symbol(instr.BOOL_DESC)
    if len(table.looked) < MAX_LOOKED:
        work.heap[x.obj] = table._replace(looked=(*table.looked, (key, made, there)))
    return made, there


def _still(work: Work, table: Map, key: Value) -> tuple[tuple[Value, Value, Value], ...]:
    """What was looked up and is no other now that the entry of a key changes."""
    if isinstance(key, tuple):
        return ()
    names = [work.resolve(each[0]) for each in table.looked]
    return tuple(
        [each for each, name in zip(table.looked, names) if not isinstance(name, tuple) and name != key]
    )


def _map_set(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapSet) -> None:
    x = work.materialise(act.regs[item.x])
    if x is None:
        raise memory.NilDereference
    key, value = _key(work, act.regs[item.key]), work.resolve(act.regs[item.src])
    act.pc += 1
    if type(x) is not MapRef:
        work.escape(value)
        return
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    if table.env:
        work.escape(value)
    if table.shared:
        work.share((key, value))
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    entries = tuple(entry for entry in table.entries if _key(work, entry[0]) != key)
    if len(entries) > 64:
        raise Dropped("length")
    length = table.length if _is_ranged(key) or len(entries) < len(table.entries) else None
    looked = _still(work, table, key) if table.looked else ()
    work.heap[x.obj] = table._replace(entries=(*entries, (key, value)), length=length, looked=looked)


def _map_delete(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapDelete) -> None:
    x = work.materialise(act.regs[item.x])
    act.pc += 1
    if type(x) is not MapRef:
        return
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    if item.key == NONE:
        work.heap[x.obj] = table._replace(entries=(), known=True, length=None, looked=())
        return
    key = _key(work, act.regs[item.key])
    entries = tuple(entry for entry in table.entries if _key(work, entry[0]) != key)
    looked = _still(work, table, key) if table.looked else ()
    work.heap[x.obj] = table._replace(entries=entries, length=None, looked=looked)


def _map_next(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapNext) -> None:
    x = work.materialise(act.regs[item.x])
    index = act.regs[item.index]
    entries: tuple[tuple[Value, Value], ...] = ()
    unknown, known = False, 0
    if type(x) is MapRef:
        table = work.heap[x.obj]
        assert isinstance(table, Map)
        entries, unknown, known = table.entries, not table.known, len(table.entries)
    elif x is not None:
        unknown = True
    assert isinstance(index, int)
    if index == 0 and 1 < len(entries) <= MAX_ORDERED and item.value != NONE:
        entries = _any_order(work, x, entries)
    if index == 0:
        act.regs[item.keys] = _keys(work, entries)
    index, entries = _left(work, act.regs[item.keys], index, entries)
    act.regs[item.index] = index
    if index < len(entries):
        key, value = entries[index]
    elif unknown and _another(work, x, index, known):
        key, value = _unknown_entry(work, x, index - known, item)
    else:
        act.pc = item.done
        return
    if item.key != NONE:
        act.regs[item.key] = key
    if item.value != NONE:
        act.regs[item.value] = value
    act.pc += 1


def _keys(work: Work, entries: _Entries) -> Value:
    """The keys of a map's entries when walking over it begins; None where removing one moves no other."""
    if len(entries) < 2:
        return None
    return StructValue("", tuple((str(at), _key(work, key)) for at, (key, _) in enumerate(entries)), True, "")


def _left(work: Work, keys: Value, index: int, entries: _Entries) -> tuple[int, _Entries]:
    """Which step comes next, and the entries in the order of the walk: one that was removed is left out, and
    one that came since is not reached. Go spec, "For statements with range clause"."""
    if type(keys) is not StructValue:
        return index, entries
    now = {_key(work, key): (key, value) for key, value in entries}
    began = [_key(work, key) for _, key in keys.fields]
    while index < len(began) and began[index] not in now:
        index += 1
    if index < len(began):
        return index, tuple(now.get(key, (key, None)) for key in began)
    return index, ()


_RANGED = "key"
"""Tag of a key that ranging over a map gave, of which not all entries are known."""


def _unknown_entry(work: Work, x: Value, number: int, item: instr.MapNext) -> tuple[Value, Value]:
    """An entry of which only the existence is known: that of the same number of an earlier walk, as long as
    nothing was changed since."""
    if type(x) is not MapRef or (item.key == NONE and item.value == NONE):
        return _unknown_part(work, item.key_desc, _RANGED), _unknown_part(work, item.value_desc, "")
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    ranged = [(key, value) for key, value, _ in table.looked if _is_ranged(key)]
    if number < len(ranged):
        return ranged[number]
    key, value = _unknown_part(work, item.key_desc, _RANGED), _unknown_part(work, item.value_desc, "")
    if len(table.looked) < MAX_LOOKED:
        work.heap[x.obj] = table._replace(looked=(*table.looked, (key, value, True)))
        for other, _ in (*ranged, *table.entries):
            _tell_apart(work, _key(work, other), key)
    return key, value


def _unknown_part(work: Work, desc: Desc, tag: str) -> Value:
    """A key or value of such an entry."""
    if desc.kind != "struct":
        return work.symbol(desc, tag)
    return memory.filled(work, StructValue(desc.name, (), False, tag))


def _tell_apart(work: Work, one: Value, other: Value) -> None:
    """Two keys of a map are not the same; structs are taken to differ in the first field."""
    while type(one) is StructValue and type(other) is StructValue and one.fields and other.fields:
        one, other = work.resolve(one.fields[0][1]), work.resolve(other.fields[0][1])
    if type(other) is not Symbol:
        one, other = other, one
    if type(other) is not Symbol or not (type(one) is Symbol or isinstance(one, int | str)):
        return
    if type(one) is Symbol and one.id < other.id:
        one, other = other, one
    work.known["==", other, one] = False


def _is_ranged(key: Value) -> bool:
    return (type(key) is Symbol or type(key) is StructValue) and key.tag == _RANGED


def _another(work: Work, x: Value, index: int, least: int) -> bool:
    """Whether an unknown map has an entry number `index`, beyond the `least` that are known: forks."""
    if type(x) is MapRef:
        length = length_of_map(work, x.obj)
        if type(length) is Symbol:
            arithmetic.size(work, length, least)
        assert isinstance(length, int)
        return index < length
    if index >= arithmetic.sizes(work)[-1]:
        return False
    choice = work.take_choice()
    if choice < 0:
        raise Fork([choose(1), choose(0)])
    return choice == 1


def _any_order(
    work: Work, x: Value, entries: tuple[tuple[Value, Value], ...]
) -> tuple[tuple[Value, Value], ...]:
    """The entries of a small map in any order: forks. Nobody else can tell that they were put in order."""
    choice = work.take_choice()
    orders = list(permutations(entries))
    if choice < 0:
        raise Fork([choose(number) for number in range(len(orders))])
    assert type(x) is MapRef
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    work.heap[x.obj] = table._replace(entries=orders[choice])
    return orders[choice]


HANDLERS: dict[type[Instr], Handler] = {
    instr.MakeMap: _make_map,
    instr.MapGet: _map_get,
    instr.MapSet: _map_set,
    instr.MapDelete: _map_delete,
    instr.MapNext: _map_next,
}
