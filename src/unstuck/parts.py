"""What analysing one package gives: plain data that processes and the cache pass on."""

from __future__ import annotations

from dataclasses import dataclass, field

from unstuck.findings import Finding, Gap
from unstuck.rules.identity import Key
from unstuck.source.file import Span
from unstuck.types.ref import FuncRef

LeakKey = tuple[str, Span, tuple[Span | None, ...]]
"""The kind of a leak, where it is parked, where what it waits for is made."""


@dataclass(frozen=True, slots=True)
class Task:
    """One share of a package in one round: its roots, or the callers of `wanted` that are not `known`."""

    package: int
    """Its number among the packages to analyse."""
    wanted: tuple[FuncRef, ...] = ()
    known: tuple[FuncRef, ...] = ()
    """In order, each once."""
    share: int = 0
    """Its number among the shares of the package (source/shares.py)."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The worst, and of those the shortest, witness of a leak in one share of a package. Leaks with equal
    `key` are the same leak."""

    key: LeakKey
    length: int
    finding: Finding
    identity: Key
    says: int = 0
    """How much is known of what the goroutine waits for."""

    @property
    def rank(self) -> tuple[int, int]:
        """The witness with the lowest one is told."""
        return self.finding.severity.rank, self.length


@dataclass(slots=True)
class Part:
    """What one package, or a share of it, gave."""

    witnesses: list[Witness] = field(default_factory=list)
    suspected: list[tuple[Finding, Key]] = field(default_factory=list)
    """What the rules over types and control flow found."""
    gaps: list[Gap] = field(default_factory=list)
    handed: list[FuncRef] = field(default_factory=list)
    """Roots that hand out what they made: their callers are to be explored."""
    callers: list[FuncRef] = field(default_factory=list)
    """Callers that were explored."""
    functions: int = 0
    verified: int = 0
    leaking: int = 0
    incomplete: int = 0
    panics: int = 0
    """Fragments where some path ends the process by a panic, or by unlocking what is not locked."""
    states: int = 0
    work: int = 0
    """Instructions run, see config.Limits.max_work."""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """What an import meant: `found` is a package path, "" when it is not there."""

    importer: str
    path: str
    found: str
    digest: str
    """Of the package's content; "" where that is not asked for (a package to analyse)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which types implement an interface: its methods, and the answer as (package, name)."""

    methods: tuple[str, ...]
    types: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What analysing a package looked at besides its own files and packages to analyse that it imports."""

    imports: tuple[Import, ...]
    """Those that lead out of the packages to analyse, and those from out there into them."""
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task gave."""

    part: Part
    gaps: tuple[Gap, ...]
    """What the workspace met that was resolved for this task."""
    looked: Looked = Looked((), ())
