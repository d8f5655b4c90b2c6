"""Slices, arrays, strings and maps.

Go spec: "Slice types", "Appending to and copying slices", "Length and capacity", "For statements".
"""

from __future__ import annotations

from unstuck.explore import arithmetic, control, memory
from unstuck.explore.outcomes import Dropped, Fork, Stopped, bind_to, choose
from unstuck.explore.state import (
    ARMED,
    ENV_RECEIVE,
    ENV_SEND,
    ENV_SIGNAL,
    Array,
    Channel,
    ChanRef,
    Map,
    MapRef,
    Pointer,
    Site,
    SliceValue,
    Symbol,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.work import Handler, Work
from unstuck.ir import instr
from unstuck.ir.asking import FIELDS
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Desc, Instr

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
        changes = obj.capacity or obj.kind in TIMERS
        if obj.shared and not item.cap and changes and thread.phase == "":
            raise Stopped
        thread.phase = ""
        value = _length_of_channel(work, obj, item.cap)
    elif type(x) is MapRef:
        table = work.heap[x.obj]
        assert isinstance(table, Map)
        value = len(table.entries) if table.known else length_of_map(work, x.obj)
    elif type(x) is Symbol:
        value = _length_of_symbol(work, x)
    else:
        value = work.symbol(instr.INT_DESC, "size")
    act.regs[item.dst] = value
    act.pc += 1


TIMERS = ("timer", "ticker")


def _length_of_channel(work: Work, obj: Channel, cap: bool) -> Value:
    """How many values wait in a channel, or may. Nothing waits in the channel of a context, nor in that of a
    timer that does not run; of one that runs a tick may, which hangs on the version."""
    if obj.kind in TIMERS:
        return work.symbol(instr.INT_DESC, "size") if cap or obj.armed == ARMED else 0
    if cap and obj.site is not None:
        return obj.capacity
    if obj.ends & (ENV_SEND | ENV_RECEIVE | ENV_SIGNAL):
        return work.symbol(instr.INT_DESC, "size")
    return obj.capacity if cap else len(obj.queue)


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


def length_of_map(work: Work, number: int) -> Value:
    """How many entries a map has of which not all are known: a size, the same until the map is changed."""
    table = work.heap[number]
    assert isinstance(table, Map)
    if table.length is None:
        table = table._replace(length=work.symbol(instr.INT_DESC, "size"))
        work.heap[number] = table
    return work.resolve(table.length)


HANDLERS: dict[type[Instr], Handler] = {
    instr.ElemAddr: _elem_addr,
    instr.MakeSlice: _make_slice,
    instr.Append: _append,
    instr.Reslice: _reslice,
    instr.Len: _len,
}
"""How each of these instructions runs."""
