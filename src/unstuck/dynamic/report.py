"""What was observed, joined with what `check` knows -> a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from unstuck import suppress
from unstuck.config import Config, Settings
from unstuck.dynamic.judge import State
from unstuck.dynamic.match import World, findings, joined, not_seen, world
from unstuck.dynamic.session import Observation
from unstuck.dynamic.stress import Stressed
from unstuck.findings import Finding, Gap, GoEnv, Report, Stats, TestRun

UNCHECKED = "unchecked"
"""Code of the gap for a package of which nothing is known."""
CUT = "stress-cut"
"""Code of the gap for disturbed runs of which nothing is known."""


def shown_from(cwd: str) -> Callable[[str], str]:
    """How reports name files: relative to the working directory with `/`, absolute outside it."""
    inside = cwd.rstrip(os.sep) + os.sep

    def shown(path: str) -> str:
        path = os.path.normpath(path)
        if path == cwd:
            return "."
        return path.removeprefix(inside).replace(os.sep, "/")

    return shown


def observed(
    observation: Observation, stressed: Stressed | None, cwd: str
) -> tuple[World, tuple[Finding, ...]]:
    """The findings of all runs on their own."""
    here = world(observation.packages, observation.method, shown_from(cwd))
    left = [left for binary in observation.binaries for left in binary.left]
    for seed, binary in stressed.binaries if stressed else ():
        left.extend(replace(one, seed=seed) for one in binary.left)
    return here, findings(left, 1 + (stressed.runs if stressed else 0), here)


def suspects(checked: Report, cwd: str) -> dict[str, frozenset[int]]:
    """The lines that the findings of `check` speak of, by absolute path."""
    lines: dict[str, set[int]] = {}
    for finding in checked.findings:
        places = [finding.at, *(step.at for step in finding.steps), *(one.at for one in finding.related)]
        for at in places:
            lines.setdefault(os.path.join(cwd, at.path), set()).add(at.line)
    return {path: frozenset(found) for path, found in lines.items()}


def files(found: Sequence[Finding], cwd: str) -> tuple[str, ...]:
    """The files that `check` has to look at to say more about findings."""
    places: dict[str, None] = {}
    for finding in found:
        if finding.reason is not None:
            places[finding.at.path] = None
            places.update((at.path, None) for at in (finding.spawn,) if at is not None)
            places.update((one.at.path, None) for one in finding.related)
    paths = (os.path.join(cwd, path) for path in places)
    return tuple(sorted(path for path in paths if os.path.isfile(path)))


@dataclass(frozen=True, slots=True)
class Rest:
    """What a report needs besides what was observed."""

    settings: Settings
    config: Config
    rules: tuple[str, ...]
    cwd: str
    confirm: bool
    """Tell also what `check` found and no run showed."""


def build(
    observation: Observation,
    stressed: Stressed | None,
    here: World,
    found: tuple[Finding, ...],
    checked: Report | None,
    rest: Rest,
) -> Report:
    """The report: findings joined, levels and suppressions applied, unchecked packages as gaps."""
    shown = shown_from(rest.cwd)
    runs = 1 + (stressed.runs if stressed else 0)
    whole = joined(found, checked.findings if checked else ())
    if rest.confirm and checked:
        whole += not_seen(found, checked.findings, runs)
    levelled = suppress.with_levels(whole, rest.settings.severity)
    sources = dict(checked.sources) if checked else {}
    sources.update(here.sources.files())
    scope = suppress.Scope(tuple(sources[path] for path in sorted(sources)), rest.rules, rest.cwd, False)
    told = suppress.apply(levelled, scope, rest.config)
    unchecked = [one for one in observation.binaries if one.state is State.UNCHECKED]
    return Report(
        go=GoEnv(
            observation.go.version.removeprefix("go"), observation.go.version.removeprefix("go"), "", "", ()
        ),
        root=_root(observation, rest.cwd),
        findings=told.findings,
        gaps=(
            *(Gap(UNCHECKED, shown(one.dir), 0, f"{one.package}: {one.why}") for one in unchecked),
            *_stress_gaps(stressed),
        ),
        stats=Stats(packages=len(observation.binaries)),
        run=TestRun(
            go=observation.go.version,
            method=observation.method.value,
            checked=tuple(one.package for one in observation.binaries if one.state is not State.UNCHECKED),
            unchecked=tuple((one.package, one.why) for one in unchecked),
            runs=runs,
        ),
        sources=sources,
    )


def _stress_gaps(stressed: Stressed | None) -> list[Gap]:
    """Disturbed runs of which nothing is known."""
    if stressed is None:
        return []
    gaps = [Gap(CUT, ".", 0, stressed.problem)] if stressed.problem else []
    if stressed.cut:
        gaps.append(Gap(CUT, ".", 0, f"{stressed.cut:,} disturbed runs ended before their tests did"))
    return gaps


def _root(observation: Observation, cwd: str) -> str:
    return next((each.module_dir for each in observation.packages if each.own and each.module_dir), cwd)
