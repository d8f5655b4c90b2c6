"""The instructions of the concurrency IR: data only.

A function is a list of instructions over numbered registers; jump targets are indices into the list.
Variables that closures share, or whose address is taken, live in heap cells reached through pointers in
registers. Every instruction has `at`, the bytes of the function's file that the runtime would name as the
goroutine's position. A register operand of -1 means "none" (no capacity, result not wanted).

A closure is a function and the values of its first parameters; a captured variable, a receiver of a method
value and a bound argument of `defer` are all such leading parameters.

Nobody writes to an instruction. They are not `frozen`, because that makes building them twice as slow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

Reg = int
At = tuple[int, int]
NONE: Reg = -1


class Desc(NamedTuple):
    """What the machine must know of a Go type: enough to make its zero value and unknown values of it.

    `kind`: bool, int, string, basic (other scalars), pointer, chan, func, interface, context, slice, array,
    map, struct, error, unknown. `name` is "package.Type" of a defined type, for method dispatch.
    """

    kind: str
    name: str = ""
    elem: Desc | None = None
    dir: str = "both"
    length: int = -1


UNKNOWN_DESC = Desc("unknown")
BOOL_DESC = Desc("bool")
SLEEP_DESC = Desc("sleep")
"""Marks the receive that time.Sleep stands for."""
INT_DESC = Desc("int")
POSITIVE = Desc("int", dir="positive")
"""A count that is at least one, such as that of processors."""

Scalar = int | bool | str | None
"""A constant; None is nil."""


@dataclass(slots=True)
class Const:
    """dst = value"""

    at: At
    dst: Reg
    value: Scalar


@dataclass(slots=True)
class Copy:
    """dst = src; a channel narrowed to `dir` when that is "send" or "recv". Where a type is `asserted`, nil
    panics (spec, Type assertions)."""

    at: At
    dst: Reg
    src: Reg
    dir: str = "both"
    asserted: bool = False


@dataclass(slots=True)
class Zero:
    """dst = the zero value of desc"""

    at: At
    dst: Reg
    desc: Desc


@dataclass(slots=True)
class Fresh:
    """dst = an unknown value of desc, not equal to any other unknown"""

    at: At
    dst: Reg
    desc: Desc


@dataclass(slots=True)
class New:
    """dst = pointer to a new heap cell holding src (the zero value of desc when src is none)"""

    at: At
    dst: Reg
    src: Reg
    desc: Desc


@dataclass(slots=True)
class Global:
    """dst = pointer to the package-level variable `name`; `steady`: its value stays, or what that points to
    (types/steady.py)"""

    at: At
    dst: Reg
    name: str
    desc: Desc
    steady: str = ""


@dataclass(slots=True)
class Load:
    """dst = *pointer"""

    at: At
    dst: Reg
    pointer: Reg
    desc: Desc


@dataclass(slots=True)
class Store:
    """*pointer = src; `holds` when the value may hold concurrency objects"""

    at: At
    pointer: Reg
    src: Reg
    desc: Desc
    holds: bool = True


@dataclass(slots=True)
class FieldAddr:
    """dst = &pointer.name; `type` is the name of the field's type when that is a struct; `flag` says that the
    field is "bool" or "int" and set by closers only (types/closing.py), or what is known of a channel field
    (types/private.py)"""

    at: At
    dst: Reg
    pointer: Reg
    name: str
    owner: str
    type: str = ""
    flag: str = ""


@dataclass(slots=True)
class FieldOf:
    """dst = x.name of a struct value"""

    at: At
    dst: Reg
    x: Reg
    name: str
    owner: str
    desc: Desc


@dataclass(slots=True)
class ElemAddr:
    """dst = &x[index] of a slice, or of an array of `length` behind a pointer"""

    at: At
    dst: Reg
    x: Reg
    index: Reg
    desc: Desc
    length: int = -1


@dataclass(slots=True)
class MakeStruct:
    """dst = T{name: reg ...}; `held` are the registers that may hold concurrency objects; `partial`: the type
    is not in sight, what else there is is unknown"""

    at: At
    dst: Reg
    type: str
    fields: tuple[tuple[str, Reg], ...]
    held: tuple[Reg, ...] = ()
    partial: bool = False


@dataclass(slots=True)
class MakeSlice:
    """dst = make([]T, length, capacity), or a literal with `items` (length none)"""

    at: At
    dst: Reg
    length: Reg
    items: tuple[Reg, ...]
    desc: Desc


@dataclass(slots=True)
class Append:
    """dst = append(x, items...); with `spread` the only item is itself a slice"""

    at: At
    dst: Reg
    x: Reg
    items: tuple[Reg, ...]
    spread: bool
    desc: Desc


@dataclass(slots=True)
class Reslice:
    """dst = x[lo:hi]"""

    at: At
    dst: Reg
    x: Reg
    lo: Reg
    hi: Reg


@dataclass(slots=True)
class Len:
    """dst = len(x) or cap(x) (`cap` true)"""

    at: At
    dst: Reg
    x: Reg
    cap: bool
    walked: bool = False
    """How often a loop over x of an unknown type goes round."""


@dataclass(slots=True)
class MakeMap:
    """dst = a new map with the given entries"""

    at: At
    dst: Reg
    entries: tuple[tuple[Reg, Reg], ...]
    desc: Desc


@dataclass(slots=True)
class MapGet:
    """dst, ok = x[key]"""

    at: At
    dst: Reg
    ok: Reg
    x: Reg
    key: Reg
    desc: Desc


@dataclass(slots=True)
class MapSet:
    """x[key] = src"""

    at: At
    x: Reg
    key: Reg
    src: Reg
    holds: bool = True


@dataclass(slots=True)
class MapDelete:
    """delete(x, key); key none clears the map"""

    at: At
    x: Reg
    key: Reg


@dataclass(slots=True)
class MapNext:
    """One step of a range over map x: key, value = entry number `index`; jumps to `done` past the last.
    `keys` has those that were there at the first step: the body may remove entries."""

    at: At
    key: Reg
    value: Reg
    x: Reg
    index: Reg
    keys: Reg
    key_desc: Desc
    value_desc: Desc
    done: int


@dataclass(slots=True)
class MakeClosure:
    """dst = function `func` with its first parameters bound"""

    at: At
    dst: Reg
    func: str
    bound: tuple[Reg, ...]


@dataclass(slots=True)
class BindMethod:
    """dst = method value of an interface: the method `name` of x's dynamic type"""

    at: At
    dst: Reg
    x: Reg
    name: str
    interface: str


