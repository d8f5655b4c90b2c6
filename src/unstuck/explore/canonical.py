"""One name for states that differ only in the numbers of objects, symbols and goroutines.

Registers that the code no longer reads are forgotten first, then what only they reached, then choices about
values that nobody can ask about again. Goroutines are sorted (the root stays first) and identical ones
counted.
"""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.explore.answers import ANSWERED
from unstuck.explore.dead import frame_with, readable, tidied, with_frames
from unstuck.explore.state import (
    FREE,
    GONE,
    Array,
    Cell,
    Channel,
    ChanRef,
    Closure,
    Counter,
    Deferred,
    Frame,
    Goroutine,
    LockState,
    Map,
    MapRef,
    Object,
    Pointer,
    SliceValue,
    State,
    StructValue,
    Symbol,
    Value,
    build,
)
from unstuck.explore.work import Work
from unstuck.ir.instr import ELEMENTS, ENTRIES, GIVEN

_SCALARS = frozenset((int, bool, str, type(None)))
_LEADING = frozenset((Pointer, ChanRef, Closure, SliceValue, MapRef))
_SYNC_STATES = (LockState, Counter)


def _idle(value: Value) -> bool:
    """A sync object that nobody holds or waits for, or no sync object at all."""
    if type(value) is LockState:
        return value.writer == FREE and not value.readers and not value.waiting
    if type(value) is Counter:
        return value.count == 0
    if type(value) is StructValue:
        return all(_idle(item) for _, item in value.fields)
    return True


def _leads(value: Value) -> bool:
    """A channel, a function or memory can be reached by way of the value."""
    if type(value) is StructValue:
        return any(_leads(item) for _, item in value.fields)
    return type(value) in _LEADING


