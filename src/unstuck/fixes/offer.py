"""From a finding to the cures that hold, the most harmless first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from unstuck.findings import Edit, Finding, Fix, Severity
from unstuck.fixes.blocks import user_changes, user_path
from unstuck.fixes.case import Candidate
from unstuck.fixes.chain import chains
from unstuck.fixes.ground import Ground, worked
from unstuck.fixes.proposals import proposals
from unstuck.fixes.verify import Verdict, verify
from unstuck.source.edit import digest

MAX_TRIED = 24
"""Candidates of one finding that are tried. Past it no more cures are offered."""
CHAINS_SHARE = 4
"""Edits that only help together may cost one part in so many of what is left for a finding."""

ALL_RANKS = range(10)
"""Every Candidate.rank."""


class How(Enum):
    """Whether edits that only help together are tried where no single one is enough."""

    SINGLY = "singly"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Offer:
    """Cures that hold, each with what makes the program after it; and why the others do not."""

    held: tuple[tuple[Fix, Callable[[], Ground]], ...]
    refused: tuple[tuple[str, str], ...]
    """(title, why) of what was tried."""
    short: bool = False
    """The work that it might cost ended before all was tried."""


@dataclass(slots=True)
class _Trying:
    """What was tried of a finding so far."""

    base: Ground
    finding: Finding
    held: list[tuple[Fix, Callable[[], Ground]]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    holding: list[Candidate] = field(default_factory=list)
    nearly: list[tuple[Candidate, Verdict]] = field(default_factory=list)
    short: bool = False


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
    """Cures of a finding that hold, of some ranks: up to so many, within so much work (`bounds`)."""
    most, max_work = bounds
    end = worked(base) + max_work
    found = _Trying(base, finding)
    wanted = [candidate for candidate in proposals(base, finding) if candidate.rank <= ranks[-1]]
    _try_singly(found, wanted[:MAX_TRIED], most, end)
    if not found.held and how is How.TOGETHER:
        _try_others(found, ranks, wanted, end)
    if not found.held and how is How.TOGETHER:
        _try_chains(found, ranks, end)
    return Offer(tuple(found.held), tuple(found.refused), found.short and not found.held)


def _try_singly(found: _Trying, wanted: Sequence[Candidate], most: int, end: int) -> None:
    for number, candidate in enumerate(wanted):
        if len(found.held) >= most:
            return
        if number and worked(found.base) > end:
            found.short = True
            return
        if any(_is_more(one, candidate) for one in found.holding):
            continue
        locked = _untouchable(found.base, candidate)
        verdict = Verdict(None, locked) if locked else verify(found.base, found.finding, candidate)
        if verdict.after is not None:
            _hold(found, candidate, verdict.after)
        else:
            found.refused.append((candidate.title, verdict.why))
            found.nearly.append((candidate, verdict))


def _try_others(found: _Trying, ranks: range, tried: Sequence[Candidate], end: int) -> None:
    """What may cure others that are stuck in the same root: who waits for them is freed with them."""
    proposed: dict[object, Candidate] = {}
    for other in found.base.findings:
        if other.root != found.finding.root or other == found.finding or other.severity is Severity.NOTE:
            continue
        if worked(found.base) > end:
            found.short = True
            return
        for candidate in proposals(found.base, other):
            if candidate.rank in ranks and not _untouchable(found.base, candidate):
                proposed.setdefault(candidate.changes, candidate)
    known = {candidate.changes for candidate in tried}
    others = [each for each in _by_rank(proposed.values()) if each.changes not in known]
    for candidate in others[:MAX_TRIED]:
        if worked(found.base) > end:
            found.short = True
            return
        verdict = verify(found.base, found.finding, candidate)
        if verdict.after is not None:
            _hold(found, candidate, verdict.after)
            return


def _try_chains(found: _Trying, ranks: range, end: int) -> None:
    """Edits that only help together, within a part of the work that is left."""
    if all(verdict.nearly is None for _, verdict in found.nearly):
        return
    now = worked(found.base)
    chains_end = now + (end - now) // CHAINS_SHARE
    for candidate, verdict in chains(found.base, found.finding, found.nearly, ranks, chains_end):
        if verdict.after is not None:
            _hold(found, candidate, verdict.after)
    found.short = found.short or worked(found.base) > chains_end


def _hold(found: _Trying, candidate: Candidate, after: Callable[[], Ground]) -> None:
    found.held.append((_fix(found.base, candidate), after))
    found.holding.append(candidate)


def _is_more(one: Candidate, other: Candidate) -> bool:
    """The other does more of the same."""
    related = bool(one.family) and one.family == other.family
    return related or set(one.changes) < set(other.changes)


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