@dataclass(slots=True)
class Binary:
    """dst = x op y, where op can be a function of the library (ir/asking.py). With `sizing` (a loop bound) an
    unknown integer gets a small value; `spawns` tells that the loop body starts goroutines, so that the value
    is at least one."""

    at: At
    dst: Reg
    op: str
    x: Reg
    y: Reg
    sizing: bool = False
    spawns: bool = False


@dataclass(slots=True)
class Not:
    """dst = !x"""

    at: At
    dst: Reg
    x: Reg


@dataclass(slots=True)
class TypeTest:
    """dst = x's dynamic type is (or implements) desc"""

    at: At
    dst: Reg
    x: Reg
    desc: Desc


@dataclass(slots=True)
class Jump:
    """Go on at target"""

    at: At
    target: int


@dataclass(slots=True)
class Branch:
    """Go on at `then` if cond is true, else at `orelse`"""

    at: At
    cond: Reg
    then: int
    orelse: int


@dataclass(slots=True)
class Call:
    """dsts = func(args): a declared function or literal, known by id. Unknown code when the program does
    not contain it: then it may keep `escapes`, the arguments that can hold concurrency objects."""

    at: At
    dsts: tuple[Reg, ...]
    func: str
    args: tuple[Reg, ...]
    results: tuple[Desc, ...]
    escapes: tuple[Reg, ...]


@dataclass(slots=True)
class CallValue:
    """dsts = callee(args): a function value"""

    at: At
    dsts: tuple[Reg, ...]
    callee: Reg
    args: tuple[Reg, ...]
    results: tuple[Desc, ...]
    escapes: tuple[Reg, ...]


@dataclass(slots=True)
class CallMethod:
    """dsts = x.name(args): a method of x's dynamic type"""

    at: At
    dsts: tuple[Reg, ...]
    x: Reg
    name: str
    interface: str
    args: tuple[Reg, ...]
    results: tuple[Desc, ...]
    escapes: tuple[Reg, ...]


@dataclass(slots=True)
class Go:
    """go callee(args); callee holds a closure"""

    at: At
    callee: Reg
    args: tuple[Reg, ...]


@dataclass(slots=True)
class Defer:
    """defer callee(args)"""

    at: At
    callee: Reg
    args: tuple[Reg, ...]


@dataclass(slots=True)
class Return:
    """Return values; deferred calls run first"""

    at: At
    values: tuple[Reg, ...]


@dataclass(slots=True)
class Panic:
    """panic"""

    at: At


@dataclass(slots=True)
class Recover:
    """dst = recover()"""

    at: At
    dst: Reg


