"""From a finding to the cures that hold, the most harmless first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from unstuck.findings import Edit, Finding, Fix, Severity
from unstuck.fixes.blocks import user_changes, user_path
from unstuck.fixes.case import Candidate
from unstuck.fixes.chain import chains
from unstuck.fixes.ground import Ground
from unstuck.fixes.proposals import proposals
from unstuck.fixes.verify import Verdict, verify
from unstuck.source.edit import digest

MAX_TRIED = 24
"""Candidates of one finding that are tried. Past it no more cures are offered."""


ALL_RANKS = range(10)
"""Every Candidate.rank."""


class How(Enum):
    """Whether edits that only help together are tried where no single one is enough."""

    SINGLY = "singly"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Offer:
    """Cures that hold, each with the program that it makes; and why the others do not."""

    held: tuple[tuple[Fix, Ground], ...]
    refused: tuple[tuple[str, str], ...]
    """(title, why) of what was tried."""
    work: int


def _untouchable(base: Ground, candidate: Candidate) -> str:
    """Why a file is not edited: it is generated or vendored; "" for all others."""
    for path, _ in candidate.changes:
        package = base.sights.package(path)
        if package is None or package.origin != "source":
            return f"{path} is not code of this module and is not edited"
        if any(item.file.path == path and item.generated for item in package.files):
            return f"{path} is generated and is not edited"
    return ""


def offer(
    base: Ground, finding: Finding, bounds: tuple[int, int], ranks: range = ALL_RANKS, how: How = How.TOGETHER
) -> Offer:
    """Cures of a finding that hold, of some ranks: up to so many, within so many instructions (`bounds`)."""
    most, max_work = bounds
    held: list[tuple[Fix, Ground]] = []
    refused: list[tuple[str, str]] = []
    holding: list[Candidate] = []
    nearly: list[tuple[Candidate, Verdict]] = []
    work = 0
    wanted = [candidate for candidate in proposals(base, finding) if candidate.rank <= ranks[-1]]
    for candidate in wanted[:MAX_TRIED]:
        if len(held) >= most or work > max_work:
            break
        if any(_is_more(one, candidate) for one in holding):
            continue
        locked = _untouchable(base, candidate)
        verdict = Verdict(None, locked, 0) if locked else verify(base, finding, candidate)
        work += verdict.work
        if verdict.after is not None:
            held.append((_fix(base, candidate), verdict.after))
            holding.append(candidate)
        else:
            refused.append((candidate.title, verdict.why))
            nearly.append((candidate, verdict))
    if not held and how is How.TOGETHER:
        for candidate in _of_others(base, finding, ranks, wanted):
            if work > max_work:
                break
            verdict = verify(base, finding, candidate)
            work += verdict.work
            if verdict.after is not None:
                held.append((_fix(base, candidate), verdict.after))
                break
    if not held and how is How.TOGETHER:
        for candidate, verdict in chains(base, finding, nearly, ranks, max_work - work):
            work += verdict.work
            if verdict.after is not None:
                held.append((_fix(base, candidate), verdict.after))
    return Offer(tuple(held), tuple(refused), work)


def _is_more(one: Candidate, other: Candidate) -> bool:
    """The other does more of the same."""
    related = bool(one.family) and one.family == other.family
    return related or set(one.changes) < set(other.changes)


def _of_others(
    base: Ground, finding: Finding, ranks: range, tried: Sequence[Candidate]
) -> Iterator[Candidate]:
    """What may cure others that are stuck in the same root: who waits for them is freed with them."""
    found: dict[object, Candidate] = {}
    for other in base.findings:
        if other.root == finding.root and other != finding and other.severity is not Severity.NOTE:
            for candidate in proposals(base, other):
                if candidate.rank in ranks and not _untouchable(base, candidate):
                    found.setdefault(candidate.changes, candidate)
    known = {candidate.changes for candidate in tried}
    yield from [each for each in _by_rank(found.values()) if each.changes not in known][:MAX_TRIED]


def _by_rank(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: one.rank)


def _fix(base: Ground, candidate: Candidate) -> Fix:
    return Fix(candidate.title, "explorer", tuple(_edits(base, candidate)), candidate.means)


def _edits(base: Ground, candidate: Candidate) -> Iterable[Edit]:
    for path, change in candidate.changes:
        file = base.sights.file(path)
        if file is None:
            continue
        (own,) = user_changes(file, (change,))
        text = own.text.decode("utf-8", "surrogateescape")
        yield Edit(user_path(file), digest(file.text()), own.start, own.end, text)
