"""Constant values, against Python's own arithmetic and Go's rules where they differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unstuck.types import constant
from unstuck.types.universe import import_name


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "0x_1F", 31),
        ("int", "0b101", 5),
        ("int", "0o17", 15),
        ("int", "017", 15),
        ("int", "08", None),
        ("int", "9" * 5000, None),
        ("float", "1e3", 1000.0),
        ("float", "0x1p-2", 0.25),
        ("float", "1e999", None),
        ("rune", "'a'", 97),
        ("rune", r"'\n'", 10),
        ("rune", r"'\xff'", 255),
        ("rune", r"'\u00e9'", 0xE9),
        ("rune", "''", None),
        ("string", r'"a\tb\u00e9\x41\101"', "a\tbéAA"),
        ("string", "`a\\n`", "a\\n"),
        ("imaginary", "1i", None),
    ],
)
def test_literals(kind: str, text: str, value: object) -> None:
    assert constant.literal(kind, text) == value


@given(st.integers(-(2**80), 2**80), st.integers(-(2**80), 2**80))
def test_division_truncates(x: int, y: int) -> None:
    quotient, rest = constant.binary("/", x, y, True), constant.binary("%", x, y, True)
    if y == 0:
        assert quotient is None and rest is None
        return
    assert isinstance(quotient, int) and isinstance(rest, int)
    assert quotient * y + rest == x and abs(rest) < abs(y) and rest * x >= 0


@given(
    st.sampled_from(["+", "-", "*", "/", "%", "&", "|", "^", "&^", "<<", ">>", "==", "<", "&&", "?"]),
    st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False), st.text()),
    st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False), st.text()),
    st.booleans(),
)
def test_no_operation_fails(op: str, x: constant.Value, y: constant.Value, integer: bool) -> None:
    constant.binary(op, x, y, integer)
    constant.convert(x, "uint8")
    constant.unary("^", x, "uint8")


def test_values_stay_small() -> None:
    assert constant.binary("<<", 1, 10**9, True) is None
    assert constant.binary("*", 1 << 4000, 1 << 4000, True) is None
    assert constant.binary("+", "x" * 60_000, "y" * 60_000, False) is None


def test_length_counts_bytes() -> None:
    raw = constant.literal("string", r'"\xff\xfeé"')
    assert isinstance(raw, str) and constant.length(raw) == 4


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("net/http", "http"),
        ("example.com/go-redis/v9", "redis"),
        ("gopkg.in/yaml.v3", "yaml"),
        ("github.com/nats-io/nats.go", "nats"),
        ("math/rand/v2", "rand"),
        ("v2", "v2"),
        ("", ""),
    ],
)
def test_import_names(path: str, name: str) -> None:
    assert import_name(path) == name
