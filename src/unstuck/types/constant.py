"""Values of constant expressions (Go spec: "Constants", "Constant expressions").

Values are Python's int, float, bool and str; a string keeps bytes that are not UTF-8 as surrogate escapes.
Whatever grows beyond the limits below, or does not compute, is None: not known. Floats are doubles, not
exact; complex constants are not computed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from unstuck.types.model import Type
from unstuck.types.universe import (
    INTEGER_BITS,
    UNTYPED_COMPLEX,
    UNTYPED_FLOAT,
    UNTYPED_INT,
    UNTYPED_RUNE,
    UNTYPED_STRING,
)

Value = int | bool | str | float

MAX_BITS = 4096
"""Integers wider than this are not kept."""
MAX_STRING = 1 << 16
"""Strings longer than this (in characters) are not kept."""

LITERAL_TYPES: dict[str, Type] = {
    "int": UNTYPED_INT,
    "float": UNTYPED_FLOAT,
    "imaginary": UNTYPED_COMPLEX,
    "rune": UNTYPED_RUNE,
    "string": UNTYPED_STRING,
}

_ESCAPE = re.compile(
    rb"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))"
)
_SIMPLE = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"\\": b"\\",
    b"'": b"'",
    b'"': b'"',
}


COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""What each comparison says of two numbers or texts."""


def literal(kind: str, text: str) -> Value | None:
    """Value of a literal as written, None when it is imaginary, malformed or too big."""
    if kind == "int":
        return _integer(text)
    if kind == "string":
        return _string(text)
    if kind == "rune":
        return _rune(text)
    if kind == "float":
        return _float(text)
    return None


def length(value: str) -> int:
    """Go's len of a constant string: its bytes."""
    if value.isascii():
        return len(value)
    try:
        return len(value.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return len(value.encode("utf-8", "surrogatepass"))


def unary(op: str, value: Value, type_name: str) -> Value | None:
    """`op value`, where `type_name` is the basic type that decides what `^` means."""
    if op == "!":
        return not value if isinstance(value, bool) else None
    if isinstance(value, (bool, str)):
        return None
    if op == "+":
        return value
    if op == "-":
        return -value
    if op == "^" and isinstance(value, int):
        bits = INTEGER_BITS.get(type_name, 0) if type_name.startswith("u") and type_name[:2] != "un" else 0
        return value ^ ((1 << bits) - 1) if bits else ~value
    return None


def binary(op: str, x: Value, y: Value, integer: bool) -> Value | None:
    """`x op y`; `integer` tells which division is meant."""
    if isinstance(x, str) or isinstance(y, str):
        return _on_strings(op, x, y)
    if isinstance(x, bool) or isinstance(y, bool):
        return _on_booleans(op, x, y)
    if op in COMPARED:
        return COMPARED[op](x, y)
    if isinstance(x, float) or isinstance(y, float):
        if not integer or not (_is_whole(x) and _is_whole(y)):
            return _on_floats(op, x, y)
        x, y = int(x), int(y)
    if op == "/" and not integer:
        return _on_floats(op, x, y)
    return _on_integers(op, x, y)


def convert(value: Value | None, type_name: str) -> Value | None:
    """`T(value)` or the value assigned to a constant of the basic type `type_name`."""
    if value is None:
        return None
    if type_name == "string":
        if isinstance(value, int) and not isinstance(value, bool):
            return chr(value) if 0 <= value < 0x110000 else "\ufffd"
        return value if isinstance(value, str) else None
    if type_name in INTEGER_BITS:
        if isinstance(value, float):
            return int(value) if _is_whole(value) else None
        return value if not isinstance(value, (bool, str)) else None
    if type_name.startswith("float") and isinstance(value, int) and not isinstance(value, bool):
        return float(value) if value.bit_length() < 1000 else None
    return value


def _integer(text: str) -> int | None:
    digits = text.replace("_", "")
    if len(digits) > MAX_BITS // 4:
        return None
    try:
        return int(digits, 8) if digits[0] == "0" and digits.isdigit() else int(digits, 0)
    except ValueError:
        return None


def _float(text: str) -> float | None:
    digits = text.replace("_", "")
    try:
        number = float.fromhex(digits) if digits[:2] in ("0x", "0X") else float(digits)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) != float("inf") else None


def _string(text: str) -> str | None:
    if len(text) < 2 or len(text) > MAX_STRING:
        return None
    if text[0] == "`":
        return text[1:-1].replace("\r", "")
    return text[1:-1] if "\\" not in text else _decode(text[1:-1]).decode("utf-8", "surrogateescape")


def _rune(text: str) -> int | None:
    inner = text[1:-1]
    if len(inner) == 1:
        return ord(inner)
    if inner[:2] in ("\\x", "\\0", "\\1", "\\2", "\\3"):
        raw = _decode(inner)
        return raw[0] if len(raw) == 1 else None
    decoded = _decode(inner).decode("utf-8", "replace")
    return ord(decoded) if len(decoded) == 1 else None


def _decode(text: str) -> bytes:
    return _ESCAPE.sub(_unescape, text.encode("utf-8", "surrogateescape"))


def _unescape(match: re.Match[bytes]) -> bytes:
    simple, hexadecimal, octal, short, long = match.groups()
    if simple:
        return _SIMPLE[simple]
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    code = int(short or long, 16)
    return chr(code).encode("utf-8", "surrogatepass") if code < 0x110000 else b"\xef\xbf\xbd"


def _on_strings(op: str, x: Value, y: Value) -> Value | None:
    if not (isinstance(x, str) and isinstance(y, str)):
        return None
    if op == "+":
        return x + y if len(x) + len(y) <= MAX_STRING else None
    return COMPARED[op](x, y) if op in COMPARED else None


def _on_booleans(op: str, x: Value, y: Value) -> bool | None:
    if not (isinstance(x, bool) and isinstance(y, bool)):
        return None
    if op == "&&":
        return x and y
    if op == "||":
        return x or y
    return (x == y) == (op == "==") if op in ("==", "!=") else None


def _on_floats(op: str, x: float, y: float) -> float | None:
    try:
        x, y = float(x), float(y)
        result = {"+": x + y, "-": x - y, "*": x * y}.get(op)
        if op == "/" and y:
            result = x / y
    except OverflowError:
        return None
    return result if result is not None and abs(result) != float("inf") and result == result else None


def _on_integers(op: str, x: int, y: int) -> int | None:
    if op in ("<<", ">>"):
        if y < 0 or (op == "<<" and x.bit_length() + y > MAX_BITS):
            return None
        return x << y if op == "<<" else x >> min(y, MAX_BITS)
    if op in ("/", "%"):
        return _divide(op, x, y)
    if op == "&^":
        return x & ~y
    result = _RING[op](x, y) if op in _RING else None
    return result if result is not None and result.bit_length() <= MAX_BITS else None


_RING = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "&": int.__and__,
    "|": int.__or__,
    "^": int.__xor__,
}


def _divide(op: str, x: int, y: int) -> int | None:
    if y == 0:
        return None
    quotient = abs(x) // abs(y)
    if (x < 0) != (y < 0):
        quotient = -quotient
    return quotient if op == "/" else x - quotient * y


def _is_whole(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()
