"""Plain data <-> JSON, by the types that dataclasses declare.

A dataclass or named tuple becomes the list of its fields in order, an enum its value, a tuple a list.
Reading checks every value against its declared type, so that what is read is exactly what could have been
written; anything else raises `BadEntryError`. Nothing is looked up by a name that stands in the data.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Decode = Callable[[Any], Any]


class BadEntryError(ValueError):
    """The data is not of the type that was asked for."""


def to_plain(value: Any) -> Any:
    """A value of dataclasses, tuples, enums, texts and numbers as what JSON can hold."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [to_plain(each) for each in value]
    names: tuple[str, ...] = _names(type(value))  # type: ignore[arg-type]  # every type can be hashed
    return [to_plain(getattr(value, name)) for name in names]


def from_plain(type_: type[T], data: Any) -> T:
    """The value of `type_` that `to_plain` made `data` from. Raises BadEntryError."""
    decode: _Decode = _decoder(type_)  # type: ignore[arg-type]  # every type can be hashed
    made: T = decode(data)
    return made


@cache
def _names(type_: type) -> tuple[str, ...]:
    named: tuple[str, ...] | None = getattr(type_, "_fields", None)
    return named if named is not None else tuple(each.name for each in fields(type_))


@cache
def _decoder(type_: Any) -> _Decode:
    if type_ in (str, int, bool, float):
        return _scalar(type_)
    if type_ is None or type_ is type(None):
        return _none
    origin = get_origin(type_)
    if origin in (Union, types.UnionType):
        return _optional(get_args(type_))
    if origin is list:
        return _sequence(list, get_args(type_)[0])
    if origin is tuple:
        inner = get_args(type_)
        return _sequence(tuple, inner[0]) if inner[-1:] == (...,) else _fixed(inner)
    if isinstance(type_, type) and issubclass(type_, Enum):
        return _enum(type_)
    if isinstance(type_, type) and (is_dataclass(type_) or hasattr(type_, "_fields")):
        return _record(type_)
    raise TypeError(f"{type_} cannot be stored")


def _scalar(type_: type) -> _Decode:
    def decode(data: Any) -> Any:
        if type(data) is not type_:
            raise BadEntryError(type_.__name__)
        return data

    return decode


def _none(data: Any) -> None:
    if data is not None:
        raise BadEntryError("None")


def _optional(parts: tuple[Any, ...]) -> _Decode:
    """`X | None`; no other unions are stored."""
    (other,) = (each for each in parts if each is not type(None))
    inner = _decoder(other)
    return lambda data: None if data is None else inner(data)


def _sequence(made: Callable[[list[Any]], Any], item: Any) -> _Decode:
    inner = _decoder(item)

    def decode(data: Any) -> Any:
        if type(data) is not list:
            raise BadEntryError("list")
        return made([inner(each) for each in data])

    return decode


def _fixed(items: tuple[Any, ...]) -> _Decode:
    inner = tuple(_decoder(each) for each in items)

    def decode(data: Any) -> Any:
        if type(data) is not list or len(data) != len(inner):
            raise BadEntryError("tuple")
        return tuple(one(each) for one, each in zip(inner, data))

    return decode


def _enum(type_: type[Enum]) -> _Decode:
    by_value = {each.value: each for each in type_}

    def decode(data: Any) -> Any:
        if type(data) is not str or data not in by_value:
            raise BadEntryError(type_.__name__)
        return by_value[data]

    return decode


def _record(type_: Any) -> _Decode:
    hints = get_type_hints(type_)
    inner = tuple(_decoder(hints[name]) for name in _names(type_))

    def decode(data: Any) -> Any:
        if type(data) is not list or len(data) != len(inner):
            raise BadEntryError(type_.__name__)
        return type_(*[one(each) for one, each in zip(inner, data)])

    return decode
