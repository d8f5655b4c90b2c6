"""The life of a value as code: made, started, used once while it is closed, dropped (SEMANTICS.md, "Clients
are played").

A life is a root like any other, written in IR: it calls the maker with unknown arguments, gives up where that
fails, starts one operation on a goroutine of its own and calls one closer; the other closers follow on a
goroutine that recovers and that nobody asks about. Its functions have no user frame, so what is parked stands
in the code of the type.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.code import Lowered
from unstuck.ir.instr import NONE, At, Desc, Function, Instr, Reg
from unstuck.ir.literals import function_id
from unstuck.types.model import FuncRef

_POINTERS = ("pointer", "interface", "func", "chan", "map", "slice")


@dataclass(frozen=True, slots=True)
class Member:
    """Something a client can call or do: a method of the type, or what the maker returned besides it."""

    name: str
    function: Function | None = None
    """The method."""
    ref: FuncRef | None = None
    result: int = -1
    """The maker's result that is `called`, or received from."""
    called: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """One way to use what `maker` makes. `value` is the result with the methods, -1 without."""

    id: str
    maker: Member
    value: int
    error: int
    starter: Member | None
    operation: Member | None
    closer: Member | None
    """None for a value that is dropped without being closed."""
    others: tuple[Member, ...]

    @property
    def told(self) -> str:
        """As a reader would say it, after "a client of"."""
        calls = [member.name for member in (self.maker, self.starter) if member is not None]
        use = [member.name for member in (self.operation, self.closer) if member is not None]
        return f"{', '.join(calls)}: {' and '.join(use)}{' at the same time' if len(use) > 1 else ''}"

    @property
    def started(self) -> str:
        """Id of the function whose `go` statement starts the operation."""
        return f"{self.id}$operation"

    @property
    def finishing(self) -> str:
        """Id of the function whose `go` statement starts the other closers."""
        return f"{self.id}$others"


KEEPER = "client$keep"
"""Code that is in nobody's sight: the client, keeping what it was given."""


@dataclass(slots=True)
class _Writer:
    """A function without user frame being written; jumps lead to the end, which is placed last."""

    id: str
    like: Function
    """Gives path and package."""
    params: tuple[Desc, ...] = ()
    code: list[Instr] = field(default_factory=list)
    registers: int = 0
    exits: list[int] = field(default_factory=list)
    """Branches that leave to the end when true."""

    def reg(self) -> Reg:
        self.registers += 1
        return self.registers - 1

    def emit(self, item: Instr) -> None:
        self.code.append(item)


def life(made: Life) -> Lowered:
    """The code of a life: its root first."""
    maker = _function(made.maker)
    root = _Writer(made.id, maker, maker.params, registers=len(maker.params))
    done: list[Function] = []
    refs = _refs(made)
    at = maker.at
    results = tuple(root.reg() for _ in maker.result_descs)
    args = tuple(range(len(maker.params)))
    root.emit(instr.Call(at, results, maker.id, args, maker.result_descs, args))
    if made.error >= 0:
        _leave_unless(root, at, "!=", results[made.error])
    if made.value >= 0:
        results = _as_pointer(root, made, results)
    if made.starter is not None:
        started = _call(root, made.starter, made.value, results, maker)
        for reg, desc in zip(started, _function(made.starter).result_descs):
            if desc.kind == "error":
                _leave_unless(root, at, "!=", reg)
    if made.operation is not None:
        _start(root, made.started, (made.operation,), made, results, done)
    if made.closer is not None:
        _call(root, made.closer, made.value, results, maker)
    if made.others:
        _start(root, made.finishing, made.others, made, results, done)
    done.insert(0, _finished(root))
    size = sum(len(function.code) for function in done)
    return Lowered(tuple(done), refs, True, size)


def _function(member: Member) -> Function:
    assert member.function is not None
    return member.function


def _refs(made: Life) -> tuple[tuple[str, FuncRef], ...]:
    members = (made.maker, made.starter, made.operation, made.closer, *made.others)
    refs = {m.ref: None for m in members if m is not None and m.ref is not None}
    return tuple((function_id(ref), ref) for ref in refs)


def _leave_unless(writer: _Writer, at: At, op: str, reg: Reg) -> None:
    """Leaves where `reg op nil`; goes on otherwise."""
    nil, test = writer.reg(), writer.reg()
    writer.emit(instr.Const(at, nil, None))
    writer.emit(instr.Binary(at, test, op, reg, nil))
    writer.exits.append(len(writer.code))
    writer.emit(instr.Branch(at, test, -1, len(writer.code) + 1))


