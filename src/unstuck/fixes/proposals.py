"""What may cure a finding: the candidates of all cures, laid out as the file is."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from unstuck.findings import Finding
from unstuck.fixes import cures
from unstuck.fixes.align import aligned
from unstuck.fixes.blocks import in_its_indent
from unstuck.fixes.case import Candidate, Case, case_of
from unstuck.fixes.ground import Ground
from unstuck.source.edit import Change, clash

LOOKING = 1_000
"""What it costs to look for cures of a finding, in units of work (config.Limits), besides what is inferred
for it."""


@dataclass(frozen=True, slots=True)
class Cure:
    """A module of `cures`."""

    name: str
    rules: tuple[str, ...]
    candidates: Callable[[Case], Iterator[Candidate]]


@cache
def known_cures() -> tuple[Cure, ...]:
    """All cures, by name."""
    found = []
    for entry in pkgutil.iter_modules(cures.__path__):
        module = importlib.import_module(f"{cures.__name__}.{entry.name}")
        found.append(Cure(module.NAME, module.RULES, module.candidates))
    return tuple(found)


def proposals(base: Ground, finding: Finding) -> tuple[Candidate, ...]:
    """What may cure a finding, the most harmless first; not verified. Asked again it costs nothing."""
    known = base.proposed.get(finding)
    if known is None:
        base.work += LOOKING
        known = base.proposed[finding] = _proposals(base, finding)
    return known


def _proposals(base: Ground, finding: Finding) -> tuple[Candidate, ...]:
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
            changes = list(aligned(file.data, in_its_indent(file, changes)))
        made.extend((path, change) for change in changes)
    return replace(candidate, changes=tuple(made))
