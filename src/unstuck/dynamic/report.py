"""What was observed, joined with what `check` knows -> a report."""

from __future__ import annotations

import os
from collections.abc import Callable

from unstuck import suppress
from unstuck.config import Config, Settings
from unstuck.dynamic.judge import State
from unstuck.dynamic.match import World, findings, joined, world
from unstuck.dynamic.session import Observation
from unstuck.findings import Finding, Gap, GoEnv, Report, Stats, TestRun

UNCHECKED = "unchecked"
"""Code of the gap for a package of which nothing is known."""


def shown_from(cwd: str) -> Callable[[str], str]:
    """How reports name files: relative to the working directory with `/`, absolute outside it."""
    inside = cwd.rstrip(os.sep) + os.sep

    def shown(path: str) -> str:
        path = os.path.normpath(path)
        if path == cwd:
            return "."
        return path.removeprefix(inside).replace(os.sep, "/")

    return shown


def observed(observation: Observation, cwd: str) -> tuple[World, tuple[Finding, ...]]:
    """The findings of a run on their own."""
    here = world(observation.packages, observation.method, shown_from(cwd))
    return here, findings(observation.binaries, here)


def folders(found: tuple[Finding, ...], cwd: str) -> tuple[str, ...]:
    """The folders of packages that findings are in, for `check` to look at."""
    dirs = (os.path.dirname(os.path.join(cwd, finding.at.path)) for finding in found)
    return tuple(sorted(dict.fromkeys(dir for dir in dirs if os.path.isdir(dir))))


def build(
    observation: Observation,
    here: World,
    found: tuple[Finding, ...],
    checked: Report | None,
    settings: Settings,
    config: Config,
    rules: tuple[str, ...],
    cwd: str,
) -> Report:
    """The report: findings joined, levels and suppressions applied, unchecked packages as gaps."""
    shown = shown_from(cwd)
    whole = joined(found, checked.findings if checked else ())
    levelled = suppress.with_levels(whole, settings.severity)
    sources = dict(checked.sources) if checked else {}
    sources.update(here.sources.files())
    scope = suppress.Scope(tuple(sources[path] for path in sorted(sources)), rules, cwd, False)
    told = suppress.apply(levelled, scope, config)
    unchecked = [one for one in observation.binaries if one.state is State.UNCHECKED]
    return Report(
        go=GoEnv(
            observation.go.version.removeprefix("go"), observation.go.version.removeprefix("go"), "", "", ()
        ),
        root=_root(observation, cwd),
        findings=told.findings,
        gaps=tuple(Gap(UNCHECKED, shown(one.dir), 0, f"{one.package}: {one.why}") for one in unchecked),
        stats=Stats(packages=len(observation.binaries)),
        run=TestRun(
            go=observation.go.version,
            method=observation.method.value,
            checked=tuple(one.package for one in observation.binaries if one.state is not State.UNCHECKED),
            unchecked=tuple((one.package, one.why) for one in unchecked),
        ),
        sources=sources,
    )


def _root(observation: Observation, cwd: str) -> str:
    return next((each.module_dir for each in observation.packages if each.own and each.module_dir), cwd)
