"""The fields of two structs that are compared. Go spec, "Comparison operators"."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.explore.state import StructValue, Symbol, Value
from unstuck.explore.work import Work


def fields_of_both(work: Work, x: StructValue, y: StructValue) -> Iterator[tuple[Value, Value]]:
    """What two structs of one type have in each field that was set in either."""
    ones, others = dict(x.fields), dict(y.fields)
    for name in dict.fromkeys((*ones, *others)):
        yield _field(work, ones, others, name), _field(work, others, ones, name)


def _field(work: Work, fields: dict[str, Value], others: dict[str, Value], name: str) -> Value:
    """The value of a field; where it was not set, the zero value of what the other struct has there."""
    if name in fields:
        return work.resolve(fields[name])
    like = work.resolve(others[name])
    match like:
        case Symbol():
            return work.zero(like.desc)
        case StructValue():
            return StructValue(like.type, (), True, like.tag)
        case bool():
            return False
        case int():
            return 0
        case str():
            return ""
        case _:
            return None
