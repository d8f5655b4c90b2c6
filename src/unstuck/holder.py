"""One thing that holds goroutines, connections or descriptors, and how it is let go: a row of a table.

The table of the tool is rules/holders.py; `unstuck.toml` adds rows (`[[holder]]`).
"""

from __future__ import annotations

from dataclasses import dataclass

RECEIVER = -1
"""What holds is what the method is called on."""
ARGUMENT = -2
"""What holds is the first argument of the call."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One row."""

    make: str
    holds: str
    release: tuple[str, ...]
    result: int = 0
    """Which result of the call holds; RECEIVER is what a method is called on, ARGUMENT the first argument."""
    done: str = ""
    """A method whose answer false releases, too (`rows.Next()` at the end)."""
    passed: tuple[str, ...] = ()
    """Functions that release what they are given."""
    minor: bool = False
    """The garbage collector releases it some day, or it is common in code that runs once: a note."""
