"""Calls of code that is not in sight: it gets what it is given, may call back, and returns unknown values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from unstuck.explore import answers, arithmetic, unseen
from unstuck.explore.entering import arguments, push, start
from unstuck.explore.outcomes import KEPT, MADE, Fork, choose
from unstuck.explore.state import (
    Closure,
    Frame,
    Goroutine,
    Site,
    Value,
)
from unstuck.explore.thread import Activation, Thread
from unstuck.explore.unfollowed import forget, forget_data
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import NONE
from unstuck.ir.keeping import AT_ONCE, HARMLESS


def call_unknown(
    work: Work,
    thread: Thread,
    act: Activation,
    item: instr.Call | instr.CallValue | instr.CallMethod,
    name: str,
    bound: tuple[Value, ...] = (),
) -> None:
    """Code that is not in sight: gets what it is given, `bound` to it from before, may call back, returns
    unknown values."""
    given = [work.resolve(act.regs[reg]) for reg in item.escapes]
    given.extend(bound)
    harmless = name in work.program.harmless or name in work.program.changing
    callback: Closure | None = None
    if given and not harmless:
        callback = next((v for v in given if type(v) is Closure and v.func in work.program.functions), None)
    choice = 0
    if callback is not None and act.mode == "run":
        choice = work.take_choice()
        if choice < 0:
            kept = [choose(2)] if _may_keep(work, item, name, callback) else []
            raise Fork([choose(1), choose(0), *kept], usual=2)
    if harmless:
        if name in work.program.changing:
            forget_data(work, arguments(act, item.args))
        if name in work.program.passing:
            unknown_code(work, given)
    elif _in_sight(work, name):
        forget(work, (*given, *arguments(act, item.args)))
        unknown_code(work, given)
    elif given and not _is_harmless(name):
        at_once = name.startswith(AT_ONCE)
        taken = [value for value in given if not at_once or type(value) is not Closure]
        unknown_code(work, [value for value in taken if choice != 2 or value is not callback])
    if item.dsts:
        _give_results(work, act, item, name)
    act.pc += 1
    if callback is not None and choice == 1:
        _call_back(work, thread, callback)
    elif callback is not None and choice == 2:
        _call_back_later(work, thread, Site(act.function.id, *item.at), callback)


@lru_cache(maxsize=64)
def _is_harmless(name: str) -> bool:
    return name.startswith(HARMLESS)


def _give_results(
    work: Work, act: Activation, item: instr.Call | instr.CallValue | instr.CallMethod, name: str
) -> None:
    tag = f"{arithmetic.FROM}{arithmetic.package_of(item.func)}" if isinstance(item, instr.Call) else ""
    made = _tag_unseen(work, act, item)
    asked = _asked(work, act, item, name)
    for index, (dst, desc) in enumerate(zip(item.dsts, item.results)):
        if dst != NONE:
            mark = made if desc.kind == "unknown" else tag if desc.kind in ("error", "interface") else ""
            act.regs[dst] = answers.answer(work, asked, index, desc, mark)
            if desc.kind == "int" and arithmetic.counts(
                item.name if isinstance(item, instr.CallMethod) else name
            ):
                arithmetic.not_negative(work, act.regs[dst])


def _asked(
    work: Work, act: Activation, item: instr.Call | instr.CallValue | instr.CallMethod, name: str
) -> answers.Question | None:
    """What a call asks whose answer may be known; None of code in sight."""
    if _in_sight(work, name) or name in work.program.changing or NONE in item.args:
        return None
    match item:
        case instr.Call():
            return answers.question(work, item.func, arguments(act, item.args))
        case instr.CallMethod() if name not in work.program.harmless:
            given = arguments(act, (item.x, *item.args))
            return answers.question(work, f"{item.interface}.{item.name}", given)
        case _:
            return None


def _tag_unseen(work: Work, act: Activation, item: instr.Call | instr.CallValue | instr.CallMethod) -> str:
    """The tag of a result of unknown type: that of a function without source, or of a method."""
    if isinstance(item, instr.CallValue):
        return ""
    place = f"{act.function.id} {act.pc}"
    if isinstance(item, instr.CallMethod):
        return unseen.tag_of_result(work, act.regs[item.x], place)
    if not (item.args and unseen.is_method(item.func)):
        return MADE
    return unseen.tag_of_result(work, act.regs[item.args[0]], place) if item.args[0] != NONE else ""


def _call_back(work: Work, thread: Thread, callback: Closure) -> None:
    """The unknown code runs the function it was given, once, before it returns."""
    function = work.program.functions[callback.func]
    unknown = [work.symbol(desc) for desc in function.params[len(callback.bound) :]]
    push(work, thread, function, (*callback.bound, *unknown), (), True)


def _may_keep(
    work: Work, item: instr.Call | instr.CallValue | instr.CallMethod, name: str, callback: Closure
) -> bool:
    """The unknown code may run the function later, on a goroutine of its own, and it can block there. Said of
    code outside only, and when that gives nothing back by which the function could be taken away again."""
    if KEPT in work.assumptions or name.startswith((*HARMLESS, *AT_ONCE)) or _in_sight(work, name):
        return False
    if any(desc.kind != "error" for desc in item.results):
        return False
    return any(isinstance(each, _PARKS) for each in work.program.functions[callback.func].code)


_PARKS = (instr.Send, instr.Recv, instr.Select)


def _call_back_later(work: Work, thread: Thread, site: Site, callback: Closure) -> None:
    """The unknown code runs the function that it was given on a goroutine of its own."""
    work.assume(KEPT)
    function = work.program.functions[callback.func]
    values = [*callback.bound, *(work.symbol(desc) for desc in function.params[len(callback.bound) :])]
    work.share(values)
    values.extend([None] * (function.registers - len(values)))
    frame = Frame(function.id, 0, tuple(values), (), "run", (), (), False, False)
    start(work, Goroutine((frame,), site, "", 1, True, thread.cancelled))


def not_followed(work: Work, callee: Value, args: Sequence[Value]) -> None:
    """A function value is started or deferred that is unknown, or not followed."""
    if type(callee) is Closure and _in_sight(work, callee.func):
        forget(work, (*callee.bound, *args))
    unknown_code(work, (callee, *args))


def _in_sight(work: Work, func: str) -> bool:
    """Code of the packages to analyse that is not followed: by its size or depth, or because it recurses."""
    return func in work.program.cut or func in work.program.functions


def unknown_code(work: Work, values: Iterable[Value]) -> None:
    """Code outside gets hold of the values."""
    for value in values:
        work.escape(work.materialise(value))
