"""What must hold of every function and program: checked by tests, never when users run the tool."""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.ir.instr import NONE, Function, Instr, Program, Reg
from unstuck.ir.operands import defs, successors, uses


def check_program(program: Program) -> None:
    """Raises AssertionError, naming function and instruction, when a program cannot be run."""
    if program.root not in program.functions:
        raise AssertionError(f"root {program.root} is not in the program")
    for name, function in program.functions.items():
        if name != function.id:
            raise AssertionError(f"{function.id} is filed under {name}")
        check_function(function)
    for (type_, name), func in program.methods.items():
        if func not in program.functions and func not in program.cut:
            raise AssertionError(f"method {type_}.{name} is {func}, which is neither in the program nor cut")
    for name, masks in program.future.at.items():
        if len(masks) != len(program.functions[name].code):
            raise AssertionError(f"{name}: {len(masks)} sets of what can be read for each instruction")


def check_function(function: Function) -> None:
    """The same for one function, before or after slicing."""
    _check_header(function)
    for pc, item in enumerate(function.code):
        for target in successors(item, pc):
            if not 0 <= target < len(function.code):
                raise _wrong(function, pc, item, f"leads to {target}")
        _in_range(function, f"instruction {pc}, {item}", (*defs(item), *uses(item)))
    if function.live:
        _check_live(function)


def _check_header(function: Function) -> None:
    if not function.code:
        raise AssertionError(f"{function.id} has no code")
    if not function.bound <= len(function.params) <= function.registers:
        counts = f"{function.bound} bound, {len(function.params)} parameters, {function.registers} registers"
        raise AssertionError(f"{function.id}: {counts}")
    if len(function.results) != len(function.cells):
        raise AssertionError(f"{function.id}: {len(function.results)} results, {len(function.cells)} cells")
    if function.results and len(function.results) != len(function.result_descs):
        raise AssertionError(f"{function.id}: named results and types of results differ in number")
    _in_range(function, "named results", function.results)


def _check_live(function: Function) -> None:
    """Live registers are sorted and in range; none is read before it is set."""
    if len(function.live) != len(function.code):
        raise AssertionError(f"{function.id}: {len(function.live)} sets of live registers")
    for pc, live in enumerate(function.live):
        if list(live) != sorted(set(live)):
            raise AssertionError(f"{function.id}: instruction {pc}: live registers {live} are not in order")
        _in_range(function, f"instruction {pc}, live", live)
    given = (*range(len(function.params)), *function.results)
    unset = [reg for reg in function.live[0] if reg not in given]
    if unset:
        raise AssertionError(f"{function.id}: registers {unset} are read before they are set")


def _in_range(function: Function, what: str, regs: Iterable[Reg]) -> None:
    for reg in regs:
        if reg != NONE and not 0 <= reg < function.registers:
            raise AssertionError(f"{function.id}: {what}: register {reg} of {function.registers}")


def _wrong(function: Function, pc: int, item: Instr, why: str) -> AssertionError:
    return AssertionError(f"{function.id}: instruction {pc}, {item}: {why}")
