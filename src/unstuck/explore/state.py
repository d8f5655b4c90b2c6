"""Values, heap objects, goroutines and states of the abstract Go machine: immutable, compared by value.

Scalars are Python's own: int, bool, str; nil is None. Everything else is one of the named tuples below. A
`State` numbers its objects, symbols and goroutines; `canonical` (explore/canonical.py) renumbers them so
that states that differ only in names are equal.
"""

from __future__ import annotations

from typing import NamedTuple

from unstuck.ir.instr import Desc

build = tuple.__new__
"""Makes a named tuple of all its fields. Calling its class takes twice as long; most time goes into this."""


class Pointer(NamedTuple):
    """The address of an object or of a part of it; `path` holds field names and element numbers."""

    obj: int
    path: tuple[str | int, ...]


class ChanRef(NamedTuple):
    """A channel value."""

    obj: int
    dir: str


class Closure(NamedTuple):
    """A function value: function id and its leading arguments."""

    func: str
    bound: tuple[Value, ...]


class Symbol(NamedTuple):
    """An unknown value with an identity."""

    id: int
    desc: Desc
    tag: str


class StructValue(NamedTuple):
    """A struct: explicitly set fields, sorted by name; the others are zero (`known`) or unknown."""

    type: str
    fields: tuple[tuple[str, Value], ...]
    known: bool
    tag: str


class SliceValue(NamedTuple):
    """A window on an array object."""

    array: int
    low: int
    length: int
    capacity: int
    tag: str


class MapRef(NamedTuple):
    """A map value."""

    obj: int
    tag: str
    kind: str


class LockState(NamedTuple):
    """What a Mutex or RWMutex holds in its field "state": the taker of the write lock (goroutine number, -1
    free, GONE ended), the takers of read locks, how many writers wait, and where it was taken: the Lock, and
    where the root itself was then."""

    writer: int
    readers: tuple[int, ...]
    waiting: int
    site: tuple[str, int]
    through: int = 0


class Counter(NamedTuple):
    """What a WaitGroup holds in its field "state"."""

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls
    tag: str


Scalar = int | bool | str | None
Value = (
    Scalar | Pointer | ChanRef | Closure | Symbol | StructValue | SliceValue | MapRef | LockState | Counter
)

FREE = -1
GONE = -2
ENVIRONMENT = -3

ENV_SEND = 1
ENV_RECEIVE = 2
ENV_CLOSE = 4
ENV_SIGNAL = 8
"""Signals of the operating system come to the channel (os/signal)."""


class Site(NamedTuple):
    """Where an object is made or a goroutine started: function id and position in its file."""

    func: str
    start: int
    end: int


class Cell(NamedTuple):
    """A variable in the heap. `env`: code outside the fragment can reach it; `shared`: several
    goroutines can."""

    value: Value
    site: Site | None
    env: bool
    shared: bool


class Channel(NamedTuple):
    """A channel, a timer's channel or a context's Done channel (`kind` chan, timer, ticker, context)."""

    kind: str
    capacity: int
    queue: tuple[Value, ...]
    closed: bool
    site: Site | None
    ends: int
    shared: bool
    armed: int
    """Timer: ARMED, ticked ones too, or RESTING; context: its deadline, or an outsider, may end it at any
    time."""
    parent: int
    """Context: object number of the parent, -1 none."""


ARMED, RESTING = 1, 2
"""A timer that fires at some time, and one that was set for so long that it does only after a Reset."""


class Array(NamedTuple):
    """What slices look at."""

    items: tuple[Value, ...]
    env: bool
    shared: bool
    site: Site | None


class Map(NamedTuple):
    """A map: explicit entries; `known` tells whether there can be others. Then `length` is how many entries
    there are in all, once somebody asked (None: nobody did, or it has changed since), and `looked` what it
    said of others: key, value, and whether they are there."""

    entries: tuple[tuple[Value, Value], ...]
    known: bool
    env: bool
    shared: bool
    length: Value = None
    looked: tuple[tuple[Value, Value, Value], ...] = ()


Object = Cell | Channel | Array | Map


class Deferred(NamedTuple):
    """A deferred call, bound."""

    callee: Value
    args: tuple[Value, ...]


class Frame(NamedTuple):
    """One function activation. `mode`: run, return, panic, exit (Goexit); `values` are the results being
    returned; `dsts` the registers of the caller that want them (none: a deferred call)."""

    func: str
    pc: int
    regs: tuple[Value, ...]
    defers: tuple[Deferred, ...]
    mode: str
    values: tuple[Value, ...]
    dsts: tuple[int, ...]
    deferred: bool
    recovered: bool


START = "start"
"""The phase of goroutines that have not run yet."""


class Goroutine(NamedTuple):
    """A goroutine, or `count` identical ones. `phase`: "" at an operation not begun; "writer" a write lock
    announced; "cond" parked in Cond.Wait, "relock" signalled; "turn" its operation is the next local step."""

    frames: tuple[Frame, ...]
    spawn: Site | None
    phase: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls
    callback: bool
    """Started by the environment with a closure that it was given."""
    cancelled: bool
    """Woken by an outside cancellation on the way."""


class Returned(NamedTuple):
    """How the root returned: the places (function id, start, where the root was) of Lock calls whose lock was
    still held or had been given back, as far as others can reach it, and what is known of the results
    ("nil", "non-nil", a constant, "?")."""

    held: tuple[tuple[str, int, int], ...]
    released: tuple[tuple[str, int, int], ...]
    results: tuple[str, ...]


class State(NamedTuple):
    """A state of the machine."""

    heap: tuple[tuple[int, Object], ...]
    goroutines: tuple[Goroutine | None, ...]
    globals: tuple[tuple[str, int], ...]
    known: tuple[tuple[tuple[str, Value, Value], bool], ...]
    """Choices about unknown values that can still be asked again."""
    kept: tuple[Value, ...]
    """Closures that the environment may still call."""
    assumptions: tuple[str, ...]
    returned: Returned | None = None
    """How the root returned, once it has."""
    detached: bool = False
    """The root is alive but shares nothing with these goroutines (explore/components.py)."""
