"""What functions of the library said of plain values, to be said again (ir/repeating.py).

An answer is a term of `Work.known`: the function with the number of the result, what it was given, and what
it gave. It is kept as long as somebody has all that the function was given (explore/canonical.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from unstuck.explore.state import ChanRef, Pointer, StructValue, Symbol, Value
from unstuck.explore.work import Work
from unstuck.ir.instr import Desc
from unstuck.ir.repeating import OF_PLAIN

Question = tuple[str, Value]
"""The function, and what it is given: a value, or a struct of several."""

ANSWERED = "says "
"""How the terms of answers begin in `Work.known`."""

_CHANGING = ("slice", "array", "map", "struct", "func", "chan", "unknown")
"""Kinds of values that are not plain. A text that was converted from a list is that list."""


def question(work: Work, func: str, args: Sequence[Value]) -> Question | None:
    """The question that a call of the function asks; None where its answer may be another each time."""
    if func not in OF_PLAIN:
        return None
    given = [work.resolve(arg) for arg in args]
    if not all(_is_plain(value) for value in given):
        return None
    if len(given) == 1:
        return f"{ANSWERED}{func}", given[0]
    fields = tuple([(str(at), value) for at, value in enumerate(given)])
    return f"{ANSWERED}{func}", StructValue("", fields, True, "asked")


def answer(work: Work, asked: Question | None, index: int, desc: Desc, tag: str) -> Value:
    """Result number `index`: the same as before, or an unknown value."""
    if asked is None:
        return work.symbol(desc, tag)
    name = f"{asked[0]} {index}"
    for (what, given, made), _ in work.known.items():
        if what == name and _resolved(work, given) == asked[1]:
            return work.resolve(made)
    made = work.symbol(desc, tag)
    work.known[name, asked[1], made] = True
    return made


def _is_plain(value: Value) -> bool:
    if not isinstance(value, tuple):
        return True
    if type(value) is Symbol:
        return value.desc.kind not in _CHANGING
    return type(value) is Pointer or type(value) is ChanRef


def _resolved(work: Work, value: Value) -> Value:
    """What is known by now of what a function was given."""
    value = work.resolve(value)
    if type(value) is not StructValue:
        return value
    return value._replace(fields=tuple([(name, work.resolve(inner)) for name, inner in value.fields]))
