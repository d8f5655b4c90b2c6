"""Dataclasses that are made without compiling text.

`dataclasses` writes the text of up to six methods for each of our 300 classes and compiles it: a tenth of the
time of a run on one file. Those methods differ in nothing but names, so here they are compiled once for each
number of fields, and each class gets a copy with its own names; what is hardly ever called is made when it
is. There is no public way to do that. Classes that are not plain (others below them, an order, fields that
`__init__` does not take) are made as ever, and all of them are where the private functions are not those of
Python 3.11 and 3.12.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from types import CodeType, FunctionType
from typing import Any

_PROCESS = ("cls", "init", "repr", "eq", "order", "unsafe_hash", "frozen", "match_args", "kw_only", "slots")
_HELPERS = {
    "_process_class": (*_PROCESS, "weakref_slot"),
    "_repr_fn": ("fields", "globals"),
    "_frozen_get_del_attr": ("cls", "fields", "globals"),
    "_get_field": ("cls", "a_name", "a_type", "default_kw_only"),
    "_dataclass_getstate": ("self",),
    "_dataclass_setstate": ("self", "state"),
}
"""The private functions that are replaced or used, with their parameters."""

_MADE_HERE = frozenset(
    ("__init__", "__post_init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__slots__")
)
"""What a plain class does not write itself. For membership only."""
_SPECIAL = re.compile("ClassVar|InitVar|KW_ONLY")

_library: Any = dataclasses
_MISSING: Any = dataclasses.MISSING
_FACTORY = object()
"""Stands for an argument that was not given, where a function makes the default."""
_ASSIGNED: dict[str, Any] = {"_assign": object.__setattr__, "_FACTORY": _FACTORY}
"""What those functions see as global."""


def make_dataclasses_quickly() -> None:
    """All dataclasses of this process that are declared from now on."""
    for name, parameters in _HELPERS.items():
        code = getattr(getattr(_library, name, None), "__code__", None)
        if not isinstance(code, CodeType) or code.co_varnames[: len(parameters)] != parameters:
            return
    process = _library._process_class

    def process_class(
        cls: Any,
        init: Any,
        repr: Any,
        eq: Any,
        order: Any,
        unsafe_hash: Any,
        frozen: Any,
        match_args: Any,
        kw_only: Any,
        slots: Any,
        weakref_slot: Any,
    ) -> Any:
        asked = (init, repr, match_args, slots, order, unsafe_hash, kw_only, weakref_slot)
        if asked == (True, True, True, True, False, False, False, False) and _is_plain(cls):
            return _made(cls, eq, frozen, _params(process, eq, frozen))
        return process(
            cls, init, repr, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot
        )

    _library._process_class = process_class


class _Fields:
    """The fields of a class, made when they are first asked for."""

    __slots__ = ("draft", "of")

    def __init__(self, draft: Any) -> None:
        self.draft = draft
        self.of: Any = None

    def __get__(self, _: object, owner: object) -> Any:
        written = self.draft.__annotations__.items()
        made = {name: _library._get_field(self.draft, name, t, False) for name, t in written}
        self.of.__dataclass_fields__ = made
        return made


def _is_plain(cls: Any) -> bool:
    """All that its decorator has to do is done here; mistakes are left to the library, which tells them."""
    written = cls.__dict__
    if type(cls) is not type or cls.__bases__ != (object,) or "__mypyc_attrs__" in written:
        return False
    if not _MADE_HERE.isdisjoint(written):
        return False
    optional = False
    for name, annotation in cls.__annotations__.items():
        if annotation.__class__ is not str or _SPECIAL.search(annotation) is not None:
            return False
        default = written.get(name, _MISSING)
        if _is_field(default):
            if not default.init or default.hash is not None or default.kw_only is True:
                return False
            default = default.default if default.default_factory is _MISSING else _FACTORY
        if optional and default is _MISSING:
            return False
        optional = default is not _MISSING
        if default.__class__.__hash__ is None:
            return False
    return True


@cache
def _params(process: Any, eq: bool, frozen: bool) -> Any:
    """What the library notes of the decorator's parameters."""
    sample = type("Sample", (), {"__doc__": ""})
    made = process(sample, True, True, eq, False, False, frozen, True, False, True, False)
    return made.__dataclass_params__


def _made(draft: Any, eq: bool, frozen: bool, params: Any) -> Any:
    """The class that a draft stands for."""
    names = tuple(draft.__annotations__)
    namespace = dict(draft.__dict__)
    namespace.pop("__dict__", None)
    namespace.pop("__weakref__", None)
    given = {name: namespace.pop(name) for name in names if name in namespace}
    at = f"{draft.__qualname__}."
    fields = _Fields(draft)
    namespace.update(
        __qualname__=draft.__qualname__,
        __slots__=names,
        __match_args__=names,
        __dataclass_fields__=fields,
        __dataclass_params__=params,
        __init__=_init(names, given, frozen, at),
        __repr__=_put_off("__repr__", _repr),
    )
    if eq:
        namespace["__eq__"] = _put_off("__eq__", _eq)
        namespace["__hash__"] = _put_off("__hash__", _hash) if frozen else None
    if frozen:
        namespace.update(
            __setattr__=_put_off("__setattr__", _setattr),
            __delattr__=_put_off("__delattr__", _delattr),
            __getstate__=_library._dataclass_getstate,
            __setstate__=_library._dataclass_setstate,
        )
    fields.of = type(draft.__name__, (object,), namespace)
    return fields.of


