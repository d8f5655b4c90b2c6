"""What functions of a package do, as far as the lives of its types ask: whom they call and start, what
they wait for, what they close. By the unsliced code, flow-insensitively."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.code import Code
from unstuck.ir.instr import Function, Instr, Reg
from unstuck.ir.life import Member
from unstuck.ir.operands import successors
from unstuck.types.model import FuncRef

MAX_REACH = 60
"""Functions followed to see what a method does; what lies behind is not seen."""
_RUNS = (
    "sync.WaitGroup.Go",
    "golang.org/x/sync/errgroup.Group.Go",
    "golang.org/x/sync/errgroup.Group.TryGo",
    "time.AfterFunc",
)
"""Library functions that run what they are given on a goroutine of its own."""
_CLOSER_TAKES = ("context", "error")
"""Kinds of parameters that a closer may have besides its receiver."""
_CLOSERS = (
    "Cancel", "Close", "Disconnect", "Kill", "Quit", "Shut", "Stop", "Terminate", "Unsubscribe",
    "cancel", "close", "disconnect", "kill", "quit", "shut", "stop", "terminate", "unsubscribe",
)  # fmt: skip
"""How the names of methods start that end a value's life."""
_WAITS = (instr.Send, instr.Recv, instr.Select)


@dataclass(slots=True)
class Sight:
    """The functions of a package by id, as far as they were lowered."""

    code: Code
    package: str
    functions: dict[str, Function] = field(default_factory=dict)
    refs: dict[str, FuncRef] = field(default_factory=dict)
    reached: dict[str, list[Function]] = field(default_factory=dict)
    """Answers of `reach_of`, by the method's function."""
    running: dict[str, dict[Reg, None]] = field(default_factory=dict)
    """Answers of `_callees_of_go`, by function."""

    def of(self, ref: FuncRef) -> tuple[Function, ...]:
        """A declared function with its literals; nothing for one of another package."""
        lowered = self.code.lowered(ref) if ref.package == self.package else None
        if lowered is None:
            return ()
        for function in lowered.functions:
            self.functions.setdefault(function.id, function)
        for name, callee in lowered.refs:
            self.refs.setdefault(name, callee)
        return lowered.functions

    def get(self, name: str) -> Function | None:
        """A function by id."""
        if name not in self.functions and name in self.refs:
            self.of(self.refs[name])
        return self.functions.get(name)


def reach_of(sight: Sight, member: Member) -> list[Function]:
    """What a method calls, itself first."""
    function = member.function
    if function is None:
        return []
    known = sight.reached.get(function.id)
    if known is None:
        known = sight.reached[function.id] = reach(sight, (function,))
    return known


def reach(sight: Sight, start: Iterable[Function]) -> list[Function]:
    """The functions with all they call or name, in the package; without what they start."""
    found: dict[str, Function] = {}
    todo = list(start)
    while todo and len(found) < MAX_REACH:
        function = todo.pop(0)
        if function.id in found:
            continue
        found[function.id] = function
        started = _callees_of_go(sight, function)
        for item in function.code:
            if isinstance(item, instr.Call) or (
                isinstance(item, instr.MakeClosure) and item.dst not in started
            ):
                callee = sight.get(item.func)
                if callee is not None:
                    todo.append(callee)
    return list(found.values())


def _callees_of_go(sight: Sight, function: Function) -> dict[Reg, None]:
    """Registers whose function is run on a goroutine of its own."""
    known = sight.running.get(function.id)
    if known is not None:
        return known
    found: dict[Reg, None] = {}
    sight.running[function.id] = found
    for item in function.code:
        if isinstance(item, instr.Go):
            found[item.callee] = None
        elif isinstance(item, instr.Call) and item.func in _RUNS:
            found[item.args[-1]] = None
    return found


def started(sight: Sight, functions: Iterable[Function]) -> list[Function]:
    """What the functions run on goroutines of their own."""
    found: list[Function] = []
    for function in functions:
        started = _callees_of_go(sight, function)
        for item in function.code:
            if isinstance(item, instr.MakeClosure) and item.dst in started:
                callee = sight.get(item.func)
                if callee is not None:
                    found.append(callee)
    return found


def starts(sight: Sight, member: Member) -> bool:
    """Starts a goroutine, and does not wait itself in a loop (then its user would run it on one)."""
    reach = reach_of(sight, member)
    return bool(started(sight, reach)) and not any(_loops(function) for function in reach)


