"""Types as Go writes them, for messages and tests."""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.types.model import (
    Array,
    Basic,
    Chan,
    Field,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    TypeParam,
    Unknown,
)

_CHAN = {"both": "chan ", "send": "chan<- ", "recv": "<-chan "}


def type_string(t: Type) -> str:
    """`t` as Go source, defined types with the last element of their package's path; `?` where Unknown."""
    match t:
        case Unknown():
            return "?"
        case Basic(name) | TypeParam(name):
            return name
        case Named(package, name, args):
            qualified = f"{package.rpartition('/')[2]}.{name}" if package else name
            return qualified + (f"[{_list(args)}]" if args else "")
        case Pointer(elem):
            return f"*{type_string(elem)}"
        case Slice(elem):
            return f"[]{type_string(elem)}"
        case Array(length, elem):
            return f"[{'?' if length is None else length}]{type_string(elem)}"
        case Map(key, elem):
            return f"map[{type_string(key)}]{type_string(elem)}"
        case Chan(direction, elem):
            return _CHAN[direction] + _elem(direction, elem)
        case Signature():
            return f"func{_signature(t)}"
        case Struct(fields):
            return f"struct{{{'; '.join(_field(field) for field in fields)}}}"
        case Interface(methods, embeds):
            inner = [name + _signature(signature) for name, signature in methods]
            return f"interface{{{'; '.join(inner + [type_string(embed) for embed in embeds])}}}"
        case Tuple(items):
            return f"({_list(items)})"


def _elem(direction: str, elem: Type) -> str:
    text = type_string(elem)
    return f"({text})" if direction != "send" and text.startswith("<-") else text


def _field(field: Field) -> str:
    return type_string(field.type) if field.embedded else f"{field.name} {type_string(field.type)}"


def _signature(t: Signature) -> str:
    params = [type_string(param) for param in t.params]
    if t.variadic and params:
        params[-1] = "..." + params[-1].removeprefix("[]")
    results = _list(t.results)
    if len(t.results) == 1 and not isinstance(t.results[0], Signature):
        return f"({', '.join(params)}) {results}"
    return f"({', '.join(params)})" + (f" ({results})" if results else "")


def _list(ts: Iterable[Type]) -> str:
    return ", ".join(type_string(t) for t in ts)
