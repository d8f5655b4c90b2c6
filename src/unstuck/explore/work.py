"""A state being changed: what `semantics` works on between two canonical states."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any

from unstuck.explore.footprint import RELEASES, ends_of, ends_of_fields
from unstuck.explore.happening import Happening
from unstuck.explore.outcomes import MADE
from unstuck.explore.state import (
    ENV_CLOSE,
    ENV_RECEIVE,
    ENV_SEND,
    Array,
    Cell,
    Channel,
    ChanRef,
    Closure,
    Goroutine,
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
from unstuck.explore.thread import Activation, Thread, thaw
from unstuck.ir.instr import Desc, Program

_DIRECTION_ENDS = {
    "both": ENV_SEND | ENV_RECEIVE | ENV_CLOSE,
    "send": ENV_SEND | ENV_CLOSE,
    "recv": ENV_RECEIVE,
}
_ALL_ENDS = ENV_SEND | ENV_RECEIVE | ENV_CLOSE


class Work:
    """The mutable form of a State."""

    __slots__ = (
        "assumptions",
        "bind",
        "choice",
        "clean",
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

    def __init__(self, program: Program, state: State | None = None) -> None:
        """Without a state the other attributes are still to be set."""
        self.program = program
        if state is None:
            return
        self.heap: dict[int, Object] = dict(state.heap)
        self.goroutines: list[Goroutine | Thread | None] = list(state.goroutines)
        self.clean: list[Goroutine | None] = list(state.goroutines)
        """By number, goroutines that hold nothing that they no longer read (explore/dead.py)."""
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
        other = Work(self.program)
        other.heap = self.heap
        other.goroutines = self.goroutines
        other.clean = self.clean
        other.globals = self.globals
        other.known = self.known
        other.detached = self.detached
        other.returned = self.returned
        other.bind = self.bind
        other.kept = self.kept
        other.assumptions = self.assumptions
        other.next_object = self.next_object
        other.next_symbol = self.next_symbol
        other.pending = self.pending
        other.choice = self.choice
        other.steps = self.steps
        other.rounds = self.rounds
        other.log = self.log
        return other

    def copy(self) -> Work:
        """An independent copy. Running threads are frozen, for both."""
        for gid in range(len(self.goroutines)):
            self.settle_thread(gid)
        other = self.shallow()
        other.heap = dict(self.heap)
        other.goroutines = list(self.goroutines)
        other.clean = list(self.clean)
        other.globals = dict(self.globals)
        other.known = dict(self.known)
        other.bind = dict(self.bind)
        other.kept = list(self.kept)
        other.pending = list(self.pending)
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

    def assume(self, what: str) -> None:
        """Notes what the path leans on."""
        if what not in self.assumptions:
            self.assumptions = tuple(sorted((*self.assumptions, what)))

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
        return build(Symbol, (self.next_symbol, desc, tag))

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
                return self.symbol(desc, MADE)
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
        if type(value) is Closure:
            return value.bound
        if type(value) is StructValue:
            return tuple([item for _, item in value.fields])
        return ()

    def object_of(self, value: Value) -> int:
        """The object a reference refers to, -1 for other values."""
        if type(value) is Pointer or type(value) is ChanRef or type(value) is MapRef:
            return value.obj
        return value.array if type(value) is SliceValue else -1

    def contents(self, number: int) -> tuple[Value, ...]:
        """Values inside an object."""
        obj = self.heap[number]
        if type(obj) is Cell:
            return (obj.value,)
        if type(obj) is Array:
            return obj.items
        if type(obj) is Channel:
            return obj.queue if obj.parent < 0 else (*obj.queue, ChanRef(obj.parent, "recv"))
        assert isinstance(obj, Map)
        return tuple(item for entry in (*obj.entries, *obj.looked) for item in entry)

    def reached(self, values: Iterable[Value], known: Container[int] = ()) -> dict[int, None]:
        """The objects that values lead to; through those that are known it is not looked."""
        found: dict[int, None] = {}
        stack = list(values)
        while stack:
            value = stack.pop()
            if not isinstance(value, tuple):
                continue
            if type(value) is Symbol:
                if value.id in self.bind:
                    stack.append(self.bind[value.id])
                continue
            stack.extend(self.children(value))
            number = self.object_of(value)
            if number >= 0 and number not in found:
                found[number] = None
                if number not in known:
                    stack.extend(self.contents(number))
        return found

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
                for index, child in enumerate(item.bound):
                    does = ends_of(self.program, item.func, index)
                    stack.append((child, "both", ends & does | does & RELEASES))
                continue
            if type(item) is StructValue:
                stack.extend((child, "both", ends & own) for child, own in self._fields(item))
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
            elif not isinstance(obj, Channel) and not obj.env and not is_sealed(self.program, obj):
                if ends & _ALL_ENDS == _ALL_ENDS:
                    self.heap[number] = obj._replace(env=True)
                    stack.extend((child, "both", ends) for child in self.contents(number))
                else:
                    if ends & RELEASES and self._holds_sync(self.contents(number)):
                        self.heap[number] = obj._replace(env=True)
                    self._restricted(number, ends, stack)

    def _fields(self, value: StructValue) -> Iterable[tuple[Value, int]]:
        """The fields of a struct, and what code outside may do to channels that stand in them."""
        known = ends_of_fields(self.program)
        for name, child in value.fields:
            plain = type(self.resolve(child)) is not ChanRef
            yield child, -1 if plain else known.get((value.type, name), -1)

    def _holds_sync(self, values: Iterable[Value]) -> bool:
        """A wait group, condition variable or lock is among the values or in their fields."""
        stack = list(values)
        while stack:
            value = self.resolve(stack.pop())
            if type(value) is StructValue:
                if value.type.startswith("sync."):
                    return True
                stack.extend(self.children(value))
        return False

    def _restricted(self, number: int, ends: int, stack: list[tuple[Value, str, int]]) -> None:
        """Captured memory of an escaped closure: its channels are reached with the closure's ends only."""
        seen = {number}
        todo = [number]
        while todo:
            values = list(self.contents(todo.pop()))
            while values:
                child = self.resolve(values.pop())
                values.extend(self.children(child))
                if type(child) is ChanRef:
                    stack.append((child, "both", ends))
                inner = self.object_of(child)
                if inner < 0 or inner in seen:
                    continue
                obj = self.heap[inner]
                if not isinstance(obj, Channel):
                    self.heap[inner] = obj._replace(env=True)
                    seen.add(inner)
                    todo.append(inner)

    def alone(self) -> bool:
        """Only one goroutine is alive."""
        alive = [item for item in self.goroutines if item is not None]
        return len(alive) == 1 and alive[0].count == 1

    def observed(self, number: int) -> bool:
        """Another goroutine that is alive may see what happens to the object."""
        return self.heap[number].shared and not self.alone()


_RUNNERS = {"testing.T": "testing.play", "testing.B": "testing.measure"}
"""Tests and benchmarks, and what runs them in the model alone."""


def is_sealed(program: Program, obj: Object) -> bool:
    """A test of the model: who has it can add to what runs at its end, but neither run that nor cancel its
    context. In package testing itself they are structs like any other."""
    if type(obj) is not Cell or type(obj.value) is not StructValue:
        return False
    runner = _RUNNERS.get(obj.value.type)
    return runner is not None and runner in program.functions


Handler = Callable[[Work, int, Thread, Activation, Any], None]
"""Runs one instruction: work, goroutine number, its thread, the innermost frame, the instruction."""
