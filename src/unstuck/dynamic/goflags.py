"""Arguments of `go test`: which are flags, which their values, which packages.

Reference: cmd/go/internal/test/testflag.go (testFlags) and `go help build`.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_ALONE = frozenset(
    (
        "a",
        "asan",
        "artifacts",
        "benchmem",
        "buildvcs",
        "c",
        "cover",
        "failfast",
        "fullpath",
        "h",
        "help",
        "i",
        "json",
        "linkshared",
        "modcacherw",
        "msan",
        "n",
        "race",
        "short",
        "trimpath",
        "v",
        "work",
        "x",
    )
)
"""Flags that never take the next argument for their value."""
_FOR_LIST = ("tags", "mod", "modfile", "race", "msan", "asan", "compiler")
"""Flags that decide which packages and files there are."""
NOT_RUNNING = {"c": "only builds", "n": "only prints commands", "list": "only lists tests"}
"""Flags with which go test runs no test."""


@dataclass(frozen=True, slots=True)
class GoArguments:
    """What `go test` was asked for."""

    flags: tuple[tuple[str, str | None], ...]
    """Name without dashes, and its value; None for one that stands alone."""
    packages: tuple[str, ...]
    rest: tuple[str, ...]
    """Arguments as they go to go test, without -C and -overlay."""
    folder: str
    """Value of -C, "" without."""
    overlay: str
    """Value of -overlay, "" without."""

    def has(self, name: str) -> bool:
        """A flag was given, in any of its spellings, and not as false."""
        return any(flag in (name, f"test.{name}") and value != "false" for flag, value in self.flags)

    def for_list(self) -> tuple[str, ...]:
        """The flags that `go list` needs to see the same files."""
        chosen = [(name, value) for name, value in self.flags if name in _FOR_LIST]
        return tuple(f"-{name}" if value is None else f"-{name}={value}" for name, value in chosen)


def understand(args: Sequence[str]) -> GoArguments:
    """Read the arguments of go test."""
    flags: list[tuple[str, str | None]] = []
    packages: list[str] = []
    rest: list[str] = []
    folder = overlay = ""
    at, may_list = 0, True
    while at < len(args):
        arg = args[at]
        at += 1
        if not arg.startswith("-") or arg == "-":
            if may_list:
                packages.append(arg)
            rest.append(arg)
            continue
        may_list = not packages  # one list, in one piece; what follows it is for the test binary
        name, equals, text = arg.lstrip("-").partition("=")
        if name == "args":
            rest.extend(args[at - 1 :])
            break
        value: str | None = text if equals else None
        taken = [arg]
        if not equals and name not in _ALONE and at < len(args):
            value = args[at]
            taken.append(args[at])
            at += 1
        if name == "C":
            folder = value or ""
        elif name == "overlay":
            overlay = value or ""
        else:
            flags.append((name, value))
            rest.extend(taken)
    return GoArguments(tuple(flags), tuple(packages), tuple(rest), folder, overlay)


def overlay_in(goflags: str) -> str:
    """The overlay that GOFLAGS names, "" without one."""
    try:
        words = shlex.split(goflags)
    except ValueError:
        words = goflags.split()
    found = [word.partition("=")[2] for word in words if word.lstrip("-").startswith("overlay=")]
    return found[-1] if found else ""
