"""Slices, arrays, strings and maps.

Go spec: "Slice types", "Appending to and copying slices", "Length and capacity", "For statements".
"""

from __future__ import annotations

from itertools import permutations

from unstuck.explore import arithmetic, control, memory
from unstuck.explore.state import (
    Array,
    Channel,
    ChanRef,
    Map,
    MapRef,
    Pointer,
    Site,
    SliceValue,
    StructValue,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Dropped, Fork, Handler, Stopped, Work, bind_to, choose
from unstuck.ir import instr
from unstuck.ir.asking import FIELDS
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Desc, Instr

MAX_ORDERED = 3
"""Entries of a map that are visited in every order; those of larger ones are visited as they were put in."""
MAX_LOOKED = 8
"""Lookups of a map of which not all is known that are remembered; of further ones anything is possible."""
MAX_LENGTH = 2_000
"""Elements of a slice that is made; longer ones are dropped."""
SCALARS = ("int", "bool", "string", "basic")
MAX_SCALARS = 64
"""Elements of a slice of plain values (a buffer, say) that is made; of longer ones the length is known."""


def _elem_addr(work: Work, gid: int, thread: Thread, act: Activation, item: instr.ElemAddr) -> None:
    index = work.resolve(act.regs[item.index])
    base = work.resolve(act.regs[item.x])
    length = base.length if type(base) is SliceValue else item.length
    if type(index) is Symbol and 0 < length <= 4:
        raise Fork([bind_to(index, n) for n in range(length)])
    array = Desc("array", "", item.desc, length=item.length) if item.length >= 0 else UNKNOWN_DESC
    act.regs[item.dst] = memory.element_pointer(work, base, index, array)
    act.pc += 1


def _make_slice(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeSlice) -> None:
    items = tuple(act.regs[reg] for reg in item.items)
    if item.length != NONE:
        length = size_of(work, act.regs[item.length])
        if item.desc.kind in SCALARS and length > MAX_SCALARS:
            act.regs[item.dst] = work.symbol(Desc("slice", "", item.desc, length=length))
            act.pc += 1
            return
        if length > MAX_LENGTH:
            raise Dropped("length")
        items = tuple(work.zero(item.desc) for _ in range(length))
    number = work.allocate(Array(items, False, False, Site(act.function.id, *item.at)))
    act.regs[item.dst] = SliceValue(number, 0, len(items), len(items), "slice")
    act.pc += 1


def size_of(work: Work, value: Value) -> int:
    """The value as a size: an unknown integer gets a small one (forks); 0 for anything else."""
    value = work.resolve(value)
    if type(value) is Symbol:
        arithmetic.size(work, value, 0)
    return value if isinstance(value, int) else 0


def _append(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Append) -> None:
    added = _added(work, act, item)
    x = work.resolve(act.regs[item.x])
    act.pc += 1
    if type(x) is Symbol:
        for value in added:
            work.escape(value)
        act.regs[item.dst] = _of_any_length(work, x)
        return
    items: tuple[Value, ...] = ()
    env = shared = False
    if type(x) is SliceValue:
        array = work.heap[x.array]
        assert isinstance(array, Array)
        items, env, shared = array.items[x.low : x.low + x.length], array.env, array.shared
    if len(items) + len(added) > MAX_LENGTH:
        raise Dropped("length")
    site = Site(act.function.id, *item.at)
    number = work.allocate(Array((*items, *added), env, shared, site))
    if env:
        for value in added:
            work.escape(value)
    if shared:
        work.share(added)
    count = len(items) + len(added)
    act.regs[item.dst] = SliceValue(number, 0, count, count, "slice")


def _of_any_length(work: Work, x: Symbol) -> Symbol:
    """A slice of which only the length was known, and now is not."""
    return x if x.desc.length < 0 else work.symbol(x.desc._replace(length=-1))


def _added(work: Work, act: Activation, item: instr.Append) -> tuple[Value, ...]:
    values = tuple([work.resolve(act.regs[reg]) for reg in item.items])
    if not item.spread or not values:
        return values
    other = values[0]
    if type(other) is Symbol:
        _length_of_symbol(work, other)
        other = work.resolve(other)
    if type(other) is not SliceValue:
        return ()
    array = work.heap[other.array]
    assert isinstance(array, Array)
    return array.items[other.low : other.low + other.length]


def _reslice(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Reslice) -> None:
    x = work.materialise(act.regs[item.x])
    if type(x) is Pointer:
        x = work.resolve(memory.read(work, x, UNKNOWN_DESC))
    low = work.resolve(act.regs[item.lo]) if item.lo != NONE else 0
    high = work.resolve(act.regs[item.hi]) if item.hi != NONE else None
    if type(x) is Symbol and high is None and isinstance(low, int) and 0 < low <= arithmetic.SIZES[-1]:
        _length_of_symbol(work, x)  # the rest of it has one length, too
        x = work.resolve(x)
    act.pc += 1
    if type(x) is not SliceValue:
        act.regs[item.dst] = _of_any_length(work, x) if type(x) is Symbol else x
        return
    if high is None:
        high = x.length
    if isinstance(low, int) and isinstance(high, int) and high < low <= arithmetic.SIZES[-1]:
        control.start_panic(work, thread)
        return
    if not isinstance(low, int) or not isinstance(high, int) or not 0 <= low <= high <= x.capacity:
        act.regs[item.dst] = work.symbol(Desc("slice"))
        return
    act.regs[item.dst] = SliceValue(x.array, x.low + low, high - low, x.capacity - low, "slice")


def _len(work: Work, gid: int, thread: Thread, act: Activation, item: instr.Len) -> None:
    x = work.materialise(act.regs[item.x])
    if type(x) is Pointer:
        x = work.resolve(memory.read(work, x, UNKNOWN_DESC))
    value: Value
    if x is None:
        value = 0
    elif isinstance(x, str):
        value = len(x)
    elif type(x) is SliceValue:
        value = x.capacity if item.cap else x.length
    elif type(x) is ChanRef:
        if item.walked:
            raise Dropped("paths")
        obj = work.heap[x.obj]
        assert isinstance(obj, Channel)
        if obj.shared and not item.cap and obj.capacity and thread.phase == "":
            raise Stopped
        thread.phase = ""
        value = obj.capacity if item.cap else len(obj.queue)
        if obj.ends or obj.kind != "chan":
            value = work.symbol(instr.INT_DESC, "size")
    elif type(x) is MapRef:
        table = work.heap[x.obj]
        assert isinstance(table, Map)
        value = len(table.entries) if table.known else _length_of_map(work, x.obj)
    elif type(x) is Symbol:
        value = _length_of_symbol(work, x)
    else:
        value = work.symbol(instr.INT_DESC, "size")
    act.regs[item.dst] = value
    act.pc += 1


def _length_of_symbol(work: Work, x: Symbol) -> Value:
    """An unknown slice gets a length once, and unknown elements; of other things only the length."""
    if x.desc.kind == "string":
        return arithmetic.given(work, "gives len", x, instr.INT_DESC)
    if x.desc.kind not in ("slice", "array", "unknown"):
        return work.symbol(instr.INT_DESC, "size")
    if x.desc.kind == "slice" and x.desc.length >= 0:
        return x.desc.length
    number = _number_of(work, x) if x.tag == COUNTED else None
    choice = size_of(work, number) if number is not None else work.take_choice()
    if choice < 0:
        raise Fork([choose(n) for n in arithmetic.sizes(work)])
    elem = x.desc.elem or UNKNOWN_DESC
    items = tuple(work.unknown(elem) for _ in range(choice))
    number = work.allocate(Array(items, True, False, None))
    work.bind[x.id] = SliceValue(number, 0, choice, choice, "slice")
    return choice


COUNTED = "counted"
"""Tag of an unknown list of which something is known that decides how long it is."""


def listed(work: Work, name: str, x: Value, y: Value) -> Value:
    """What is made of a text by strings.Fields or strings.Split: as many parts as before."""
    if isinstance(x, str) and isinstance(y, str):
        parts = x.split() if name == FIELDS else x.split(y) if y else list(x)
        array = work.allocate(Array(tuple(parts), False, False, None))
        return SliceValue(array, 0, len(parts), len(parts), "slice")
    made = work.symbol(_TEXTS, COUNTED)
    if type(x) is Symbol and (x == y or isinstance(y, str)):
        number = arithmetic.given(work, f"gives number of {name} {'' if x == y else y}", x, instr.INT_DESC)
        if isinstance(y, str) and y and type(number) is Symbol:
            work.known["<", number, 1] = False
        work.known["list of", made, number] = True
    return made


_TEXTS = Desc("slice", "", Desc("string"))


def _number_of(work: Work, x: Symbol) -> Value:
    """How many elements the list has."""
    for (what, one, number), _ in work.known.items():
        if what == "list of" and one == x:
            return work.resolve(number)
    return None


def _length_of_map(work: Work, number: int) -> Value:
    """How many entries a map has of which not all are known: a size, the same until the map is changed."""
    table = work.heap[number]
    assert isinstance(table, Map)
    if table.length is None:
        table = table._replace(length=work.symbol(instr.INT_DESC, "size"))
        work.heap[number] = table
    return work.resolve(table.length)


def _make_map(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MakeMap) -> None:
    entries = tuple((act.regs[key] if key != NONE else None, act.regs[value]) for key, value in item.entries)
    act.regs[item.dst] = MapRef(work.allocate(Map(entries, True, False, False)), "map", "")
    act.pc += 1


def _map_get(work: Work, gid: int, thread: Thread, act: Activation, item: instr.MapGet) -> None:
    x = work.materialise(act.regs[item.x])
    key = work.resolve(act.regs[item.key]) if item.key != NONE else None
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


def _lookup(work: Work, x: MapRef, key: Value, desc: Desc) -> tuple[Value, Value]:
    table = work.heap[x.obj]
    assert isinstance(table, Map)
    for name, value in table.entries:
        name = work.resolve(name)
        if name == key or arithmetic.compare(work, "==", name, key):
            return work.resolve(value), True
    if table.known:
        return work.zero(desc), False
    for name, value, there in table.looked:
        if work.resolve(name) == key:
            return work.resolve(value), work.resolve(there)
    made, there = work.unknown(desc), work.symbol(instr.BOOL_DESC)
    if not work.program.locks and len(table.looked) < MAX_LOOKED:
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
    key, value = work.resolve(act.regs[item.key]), work.resolve(act.regs[item.src])
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
    entries = tuple(entry for entry in table.entries if work.resolve(entry[0]) != key)
    if len(entries) > 64:
        raise Dropped("length")
    of_range = type(key) is Symbol and key.tag == _RANGED
    length = table.length if of_range or len(entries) < len(table.entries) else None
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
    key = work.resolve(act.regs[item.key])
    entries = tuple(entry for entry in table.entries if work.resolve(entry[0]) != key)
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
        key, value = work.symbol(item.key_desc, _RANGED), work.unknown(item.value_desc)
    else:
        act.pc = item.done
        return
    if item.key != NONE:
        act.regs[item.key] = key
    if item.value != NONE:
        act.regs[item.value] = value
    act.pc += 1


_Entries = tuple[tuple[Value, Value], ...]


def _keys(work: Work, entries: _Entries) -> Value:
    """The keys of a map's entries when walking over it begins; None where removing one moves no other."""
    if len(entries) < 2:
        return None
    return StructValue(
        "", tuple((str(at), work.resolve(key)) for at, (key, _) in enumerate(entries)), True, ""
    )


def _left(work: Work, keys: Value, index: int, entries: _Entries) -> tuple[int, _Entries]:
    """Which step comes next, and the entries in the order of the walk: one that was removed is left out, and
    one that came since is not reached. Go spec, "For statements with range clause"."""
    if type(keys) is not StructValue:
        return index, entries
    now = {work.resolve(key): (key, value) for key, value in entries}
    began = [work.resolve(key) for _, key in keys.fields]
    while index < len(began) and began[index] not in now:
        index += 1
    if index < len(began):
        return index, tuple(now.get(key, (key, None)) for key in began)
    return index, ()


_RANGED = "key"
"""Tag of a key that ranging over a map gave, of which not all entries are known."""


def _another(work: Work, x: Value, index: int, least: int) -> bool:
    """Whether an unknown map has an entry number `index`, beyond the `least` that are known: forks."""
    if type(x) is MapRef:
        length = _length_of_map(work, x.obj)
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
    instr.ElemAddr: _elem_addr,
    instr.MakeSlice: _make_slice,
    instr.Append: _append,
    instr.Reslice: _reslice,
    instr.Len: _len,
    instr.MakeMap: _make_map,
    instr.MapGet: _map_get,
    instr.MapSet: _map_set,
    instr.MapDelete: _map_delete,
    instr.MapNext: _map_next,
}
"""How each of these instructions runs."""
