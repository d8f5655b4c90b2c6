"""Edits that only help together: one uncovers what the next has to cure.

A goroutine that a cure sets free may walk on into the next leak, and two goroutines that wait for each other
may each need a way out. What a candidate leaves behind gets its own candidates, and they are judged as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unstuck.findings import Finding
from unstuck.fixes.align import difference
from unstuck.fixes.blocks import edited
from unstuck.fixes.case import Candidate
from unstuck.fixes.ground import Ground, worked
from unstuck.fixes.proposals import proposals
from unstuck.fixes.verify import Verdict, verify
from unstuck.source.edit import Change, EditError

MAX_LINKS = 3
"""Edits in one chain."""
MAX_BEGUN = 6
"""Chains of one length that are carried on, those that leave the fewest findings first."""
MAX_CHAINS = 30
"""Chains that are tried for one finding."""


@dataclass(frozen=True, slots=True)
class _Begun:
    candidate: Candidate
    after: Ground
    left: tuple[Finding, ...]


def chains(
    base: Ground, finding: Finding, nearly: Sequence[tuple[Candidate, Verdict]], ranks: range, end: int
) -> Iterator[tuple[Candidate, Verdict]]:
    """What was tried of chains that start with one of some candidates, up to the first that holds. None is
    tried when the ground has worked past the end."""
    level = [
        _Begun(candidate, verdict.nearly, verdict.left)
        for candidate, verdict in nearly
        if verdict.nearly is not None
    ]
    tried = 0
    for _ in range(MAX_LINKS - 1):
        level.sort(key=lambda each: (len(each.left), each.candidate.rank))
        longer: list[_Begun] = []
        for begun in level[:MAX_BEGUN]:
            for candidate in _carried_on(base, begun, ranks):
                if tried >= MAX_CHAINS or worked(base) > end:
                    return
                tried += 1
                verdict = verify(base, finding, candidate)
                yield candidate, verdict
                if verdict.after is not None:
                    return
                if verdict.nearly is not None and len(verdict.left) < len(begun.left):
                    longer.append(_Begun(candidate, verdict.nearly, verdict.left))
        level = longer


def _carried_on(base: Ground, begun: _Begun, ranks: range) -> Iterator[Candidate]:
    """The chain with one more edit: a cure of what it leaves."""
    found: dict[object, Candidate] = {}
    for left in begun.left:
        before = worked(begun.after)
        proposed = proposals(begun.after, left)
        base.work += worked(begun.after) - before
        for candidate in proposed:
            joined = _joined(base, begun, candidate)
            if joined is not None and joined.rank in ranks:
                found.setdefault(joined.changes, joined)
    yield from sorted(found.values(), key=lambda one: one.rank)


def _joined(base: Ground, begun: _Begun, more: Candidate) -> Candidate | None:
    """Two edits, the second made on the result of the first, as one edit of the text before both; None where
    the second would change what was parsed otherwise than it is written."""
    changes: list[tuple[str, Change]] = []
    first = begun.candidate
    for path in dict.fromkeys(path for path, _ in (*first.changes, *more.changes)):
        before, between = base.sights.file(path), begun.after.sights.file(path)
        if before is None or between is None:
            return None
        try:
            after = edited(between, [change for each, change in more.changes if each == path])
        except EditError:
            return None
        changes.extend((path, change) for change in difference(before.data, after.data))
    title = f"{first.title}; {more.title}"
    means = first.means if first.means == more.means else f"{first.means}; {more.means}"
    rank = max(first.rank, more.rank)
    return Candidate(title, means, rank, tuple(changes), (*first.drops, *more.drops))
