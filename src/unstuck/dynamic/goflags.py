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
class Argument:
    """A flag with its value, or something else."""

    words: tuple[str, ...]
    """As given."""
    flag: str = ""
    """Its name without dashes; "" for what is no flag."""
    value: str | None = None
    """None for one that stands alone."""
    package: bool = False
    """It names packages."""


@dataclass(frozen=True, slots=True)
class GoArguments:
    """What `go test` was asked for."""

    all: tuple[Argument, ...]

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages as named."""
        return tuple(each.words[0] for each in self.all if each.package)

    def has(self, name: str) -> bool:
        """A flag was given, in any of its spellings, and not as false."""
        return any(each.flag in (name, f"test.{name}") and each.value != "false" for each in self.all)

    def value(self, name: str) -> str:
        """The last value of a flag, "" without."""
        return next((each.value or "" for each in reversed(self.all) if each.flag == name), "")

    def chosen(self, names: Sequence[str]) -> tuple[str, ...]:
        """The given flags among `names`, each as one word."""
        found = [each for each in self.all if each.flag in names]
        return tuple(
            f"-{each.flag}" if each.value is None else f"-{each.flag}={each.value}" for each in found
        )

    def without(self, *names: str) -> tuple[str, ...]:
        """All arguments as they go to go test, but for these flags."""
        kept = [each for each in self.all if each.flag.removeprefix("test.") not in names]
        return tuple(word for each in kept for word in each.words)

    def for_list(self) -> tuple[str, ...]:
        """The flags that `go list` needs to see the same files."""
        return self.chosen(_FOR_LIST)


def understand(args: Sequence[str]) -> GoArguments:
    """Read the arguments of go test."""
    found: list[Argument] = []
    at, may_list = 0, True
    while at < len(args):
        arg = args[at]
        at += 1
        if not arg.startswith("-") or arg == "-":
            found.append(Argument((arg,), package=may_list))
            continue
        # One list of packages, in one piece; what follows it is for the test binary.
        may_list = not any(each.package for each in found)
        name, equals, text = arg.lstrip("-").partition("=")
        if name == "args":
            found.extend(Argument((word,)) for word in args[at - 1 :])
            break
        if equals or name in _ALONE or at == len(args):
            found.append(Argument((arg,), name, text if equals else None))
        else:
            found.append(Argument((arg, args[at]), name, args[at]))
            at += 1
    return GoArguments(tuple(found))


def overlay_in(goflags: str) -> str:
    """The overlay that GOFLAGS names, "" without one."""
    try:
        words = shlex.split(goflags)
    except ValueError:
        words = goflags.split()
    found = [word.partition("=")[2] for word in words if word.lstrip("-").startswith("overlay=")]
    return found[-1] if found else ""