@dataclass(slots=True)
class Goexit:
    """runtime.Goexit, t.FailNow: runs deferred calls and ends the goroutine. `failing` for t.Fatal."""

    at: At
    failing: bool


@dataclass(slots=True)
class Exit:
    """os.Exit, log.Fatal: the process ends"""

    at: At


@dataclass(slots=True)
class Diverge:
    """A loop that does nothing anybody can observe and never ends"""

    at: At


@dataclass(slots=True)
class Yield:
    """An operation on shared memory that others can observe (atomics)"""

    at: At


@dataclass(slots=True)
class MakeChan:
    """dst = make(chan T, capacity)"""

    at: At
    dst: Reg
    capacity: Reg
    desc: Desc


@dataclass(slots=True)
class Send:
    """channel <- value; `holds` when the value may hold concurrency objects"""

    at: At
    channel: Reg
    value: Reg
    holds: bool = True


@dataclass(slots=True)
class Recv:
    """dst, ok = <-channel; `range` when it is a range loop's"""

    at: At
    dst: Reg
    ok: Reg
    channel: Reg
    desc: Desc
    range: bool = False


@dataclass(slots=True)
class Close:
    """close(channel)"""

    at: At
    channel: Reg


@dataclass(slots=True)
class SelectCase:
    """One communication: a send of `value` or a receive into dst, ok; then go on at target"""

    at: At
    send: bool
    channel: Reg
    value: Reg
    dst: Reg
    ok: Reg
    desc: Desc
    target: int
    holds: bool = True


@dataclass(slots=True)
class Select:
    """select; `default` is -1 when there is none"""

    at: At
    cases: tuple[SelectCase, ...]
    default: int


@dataclass(slots=True)
class Lock:
    """An operation on the Mutex or RWMutex at pointer: "lock", "unlock", "rlock", "runlock", "trylock",
    "tryrlock" (the last two set dst); of a lock that everybody gets (ir/sections.py): "section" where it is
    taken, "leave" where it is given back. `written`: other code of the package takes a lock of this name to
    write (on "rlock" only)"""

    at: At
    op: str
    pointer: Reg
    dst: Reg
    rw: bool
    written: bool = False


@dataclass(slots=True)
class WaitGroup:
    """An operation on the WaitGroup at pointer: "add" (of delta), "done", "wait" """

    at: At
    op: str
    pointer: Reg
    delta: Reg


@dataclass(slots=True)
class Cond:
    """An operation on the Cond at pointer: "wait", "signal", "broadcast" """

    at: At
    op: str
    pointer: Reg


@dataclass(slots=True)
class MakeContext:
    """dst = a new context below parent; kind "background", "cancel", "deadline", "detached" """

    at: At
    dst: Reg
    parent: Reg
    kind: str


@dataclass(slots=True)
class Cancel:
    """Ends the context"""

    at: At
    context: Reg


@dataclass(slots=True)
class ContextDone:
    """dst = context.Done()"""

    at: At
    dst: Reg
    context: Reg


@dataclass(slots=True)
class ContextErr:
    """dst = context.Err(), or with `cause` context.Cause(context)"""

    at: At
    dst: Reg
    context: Reg
    cause: bool = False


@dataclass(slots=True)
class MakeTimer:
    """dst = the channel of a new timer (ticker when periodic), armed"""

    at: At
    dst: Reg
    periodic: bool


@dataclass(slots=True)
class Timer:
    """dst = Stop ("stop") or Reset ("reset") of the timer whose channel is given; "rest": it was made with a
    time so long that it never fires before a Reset"""

    at: At
    op: str
    dst: Reg
    channel: Reg


@dataclass(slots=True)
class Signals:
    """Signals of the operating system come to the channel from now on ("notify"), or no longer ("stop")"""

    at: At
    op: str
    channel: Reg


Instr = (
    Const
    | Copy
    | Zero
    | Fresh
    | New
    | Global
    | Load
    | Store
    | FieldAddr
    | FieldOf
    | ElemAddr
    | MakeStruct
    | MakeSlice
    | Append
    | Reslice
    | Len
    | MakeMap
    | MapGet
    | MapSet
    | MapDelete
    | MapNext
    | MakeClosure
    | BindMethod
    | Binary
    | Not
    | TypeTest
    | Jump
    | Branch
    | Call
    | CallValue
    | CallMethod
    | Go
    | Defer
    | Return
    | Panic
    | Recover
    | Goexit
    | Exit
    | Diverge
    | Yield
    | MakeChan
    | Send
    | Recv
    | Close
    | Select
    | Lock
    | WaitGroup
    | Cond
    | MakeContext
    | Cancel
    | ContextDone
    | ContextErr
    | MakeTimer
    | Timer
    | Signals
)