def _loops(function: Function) -> bool:
    """It comes back to an operation that may wait."""
    return any(
        isinstance(item, instr.Recv | instr.Select) and _again(function, pc)
        for pc, item in enumerate(function.code)
    )


def _again(function: Function, pc: int) -> bool:
    seen: set[int] = set()
    todo = list(successors(function.code[pc], pc))
    while todo:
        at = todo.pop()
        if at == pc:
            return True
        if at not in seen and at < len(function.code):
            seen.add(at)
            todo.extend(successors(function.code[at], at))
    return False


def operates(sight: Sight, member: Member) -> bool:
    """It may have to wait for another goroutine."""
    return any(
        isinstance(item, _WAITS) or (isinstance(item, instr.WaitGroup | instr.Cond) and item.op == "wait")
        for function in reach_of(sight, member)
        for item in function.code
    )


def asks(sight: Sight, member: Member) -> bool:
    """It makes a channel of its own, to be answered on."""
    return any(
        isinstance(item, instr.MakeChan) for function in reach_of(sight, member) for item in function.code
    )


# What goroutines wait for, by field; "" where it is no field.


def _sources(function: Function) -> dict[Reg, str]:
    """Registers that were loaded from a field, as "Type.field"."""
    addresses = {
        item.dst: f"{item.owner}.{item.name}" for item in function.code if isinstance(item, instr.FieldAddr)
    }
    found: dict[Reg, str] = {}
    for item in function.code:
        match item:
            case instr.Load() if item.pointer in addresses:
                found[item.dst] = addresses[item.pointer]
            case instr.FieldOf():
                found[item.dst] = f"{item.owner}.{item.name}"
            case instr.Copy() if item.src in found:
                found[item.dst] = found[item.src]
            case _:
                pass
    return found


def waited(functions: Iterable[Function]) -> dict[str, bool]:
    """The fields whose channels are received from; whether a receive leads out of its loop. "context" when
    a context is watched."""
    found: dict[str, bool] = {}
    functions = list(functions)
    repeated = _repeated(functions)
    for function in functions:
        sources = _sources(function)
        again = function.id in repeated
        for pc, item in enumerate(function.code):
            match item:
                case instr.Recv():
                    _note(found, sources.get(item.channel, ""), not again and not _again(function, pc))
                case instr.Select():
                    for case in item.cases:
                        if not case.send:
                            leads_out = not again and not _leads_back(function, case.target, pc)
                            _note(found, sources.get(case.channel, ""), leads_out)
                case instr.ContextDone() | instr.ContextErr():
                    _note(found, "context", True)
                case _:
                    pass
    return found


def _repeated(functions: Sequence[Function]) -> dict[str, None]:
    """Functions without a result that are called in loops: what happens in them ends no loop."""
    silent = {function.id for function in functions if not function.result_descs}
    return {
        item.func: None
        for function in functions
        for pc, item in enumerate(function.code)
        if isinstance(item, instr.Call) and item.func in silent and _again(function, pc)
    }


def halves(function: Function, item: Instr) -> tuple[tuple[str, str], ...]:
    """What an instruction does to channels: ("send", "receive" or "close", field or "")."""
    sources = _sources(function)
    match item:
        case instr.Send():
            return (("send", sources.get(item.channel, "")),)
        case instr.Recv():
            return (("receive", sources.get(item.channel, "")),)
        case instr.Close():
            return (("close", sources.get(item.channel, "")),)
        case instr.Select():
            return tuple(
                ("send" if case.send else "receive", sources.get(case.channel, "")) for case in item.cases
            )
        case _:
            return ()


def _note(found: dict[str, bool], key: str, ends: bool) -> None:
    found[key] = found.get(key, False) or ends


def _leads_back(function: Function, start: int, goal: int) -> bool:
    seen: set[int] = set()
    todo = [start]
    while todo:
        at = todo.pop()
        if at == goal:
            return True
        if at not in seen and at < len(function.code):
            seen.add(at)
            todo.extend(successors(function.code[at], at))
    return False


def closes(sight: Sight, member: Member, waited: dict[str, bool]) -> bool:
    """It closes a channel that the goroutines receive from, sends on one whose receive ends them, or cancels
    a context that they watch. A method that has to be told what to close (an id) is none: the right one is
    not known."""
    functions = reach_of(sight, member)
    if not functions or any(desc.kind not in _CLOSER_TAKES for desc in functions[0].params[1:]):
        return False
    if any(isinstance(item, instr.MakeChan) for function in functions for item in function.code):
        waited = {key: ends for key, ends in waited.items() if key}  # what it closes may be its own
    return any(
        _ends(item, sources, waited)
        for function in functions
        for sources in (_sources(function),)
        for item in function.code
    )


