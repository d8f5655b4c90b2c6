"""Which files belong to a build: `//go:build` lines, `// +build` lines, and what a file's name says.

Follows go/build (shouldBuild, goodOSArchFile, matchTag), go/build/constraint and internal/syslist of Go 1.27.
Not known: constraints that only a GOEXPERIMENT of the machine would satisfy (name them as tags).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

MAX_DEPTH = 200
"""Nesting and number of terms of one constraint; beyond it the line is malformed (Go: 1,000 operators)."""

KNOWN_OS = frozenset(
    re.findall(
        r"\w+",
        "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris "
        "wasip1 windows zos",
    )
)
"""GOOS values that count in file names, past and future ones included."""

UNIX_OS = KNOWN_OS - {"js", "nacl", "plan9", "wasip1", "windows", "zos"}
"""GOOS values that satisfy the tag `unix`."""

KNOWN_ARCH = frozenset(
    re.findall(
        r"\w+",
        "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 "
        "mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm",
    )
)
"""GOARCH values that count in file names."""

FEATURE_TAGS = {
    "386": ("386.sse2",),
    "amd64": ("amd64.v1",),
    "arm": ("arm.5", "arm.6", "arm.7"),
    "arm64": ("arm64.v8.0",),
    "mips": ("mips.hardfloat",),
    "mipsle": ("mipsle.hardfloat",),
    "mips64": ("mips64.hardfloat",),
    "mips64le": ("mips64le.hardfloat",),
    "ppc64": ("ppc64.power8",),
    "ppc64le": ("ppc64le.power8",),
    "riscv64": ("riscv64.rva20u64",),
}
"""Tags that the default GOAMD64, GOARM ... of a GOARCH satisfy (internal/buildcfg)."""

_IMPLIED_OS = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
_TOKEN = re.compile(r"\s*(&&|\|\||[!()]|[\w.]+)")
_RELEASE_TAG = re.compile(r"go1\.(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Target:
    """What constraints are judged for. `tags` are the user's own."""

    goos: str
    goarch: str
    tags: tuple[str, ...]
    cgo: bool = True


@dataclass(frozen=True, slots=True)
class Tag:
    """One word of a constraint."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """`!x`."""

    x: Expr


@dataclass(frozen=True, slots=True)
class And:
    """`x && y`."""

    x: Expr
    y: Expr


@dataclass(frozen=True, slots=True)
class Or:
    """`x || y`."""

    x: Expr
    y: Expr


Expr = Tag | Not | And | Or


class BadConstraintError(ValueError):
    """A constraint that the go command would refuse."""


def parse(text: str) -> Expr:
    """Parse the expression behind `//go:build`. Raises `BadConstraintError`."""
    tokens = _tokens(text)
    expr, at = _or(tokens, 0, 0)
    if at < len(tokens):
        raise BadConstraintError(f"unexpected {tokens[at]}")
    return expr


def parse_plus(lines: tuple[str, ...]) -> Expr | None:
    """Parse `// +build` lines (the text behind it): lines and commas are and, blanks are or; None without."""
    whole: Expr | None = None
    for line in lines[:MAX_DEPTH]:
        either: Expr | None = None
        for option in line.split()[:MAX_DEPTH]:
            all_of: Expr | None = None
            for word in option.split(",")[:MAX_DEPTH]:
                term: Expr = Not(Tag(word[1:])) if word.startswith("!") else Tag(word)
                all_of = term if all_of is None else And(all_of, term)
            if all_of is not None:
                either = all_of if either is None else Or(either, all_of)
        if either is not None:
            whole = either if whole is None else And(whole, either)
    return whole


def evaluate(expr: Expr, holds: Callable[[str], bool]) -> bool:
    """Value of a constraint when `holds` says which tags are set."""
    match expr:
        case Tag(name):
            return holds(name)
        case Not(x):
            return not evaluate(x, holds)
        case And(x, y):
            return evaluate(x, holds) and evaluate(y, holds)
        case Or(x, y):
            return evaluate(x, holds) or evaluate(y, holds)


def go_version(expr: Expr) -> int | None:
    """The N of the lowest `go1.N` that it implies (constraint.GoVersion); None when it implies none."""
    lowest = _min_version(expr, positive=True)
    return None if lowest < 0 else lowest


def tag_holds(name: str, target: Target, release: int) -> bool:
    """Tell whether a tag is set; `release` is the N of the judged toolchain 1.N."""
    if name in (target.goos, target.goarch, "gc") or name in target.tags:
        return True
    if name == "cgo":
        return target.cgo
    if name == "unix":
        return target.goos in UNIX_OS
    if _IMPLIED_OS.get(target.goos) == name:
        return True
    if match := _RELEASE_TAG.fullmatch(name):
        return 1 <= int(match[1]) <= release
    return name in FEATURE_TAGS.get(target.goarch, ())


def name_matches(name: str, target: Target) -> bool:
    """Tell whether a file's name admits it: `_GOOS`, `_GOARCH`, `_GOOS_GOARCH`, each before `_test` too."""
    stem = name.partition(".")[0]
    at = stem.find("_")
    if at < 0:
        return True
    words = stem[at:].split("_")
    if words[-1] == "test":
        words.pop()
    if not words:
        return True
    last = words[-1]
    if len(words) >= 2 and last in KNOWN_ARCH and words[-2] in KNOWN_OS:
        return _name_holds(last, target) and _name_holds(words[-2], target)
    if last in KNOWN_OS or last in KNOWN_ARCH:
        return _name_holds(last, target)
    return True


