"""Calls of functions that do nothing but panic are panics themselves.

So that a path through `fail("...")` ends like one through `panic("...")`: it is not followed, and a branch
that can only lead there decides nothing.
"""

from __future__ import annotations

from dataclasses import replace

from unstuck.ir import instr
from unstuck.ir.instr import Function, Instr, Program
from unstuck.ir.once import classes
from unstuck.ir.operands import successors

_DOES_SOMETHING = (
    *instr.OPERATIONS,
    instr.Exit,
    instr.Goexit,
    instr.Defer,
    instr.Recover,
    instr.Return,
    instr.CallValue,
    instr.CallMethod,
)
_RECOVERABLE = (instr.Store, instr.MapSet, instr.MapDelete, instr.Call)
"""What can matter after the panic when somebody recovers."""


def with_panics(program: Program) -> Program:
    """The program with such calls replaced."""
    recovers = any(instr.Recover in classes(function) for function in program.functions.values())
    effects = (*_DOES_SOMETHING, *_RECOVERABLE) if recovers else _DOES_SOMETHING
    functions = program.functions
    panicking: dict[str, None] = {}
    while True:
        found = [
            name
            for name, function in functions.items()
            if instr.Panic in classes(function)
            and name not in panicking
            and _only_panics(function, effects, functions)
        ]
        if not found:
            return replace(program, functions=functions) if panicking else program
        panicking.update(dict.fromkeys(found))
        functions = {name: _replaced(function, panicking) for name, function in functions.items()}


def _only_panics(function: Function, effects: tuple[type, ...], known: dict[str, Function]) -> bool:
    """Every instruction that can be reached is without effect, and some of them are panics."""
    code = function.code
    seen = {0}
    stack = [0]
    panics = False
    while stack:
        pc = stack.pop()
        item = code[pc]
        if isinstance(item, effects) or (isinstance(item, instr.Call) and item.func in known):
            return False
        panics = panics or isinstance(item, instr.Panic)
        for target in successors(item, pc):
            if target not in seen and target < len(code):
                seen.add(target)
                stack.append(target)
    return panics


def surely_panics(function: Function) -> bool:
    """Every way through the function ends in a panic of its own; one with a loop is not looked at."""
    code = function.code
    seen = {0}
    stack = [0]
    panics = False
    while stack:
        pc = stack.pop()
        targets = successors(code[pc], pc)
        panics = panics or isinstance(code[pc], instr.Panic)
        if not targets and not isinstance(code[pc], instr.Panic):
            return False
        for target in targets:
            if target <= pc or target >= len(code):
                return False
            if target not in seen:
                seen.add(target)
                stack.append(target)
    return panics


def _replaced(function: Function, panicking: dict[str, None]) -> Function:
    if not any(isinstance(item, instr.Call) and item.func in panicking for item in function.code):
        return function
    return replace(function, code=tuple(_panic(item, panicking) for item in function.code))


def _panic(item: Instr, panicking: dict[str, None]) -> Instr:
    if isinstance(item, instr.Call) and item.func in panicking:
        return instr.Panic(item.at)
    return item
