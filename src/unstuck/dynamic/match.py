"""Goroutines that tests left -> findings, as `check` would word and place them; and the two joined.

A goroutine's place is its innermost frame in the main module (or workspace); where it has none there, its
innermost frame outside the standard library. Goroutines with the same place, spawn site and verdict are one
finding. Where `check` has a finding for the same site the two become one: its schedule and cures, our count.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from unstuck.dynamic import wording
from unstuck.dynamic.alone import with_alone
from unstuck.dynamic.golang import Method
from unstuck.dynamic.judge import Left, Verdict, parked_on
from unstuck.dynamic.packages import Listed
from unstuck.dynamic.places import Operation, Sources, function_at, go_statement, operation
from unstuck.dynamic.stacks import Frame, Stack
from unstuck.dynamic.symbols import is_standard, symbol
from unstuck.findings import (
    REASON_CLASS,
    Evidence,
    Finding,
    Growth,
    Kind,
    Observed,
    Related,
    Root,
    RootKind,
    Severity,
)
from unstuck.rules import hung_test, lingering_goroutine
from unstuck.rules.identity import Key, assign, normalised_tokens, site
from unstuck.rules.leaks import RULES

LEAST_STACK = 2048
"""Bytes of the smallest stack (runtime/stack.go, stackMin)."""

_PLUMBING = ("runtime.", "sync.", "internal/sync.", "internal/runtime/")
"""Prefixes of functions between an operation and the code that calls it."""


@dataclass(frozen=True, slots=True)
class World:
    """What the findings are placed in."""

    packages: tuple[Listed, ...]
    sources: Sources
    method: Method

    def own(self, package: str) -> bool:
        """A package of the main module or workspace, or its external tests."""
        package = package.removesuffix("_test")
        modules = dict.fromkeys(each.module for each in self.packages if each.own and each.module)
        inside = any(package == module or package.startswith(f"{module}/") for module in modules)
        return inside or any(each.path == package and each.own for each in self.packages)

    def file(self, frame: Frame) -> str:
        """The absolute path of a frame's file; with -trimpath frames have the import path before the name."""
        if os.path.isabs(frame.path):
            return frame.path
        package = symbol(frame.function).package.removesuffix("_test")
        for each in self.packages:
            if each.path == package:
                return os.path.join(each.dir, os.path.basename(frame.path))
        module = next((each for each in self.packages if each.own and each.module_dir), None)
        inside = frame.path.removeprefix(f"{module.module}/") if module else frame.path
        return os.path.join(module.module_dir, inside) if module and inside != frame.path else frame.path


def world(packages: Sequence[Listed], method: Method, shown: Callable[[str], str]) -> World:
    """A world in which nothing was read yet."""
    return World(tuple(packages), Sources(shown), method)


def findings(everything: Iterable[Left], runs: int, here: World) -> tuple[Finding, ...]:
    """One finding for each place and spawn site, with fingerprints, in the order of their places.

    Where goroutines of one place were judged differently the worst verdict counts. `runs` were made in all.
    """
    groups: dict[tuple[object, ...], list[Left]] = {}
    for left in with_alone(everything, here.sources, lambda left: here.file(left.stack.frames[0])):
        place = _place(left.stack, here)
        created = left.stack.created
        spawn = (created.path, created.line) if created else None
        groups.setdefault((place.path, place.line, left.stack.reason, spawn, left.before), []).append(left)
    made = [_finding(sorted(group, key=_badness), runs, here) for group in groups.values()]
    return tuple(sorted(assign(made), key=_order))


def _badness(left: Left) -> int:
    return (Verdict.HUNG, Verdict.LEAKED, Verdict.LINGERING).index(left.verdict)


def joined(observed: Sequence[Finding], checked: Sequence[Finding]) -> tuple[Finding, ...]:
    """The observed findings, each with what `check` knows of its site."""
    by_site: dict[str, Finding] = {}
    for finding in sorted(checked, key=lambda one: (one.severity.rank, _order(one))):
        if finding.reason is not None:
            by_site.setdefault(finding.site, finding)
    whole = [_join(one, by_site.get(one.site)) for one in observed]
    return tuple(one for one in whole if not _is_late(one))


def not_seen(observed: Sequence[Finding], checked: Sequence[Finding], runs: int) -> tuple[Finding, ...]:
    """The findings of `check` that were looked for in so many runs and not seen."""
    sites = {one.site for one in observed}
    nothing = Observed(0, (), wording.NOT_SEEN, runs=runs, seen=0)
    return tuple(replace(one, observed=nothing) for one in checked if one.reason and one.site not in sites)


def _is_late(one: Finding) -> bool:
    """Lingering in disturbed runs only: they may have been disturbed for too long to end in time."""
    return one.kind is Kind.LINGERING and one.observed is not None and one.observed.seed is not None


def _join(one: Finding, known: Finding | None) -> Finding:
    if known is None or one.observed is None:
        return one
    seen = one.observed
    kind, severity = known.kind, known.severity
    match one.kind:
        case Kind.LINGERING:
            if known.kind is Kind.LEAKED and known.evidence is Evidence.WITNESSED:
                seen = replace(seen, ground=wording.WITNESS)
            elif known.kind is Kind.LEAKED:
                return one
        case Kind.HUNG:
            kind, severity = Kind.HUNG, Severity.ERROR
        case _:
            kind = Kind.LEAKED
            severity = min(one.severity, known.severity, key=lambda level: level.rank)
    return replace(
        known,
        kind=kind,
        severity=severity,
        evidence=Evidence.OBSERVED,
        observed=seen,
        spawn=known.spawn or one.spawn,
        assumptions=() if one.kind is Kind.LEAKED else known.assumptions,
    )