class _Renaming:
    """The numbers given so far."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.objects: dict[int, int] = {}
        self.symbols: dict[int, int] = {}
        self.goroutines: dict[int, int] = {}
        self.order: list[int] = []
        self.shortened: list[int] = []
        """Objects of which not all is kept."""
        self.mask = readable(work)
        self.future = work.program.future
        self.elements = self.future.bit(ELEMENTS)
        self.entries = self.future.bit(ENTRIES)
        self.given = bool(self.mask & self.future.bit(GIVEN))
        """What is not outside yet may get there: whoever has it reads what code in sight does not."""

    def object(self, number: int) -> int:
        new = self.objects.get(number)
        if new is None:
            new = len(self.objects)
            self.objects[number] = new
            self.order.append(number)
        return new

    def value(self, value: Value) -> Value:
        """The value with new numbers; itself where they are the old ones."""
        if type(value) in _SCALARS:
            return value
        if type(value) is Symbol:
            return self._symbol(value)
        if type(value) is Pointer or type(value) is ChanRef:
            number, rest = value
            new = self.objects.get(number)
            if new is None:
                new = self.object(number)
            return value if new == number else build(type(value), (new, rest))
        if type(value) is Closure:
            if not value.bound:
                return value
            return build(Closure, (value.func, tuple([self.value(item) for item in value.bound])))
        if type(value) is StructValue:
            if not value.fields:
                return value
            renamed = self.value
            fields = tuple(
                [pair if type(pair[1]) in _SCALARS else (pair[0], renamed(pair[1])) for pair in value.fields]
            )
            return build(StructValue, (value.type, fields, value.known, value.tag))
        if type(value) is SliceValue:
            return build(SliceValue, (self.object(value.array), *value[1:]))
        if type(value) is MapRef:
            return build(MapRef, (self.object(value.obj), value.tag, value.kind))
        if type(value) is LockState:
            return self._lock(value)
        return value

    def _may_go(self, env: bool, values: Iterable[Value]) -> bool:
        """What memory that is not outside yet holds leads somewhere, and may be given away."""
        return self.given and not env and any(map(_leads, values))

    def _kept_fields(self, value: StructValue, given: bool) -> StructValue:
        """Without the fields that nobody reads any more and that hold nothing; when the struct may be given
        away, with those that lead somewhere."""
        if not value.fields or not value.type:
            return value
        fields = tuple([pair for pair in value.fields if self._is_kept(value.type, pair, given)])
        return value if len(fields) == len(value.fields) else value._replace(fields=fields)

    def _is_kept(self, type_: str, pair: tuple[str, Value], given: bool) -> bool:
        name, value = pair
        if self.mask & self.future.bit(f"{type_}.{name}") or not _idle(value):
            return True
        if type_.startswith("sync.") and type(value) not in _SYNC_STATES:
            return True
        return given and _leads(value)

    def _symbol(self, symbol: Symbol) -> Value:
        if symbol.id in self.work.bind:
            return self.value(self.work.bind[symbol.id])
        number = self.symbols.setdefault(symbol.id, len(self.symbols))
        return symbol if number == symbol.id else build(Symbol, (number, symbol.desc, symbol.tag))

    def _lock(self, state: LockState) -> LockState:
        writer = self.goroutine(state.writer)
        readers = state.readers
        if readers:
            readers = tuple(sorted([self.goroutine(taker) for taker in readers]))
        return LockState(writer, readers, state.waiting, state.site, state.through)

    def goroutine(self, gid: int) -> int:
        return gid if gid < 0 else self.goroutines.get(gid, GONE)

    def contents(self, number: int) -> Object:
        obj = self.work.heap[number]
        if isinstance(obj, Cell):
            value = obj.value
            if type(value) is StructValue:
                value = self._kept_fields(value, self.given and not obj.env)
                if value is not obj.value:
                    self.shortened.append(number)
            return build(Cell, (self.value(value), obj.site, obj.env, obj.shared))
        if isinstance(obj, Channel):
            parent = obj.parent if obj.parent < 0 else self.object(obj.parent)
            queue = tuple([self.value(item) for item in obj.queue]) if obj.queue else ()
            if parent == obj.parent and queue == obj.queue:
                return obj
            return obj._replace(queue=queue, parent=parent)
        if isinstance(obj, Array):
            if not self.mask & self.elements and not self._may_go(obj.env, obj.items):
                self.shortened.append(number)
                return obj._replace(items=())
            items = tuple([self.value(item) for item in obj.items])
            return build(Array, (items, obj.env, obj.shared, obj.site))
        assert isinstance(obj, Map)
        unread = not self.mask & (self.entries | self.elements)  # `len` looks at elements of either
        if unread and not self._may_go(obj.env, (each for entry in obj.entries for each in entry)):
            self.shortened.append(number)
            return obj._replace(entries=(), length=None, looked=())
        entries = tuple([(self.value(k), self.value(v)) for k, v in obj.entries])
        looked = tuple([(self.value(k), self.value(v), self.value(there)) for k, v, there in obj.looked])
        return obj._replace(entries=entries, length=self.value(obj.length), looked=looked)


def canonical(work: Work) -> State:
    """The canonical state of a work in which no goroutine is running."""
    return _canonical(work, _Renaming(work), _alive(work))


def compacted(work: Work) -> State:
    """The same; the work itself forgets what its canonical state does not have: dead registers, objects that
    nobody reaches, choices that nobody can ask about again."""
    naming = _Renaming(work)
    alive = _alive(work)
    state = _canonical(work, naming, alive)
    work.globals = {name: number for name, number in work.globals.items() if number in naming.objects}
    if len(naming.order) < len(work.heap):
        kept = _with_contents(work, naming)
        work.heap = {number: obj for number, obj in work.heap.items() if number in kept}
    work.known = {term: truth for term, truth in work.known.items() if _askable(work, naming, term)}
    return state


def _with_contents(work: Work, naming: _Renaming) -> set[int]:
    """The objects that have a name and all that they lead to, through what nobody reads, too."""
    found = set(naming.order)
    todo = list(naming.shortened)
    while todo:
        values = list(work.contents(todo.pop()))
        while values:
            value = work.resolve(values.pop())
            values.extend(work.children(value))
            number = work.object_of(value)
            if number >= 0 and number not in found:
                found.add(number)
                todo.append(number)
    return found


def _alive(work: Work) -> list[tuple[int, Goroutine]]:
    """The goroutines with their numbers, without the values that they no longer read."""
    alive = [gid for gid, item in enumerate(work.goroutines) if isinstance(item, Goroutine)]
    return [(gid, tidied(work, gid)) for gid in alive]


def _canonical(work: Work, naming: _Renaming, alive: list[tuple[int, Goroutine]]) -> State:
    root = next((item for gid, item in alive if gid == 0), None)
    rest = alive if root is None else alive[1:]
    takers: frozenset[int] = frozenset()
    if len(rest) > 1:
        takers = _takers(work)
        rest = sorted(rest, key=lambda pair: _order(pair, takers))
    for index, (gid, _) in enumerate(rest):
        naming.goroutines[gid] = index + 1
    naming.goroutines[0] = 0
    if root is None:
        del naming.goroutines[0]
    # Lock takers are renamed by goroutine number: number the survivors before entering the heap.
    first = _rename_goroutine(naming, root) if root is not None else None
    goroutines = [_rename_goroutine(naming, item) for _, item in rest]
    table = [
        (name, naming.object(number))
        for name, number in sorted(work.globals.items())
        if number in naming.objects or naming.mask & naming.future.bit(name)
    ]
    kept = tuple([naming.value(item) for item in work.kept])
    heap: list[tuple[int, Object]] = []
    index = 0
    while index < len(naming.order):
        number = naming.order[index]
        heap.append((index, naming.contents(number)))
        index += 1
    _keep_parts(work, naming)
    return State(
        tuple(heap),
        (first, *_counted(goroutines, _new_takers(naming, takers))),
        tuple(table),
        _known(work, naming),
        kept,
        work.assumptions,
        work.returned,
        work.detached,
    )


def _takers(work: Work) -> frozenset[int]:
    found: set[int] = set()
    for obj in work.heap.values():
        if isinstance(obj, Cell) and type(obj.value) is StructValue:
            _lock_takers(obj.value, found)
    return frozenset(found)


def _lock_takers(value: StructValue, found: set[int]) -> None:
    for _, item in value.fields:
        if type(item) is LockState:
            found.update(taker for taker in (item.writer, *item.readers) if taker >= 0)
        elif type(item) is StructValue:
            _lock_takers(item, found)


def _order(pair: tuple[int, Goroutine], takers: frozenset[int]) -> tuple[object, ...]:
    gid, goroutine = pair
    places = tuple((frame.func, frame.pc, frame.mode) for frame in goroutine.frames)
    scalars = tuple(str(value) for value in goroutine.frames[-1].regs if isinstance(value, int | str))
    site = goroutine.spawn or ("", 0, 0)
    return (gid not in takers, places, site, goroutine.phase, scalars, gid)


def _new_takers(naming: _Renaming, takers: frozenset[int]) -> frozenset[int]:
    return frozenset(naming.goroutines[gid] for gid in takers if gid in naming.goroutines)


def _counted(goroutines: list[Goroutine], takers: frozenset[int]) -> tuple[Goroutine, ...]:
    """Counts identical goroutines. Takers of locks are kept apart; as numbers in the heap must stay right,
    a group is formed only when nobody behind it is a taker."""
    if len(goroutines) < 2:
        return tuple(goroutines)
    last_taker = max(takers, default=0)
    out: list[Goroutine] = goroutines[:last_taker]
    places: dict[Goroutine, int] = {}
    for item in goroutines[last_taker:]:
        plain = item if item.count == 1 else item._replace(count=1)
        place = places.get(plain)
        if place is None:
            places[plain] = len(out)
            out.append(item)
        else:
            out[place] = out[place]._replace(count=out[place].count + item.count)
    return tuple(out)


def _rename_goroutine(naming: _Renaming, goroutine: Goroutine) -> Goroutine:
    frames = tuple([_rename_frame(naming, frame) for frame in goroutine.frames])
    return with_frames(goroutine, frames)


def _rename_frame(naming: _Renaming, frame: Frame) -> Frame:
    renamed = naming.value
    regs = tuple([value if type(value) in _SCALARS else renamed(value) for value in frame.regs])
    defers = frame.defers
    if regs == frame.regs and not defers and not frame.values:
        return frame
    if defers:
        defers = tuple(
            [Deferred(renamed(call.callee), tuple([renamed(arg) for arg in call.args])) for call in defers]
        )
    values = tuple([renamed(value) for value in frame.values]) if frame.values else ()
    return frame_with(frame, regs, defers, values)


def _keep_parts(work: Work, naming: _Renaming) -> None:
    """What an unknown integer was computed from can be asked about as long as it can: `a * b * c` by way of
    `a * b`, which nobody else has. So can what a function said as long as what it was given."""
    derived = [term for term in work.known if " " in term[0]]
    named = -1
    while derived and named < len(naming.symbols):
        named = len(naming.symbols)
        for what, made, part in reversed(derived):  # what was computed later comes first
            made, part = work.resolve(made), work.resolve(part)
            asked = type(made) is Symbol or what.startswith(ANSWERED)
            if asked and type(part) is Symbol and _is_named(work, naming, made):
                naming.value(part)


def _is_named(work: Work, naming: _Renaming, value: Value) -> bool:
    """Somebody has the value, or all that it was put together from for a question."""
    value = work.resolve(value)
    if type(value) is Symbol:
        return value.id in naming.symbols
    if type(value) is StructValue:
        return all(_is_named(work, naming, inner) for _, inner in value.fields)
    number = work.object_of(value)
    return number < 0 or number in naming.objects


def _known(work: Work, naming: _Renaming) -> tuple[tuple[tuple[str, Value, Value], bool], ...]:
    kept: list[tuple[tuple[str, Value, Value], bool]] = []
    for term, truth in work.known.items():
        if _askable(work, naming, term):
            op, x, y = term
            kept.append(((op, naming.value(x), naming.value(y)), truth))
    return tuple(sorted(kept, key=_place_of_term)) if len(kept) > 1 else tuple(kept)


def _place_of_term(known: tuple[tuple[str, Value, Value], bool]) -> tuple[object, ...]:
    """What terms are sorted by, whoever asked first; no two have the same."""
    (op, x, y), _ = known
    return (op, *_place_of_value(x), *_place_of_value(y))


def _place_of_value(value: Value) -> tuple[int, str]:
    """Most are unknown, and those have numbers."""
    return (value.id, "") if type(value) is Symbol else (-1, repr(value))


def _askable(work: Work, naming: _Renaming, term: tuple[str, Value, Value]) -> bool:
    """Somebody can still ask about the term: its unknown values are within reach."""
    found = False
    for value in term[1:]:
        value = work.resolve(value)
        if type(value) is Symbol:
            if value.id not in naming.symbols:
                return False
            found = True
        elif isinstance(value, tuple):
            if not _is_named(work, naming, value):
                return False
            if type(value) is StructValue and not found:
                found = any(type(work.resolve(inner)) is Symbol for _, inner in value.fields)
    return found
