"""Functions that never return, told by their names where nothing else is known of them.

Loggers of all makes have Fatal and Panic: the first ends the process, the second panics. A name says less
than a body, so it counts only for code that is not in sight; being wrong loses paths and makes none up.
"""

from __future__ import annotations

import re

from unstuck.types.model import FuncRef
from unstuck.types.world import World

_FORMS = r"(f|ln|w|s|Depth|Depthf|Context|Contextf)?"
_EXITS = re.compile(f"(Fatal|Exit){_FORMS}")
_PANICS = re.compile(f"Panic{_FORMS}")


_FAILS = re.compile("Fail(Now)?f?")


def fails_test(ref: FuncRef) -> bool:
    """It ends the test that it is given, as package require of testify (github.com/stretchr/testify) does."""
    return ref.package.endswith("/require") and _FAILS.fullmatch(ref.name) is not None


def exits(world: World, ref: FuncRef) -> bool:
    """It ends the process, going by its name."""
    return _EXITS.fullmatch(ref.name) is not None and world.declared(ref) is None


def panics(world: World, ref: FuncRef) -> bool:
    """It panics, going by its name."""
    return _PANICS.fullmatch(ref.name) is not None and world.declared(ref) is None