# Methods that are copied.


def _init(names: tuple[str, ...], given: dict[str, Any], frozen: bool, at: str) -> Callable[..., Any]:
    """The one that assigns the fields."""
    if any(_is_field(default) and default.default_factory is not _MISSING for default in given.values()):
        return _put_off("__init__", _init_with_factories)
    defaults = [default.default if _is_field(default) else default for default in given.values()]
    made = _copy(_assigning(len(names), frozen, ()), names, at, _ASSIGNED)
    made.__defaults__ = tuple(each for each in defaults if each is not _MISSING) or None
    return made


def _init_with_factories(cls: Any) -> FunctionType:
    fields = dataclasses.fields(cls)
    names = [each.name for each in fields]
    factories = {number: each.default_factory for number, each in enumerate(fields) if _has_factory(each)}
    around = {f"make{number}": factory for number, factory in factories.items()}
    pattern = _assigning(len(names), cls.__dataclass_params__.frozen, tuple(factories))
    made = _copy(pattern, names, f"{cls.__qualname__}.", {**_ASSIGNED, **around})
    defaults = [_FACTORY if _has_factory(each) else each.default for each in fields]
    made.__defaults__ = tuple(each for each in defaults if each is not _MISSING)
    return made


def _eq(cls: Any) -> FunctionType:
    names = [each.name for each in dataclasses.fields(cls) if each.compare]
    return _copy(_equal(len(names)), names, f"{cls.__qualname__}.", {})


def _hash(cls: Any) -> FunctionType:
    names = [each.name for each in dataclasses.fields(cls) if each.compare]
    return _copy(_hashing(len(names)), names, f"{cls.__qualname__}.", {})


def _is_field(value: object) -> bool:
    return isinstance(value, dataclasses.Field)


def _has_factory(one: dataclasses.Field[Any]) -> bool:
    return one.default_factory is not _MISSING


def _copy(pattern: CodeType, names: Sequence[str], at: str, around: dict[str, Any]) -> FunctionType:
    """A function like the pattern with other names for `f0`, `f1` ..."""
    other = {f"f{number}": name for number, name in enumerate(names)}
    if "self" in names:
        other["self"] = "__dataclass_self__"
    said = other.get
    code = pattern.replace(
        co_varnames=tuple([said(name, name) for name in pattern.co_varnames]),
        co_names=tuple([said(name, name) for name in pattern.co_names]),
        co_consts=tuple([said(each, each) for each in pattern.co_consts]),
        co_qualname=at + pattern.co_name,
    )
    return FunctionType(code, around)


@cache
def _assigning(count: int, frozen: bool, factories: tuple[int, ...]) -> CodeType:
    parameters, body = ["self"], []
    for number in range(count):
        parameters.append(name := f"f{number}")
        value = f"make{number}() if {name} is _FACTORY else {name}" if number in factories else name
        body.append(f"_assign(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    return _compiled("__init__", parameters, body or ["pass"])


@cache
def _equal(count: int) -> CodeType:
    one, other = _values("self", count), _values("other", count)
    same = ["if other.__class__ is self.__class__:", f" return {one} == {other}"]
    return _compiled("__eq__", ["self", "other"], [*same, "return NotImplemented"])


@cache
def _hashing(count: int) -> CodeType:
    return _compiled("__hash__", ["self"], [f"return hash({_values('self', count)})"])


def _values(of: str, count: int) -> str:
    return f"({''.join(f'{of}.f{number}, ' for number in range(count))})"


def _compiled(name: str, parameters: list[str], body: list[str]) -> CodeType:
    text = "\n".join((f"def {name}({', '.join(parameters)}):", *(f" {line}" for line in body)))
    made: dict[str, Any] = {}
    exec(text, {}, made)
    code: CodeType = made[name].__code__
    return code


# Methods that are made when they are first called.


def _put_off(name: str, make: Callable[[Any], Any]) -> Callable[..., Any]:
    def method(self: Any, /, *given: Any, **named: Any) -> Any:
        cls = next(cls for cls in type(self).__mro__ if cls.__dict__.get(name) is method)
        made = make(cls)
        setattr(cls, name, made)
        return made(self, *given, **named)

    method.__name__ = method.__qualname__ = name
    return method


def _repr(cls: Any) -> Any:
    return _library._repr_fn([each for each in dataclasses.fields(cls) if each.repr], _globals(cls))


def _setattr(cls: Any) -> Any:
    return _library._frozen_get_del_attr(cls, dataclasses.fields(cls), _globals(cls))[0]


def _delattr(cls: Any) -> Any:
    return _library._frozen_get_del_attr(cls, dataclasses.fields(cls), _globals(cls))[1]


def _globals(cls: Any) -> dict[str, Any]:
    module = sys.modules.get(cls.__module__)
    return module.__dict__ if module is not None else {}