def is_closing(name: str) -> bool:
    """It is a name as closers have it."""
    return name.startswith(_CLOSERS)


def named_as_closer(sight: Sight, member: Member) -> bool:
    """It is named as closers are, and need not be told what to close."""
    functions = reach_of(sight, member)
    if not is_closing(member.name) or not functions:
        return False
    return all(desc.kind in _CLOSER_TAKES for desc in functions[0].params[1:])


def ends_by_name(sight: Sight, member: Member, flags: Iterable[str]) -> bool:
    """It is named as closers are, and ends something that belongs to the type: closes a channel of one of its
    fields, calls a cancel, or sets one of the `flags` that its goroutines read. Whether they notice in time
    is another matter."""
    if not named_as_closer(sight, member):
        return False
    functions = reach_of(sight, member)
    return bool(flags_set(functions) & frozenset(flags)) or any(
        isinstance(item, instr.Cancel)
        or (isinstance(item, instr.Close) and item.channel in sources)
        or (isinstance(item, instr.CallValue) and item.callee in sources and len(item.args) <= 1)
        for function in functions
        for sources in (_sources(function),)
        for item in function.code
    )


_SETS = ("Store", "Set", "Swap", "CompareAndSwap", "CAS", "Toggle")
_READS = ("Load", "Get", "Is", "CompareAndSwap", "CAS")
"""How the methods and functions of atomic types and flags begin, whatever package they are of."""


def flags_set(functions: Iterable[Function]) -> frozenset[str]:
    """Fields that get a constant other than false, nought and nil, as "Type.field"; atomic ones count."""
    found: set[str] = set()
    for function in functions:
        places = _places(function)
        marks = {item.dst for item in function.code if isinstance(item, instr.Const) and item.value}
        for item in function.code:
            match item:
                case instr.Store() if item.src in marks and item.pointer in places:
                    found.add(places[item.pointer])
                case instr.Call() if _is_named(item, _SETS) and any(reg in marks for reg in item.args[1:]):
                    found.update(places[reg] for reg in item.args[:1] if reg in places)
                case _:
                    pass
    return frozenset(found)


def flags_read(functions: Iterable[Function]) -> frozenset[str]:
    """Fields with a truth value or a number that are read."""
    found: set[str] = set()
    for function in functions:
        places = _places(function)
        for item in function.code:
            match item:
                case instr.Load() if item.desc.kind in ("bool", "int") and item.pointer in places:
                    found.add(places[item.pointer])
                case instr.Call() if _is_named(item, _READS):
                    found.update(places[reg] for reg in item.args[:1] if reg in places)
                case _:
                    pass
    return frozenset(found)


def _is_named(call: instr.Call, begins: tuple[str, ...]) -> bool:
    return call.func.rpartition(".")[2].startswith(begins)


def _places(function: Function) -> dict[Reg, str]:
    """Registers with the address of a field, or with what pointers there lead to."""
    found: dict[Reg, str] = {}
    for item in function.code:
        match item:
            case instr.FieldAddr():
                found[item.dst] = f"{item.owner}.{item.name}"
            case instr.Load() if item.pointer in found:
                found[item.dst] = found[item.pointer]
            case _:
                pass
    return found


def waits_inside(sight: Sight, member: Member) -> bool:
    """It may wait on a condition variable, or for a value."""
    return any(
        (isinstance(item, instr.Cond) and item.op == "wait")
        or isinstance(item, instr.Recv)
        or (isinstance(item, instr.Select) and item.default < 0)
        for function in reach_of(sight, member)
        for item in function.code
    )


def sends(functions: Iterable[Function]) -> bool:
    """They may have to wait until somebody takes what they send."""
    return any(
        isinstance(item, instr.Send) or (isinstance(item, instr.Select) and any(c.send for c in item.cases))
        for function in functions
        for item in function.code
    )


def _ends(item: Instr, sources: dict[Reg, str], waited: dict[str, bool]) -> bool:
    match item:
        case instr.Close():
            key = sources.get(item.channel, "")
            return key in waited or "" in waited
        case instr.Send():
            key = sources.get(item.channel, "")
            return bool(key) and waited.get(key, False)
        case instr.Select():
            return any(case.send and waited.get(sources.get(case.channel, "?"), False) for case in item.cases)
        case instr.Cancel():
            return "context" in waited
        case instr.CallValue():
            return "context" in waited and item.callee in sources and len(item.args) <= 1
        case _:
            return False
