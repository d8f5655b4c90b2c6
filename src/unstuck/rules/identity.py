"""What makes two findings the same one: across runs, across edits, and across `check`, `test` and `watch`.

A **site** is one line of four words, joined by single blanks:

    PACKAGE FUNCTION CLASS FILE:LINE        example.com/mirror fastest send mirror.go:14

PACKAGE is the import path, FUNCTION the outermost declared function (`Name`, `T.Name` or `(*T).Name`, as
the Go runtime prints it without closure numbers), CLASS the class of the wait reason (send, receive,
select, lock, wait, cond, nil ...), FILE the base name of the file. A goroutine dump has all four, so a dump
and a finding are joined without reading source. It changes whenever lines move.

A **fingerprint** does not: it is a hash of what the leak is and not of where it stands. Comments, white
space, formatting, other code in the file, the name of the file, the working directory and the wording of
the message play no part. What it cannot survive: renaming the function or the package folder, and editing
the blocked operation or its `go` statement. The last of several equal ones keeps its ordinal only while the
ones before it stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from posixpath import basename

from unstuck.findings import Finding

VERSION = "v1"
"""Prefix of every fingerprint. Another way to compute them needs another one."""

_TOKEN = re.compile(
    rb"""
      (?P<blank> [\s;]+ | //[^\n]* | /\*.*?(?:\*/|\Z) )
    | `[^`]*`
    | "(?:[^"\\\n]|\\[^\n])*"
    | '(?:[^'\\\n]|\\[^\n])*'
    | [A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*
    | \.?[0-9](?:[eEpP][+-]|[0-9A-Za-z_.])*
    | &\^= | <<= | >>= | \.\.\.
    | && | \|\| | <- | \+\+ | -- | == | != | <= | >= | := | << | >> | &\^ | [-+*/%&|^]=
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Key:
    """All that a fingerprint hashes but the ordinal.

    `package_dir` is the package's folder relative to the module root, with `/`. The tokens are those of the
    blocked operation (of a select or range its head, not its body) and of the `go` statement's call (none
    without one).
    """

    module: str
    package_dir: str
    function: str
    reason_class: str
    operation_tokens: tuple[str, ...]
    go_tokens: tuple[str, ...]


def site(package: str, function: str, reason_class: str, path: str, line: int) -> str:
    """The one-line form that joins a finding with run-time dumps; `reason_class` may be empty (`-`)."""
    return f"{package} {function} {reason_class or '-'} {basename(path)}:{line}"


def fingerprint(
    module: str,
    package_dir: str,
    function: str,
    reason_class: str,
    operation_tokens: Sequence[str],
    go_tokens: Sequence[str],
    ordinal: int,
) -> str:
    """`v1:` and 16 hexadecimal digits. `ordinal` counts from 0 among findings that are equal otherwise."""
    lists = ((module, package_dir, function, reason_class), operation_tokens, go_tokens, (str(ordinal),))
    digest = sha256()
    for parts in lists:
        digest.update(b"%d;" % len(parts))
        for part in parts:
            data = part.encode("utf-8", "surrogateescape")
            digest.update(b"%d:%b" % (len(data), data))
    return f"{VERSION}:{digest.hexdigest()[:16]}"


def normalised_tokens(text: bytes) -> tuple[str, ...]:
    """The Go tokens of `text` without comments, white space, semicolons and trailing commas.

    Works on any bytes; what is no token stands byte by byte.
    """
    tokens: list[str] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "blank":
            continue
        token = match.group().decode("utf-8", "surrogateescape")
        if token in (")", "}", "]") and tokens and tokens[-1] == ",":
            tokens.pop()
        tokens.append(token)
    return tuple(tokens)


def assign(keyed: Iterable[tuple[Finding, Key]]) -> tuple[Finding, ...]:
    """The findings, in the order given, with their fingerprints.

    Findings with equal keys are told apart by an ordinal, counted in the order of their places.
    """
    pairs = list(keyed)
    seen: dict[Key, int] = {}
    prints: dict[int, str] = {}
    for index in sorted(range(len(pairs)), key=lambda index: _place(pairs[index][0])):
        key = pairs[index][1]
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        prints[index] = fingerprint(
            key.module,
            key.package_dir,
            key.function,
            key.reason_class,
            key.operation_tokens,
            key.go_tokens,
            ordinal,
        )
    return tuple(replace(one, fingerprint=prints[index]) for index, (one, _) in enumerate(pairs))


def _place(finding: Finding) -> tuple[object, ...]:
    at = finding.at
    made = finding.object.made if finding.object else at
    return (at.path, at.line, at.column, finding.rule, made.path, made.line, made.column)
