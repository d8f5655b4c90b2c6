"""A state being changed: what `semantics` works on between two canonical states."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from unstuck.explore.footprint import ends_of
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    FREE,
    GONE,
    Array,
    Cell,
    Channel,
    ChanRef,
    Closure,
    Frame,
    Goroutine,
    LockState,
    Map,
    MapRef,
    Object,
    Pointer,
    Returned,
    SliceValue,
    State,
    StructValue,
    Symbol,
    Value,
)
from unstuck.ir.instr import Desc, Function, Program

_DIRECTION_ENDS = {
    "both": ENV_SEND | ENV_RECEIVE | ENV_CLOSE,
    "send": ENV_SEND | ENV_CLOSE,
    "recv": ENV_RECEIVE,
}
_ALL_ENDS = ENV_SEND | ENV_RECEIVE | ENV_CLOSE


class Dropped(Exception):
    """The path is not followed any further; `why` is a stable word ("exit", "panic", "recursion" ...)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Looping(Exception):
    """The goroutine has jumped backwards many times."""


class Stopped(Exception):
    """The goroutine stands in front of an operation that others can observe."""


EXPAND_COST = 100
"""What finding the moves of a state costs, in instructions."""
FORK_COST = 40
"""What copying a state for one more way costs, in instructions."""


class Meter:
    """What exploring has cost so far, in instructions run, and how much it may."""

    __slots__ = ("limit", "spent")

    def __init__(self, limit: int = 1 << 60) -> None:
        self.limit = limit
        self.spent = 0


class Fork(Exception):
    """The instruction has several outcomes: each option changes a copy of the work, which then runs the
    instruction again."""

    def __init__(self, options: list[Callable[[Work], None]]) -> None:
        super().__init__("fork")
        self.options = options


def bind_to(symbol: Symbol, value: Value) -> Callable[[Work], None]:
    """An option that decides an unknown value."""

    def apply(work: Work) -> None:
        work.bind[symbol.id] = value

    return apply


def choose(number: int) -> Callable[[Work], None]:
    """An option that is told to the instruction by number (`Work.take_choice`)."""

    def apply(work: Work) -> None:
        work.choice = number

    return apply


class Happening(NamedTuple):
    """Goroutine `gid` does `what` at a place; `other` is the goroutine it starts or meets."""

    gid: int
    what: str
    place: Place
    other: int
    other_place: Place | None


class Place(NamedTuple):
    """A position in source."""

    path: str
    start: int
    end: int


class Activation:
    """A frame being run."""

    __slots__ = ("deferred", "defers", "dsts", "function", "mode", "pc", "recovered", "regs", "values")

    def __init__(self, function: Function, frame: Frame) -> None:
        self.function = function
        self.pc = frame.pc
        self.regs = list(frame.regs)
        self.defers = list(frame.defers)
        self.mode = frame.mode
        self.values = frame.values
        self.dsts = frame.dsts
        self.deferred = frame.deferred
        self.recovered = frame.recovered

    def frame(self) -> Frame:
        """Frozen again."""
        return Frame(
            self.function.id,
            self.pc,
            tuple(self.regs),
            tuple(self.defers),
            self.mode,
            self.values,
            self.dsts,
            self.deferred,
            self.recovered,
        )


class Thread:
    """A goroutine being run."""

    __slots__ = ("acts", "callback", "cancelled", "count", "phase", "spawn")

    def __init__(self, acts: list[Activation], goroutine: Goroutine) -> None:
        self.acts = acts
        self.spawn = goroutine.spawn
        self.phase = goroutine.phase
        self.count = goroutine.count
        self.callback = goroutine.callback
        self.cancelled = goroutine.cancelled

    def freeze(self) -> Goroutine:
        """Frozen again."""
        frames = tuple(act.frame() for act in self.acts)
        return Goroutine(frames, self.spawn, self.phase, self.count, self.callback, self.cancelled)