def _finding(group: Sequence[Left], runs: int, here: World) -> tuple[Finding, Key]:
    left = group[0]
    stack = left.stack
    frame = _place(stack, here)
    path, reason = here.file(frame), parked_on(stack)
    direct = _direct(stack, frame)
    what = operation(here.sources, path, frame.line, reason if direct else None)
    kind = what.kind or wording.kind_of(reason)
    named = symbol(frame.function)
    function = function_at(here.sources, path, frame.line) or named.function
    verdict = _softened(left, what, here)
    spawn = _spawn(stack, here)
    tests = tuple(sorted({test for one in group for test in one.tests}))
    place = site(named.package, function, REASON_CLASS[reason] if reason else "", path, frame.line)
    said = wording.Said(
        verdict.value, kind, what.name if direct else "", stack.reason, len(group), tests, left.before
    )
    finding = Finding(
        rule=_rule(verdict, kind),
        kind=Kind(verdict.value),
        severity=_severity(verdict, left, here),
        message=wording.message(said),
        at=what.at,
        package=named.package,
        function=function,
        reason=reason,
        spawn=spawn.at if spawn else None,
        object=None,
        root=Root(tests[0] if tests else left.package, RootKind.TEST),
        evidence=Evidence.OBSERVED,
        assumptions=(wording.NOTHING_ELSE,) if _is_guess(verdict, here) else (),
        growth=Growth.ONCE if left.before else Growth.PER_CALL,
        steps=(),
        goroutines=(),
        related=_related(stack, frame, here),
        advice=wording.advice(verdict.value, kind),
        observed=Observed(
            count=len(group),
            tests=tests,
            ground=wording.ALONE if left.alone else wording.ground(verdict.value, here.method.value),
            stack_bytes=LEAST_STACK * len(group),
            runs=runs,
            seen=len(dict.fromkeys(one.seed for one in group)),
            seed=_seed(group),
        ),
        site=place,
    )
    package = _listed(named.package, here)
    inside = os.path.relpath(package.dir, package.module_dir) if package and package.module_dir else ""
    key = Key(
        package.module if package else "",
        "" if inside == "." else inside.replace(os.sep, "/"),
        function,
        REASON_CLASS[reason] if reason else "",
        normalised_tokens(what.text),
        normalised_tokens(spawn.text.split(b"\n")[0]) if spawn else (),
    )
    return finding, key


def _seed(group: Sequence[Left]) -> int | None:
    """A seed that shows it, where the plain run did not."""
    seeds = [one.seed for one in group]
    return None if None in seeds else min(seed for seed in seeds if seed is not None)


def _place(stack: Stack, here: World) -> Frame:
    """The frame that a finding is placed at."""
    for frame in stack.frames:
        if here.own(symbol(frame.function).package):
            return frame
    if stack.created and here.own(symbol(stack.created.function).package):
        return stack.created
    for frame in stack.frames:
        if not is_standard(symbol(frame.function).package):
            return frame
    return stack.created or stack.frames[0]


def _direct(stack: Stack, frame: Frame) -> bool:
    """The frame's own code has the operation; nothing but the runtime lies between."""
    for each in stack.frames:
        if each is frame:
            return True
        if not each.function.startswith(_PLUMBING):
            return False
    return False


def _softened(left: Left, what: Operation, here: World) -> Verdict:
    """Without the profile a select with a timer may be woken any time."""
    if here.method is Method.STACKS and left.verdict is Verdict.LEAKED and what.timed:
        return Verdict.LINGERING
    return left.verdict


def _is_guess(verdict: Verdict, here: World) -> bool:
    return verdict is Verdict.LEAKED and here.method is Method.STACKS


def _rule(verdict: Verdict, kind: str) -> str:
    match verdict:
        case Verdict.LEAKED:
            return RULES[kind or "receive"]
        case Verdict.LINGERING:
            return lingering_goroutine.NAME
        case Verdict.HUNG:
            return hung_test.NAME


def _severity(verdict: Verdict, left: Left, here: World) -> Severity:
    match verdict:
        case Verdict.LINGERING:
            return Severity.NOTE
        case Verdict.HUNG:
            return Severity.ERROR
        case Verdict.LEAKED:
            if left.before:  # once per process
                return Severity.NOTE
            return Severity.WARNING if here.method is Method.STACKS else Severity.ERROR


def _spawn(stack: Stack, here: World) -> Operation | None:
    if stack.created is None:
        return None
    if not here.own(symbol(stack.created.function).package):
        return None
    return go_statement(here.sources, here.file(stack.created), stack.created.line)


def _related(stack: Stack, frame: Frame, here: World) -> tuple[Related, ...]:
    """The calls of our own code that lead to the place."""
    found = []
    for each in stack.frames[stack.frames.index(frame) + 1 :] if frame in stack.frames else ():
        if here.own(symbol(each.function).package):
            called = operation(here.sources, here.file(each), each.line, None)
            found.append(Related("called from here", called.at))
    return tuple(found)


def _listed(package: str, here: World) -> Listed | None:
    named: Mapping[str, Listed] = {each.path: each for each in here.packages}
    return named.get(package) or named.get(package.removesuffix("_test"))


def _order(finding: Finding) -> tuple[object, ...]:
    at = finding.at
    return (at.path, at.line, at.column, finding.rule, finding.message, finding.fingerprint)
