"""From a finding to the cures that hold, the most harmless first."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from unstuck.findings import Edit, Finding, Fix
from unstuck.fixes import cures
from unstuck.fixes.align import aligned
from unstuck.fixes.case import Candidate, Case, case_of
from unstuck.fixes.ground import Ground
from unstuck.fixes.verify import verify
from unstuck.source.edit import Change, clash, digest

MAX_TRIED = 24
"""Candidates of one finding that are tried. Past it no more cures are offered."""


ALL_RANKS = range(10)
"""Every Candidate.rank."""


@dataclass(frozen=True, slots=True)
class Cure:
    """A module of `cures`."""

    name: str
    rules: tuple[str, ...]
    candidates: Callable[[Case], Iterator[Candidate]]


@dataclass(frozen=True, slots=True)
class Offer:
    """Cures that hold, each with the program that it makes; and why the others do not."""

    held: tuple[tuple[Fix, Ground], ...]
    refused: tuple[tuple[str, str], ...]
    """(title, why) of what was tried."""
    work: int


@cache
def known_cures() -> tuple[Cure, ...]:
    """All cures, by name."""
    found = []
    for entry in pkgutil.iter_modules(cures.__path__):
        module = importlib.import_module(f"{cures.__name__}.{entry.name}")
        found.append(Cure(module.NAME, module.RULES, module.candidates))
    return tuple(found)


def proposals(base: Ground, finding: Finding) -> tuple[Candidate, ...]:
    """What may cure a finding, the most harmless first; not verified."""
    case = case_of(finding, base.sights)
    if case is None:
        return ()
    found: dict[object, Candidate] = {}
    for cure in known_cures():
        if finding.rule in cure.rules:
            for candidate in cure.candidates(case):
                laid_out = _laid_out(base, candidate)
                found.setdefault(tuple(sorted(laid_out.changes)), laid_out)
    return tuple(sorted(found.values(), key=lambda one: one.rank))


def _laid_out(base: Ground, candidate: Candidate) -> Candidate:
    """The candidate with the comments beside its edits aligned."""
    made: list[tuple[str, Change]] = []
    for path in dict.fromkeys(path for path, _ in candidate.changes):
        file = base.sights.file(path)
        changes = [change for each, change in candidate.changes if each == path]
        if file is not None and not clash(changes):
            changes = list(aligned(file.data, changes))
        made.extend((path, change) for change in changes)
    return replace(candidate, changes=tuple(made))


def _untouchable(base: Ground, candidate: Candidate) -> str:
    """Why a file is not edited: it is generated or vendored; "" for all others."""
    for path, _ in candidate.changes:
        package = base.sights.package(path)
        if package is None or package.origin != "source":
            return f"{path} is not code of this module and is not edited"
        if any(item.file.path == path and item.generated for item in package.files):
            return f"{path} is generated and is not edited"
    return ""


def offer(base: Ground, finding: Finding, most: int, max_work: int, ranks: range = ALL_RANKS) -> Offer:
    """Up to `most` cures of a finding that hold, of some ranks, found within `max_work` instructions."""
    held: list[tuple[Fix, Ground]] = []
    refused: list[tuple[str, str]] = []
    work = 0
    wanted = [candidate for candidate in proposals(base, finding) if candidate.rank in ranks]
    for candidate in wanted[:MAX_TRIED]:
        if len(held) >= most or work > max_work:
            break
        locked = _untouchable(base, candidate)
        if locked:
            refused.append((candidate.title, locked))
            continue
        verdict = verify(base, finding, candidate)
        work += verdict.work
        if verdict.after is None:
            refused.append((candidate.title, verdict.why))
        else:
            held.append((_fix(base, candidate), verdict.after))
    return Offer(tuple(held), tuple(refused), work)


def _fix(base: Ground, candidate: Candidate) -> Fix:
    return Fix(candidate.title, "explorer", tuple(_edits(base, candidate)), candidate.means)


def _edits(base: Ground, candidate: Candidate) -> Iterable[Edit]:
    for path, change in candidate.changes:
        file = base.sights.file(path)
        text = change.text.decode("utf-8", "surrogateescape")
        yield Edit(path, digest(file.data) if file is not None else "", change.start, change.end, text)
