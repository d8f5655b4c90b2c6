"""Cures for all findings of a program: offered with the report, or applied one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from unstuck.findings import Finding, Fix, Severity
from unstuck.fixes.ground import Ground, worked
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


UNTRIED = Offer((), (), short=True)
"""Nothing was tried, since the budget was used up."""


class Stop(Exception):
    """No more cures are wanted; raised by a Pick."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much trying may cost, in units of work (config.Limits.max_work): one finding each time that it is
    looked at, and all of a run together."""

    finding: int
    all: int


FEW_BUDGET = Budget(finding=400_000, all=1_000_000)
"""What cures of a report may cost when nobody asked for them: a few seconds at most."""
FULL_BUDGET = Budget(finding=2_000_000, all=5_000_000)
"""The same when they were asked for: about twenty seconds."""
LEAST = 100_000
"""What a finding may cost even where there are so many that its share is less: a few tried edits."""

AGAIN = 3
"""How often what is left goes to those for which their share was too little."""


class _Purse:
    """What is left of a budget, shared out evenly over the findings that are still to be looked at; who needs
    less leaves more to those behind, and at last to those for which it was too little."""

    def __init__(self, budget: Budget) -> None:
        self.finding = budget.finding
        self.left = budget.all
        self.pot = budget.all
        """What is left of it for the present round."""

    def open(self, parts: int) -> None:
        """Begins a round that may take one part in so many of what is left."""
        self.pot = self.left // parts

    def share(self, waiting: int) -> int:
        """What the next of `waiting` findings may cost; nothing is left when it is not above 0."""
        return min(self.finding, max(self.pot // waiting, LEAST), self.pot)

    def pay(self, work: int) -> None:
        """Takes out what was spent; that may be more than was left, by one tried edit."""
        self.pot -= work
        self.left -= work


@dataclass(frozen=True, slots=True)
class Applied:
    """The program with cures applied, which ones, and what has none."""

    ground: Ground
    done: tuple[tuple[Finding, Fix], ...]
    left: tuple[tuple[Finding, Offer], ...]
    short: int = 0
    """Findings left for which not all was tried, because the budget of the run was used up."""


def counts(finding: Finding) -> bool:
    """A finding that wants a cure: above a note and not suppressed."""
    return finding.severity is not Severity.NOTE and finding.suppressed is None


def with_fixes(base: Ground, findings: Iterable[Finding], budget: Budget) -> tuple[tuple[Finding, ...], int]:
    """The findings with the cures that hold, within a budget; where none holds the advice says so. And for
    how many the budget of all was not enough to try what could be tried."""
    every = tuple(findings)
    purse = _Purse(budget)
    found: dict[Finding, Offer] = {}
    waiting = [finding for finding in every if counts(finding)]
    for _ in range(1 + AGAIN):
        for number, finding in enumerate(waiting):
            made = _offered(base, finding, purse, (len(waiting) - number, MAX_OFFERED), _ALL_AT_ONCE[0])
            found[finding] = _both(found.get(finding, UNTRIED), made)
        waiting = [finding for finding in waiting if found[finding].short]
    return tuple(_with_offer(each, found[each]) if each in found else each for each in every), len(waiting)


def _with_offer(finding: Finding, found: Offer) -> Finding:
    return replace(finding, fixes=tuple(fix for fix, _ in found.held), advice=_advice(finding, found))


def _offered(
    base: Ground, finding: Finding, purse: _Purse, counted: tuple[int, int], which: tuple[range, How]
) -> Offer:
    """Cures of one of so many findings that wait, up to so many, paid from the purse. Short is only what had
    less than a finding may cost at most: nothing more would help the others."""
    waiting, most = counted
    allowed = purse.share(waiting)
    if allowed <= 0:
        return UNTRIED
    before = worked(base)
    found = offer(base, finding, (most, allowed), *which)
    purse.pay(worked(base) - before)
    return replace(found, short=found.short and allowed < purse.finding)


def _advice(finding: Finding, found: Offer) -> str:
    """Where no cure holds: what would have to change, and why what was tried is not enough."""
    if found.held or not found.refused:
        return finding.advice
    return f"{finding.advice}. {why_not(found)[:1].upper()}{why_not(found)[1:]}"


def why_not(found: Offer) -> str:
    """Why nothing is offered."""
    if not found.refused:
        return "the budget of a run was used up before it" if found.short else "no cure is known for it"
    title, why = found.refused[0]
    more = f", and {len(found.refused) - 1} more" if len(found.refused) > 1 else ""
    rest = "; the budget of a run was used up before all were tried" if found.short else ""
    return f"no edit that was tried is enough: {title} ({why}){more}{rest}"


def apply_all(base: Ground, pick: Pick, budget: Budget, most: int) -> Applied:
    """Applies a cure for one finding after the other, each to the result of the one before.

    First the plainest cures of all findings, then the harmless ones, since the cure of one often is that of
    others too; edits that only help together, and what changes more, come only for what is left. Each of
    these rounds has the same part of the budget, and what those before left of theirs; what is left then is
    for those for which it was too little. Where more than one cure of a finding is on offer (`most`),
    somebody chooses: all of them at once, and once.
    """
    done: list[tuple[Finding, Fix]] = []
    left: dict[_Key, tuple[Finding, Offer]] = {}
    current, purse = base, _Purse(budget)
    rounds = _ROUNDS if most == 1 else _ALL_AT_ONCE
    for number, which in enumerate((*rounds, *rounds[-1:] * AGAIN)):
        again = number >= len(rounds)
        passed = {key: known for key, known in left.items() if again and not known[1].short}
        purse.open(max(len(rounds) - number, 1))
        while len(done) < MAX_ROUNDS:
            try:
                step = _step(current, passed, pick, purse, (which, most))
            except Stop:
                return Applied(current, tuple(done), tuple(passed.values()))
            if step is None:
                break
            finding, fix, current = step
            done.append((finding, fix))
        before = {key: known for key, (_, known) in left.items()}
        left = {
            key: (finding, _both(before.get(key, UNTRIED), found)) for key, (finding, found) in passed.items()
        }
    rest = [finding for finding in current.findings if counts(finding)]
    stuck = {_key(finding): left.get(_key(finding), (finding, UNTRIED)) for finding in rest}
    short = sum(stuck[_key(finding)][1].short for finding in rest)
    return Applied(current, tuple(done), tuple(stuck.values()), short)


def _both(before: Offer, found: Offer) -> Offer:
    """All that was tried."""
    return replace(found, refused=tuple(dict.fromkeys((*before.refused, *found.refused))))


def _key(finding: Finding) -> _Key:
    """Tells a finding from the others, however lines move."""
    return finding.rule, finding.function, finding.at.path, finding.at.column, finding.message


def _step(
    current: Ground,
    passed: dict[_Key, tuple[Finding, Offer]],
    pick: Pick,
    purse: _Purse,
    how: tuple[tuple[range, How], int],
) -> tuple[Finding, Fix, Ground] | None:
    which, most = how
    waiting = [finding for finding in current.findings if counts(finding) and _key(finding) not in passed]
    for number, finding in enumerate(waiting):
        key = _key(finding)
        if key in passed:
            continue
        found = _offered(current, finding, purse, (len(waiting) - number, most), which)
        chosen = pick(finding, found, current) if found.held else None
        if chosen is None:
            passed[key] = (finding, found)
            continue
        fix, after = found.held[chosen]
        before = worked(current)
        made = after()
        purse.pay(worked(current) - before)
        return finding, fix, made
    return None


def first(finding: Finding, found: Offer, current: Ground) -> int | None:
    """The cure that changes behaviour least."""
    return 0
