"""What the code of one function says by itself, made once.

Each function is part of many fragments, and each fragment is looked through by several passes. What hangs on
nothing but the function is kept with it (`Function.known`) and shared: nobody may change it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from unstuck.ir import instr
from unstuck.ir.instr import Function, Instr, Reg
from unstuck.ir.operands import defs, successors, uses

T = TypeVar("T")


def once(make: Callable[[Function], T]) -> Callable[[Function], T]:
    """`make`, asked once of each function; its answer is never None."""

    def of(function: Function) -> T:
        known: dict[object, T] = function.known
        found = known.get(make)
        if found is None:
            found = known[make] = make(function)
        return found

    return of


@once
def classes(function: Function) -> frozenset[type[Instr]]:
    """The kinds of instructions that the function has."""
    return frozenset([item.__class__ for item in function.code])


@once
def ways(function: Function) -> tuple[tuple[int, ...], ...]:
    """Where each instruction goes on in the function."""
    code = function.code
    count = len(code)
    found = [successors(item, pc) for pc, item in enumerate(code)]
    return tuple([all_ if max(all_, default=0) < count else _within(all_, count) for all_ in found])


def _within(targets: tuple[int, ...], count: int) -> tuple[int, ...]:
    return tuple([target for target in targets if target < count])


@once
def written(function: Function) -> tuple[tuple[Reg, ...], ...]:
    """Registers that each instruction writes."""
    return tuple(map(defs, function.code))


@once
def read(function: Function) -> tuple[tuple[Reg, ...], ...]:
    """Registers that each instruction reads."""
    return tuple(map(uses, function.code))


@once
def named(function: Function) -> tuple[str, ...]:
    """The functions that it calls or makes closures of."""
    found = [item.func for item in function.code if isinstance(item, (instr.Call, instr.MakeClosure))]
    return tuple(dict.fromkeys(found))