class Work:
    """The mutable form of a State."""

    __slots__ = (
        "assumptions",
        "bind",
        "choice",
        "detached",
        "globals",
        "goroutines",
        "heap",
        "kept",
        "known",
        "log",
        "next_object",
        "next_symbol",
        "pending",
        "program",
        "returned",
        "rounds",
        "steps",
    )

    def __init__(self, program: Program, state: State) -> None:
        self.program = program
        self.heap: dict[int, Object] = dict(state.heap)
        self.goroutines: list[Goroutine | Thread | None] = list(state.goroutines)
        self.globals = dict(state.globals)
        self.known = dict(state.known)
        self.detached = state.detached
        self.returned = state.returned
        self.bind: dict[int, Value] = {}
        self.kept = list(state.kept)
        self.assumptions = state.assumptions
        self.next_object = max(self.heap, default=-1) + 1
        self.next_symbol = 1_000_000
        self.pending: list[int] = []
        self.choice = -1
        self.steps = 0
        self.rounds = 0
        self.log: list[Happening] | None = None
        """What happens, when somebody wants to tell it."""

    def shallow(self) -> Work:
        """Another work with the same heap and tables, not copied."""
        other = Work.__new__(Work)
        for name in Work.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def copy(self) -> Work:
        """An independent copy; running threads are copied too."""
        other = Work.__new__(Work)
        other.program = self.program
        other.detached = self.detached
        other.returned = self.returned
        other.heap = dict(self.heap)
        other.goroutines = [
            thaw(self.program, item.freeze()) if isinstance(item, Thread) else item
            for item in self.goroutines
        ]
        other.globals = dict(self.globals)
        other.known = dict(self.known)
        other.bind = dict(self.bind)
        other.kept = list(self.kept)
        other.assumptions = self.assumptions
        other.next_object = self.next_object
        other.next_symbol = self.next_symbol
        other.pending = list(self.pending)
        other.choice = self.choice
        other.steps = self.steps
        other.rounds = self.rounds
        other.log = None if self.log is None else list(self.log)
        return other

    def thread(self, gid: int) -> Thread:
        """Goroutine gid, ready to run."""
        item = self.goroutines[gid]
        assert item is not None
        if isinstance(item, Goroutine):
            item = thaw(self.program, item)
            self.goroutines[gid] = item
        return item

    def settle_thread(self, gid: int) -> None:
        """Freezes goroutine gid again."""
        item = self.goroutines[gid]
        if isinstance(item, Thread):
            self.goroutines[gid] = item.freeze()

    def take_choice(self) -> int:
        """The option chosen for the instruction being run again, -1 when it runs first."""
        choice, self.choice = self.choice, -1
        return choice

    # Objects.

    def allocate(self, obj: Object) -> int:
        """A new object."""
        number = self.next_object
        self.next_object += 1
        self.heap[number] = obj
        return number

    def symbol(self, desc: Desc, tag: str = "") -> Symbol:
        """A new unknown value."""
        self.next_symbol += 1
        return Symbol(self.next_symbol, desc, tag)

    def resolve(self, value: Value) -> Value:
        """What is known by now of a value."""
        while type(value) is Symbol and value.id in self.bind:
            value = self.bind[value.id]
        return value

    def materialise(self, value: Value, shared: bool = False) -> Value:
        """An unknown pointer, channel, context, slice or map becomes an object of the environment's."""
        value = self.resolve(value)
        if type(value) is not Symbol:
            return value
        desc = value.desc
        made: Value
        match desc.kind:
            case "pointer":
                elem = desc.elem or Desc("unknown")
                made = Pointer(self.allocate(Cell(self.unknown(elem), None, True, shared)), ())
            case "chan":
                made = ChanRef(
                    self.allocate(Channel("chan", 0, (), False, None, _ALL_ENDS, shared, False, -1)), desc.dir
                )
            case "context":
                made = ChanRef(
                    self.allocate(Channel("context", 0, (), False, None, ENV_CLOSE, shared, False, -1)),
                    "recv",
                )
            case "map":
                made = MapRef(self.allocate(Map((), False, True, shared)), "map", "")
            case _:
                return value
        self.bind[value.id] = made
        return made

    def unknown(self, desc: Desc) -> Value:
        """An unknown value of a type; structs keep their shape."""
        if desc.kind == "struct":
            return StructValue(desc.name, (), False, "struct")
        return self.symbol(desc)

    def zero(self, desc: Desc) -> Value:
        """The zero value of a type."""
        match desc.kind:
            case "bool":
                return False
            case "int" | "basic":
                return 0
            case "string":
                return ""
            case "struct":
                return StructValue(desc.name, (), True, "struct")
            case "array":
                return self.array(desc)
            case "unknown":
                return self.symbol(desc)
            case _:
                return None

    def array(self, desc: Desc) -> Value:
        """A zeroed array of a known, small length; an unknown one otherwise."""
        if not 0 <= desc.length <= 64:
            return self.symbol(Desc("slice", "", desc.elem))
        elem = desc.elem or Desc("unknown")
        items = tuple(self.zero(elem) for _ in range(desc.length))
        return SliceValue(
            self.allocate(Array(items, False, False, None)), 0, desc.length, desc.length, "slice"
        )

    # Reachability, sharing and escape.

    def children(self, value: Value) -> Iterable[Value]:
        """Values directly inside a value (objects are not entered)."""
        kind = type(value)
        if kind is Closure:
            return value.bound  # type: ignore[union-attr]
        if kind is StructValue:
            return tuple(item for _, item in value.fields)  # type: ignore[union-attr]
        return ()

    def object_of(self, value: Value) -> int:
        """The object a reference refers to, -1 for other values."""
        kind = type(value)
        if kind is Pointer or kind is ChanRef or kind is MapRef:
            return value.obj  # type: ignore[union-attr]
        if kind is SliceValue:
            return value.array  # type: ignore[union-attr]
        return -1

    def contents(self, number: int) -> tuple[Value, ...]:
        """Values inside an object."""
        obj = self.heap[number]
        kind = type(obj)
        if kind is Cell:
            return (obj.value,)  # type: ignore[union-attr]
        if kind is Array:
            return obj.items  # type: ignore[union-attr]
        if kind is Channel:
            parent = obj.parent  # type: ignore[union-attr]
            queue: tuple[Value, ...] = obj.queue  # type: ignore[union-attr]
            return queue if parent < 0 else (*queue, ChanRef(parent, "recv"))
        assert isinstance(obj, Map)
        return tuple(item for entry in obj.entries for item in entry)

    def share(self, values: Iterable[Value]) -> None:
        """Everything reachable from the values can be seen by several goroutines."""
        stack = list(values)
        while stack:
            value = self.materialise(stack.pop(), shared=True)
            stack.extend(self.children(value))
            number = self.object_of(value)
            if number < 0:
                continue
            obj = self.heap[number]
            if not obj.shared:
                self.heap[number] = obj._replace(shared=True)
                stack.extend(self.contents(number))

    def escape(self, value: Value, dir: str = "both", mask: int = _ALL_ENDS) -> None:
        """Code outside the fragment gets hold of the value. Of a closure it gets what the closure's body
        does; of a channel the ends that `dir` and the value's own direction leave."""
        stack: list[tuple[Value, str, int]] = [(value, dir, mask)]
        while stack:
            item, way, ends = stack.pop()
            item = self.resolve(item)
            if type(item) is Closure:
                inner = ends & ends_of(self.program, item.func)
                stack.extend((child, "both", inner) for child in item.bound)
                continue
            stack.extend((child, "both", ends) for child in self.children(item))
            number = self.object_of(item)
            if number < 0 or number not in self.heap:
                continue
            obj = self.heap[number]
            if type(item) is ChanRef and type(obj) is Channel:
                gained = _DIRECTION_ENDS[item.dir] & _DIRECTION_ENDS[way] & ends
                if obj.kind == "context":
                    gained &= ENV_CLOSE
                if obj.ends | gained != obj.ends:
                    self.heap[number] = obj._replace(ends=obj.ends | gained)
                    stack.extend((child, "both", ends) for child in obj.queue)
            elif not isinstance(obj, Channel) and not obj.env:
                if ends == _ALL_ENDS:
                    self.heap[number] = obj._replace(env=True)
                    stack.extend((child, "both", ends) for child in self.contents(number))
                else:
                    self._restricted(number, ends, stack)

    def _restricted(self, number: int, ends: int, stack: list[tuple[Value, str, int]]) -> None:
        """Captured memory of an escaped closure: its channels are reached with the closure's ends only."""
        seen = {number}
        todo = [number]
        while todo:
            for child in self.contents(todo.pop()):
                if type(child) is ChanRef:
                    stack.append((child, "both", ends))
                inner = self.object_of(child)
                if inner >= 0 and inner not in seen and not isinstance(self.heap[inner], Channel):
                    self.heap[inner] = self.heap[inner]._replace(env=True)  # type: ignore[call-arg]
                    seen.add(inner)
                    todo.append(inner)

    def alone(self) -> bool:
        """Only one goroutine is alive."""
        alive = [item for item in self.goroutines if item is not None]
        return len(alive) == 1 and alive[0].count == 1

    def observed(self, number: int) -> bool:
        """Another goroutine that is alive may see what happens to the object."""
        return self.heap[number].shared and not self.alone()

    def _returned(self) -> Returned:
        held: dict[tuple[str, int], None] = {}
        released: dict[tuple[str, int], None] = {}
        for obj in self.heap.values():
            if type(obj) is not Cell or not obj.env or type(obj.value) is not StructValue:
                continue
            for state in _lock_states(obj.value):
                if state.writer == 0 or 0 in state.readers:
                    held[state.site] = None
                elif state.writer == FREE and not state.readers and state.site[0]:
                    released[state.site] = None
        results = () if self.returned is None else self.returned.results
        return Returned(tuple(sorted(held)), tuple(sorted(released)), results)

    def known_of(self, value: Value) -> str:
        """What is known of a value, in a word."""
        value = self.resolve(value)
        if value is None:
            return "nil"
        if isinstance(value, bool | int | str):
            return repr(value)
        if type(value) is Symbol:
            differs = value.desc.dir == "non-nil" or self.known.get(("==", value, None)) is False
            return "non-nil" if differs else "?"
        return "non-nil"

    def end_goroutine(self, gid: int) -> None:
        """The goroutine is gone; locks it took stay taken."""
        if gid == 0:
            self.returned = self._returned()
        self.goroutines[gid] = None
        for number, obj in list(self.heap.items()):
            if type(obj) is Cell and type(obj.value) is StructValue:
                changed = _without_taker(obj.value, gid)
                if changed is not obj.value:
                    self.heap[number] = obj._replace(value=changed)


