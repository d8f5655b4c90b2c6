"""Whether a leak of a private function can happen in the calls that the package makes of it.

A function alone is explored with unknown arguments: any size, any flag, any combination. A private one gets
only what its callers give. Where all of them are in sight and each, explored to its end, shows the function
without the leak, there is none. Callers that were explored in part, or that end the process, prove nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from unstuck.explore.fragment import Leak, analyse
from unstuck.explore.work import Place
from unstuck.ir import instr
from unstuck.ir.literals import function_id
from unstuck.ir.program import Code, program
from unstuck.ir.slice import sliced
from unstuck.types.model import FuncRef

MAX_CALLERS = 6
"""Functions that call one function; with more of them its leaks stand."""


def possible(
    code: Code, ref: FuncRef, leaks: Sequence[Leak], limits: tuple[int, int]
) -> tuple[tuple[Leak, ...], int]:
    """The leaks of a function that its callers do not rule out, and what asking them has cost. `limits`:
    states and instructions for each caller."""
    callers = _callers(code, ref) if leaks and _is_private(code, ref) else None
    if not callers:
        return tuple(leaks), 0
    shown: dict[Place, None] = {}
    spent = 0
    for caller in callers:
        whole = program(code, caller)
        if whole is None or function_id(ref) not in whole.functions:
            return tuple(leaks), spent
        found = analyse(sliced(whole), *limits, process_ends=False)
        spent += found.work
        if not found.complete or found.process_ended:
            return tuple(leaks), spent
        shown.update(dict.fromkeys(leak.park for leak in found.leaks))
        if all(leak.park in shown for leak in leaks):
            break
    return tuple(leak for leak in leaks if leak.park in shown), spent


def _is_private(code: Code, ref: FuncRef) -> bool:
    """Only its package can call it, and it takes something from whoever does."""
    if ref.recv or ref.name[:1].isupper() or "#" in ref.name or ref.name in ("main", "init", "statements"):
        return False
    lowered = code.lowered(ref)
    return lowered is not None and bool(lowered.functions[0].params)


def _callers(code: Code, ref: FuncRef) -> tuple[FuncRef, ...]:
    """The functions that call it, itself left out; none when there are many or it is used as a value, too."""
    found: list[FuncRef] = []
    word = ref.name.encode("utf-8", "surrogateescape")
    for other in code.world.functions(ref.package):
        declared = code.world.declared(other)
        if declared is None or word not in declared.file.data[declared.start : declared.end]:
            continue
        lowered = code.lowered(other)
        if lowered is None or all(callee != ref for _, callee in lowered.refs):
            continue
        if _keeps(lowered.functions, function_id(ref)) or len(found) == MAX_CALLERS:
            return ()
        if other != ref:
            found.append(other)
    return tuple(found)


def _keeps(functions: Sequence[instr.Function], name: str) -> bool:
    """The function is used as a value somewhere, other than to start a goroutine or to be deferred."""
    for function in functions:
        run = [item.callee for item in function.code if isinstance(item, instr.Go | instr.Defer)]
        for item in function.code:
            if isinstance(item, instr.MakeClosure) and item.func == name and item.dst not in run:
                return True
    return False
