"""Which Go a module is judged for: language version, lowest admitted toolchain, old or new timers.

The machine's own Go is never asked, so a module is judged alike everywhere. Sources: go.dev/doc/toolchain
(a go line of 1.21 or later is a lower bound, and so is a toolchain line), go.dev/doc/godebug (defaults
follow the main module's go line), the release notes of Go 1.23 and 1.27 on timers, go/types initFiles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NO_MODULE = "1.22"
"""Assumed where no go.mod says more: the newest Go whose timers are old."""
NO_GO_LINE = "1.16"
"""Language of a go.mod without a go line (go.dev/ref/mod#go-mod-file-go)."""
NO_GO_LINE_IN_WORK = "1.18"
"""Language of a go.work without a go line."""
KEPT = "timers that nobody stops are kept until they fire"
COLLECTED = "timers that nobody holds are collected"

_VERSION = re.compile(r"(?:go)?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?")
_TIMERS_BY_GO_LINE = (1, 23)
_TIMERS_ALWAYS = (1, 27)
_LOWER_BOUND = (1, 21)


@dataclass(frozen=True, slots=True)
class GoVersions:
    """What Go a package is judged for."""

    language: str
    """"1.22"."""
    toolchain: str
    """The lowest toolchain that may build the main module, "1.22.0"."""
    old_timers: bool
    """Timers and tickers that nobody stops stay in memory, and a channel of theirs may hold a stale value."""
    why: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class Says:
    """What is said of the main module: `where` is "go.mod", "go.work" or "" where there is neither."""

    where: str
    go: str | None = None
    toolchain: str | None = None
    godebug: tuple[tuple[str, str], ...] = ()
    asked_go: str | None = None
    """What the command line or configuration put in place of the go line."""
    asked_toolchain: str | None = None


def is_version(text: str) -> bool:
    """Tell whether `text` names a Go version ("1.22", "1.22.3", "go1.22")."""
    return _VERSION.fullmatch(text) is not None


def release(version: str) -> tuple[int, int, int]:
    """(1, 22, 3) of "1.22.3", "go1.22.3", "go1.22.3-custom", "1.22rc1"; zeros where it says nothing."""
    found = _VERSION.match(version)
    if found is None:
        return (0, 0, 0)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0))


def language(version: str) -> str:
    """The language version "1.22" of a version."""
    major, minor, _ = release(version)
    return f"{major}.{minor}"


def file_language(package_language: str, implied: int | None) -> str:
    """Language of one file: `//go:build go1.N` sets it, to 1.21 at least (go/types, initFiles)."""
    return package_language if implied is None else f"1.{max(implied, 21)}"


def judge(says: Says, debug: tuple[tuple[str, str], ...] = ()) -> GoVersions:
    """Judge a main module; `debug` are the `//go:debug` lines of the main package, if it is one."""
    go = _go_line(says)
    toolchain = _toolchain(says, go)
    old, why = _timers(says, go, toolchain, debug)
    return GoVersions(language(go), ".".join(map(str, toolchain)), old, why)


def with_language(versions: GoVersions, go: str | None) -> GoVersions:
    """The same build, for a dependency whose own go.mod has the go line `go`."""
    return GoVersions(language(go or NO_GO_LINE), versions.toolchain, versions.old_timers, versions.why)


def _go_line(says: Says) -> str:
    if says.asked_go or says.go:
        return says.asked_go or says.go or ""
    return {"go.mod": NO_GO_LINE, "go.work": NO_GO_LINE_IN_WORK}.get(says.where, NO_MODULE)


def _toolchain(says: Says, go: str) -> tuple[int, int, int]:
    if says.asked_toolchain:
        return release(says.asked_toolchain)
    named = says.toolchain or "default"
    bound = (0, 0, 0) if named == "default" else release(named[named.find("go") :])
    return max(release(go), bound)


def _timers(
    says: Says, go: str, toolchain: tuple[int, int, int], debug: tuple[tuple[str, str], ...]
) -> tuple[bool, str]:
    where = _said(says, go)
    by_go_line = release(go)[:2]
    if toolchain[:2] >= _TIMERS_ALWAYS:
        by = "" if by_go_line >= _TIMERS_ALWAYS else f", and its toolchain is {_bound(says, toolchain)}"
        return False, f"{where}{by}: {COLLECTED}"
    if toolchain[:2] < _TIMERS_BY_GO_LINE:
        by = "" if by_go_line < _TIMERS_BY_GO_LINE else f", but its toolchain is {_bound(says, toolchain)}"
        return True, f"{where}{by}: {KEPT}"
    source, setting = _setting(says, debug)
    if setting is not None:
        key, value = setting
        old = value in ("1", "2") if key == "asynctimerchan" else release(value)[:2] < _TIMERS_BY_GO_LINE
        return old, f"{source} sets {key}={value}: {KEPT if old else COLLECTED}"
    old = by_go_line < _TIMERS_BY_GO_LINE
    return old, f"{where}: {KEPT if old else COLLECTED}"


def _said(says: Says, go: str) -> str:
    if says.asked_go:
        return f"as asked for, this is go {go}"
    if not says.where:
        return f"there is no go.mod, so go {NO_MODULE} is assumed"
    if says.go is None:
        return f"{says.where} has no go line, which means go {go}"
    return f"{says.where} says go {go}"


def _setting(says: Says, debug: tuple[tuple[str, str], ...]) -> tuple[str, tuple[str, str] | None]:
    """The setting that decides: asynctimerchan, else default; `//go:debug` wins, and the last of equals."""
    for key in ("asynctimerchan", "default"):
        for source, pairs in (("//go:debug", debug), (says.where, says.godebug)):
            for name, value in reversed(pairs):
                if name == key and (key == "asynctimerchan" or is_version(value)):
                    return source, (key, value)
    return "", None


def _bound(says: Says, toolchain: tuple[int, int, int]) -> str:
    text = "go" + ".".join(map(str, toolchain[:2] if toolchain[2] == 0 else toolchain))
    return f"{text} as asked for" if says.asked_toolchain else f"{text} at least"
