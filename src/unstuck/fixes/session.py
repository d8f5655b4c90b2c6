"""Cures for all findings of a program: offered with the report, or applied one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from unstuck.findings import Finding, Fix, Severity
from unstuck.fixes.ground import Ground
from unstuck.fixes.offer import How, Offer, offer

MAX_ROUNDS = 500
"""Cures that one run applies. Past it the rest stays as it is."""
MAX_OFFERED = 3
"""Cures of one finding that are offered."""

PLAIN, HARMLESS, WORST = 1, 4, 9
"""Ranks: up to the first a cure is what the code plainly lacks, up to the second it keeps what the code
means; none is above the third."""

_HARMLESS, _OTHERS = range(HARMLESS + 1), range(HARMLESS + 1, WORST + 1)
_ROUNDS = (
    (range(PLAIN + 1), How.SINGLY),
    (_HARMLESS, How.SINGLY),
    (_HARMLESS, How.TOGETHER),
    (_OTHERS, How.TOGETHER),
)
_ALL_AT_ONCE = ((range(WORST + 1), How.TOGETHER),)
_Key = tuple[str, str, str, int, str]
Pick = Callable[[Finding, Offer, Ground], int | None]
"""Which of the cures on offer to take; None for none."""


class Stop(Exception):
    """No more cures are wanted; raised by a Pick."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much trying may cost, in instructions (config.Limits.max_work)."""

    finding: int
    all: int


FEW_BUDGET = Budget(finding=400_000, all=1_000_000)
"""What cures of a report may cost when nobody asked for them: a few seconds at most."""
FULL_BUDGET = Budget(finding=2_000_000, all=1 << 60)
"""The same when they were asked for."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The program with cures applied, which ones, and what has none."""

    ground: Ground
    done: tuple[tuple[Finding, Fix], ...]
    left: tuple[tuple[Finding, Offer], ...]


def counts(finding: Finding) -> bool:
    """A finding that wants a cure: above a note and not suppressed."""
    return finding.severity is not Severity.NOTE and finding.suppressed is None


def with_fixes(base: Ground, findings: Iterable[Finding], budget: Budget) -> tuple[tuple[Finding, ...], bool]:
    """The findings with the cures that hold, within a budget; where none holds the advice says so. And
    whether the budget left none untried."""
    made: list[Finding] = []
    spent = 0
    enough = True
    for finding in findings:
        if not counts(finding) or spent > budget.all:
            enough = enough and not counts(finding)
            made.append(finding)
            continue
        found = offer(base, finding, (MAX_OFFERED, min(budget.finding, budget.all - spent)))
        spent += found.work
        fixes = tuple(fix for fix, _ in found.held)
        made.append(replace(finding, fixes=fixes, advice=_advice(finding, found)))
    return tuple(made), enough


def _advice(finding: Finding, found: Offer) -> str:
    """Where no cure holds: what would have to change, and why what was tried is not enough."""
    if found.held or not found.refused:
        return finding.advice
    return f"{finding.advice}. {why_not(found)[:1].upper()}{why_not(found)[1:]}"


def why_not(found: Offer) -> str:
    """Why nothing is offered."""
    if not found.refused:
        return "no cure is known for it"
    title, why = found.refused[0]
    more = f", and {len(found.refused) - 1} more" if len(found.refused) > 1 else ""
    return f"no edit that was tried is enough: {title} ({why}){more}"


def apply_all(base: Ground, pick: Pick, budget: Budget, most: int) -> Applied:
    """Applies a cure for one finding after the other, each to the result of the one before.

    First the plainest cures of all findings, then the harmless ones, since the cure of one often is that of
    others too; edits that only help together, and what changes more, come only for what is left. Where more
    than one cure of a finding is on offer (`most`), somebody chooses: all of them at once, and once.
    """
    done: list[tuple[Finding, Fix]] = []
    left: dict[_Key, tuple[Finding, Offer]] = {}
    current = base
    for ranks, how in _ROUNDS if most == 1 else _ALL_AT_ONCE:
        passed: dict[_Key, tuple[Finding, Offer]] = {}
        while len(done) < MAX_ROUNDS:
            try:
                step = _step(current, passed, pick, (budget, ranks, how), most)
            except Stop:
                return Applied(current, tuple(done), tuple(passed.values()))
            if step is None:
                break
            finding, fix, current = step
            done.append((finding, fix))
        left = {key: (finding, _both(left.get(key), found)) for key, (finding, found) in passed.items()}
    return Applied(current, tuple(done), tuple(left.values()))


def _both(before: tuple[Finding, Offer] | None, found: Offer) -> Offer:
    """All that was tried."""
    if before is None:
        return found
    return replace(found, refused=tuple(dict.fromkeys((*before[1].refused, *found.refused))))


def _key(finding: Finding) -> _Key:
    """Tells a finding from the others, however lines move."""
    return finding.rule, finding.function, finding.at.path, finding.at.column, finding.message


def _step(
    current: Ground,
    passed: dict[_Key, tuple[Finding, Offer]],
    pick: Pick,
    which: tuple[Budget, range, How],
    most: int,
) -> tuple[Finding, Fix, Ground] | None:
    budget, ranks, how = which
    for finding in current.findings:
        key = _key(finding)
        if key in passed or not counts(finding):
            continue
        found = offer(current, finding, (most, budget.finding), ranks, how)
        chosen = pick(finding, found, current) if found.held else None
        if chosen is None:
            passed[key] = (finding, found)
            continue
        fix, after = found.held[chosen]
        return finding, fix, after
    return None


def first(finding: Finding, found: Offer, current: Ground) -> int | None:
    """The cure that changes behaviour least."""
    return 0