def _name_holds(word: str, target: Target) -> bool:
    return tag_holds(word, target, 0)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadConstraintError(f"unexpected {text[at:].strip()[:1]!r}")
        tokens.append(match[1])
        at = match.end()
    if len(tokens) > 4 * MAX_DEPTH:
        raise BadConstraintError("too long")
    return tokens


def _or(tokens: list[str], at: int, depth: int) -> tuple[Expr, int]:
    x, at = _and(tokens, at, depth)
    while at < len(tokens) and tokens[at] == "||":
        y, at = _and(tokens, at + 1, depth)
        x = Or(x, y)
    return x, at


def _and(tokens: list[str], at: int, depth: int) -> tuple[Expr, int]:
    x, at = _not(tokens, at, depth)
    while at < len(tokens) and tokens[at] == "&&":
        y, at = _not(tokens, at + 1, depth)
        x = And(x, y)
    return x, at


def _not(tokens: list[str], at: int, depth: int) -> tuple[Expr, int]:
    if at >= len(tokens):
        raise BadConstraintError("it ends too early")
    token = tokens[at]
    if depth > MAX_DEPTH:
        raise BadConstraintError("nested too deeply")
    if token == "!":
        if tokens[at + 1 : at + 2] == ["!"]:
            raise BadConstraintError("double negation")
        x, at = _not(tokens, at + 1, depth + 1)
        return Not(x), at
    if token == "(":
        x, at = _or(tokens, at + 1, depth + 1)
        if tokens[at : at + 1] != [")"]:
            raise BadConstraintError("missing )")
        return x, at + 1
    if token in ("&&", "||", ")"):
        raise BadConstraintError(f"unexpected {token}")
    return Tag(token), at + 1


def _min_version(expr: Expr, *, positive: bool) -> int:
    match expr:
        case Tag(name):
            if not positive:
                return -1
            if name == "go1":
                return 0
            found = _RELEASE_TAG.fullmatch(name)
            return int(found[1]) if found else -1
        case Not(x):
            return _min_version(x, positive=not positive)
        case And(x, y):
            choose = max if positive else min
        case Or(x, y):
            choose = min if positive else max
    return choose(_min_version(x, positive=positive), _min_version(y, positive=positive))