def _as_pointer(writer: _Writer, made: Life, results: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """The value whose methods are called, by address."""
    maker = _function(made.maker)
    desc = maker.result_descs[made.value]
    reg = results[made.value]
    if desc.kind in _POINTERS:
        _leave_unless(writer, maker.at, "==", reg)
        return results
    pointer = writer.reg()
    writer.emit(instr.New(maker.at, pointer, reg, desc))
    return (*results[: made.value], pointer, *results[made.value + 1 :])


def _call(
    writer: _Writer, member: Member, value: int, results: tuple[Reg, ...], maker: Function
) -> tuple[Reg, ...]:
    """Calls a member on this goroutine; returns the registers of its results."""
    if member.function is None:
        return _use_result(writer, member, results, maker)
    function = member.function
    receiver = results[value]
    if function.params[0].kind == "struct":
        loaded = writer.reg()
        writer.emit(instr.Load(function.at, loaded, receiver, function.params[0]))
        receiver = loaded
    args = [receiver]
    for desc in function.params[1:]:
        args.append(writer.reg())
        writer.emit(instr.Fresh(function.at, args[-1], desc))
    dsts = tuple(writer.reg() for _ in function.result_descs)
    given = tuple(args)
    writer.emit(instr.Call(function.at, dsts, function.id, given, function.result_descs, given))
    own = maker.result_descs[value]
    kept = tuple(reg for reg, desc in zip(dsts, function.result_descs) if _lives_on(desc, own))
    if kept:
        writer.emit(instr.Call(function.at, (), KEEPER, kept, (), kept))
    return dsts


def _lives_on(desc: Desc, own: Desc) -> bool:
    """An object of another type than the one being played has a life of its own: the client may use it, and
    what it needs, as long as it likes. A channel to send on is the client's to close."""
    if desc.kind == "chan":
        return desc.dir == "send"
    behind, owner = desc.elem or desc, own.elem or own
    return desc.kind in ("pointer", "struct", "interface") and behind.name != owner.name


def _use_result(
    writer: _Writer, member: Member, results: tuple[Reg, ...], maker: Function
) -> tuple[Reg, ...]:
    reg, desc = results[member.result], maker.result_descs[member.result]
    if desc.kind == "chan":
        writer.emit(instr.Recv(maker.at, NONE, NONE, reg, desc.elem or instr.UNKNOWN_DESC))
    else:
        writer.emit(instr.CallValue(maker.at, (), reg, (), (), ()))
    return ()


def _start(
    root: _Writer,
    name: str,
    members: tuple[Member, ...],
    made: Life,
    results: tuple[Reg, ...],
    done: list[Function],
) -> None:
    """Does the members, one after the other, on a goroutine of their own. The `go` statement stands where the
    first one is declared."""
    maker = _function(made.maker)
    like = members[0].function or maker
    descs = tuple(
        Desc("pointer") if index == made.value else desc for index, desc in enumerate(maker.result_descs)
    )
    inside = tuple(range(len(descs)))
    body = _Writer(f"{name}$run", like, descs, registers=len(descs))
    for number, member in enumerate(members):
        one = _Writer(f"{name}$run{number}", like, descs, registers=len(descs))
        if name == made.finishing:
            _recovers(one, done)
        _call(one, member, made.value, inside, maker)
        done.append(_finished(one))
        body.emit(instr.Call(like.at, (), one.id, inside, (), ()))
    done.append(_finished(body))
    starter = _Writer(name, like, descs, registers=len(descs))
    closure = starter.reg()
    starter.emit(instr.MakeClosure(like.at, closure, body.id, inside))
    starter.emit(instr.Go(like.at, closure, ()))
    done.append(_finished(starter))
    root.emit(instr.Call(like.at, (), starter.id, results, (), ()))


def _recovers(writer: _Writer, done: list[Function]) -> None:
    """A deferred call that ends any panic."""
    recover = _Writer(f"{writer.id}$recover", writer.like)
    recover.emit(instr.Recover(writer.like.at, recover.reg()))
    done.append(_finished(recover))
    closure = writer.reg()
    writer.emit(instr.MakeClosure(writer.like.at, closure, recover.id, ()))
    writer.emit(instr.Defer(writer.like.at, closure, ()))


def _finished(writer: _Writer) -> Function:
    end = len(writer.code)
    writer.emit(instr.Return(writer.like.at, ()))
    code = list(writer.code)
    for pc in writer.exits:
        item = code[pc]
        assert isinstance(item, instr.Branch)
        code[pc] = instr.Branch(item.at, item.cond, end, item.orelse)
    return Function(
        id=writer.id,
        package=writer.like.package,
        outer=writer.like.outer,
        path=writer.like.path,
        params=writer.params,
        registers=writer.registers,
        results=(),
        cells=(),
        result_descs=(),
        code=tuple(code),
        at=writer.like.at,
        hidden=True,
    )