OPERATIONS = (
    MakeChan,
    Send,
    Recv,
    Close,
    Select,
    Lock,
    WaitGroup,
    Cond,
    MakeContext,
    Cancel,
    ContextDone,
    MakeTimer,
    Timer,
    Signals,
    Go,
    Diverge,
    Yield,
)
"""What makes a function concern concurrency at all."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function, method, literal, or wrapper around a deferred operation.

    Parameters (captured variables, receiver, declared ones) are the first `params` registers.
    """

    id: str
    package: str
    outer: str
    """Outermost declared function around it, as a user writes it."""
    path: str
    """File that `at` positions lie in."""
    params: tuple[Desc, ...]
    registers: int
    results: tuple[Reg, ...]
    """Registers of named results; of cells when `cells` says so."""
    cells: tuple[bool, ...]
    result_descs: tuple[Desc, ...]
    code: tuple[Instr, ...]
    at: At
    hidden: bool = False
    """No user frame: a wrapper or a library model."""
    bound: int = 0
    """How many of the parameters are captured variables."""
    live: tuple[tuple[Reg, ...], ...] = field(default=())
    """Registers live on entry of each instruction (filled by slice)."""
    known: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked of this code alone (ir/once.py). Another version of the function begins anew."""


ELEMENTS = "[]"
"""The key of all slice and array elements in a Future."""
ENTRIES = "map"
"""The key of all map entries in a Future."""
GIVEN = "given"
"""The key of all that leads to concurrency objects where memory may be given to others, in a Future: they can
read it without its being named."""


@dataclass(frozen=True, slots=True)
class Future:
    """What can still be read: `at[func][pc]` from that instruction on, calls included; `whole[func]` by
    running the function; `pinned` always, because addresses of it are kept. Sets of keys ("Type.field",
    globals by name, ELEMENTS, ENTRIES, GIVEN) as integers, one bit a key; `bits` has that of each."""

    bits: dict[str, int] = field(default_factory=dict)
    at: dict[str, tuple[int, ...]] = field(default_factory=dict)
    whole: dict[str, int] = field(default_factory=dict)
    pinned: int = 0

    def bit(self, key: str) -> int:
        """The bit of a key; 0 when nothing ever reads it."""
        return self.bits.get(key, 0)


@dataclass(frozen=True, slots=True)
class Program:
    """A fragment's code: the root and what it can call, keyed by id; `methods` maps ("package.Type",
    method) to a function id."""

    root: str
    functions: dict[str, Function]
    methods: dict[tuple[str, str], str]
    implementations: dict[str, tuple[tuple[str, bool], ...]]
    """Types in sight that implement an interface: name, and whether by pointer; interfaces with none or
    too many are left out."""
    cut: frozenset[str] = frozenset()
    """Functions in sight that concern concurrency but are not followed. Membership only."""
    held: bool = False
    """One of these is called while a lock may be held."""
    reaching: bool = True
    """What the fragment makes, or a lock that it holds, may get to one of these (filled by slice)."""
    harmless: frozenset[str] = frozenset()
    """Functions in sight that are not followed because they do nothing to what the fragment makes; they
    change no memory that they did not make. Membership only."""
    changing: frozenset[str] = frozenset()
    """The same, but they may change plain data in memory. Membership only."""
    passing: frozenset[str] = frozenset()
    """Of both those that store, send or capture what they are given: others have it then. Membership only."""
    starts: bool = False
    """Some function starts a goroutine."""
    spawns: bool = False
    """Some loop of unknown count starts goroutines; then unknown sizes are at least one."""
    hands: bool = False
    """Some function that is cut takes a channel: who meets whom there is not seen."""
    steady: frozenset[str] = frozenset()
    """Package-level variables that cut code cannot change, nor what they point to. Membership only."""
    watching: dict[str, frozenset[str]] = field(default_factory=dict)
    """Functions that can come to a WaitGroup.Wait ("wait"), or to a TryLock ("try") (filled by slice)."""
    future: Future = field(default_factory=Future)
    """What can still be read, from each place (filled by slice)."""
    copied: dict[str, tuple[tuple[str, Desc], ...]] = field(default_factory=dict)
    """The plain fields that are read of structs that are copied, by type (filled by slice)."""
    ends: dict[tuple[str, int], int] = field(default_factory=dict, compare=False, repr=False)
    """Answers of explore/footprint.py, by function and parameter; filled while exploring."""
    private: dict[tuple[str, str], int] = field(default_factory=dict, compare=False, repr=False)
    """The same, by struct and field."""
    plain: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """Answers of explore/bystanders.py, by function; filled while exploring."""