def _lock_states(value: StructValue) -> Iterable[LockState]:
    for _, item in value.fields:
        if type(item) is LockState:
            yield item
        elif type(item) is StructValue:
            yield from _lock_states(item)


def _without_taker(value: StructValue, gid: int) -> StructValue:
    fields = list(value.fields)
    changed = False
    for index, (name, item) in enumerate(fields):
        new: Value = item
        if type(item) is LockState and (item.writer == gid or gid in item.readers):
            readers = tuple(GONE if taker == gid else taker for taker in item.readers)
            new = item._replace(writer=GONE if item.writer == gid else item.writer, readers=readers)
        elif type(item) is StructValue:
            new = _without_taker(item, gid)
        if new is not item:
            fields[index] = (name, new)
            changed = True
    return value._replace(fields=tuple(fields)) if changed else value


def state_cost(work: Work) -> int:
    """What computing and comparing its state costs, in instructions."""
    return 150 + 4 * (len(work.heap) + len(work.known))


def thaw(program: Program, goroutine: Goroutine) -> Thread:
    """A goroutine ready to run."""
    return Thread([Activation(program.functions[f.func], f) for f in goroutine.frames], goroutine)


Handler = Callable[[Work, int, Thread, Activation, Any], None]
"""Runs one instruction: work, goroutine number, its thread, the innermost frame, the instruction."""
