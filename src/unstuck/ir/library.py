"""Functions of the standard library that the machine does itself, by id ("package.Type.Method").

Everything else of a library is either a Go model under `models/`, or unknown code. Sources: the Go runtime
and packages sync, context, time, os, log, runtime, testing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from unstuck.ir import asking, instr
from unstuck.ir.builder import Builder, finish, parameter
from unstuck.ir.instr import NONE, At, Desc, Reg
from unstuck.types import model
from unstuck.types.private import is_written

Emitter = Callable[[Builder, At, tuple[Reg, ...]], tuple[Reg, ...]]

NON_NIL = Desc("error", ".error", dir="non-nil")
_CONTEXT = Desc("context", "context.Context")
_TIME = Desc("struct", "time.Time")

WITH_VALUE = "context.WithValue"


def operation(name: str) -> Emitter | None:
    """What the machine does for a function, None when it is ordinary code."""
    return _OPERATIONS.get(name)


def interface_name(type_: model.Type | None) -> str:
    """ "package.Name" of an interface type."""
    return f"{type_.package}.{type_.name}" if isinstance(type_, model.Named) else ""


def _lock(op: str, rw: bool) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = b.reg() if op.startswith("try") else NONE
        b.emit(instr.Lock(where, op, regs[0], dst, rw, op == "rlock" and _is_written(b, regs[0])))
        return (dst,) if dst != NONE else ()

    return emit


def _is_written(b: Builder, lock: Reg) -> bool:
    """Some code of the package locks what has the name of this field to write."""
    field = next((i for i in reversed(b.code) if isinstance(i, instr.FieldAddr) and i.dst == lock), None)
    source = b.shared.source
    return (
        field is not None and not source.stub and is_written(b.shared.world, source.ref.package, field.name)
    )


def _wait_group(op: str) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        b.emit(instr.WaitGroup(where, op, regs[0], regs[1] if len(regs) > 1 else NONE))
        return ()

    return emit


def _cond(op: str) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        b.emit(instr.Cond(where, op, regs[0]))
        return ()

    return emit


def _context(kind: str, with_cancel: bool) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = b.reg()
        b.emit(instr.MakeContext(where, dst, regs[0] if regs else NONE, kind))
        if not with_cancel:
            return (dst,)
        watched = b.reg()
        b.emit(instr.Copy(where, watched, dst, "recv"))
        return (watched, _cancel_function(b, where, dst))

    return emit


def _cancel_function(b: Builder, where: At, context: Reg) -> Reg:
    inner = Builder(b.shared, b.next_id())
    operand = parameter(inner, _CONTEXT)
    inner.emit(instr.Cancel(where, operand))
    inner.emit(instr.Return(where, ()))
    done = finish(inner, where, (), hidden=True, bound=1)
    b.shared.done.append(done)
    dst = b.reg()
    b.emit(instr.MakeClosure(where, dst, done.id, (context,)))
    return dst


def _same_context(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    return (regs[0],)


def _context_done(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    dst = b.reg()
    b.emit(instr.ContextDone(where, dst, regs[0]))
    return (dst,)


def _context_err(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    dst = b.reg()
    b.emit(instr.ContextErr(where, dst, regs[0]))
    return (dst,)


def _context_cause(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    dst = b.reg()
    b.emit(instr.ContextErr(where, dst, regs[0], cause=True))
    return (dst,)


def _timer_channel(periodic: bool) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        dst = b.reg()
        b.emit(instr.MakeTimer(where, dst, periodic))
        return (dst,)

    return emit


def _new_timer(type_: str, periodic: bool) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        channel, value, dst = b.reg(), b.reg(), b.reg()
        b.emit(instr.MakeTimer(where, channel, periodic))
        b.emit(instr.MakeStruct(where, value, type_, (("C", channel), ("r", channel))))
        b.emit(instr.New(where, dst, value, Desc("struct", type_)))
        return (dst,)

    return emit


def _timer(op: str, type_: str) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        field, channel, dst = b.reg(), b.reg(), b.reg()
        b.emit(instr.FieldAddr(where, field, regs[0], "r", type_))
        b.emit(instr.Load(where, channel, field, Desc("chan", "", _TIME, "recv")))
        b.emit(instr.Timer(where, op, dst, channel))
        return (dst,)

    return emit


FOREVER = 1 << 55
"""Nanoseconds, more than a year: who sets a timer so far means that it does not fire before a Reset."""


def rest(b: Builder, where: At, made: tuple[Reg, ...]) -> None:
    """What was made by time.AfterFunc with such a time does not fire."""
    _timer("rest", "time.Timer")(b, where, made)


def _signals(op: str) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        b.emit(instr.Signals(where, op, regs[0]))
        return ()

    return emit


def _sleep(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """Waits for a timer of its own."""
    channel = b.reg()
    b.emit(instr.MakeTimer(where, channel, False))
    b.emit(instr.Recv(where, NONE, NONE, channel, instr.SLEEP_DESC))
    return ()


def _goexit(failing: bool) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        b.emit(instr.Goexit(where, failing))
        return ()

    return emit


def exit_process(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """The process ends."""
    b.emit(instr.Exit(where))
    return ()


def panic(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    """The goroutine panics."""
    b.emit(instr.Panic(where))
    return ()


def _nothing(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    return ()


def _unknown(desc: Desc) -> Emitter:
    def emit(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        return (b.fresh(where, desc),)

    return emit


def _yield(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
    b.emit(instr.Yield(where))
    return ()


fail_test = _goexit(failing=True)
"""The test ends, and has failed."""
_OPERATIONS: dict[str, Emitter] = {
    "sync.Mutex.Lock": _lock("lock", rw=False),
    "sync.Mutex.Unlock": _lock("unlock", rw=False),
    "sync.Mutex.TryLock": _lock("trylock", rw=False),
    "sync.RWMutex.Lock": _lock("lock", rw=True),
    "sync.RWMutex.Unlock": _lock("unlock", rw=True),
    "sync.RWMutex.TryLock": _lock("trylock", rw=True),
    "sync.RWMutex.RLock": _lock("rlock", rw=True),
    "sync.RWMutex.RUnlock": _lock("runlock", rw=True),
    "sync.RWMutex.TryRLock": _lock("tryrlock", rw=True),
    "sync.WaitGroup.Add": _wait_group("add"),
    "sync.WaitGroup.Done": _wait_group("done"),
    "sync.WaitGroup.Wait": _wait_group("wait"),
    "sync.Cond.Wait": _cond("wait"),
    "sync.Cond.Signal": _cond("signal"),
    "sync.Cond.Broadcast": _cond("broadcast"),
    "context.Background": _context("background", with_cancel=False),
    "context.TODO": _context("background", with_cancel=False),
    "context.WithCancel": _context("cancel", with_cancel=True),
    "context.WithCancelCause": _context("cancel", with_cancel=True),
    "context.WithTimeout": _context("deadline", with_cancel=True),
    "context.WithDeadline": _context("deadline", with_cancel=True),
    "context.WithTimeoutCause": _context("deadline", with_cancel=True),
    "context.WithDeadlineCause": _context("deadline", with_cancel=True),
    "os/signal.Notify": _signals("notify"),
    "os/signal.Stop": _signals("stop"),
    "os/signal.NotifyContext": _context("deadline", with_cancel=True),
    "context.WithoutCancel": _context("detached", with_cancel=False),
    WITH_VALUE: _same_context,
    "context.Cause": _context_cause,
    "context.Context.Done": _context_done,
    "context.Context.Err": _context_err,
    "time.Sleep": _sleep,
    "time.After": _timer_channel(periodic=False),
    "time.Tick": _timer_channel(periodic=True),
    "time.NewTimer": _new_timer("time.Timer", periodic=False),
    "time.NewTicker": _new_timer("time.Ticker", periodic=True),
    "time.Timer.Stop": _timer("stop", "time.Timer"),
    "time.Timer.Reset": _timer("reset", "time.Timer"),
    "time.Ticker.Stop": _timer("stop", "time.Ticker"),
    "time.Ticker.Reset": _timer("reset", "time.Ticker"),
    "time.reading": _unknown(instr.POSITIVE),
    "runtime.Goexit": _goexit(failing=False),
    "runtime.Gosched": _nothing,
    "os.Exit": exit_process,
    "syscall.Exit": exit_process,
    "log.Fatal": exit_process,
    "log.Fatalf": exit_process,
    "log.Fatalln": exit_process,
    "log.Logger.Fatal": exit_process,
    "log.Logger.Fatalf": exit_process,
    "log.Logger.Fatalln": exit_process,
    "log.Panic": panic,
    "log.Panicf": panic,
    "log.Panicln": panic,
    "runtime.GOMAXPROCS": asking.processors,
    "errors.New": _unknown(NON_NIL),
    "fmt.Errorf": _unknown(NON_NIL),
    "unstuck/machine.Yield": _yield,
}
_OPERATIONS.update(
    {_name: partial(asking.ask, _name) for _name in (*asking.ASKING, *asking.GIVING, *asking.LISTING)}
)
_OPERATIONS["flag.NArg"] = asking.arguments
_OPERATIONS["os.Getenv"] = asking.environment
_OPERATIONS["errors.As"] = asking.ask_for_error
_OPERATIONS.update({_name: partial(asking.ask_process, _name) for _name in asking.OF_THE_PROCESS})
for _type in ("common", "T", "B", "F", "TB"):
    for _name in ("Fatal", "Fatalf", "FailNow"):
        _OPERATIONS[f"testing.{_type}.{_name}"] = _goexit(failing=True)
    for _name in ("Skip", "Skipf", "SkipNow"):
        _OPERATIONS[f"testing.{_type}.{_name}"] = _goexit(failing=False)


def giving_value(emit: Emitter) -> Emitter:
    """The emitter of context.WithValue where the value can hold concurrency objects: whoever has the context
    has it, too."""

    def emit_(b: Builder, where: At, regs: tuple[Reg, ...]) -> tuple[Reg, ...]:
        value = regs[2:]
        b.emit(instr.Call(where, (), WITH_VALUE, value, (), value))
        return emit(b, where, regs)

    return emit_
