"""Functions of the library that print their operands: which they are, and what their formats ask for.

Source: packages fmt, log and testing.
"""

from __future__ import annotations

import re

_TESTING = ("common", "T", "B", "F", "TB")
_TELLERS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("fmt.", ("Sprint", "Print"), 0),
    ("fmt.", ("Append",), 1),
    ("log.", ("Print", "Fatal", "Panic"), 0),
    ("log.Logger.", ("Print", "Fatal", "Panic"), 0),
    *((f"testing.{name}.", ("Log", "Error", "Fatal", "Skip"), 0) for name in _TESTING),
)
"""How their names begin, their names without ln and f, and how many arguments come before what they print."""

FORMATS = {"fmt.Errorf": 0} | {f"{start}{name}f": first for start, names, first in _TELLERS for name in names}
"""Functions with a format, and which argument that is."""

PRINTS = {
    f"{start}{name}{end}": first
    for start, names, first in _TELLERS
    for name in names
    for end in (("",) if start.startswith("testing.") else ("", "ln"))
}
"""Functions that print all from this argument on."""

PRINTING = frozenset("." + name.rpartition(".")[2] for name in (*PRINTS, *FORMATS))
"""How all of these are called, whatever they are of."""
TEXTS = (".Error", ".String", ".Format")
"""Which methods of what is printed decide what happens then."""

_VERB = re.compile(r"%([+\-# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([^\d*.])")
TEXT_VERBS = "vsxXqw"
"""Verbs that ask an operand for its text."""


def verbs_of(format_: object) -> tuple[str, ...] | None:
    """The verb of each operand ("#" for one that asks for Go syntax, "*" for a width); None when nobody can
    tell."""
    if not isinstance(format_, str) or "[" in format_:
        return None
    found: list[str] = []
    for flags, width, precision, verb in _VERB.findall(format_):
        found.extend(part for part in (width, precision) if part == "*")
        if verb != "%":
            found.append("#" if verb == "v" and "#" in flags else verb)
    return tuple(found)
