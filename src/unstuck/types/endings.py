"""Functions that never return, told by their names where nothing else is known of them.

Loggers of all makes have Fatal and Panic: the first ends the process, the second panics. A name says less
than a body, so it counts only for code that is not followed; being wrong loses paths and makes none up.
"""

from __future__ import annotations

import re

from unstuck.types.model import FuncRef, Tuple, Type, Unknown
from unstuck.types.world import World

_FORMS = r"(f|ln|w|s|Depth|Depthf|Context|Contextf)?"
_EXITS = re.compile(f"(Fatal|Exit){_FORMS}")
_PANICS = re.compile(f"Panic{_FORMS}")
_FAILS = re.compile("Fail(Now)?f?")


def _is_followed(world: World, ref: FuncRef) -> bool:
    """Its body says what it does: code of libraries is not looked at, and an interface's method has none."""
    return world.analysed(ref.package) and world.declared(ref) is not None


def ending(world: World, ref: FuncRef, given: Type) -> str:
    """ "exit" where the call ends the process, "panic", or "fail" where it ends the test that it is given, as
    package require of testify (github.com/stretchr/testify) does; else "". `given`: the type of the call;
    what gives a value returns."""
    if _is_followed(world, ref):
        return ""
    if ref.package.endswith("/require") and _FAILS.fullmatch(ref.name):
        return "fail"
    if not isinstance(given, Unknown) and given != Tuple(()):
        return ""
    if _EXITS.fullmatch(ref.name):
        return "exit"
    return "panic" if _PANICS.fullmatch(ref.name) else ""
