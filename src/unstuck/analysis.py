"""The driver: every stage called in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from unstuck import suppress
from unstuck.config import NO_CONFIG, Config, Settings, find_config, load_config, settings_of
from unstuck.doing import Progress
from unstuck.findings import Finding, Fix, Gap, GoEnv, Report, Severity, Stats
from unstuck.missing import missing
from unstuck.outcome import Outcome, analyse_packages
from unstuck.rules import manual
from unstuck.rules.identity import assign
from unstuck.source import workspace as workspace_
from unstuck.source.constraint import Target
from unstuck.source.file import SourceFile
from unstuck.source.options import LoadOptions, host_target
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.source.write import Rewrite

if TYPE_CHECKING:
    from unstuck.cache.entries import Cache
    from unstuck.fixes.session import Pick
    from unstuck.since import Repository
    from unstuck.types.world import World

FEW_FINDINGS = 30
"""With more findings above a note a report has no cures unless they are asked for, and says so."""
FEW_BYTES = 500_000
"""The same for larger sources."""


ASK = "run with --cures all"
NAME_LESS = "name fewer packages or files"
AGAIN = "run again for the rest"
"""What to do where not all cures were tried: nobody asked; the budget of a run is used up, and nothing was
cured, or something was."""


class Cures(Enum):
    """Which findings of a report get cures: none, those of a short report, all."""

    NONE = "none"
    FEW = "few"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `unstuck check` was asked for; None and empty mean "as the configuration says"."""

    paths: tuple[str, ...]
    tests: bool
    generated: bool
    goos: str | None
    goarch: str | None
    tags: tuple[str, ...]
    go_version: str | None
    toolchain: str | None
    jobs: int
    config_path: str | None
    stdin: Callable[[], bytes]
    cwd: str
    cache_dir: str | None = None
    """Folder of the cache, None for none."""
    since: str | None = None
    """A git revision: findings in code that did not change since then are left out."""
    cures: Cures = Cures.FEW


@dataclass(frozen=True, slots=True)
class Fixed:
    """A program with cures applied: its report, the texts that differ, what was done and what was not."""

    report: Report
    files: tuple[Rewrite, ...]
    done: tuple[tuple[Finding, Fix], ...]
    left: tuple[tuple[Finding, str], ...]
    """What has no cure, and why."""
    before: Report
    """The report of the program as it was."""


@dataclass(frozen=True, slots=True)
class _Run:
    options: CheckOptions
    config: Config
    settings: Settings
    space: Workspace
    packages: tuple[Package, ...]


def check(options: CheckOptions, progress: Progress) -> Report:
    """Analyses what the options name. Raises config.UsageError when the configuration is broken."""
    run = _read(options)
    report, world = _report(run, run.packages, progress)
    wanted = sum(_counts(finding) for finding in report.findings)
    if options.cures is Cures.NONE or not wanted:
        return report
    size = sum(len(file.data) for file in report.sources.values())
    if options.cures is Cures.FEW and (wanted > FEW_FINDINGS or size > FEW_BYTES):
        return replace(report, uncured=ASK)
    from unstuck.fixes.blocks import apart, finding_apart, finding_together
    from unstuck.fixes.ground import ground
    from unstuck.fixes.session import FEW_BUDGET, FULL_BUDGET, with_fixes

    budget = FEW_BUDGET if options.cures is Cures.FEW else FULL_BUDGET
    findings = map(finding_apart, report.findings)
    base = ground(apart(run.packages), run.space, run.settings, findings, world)
    found, short = with_fixes(base, base.findings, budget)
    report = replace(report, findings=tuple(map(finding_together, found)))
    if options.cures is Cures.FEW:
        return replace(report, uncured=ASK if short else "")
    return replace(report, uncured=NAME_LESS if short else "", untried=short)


def fix(options: CheckOptions, progress: Progress, pick: Pick, most: int) -> Fixed:
    """Analyses, and applies the cures that `pick` takes, in memory. The report is that of the result."""
    run = _read(options)
    report, world = _report(run, run.packages, progress)
    wanted = tuple(finding for finding in report.findings if _counts(finding))
    if not wanted:
        return Fixed(report, (), (), (), report)
    from unstuck.fixes.blocks import apart, finding_apart, finding_together
    from unstuck.fixes.ground import ground
    from unstuck.fixes.session import FULL_BUDGET, apply_all, why_not

    base = ground(apart(run.packages), run.space, run.settings, map(finding_apart, wanted), world)
    applied = apply_all(base, pick, FULL_BUDGET, most)
    files = tuple(_rewrites(run, applied.ground.packages))
    after = report
    if files:
        after, _ = _report(run, _packages_after(run, applied.ground.packages, files), progress)
    if applied.short:
        after = replace(after, uncured=AGAIN if files else NAME_LESS, untried=applied.short)
    return Fixed(
        after,
        files,
        tuple((finding_together(finding), fix) for finding, fix in applied.done),
        tuple((finding_together(finding), why_not(found)) for finding, found in applied.left),
        report,
    )


def _counts(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE and finding.suppressed is None


def _rewrites(run: _Run, packages: Sequence[Package]) -> Iterator[Rewrite]:
    from unstuck.fixes.blocks import note_after

    texts: dict[tuple[str, str], tuple[bytes, list[bytes]]] = {}
    for old, new in zip(run.packages, packages):
        for before, after in zip(old.files, new.files):
            if before.file.data != after.file.data:
                path = os.path.join(old.dir, os.path.basename(before.file.path))
                known = texts.setdefault((path, before.file.path), (before.file.text(), []))
                if after.file.text() not in known[1]:  # several packages may have it
                    known[1].append(after.file.text())
    for (path, shown), (text, made) in texts.items():
        yield Rewrite(path, shown, text, note_after(text, made))


def _packages_after(run: _Run, packages: Sequence[Package], files: Sequence[Rewrite]) -> tuple[Package, ...]:
    """The packages after cures; the blocks of notes read anew, since lines moved in all of them."""
    texts = {file.shown: file.after for file in files}
    notes = [(path, texts.get(path, text)) for path, text in run.space.notes]
    return (*packages[: len(run.space.packages)], *_notes(run.space, notes))


def _read(options: CheckOptions) -> _Run:
    config, settings = _settings(options)
    space = _load(options, settings)
    return _Run(options, config, settings, space, (*space.packages, *_notes(space, space.notes)))


def _report(run: _Run, packages: tuple[Package, ...], progress: Progress) -> tuple[Report, World | None]:
    """The report on packages, and what this process has read for it."""
    options, space, settings = run.options, run.space, run.settings
    repo = _repository(options)
    cache = _cache(run) if options.cache_dir and packages is run.packages else None
    outcome = analyse_packages(packages, space, settings, progress, options.jobs, cache)
    files = tuple(item.file for package in packages for item in package.files if not item.types_only)
    outcome.gaps.extend(missing(space.packages, space))
    findings, gaps = _judged(outcome, space, settings, run.config, files, options)
    shown = findings
    if repo is not None:
        from unstuck.since import changes, is_new

        new = changes(repo, packages, options.cwd)
        shown = tuple(found for found in findings if is_new(found, new))
    report = Report(
        go=_go(space, options, settings),
        root=space.root,
        findings=shown,
        gaps=gaps,
        stats=_stats(outcome, packages, files),
        nothing_to_analyse=space.nothing,
        failed=outcome.failed,
        recalled=outcome.recalled,
        left_out=len(findings) - len(shown),
        sources={file.path: file for file in files},
    )
    return report, outcome.world


def _cache(run: _Run) -> Cache | None:
    """Results of other runs; what reads them is imported when they are wanted."""
    from unstuck.cache.entries import open_cache
    from unstuck.cache.store import open_store

    return open_cache(open_store(run.options.cache_dir), run.packages, run.space, run.settings)


def _repository(options: CheckOptions) -> Repository | None:
    """What later code is compared with, if with anything."""
    if options.since is None:
        return None
    from unstuck.since import repository

    return repository(options.cwd, options.since)


def _notes(space: Workspace, notes: Sequence[tuple[str, bytes]]) -> tuple[Package, ...]:
    """The packages in notes; the parser of notes is imported when there are any."""
    if not notes:
        return ()
    from unstuck.notes import note_packages

    return note_packages(space, notes)


def _settings(options: CheckOptions) -> tuple[Config, Settings]:
    path = options.config_path or find_config(options.cwd)
    rules = manual.names()
    config = load_config(path, rules) if path else NO_CONFIG
    settings = settings_of(config)
    return config, replace(
        settings,
        tests=settings.tests and options.tests,
        generated=settings.generated or options.generated,
        tags=options.tags or settings.tags,
    )


def _target(options: CheckOptions, settings: Settings) -> Target:
    goos, goarch = host_target()
    return Target(options.goos or goos, options.goarch or goarch, settings.tags)


def _load(options: CheckOptions, settings: Settings) -> Workspace:
    given = options.stdin() if "-" in options.paths else b""
    load_options = LoadOptions(
        cwd=options.cwd,
        include_tests=settings.tests,
        stdin=partial(bytes, given),  # plain data: workers are told
        go_version=options.go_version,
        toolchain=options.toolchain,
        excludes=settings.excludes,
        exclude_base=settings.exclude_base,
        max_file_bytes=settings.limits.max_file_bytes,
    )
    return workspace_.load(options.paths, _target(options, settings), load_options)


def _judged(
    outcome: Outcome,
    space: Workspace,
    settings: Settings,
    config: Config,
    files: tuple[SourceFile, ...],
    options: CheckOptions,
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """Fingerprints, levels, suppressions; everything sorted."""
    findings = suppress.with_levels(assign(outcome.findings), settings.severity)
    rules = manual.names()
    whole = bool(config.dir) and space.covers(config.dir)
    told = suppress.apply(findings, suppress.Scope(files, rules, options.cwd, whole), config)
    gaps = [Gap(gap.code, gap.path, gap.line, gap.why) for gap in space.gaps]
    gaps.extend((*outcome.gaps, *told.gaps))
    ordered = sorted(set(gaps), key=lambda gap: (gap.path, gap.line, gap.code, gap.why))
    return tuple(sorted(told.findings, key=_order)), tuple(ordered)


def _order(finding: Finding) -> tuple[object, ...]:
    at = finding.at
    return (at.path, at.line, at.column, finding.rule, finding.message, finding.fingerprint)


def _go(space: Workspace, options: CheckOptions, settings: Settings) -> GoEnv:
    target = _target(options, settings)
    versions = space.packages[0].versions if space.packages else None
    return GoEnv(
        version=versions.language if versions is not None else "",
        toolchain=versions.toolchain if versions is not None else "",
        goos=target.goos,
        goarch=target.goarch,
        tags=target.tags,
    )


def _stats(outcome: Outcome, packages: tuple[Package, ...], files: tuple[SourceFile, ...]) -> Stats:
    return Stats(
        files=len(files),
        lines=sum(file.data.count(b"\n") for file in files),
        packages=len(packages),
        functions=outcome.functions,
        verified=outcome.verified,
        leaks=outcome.leaking,
        incomplete=outcome.incomplete,
        states=outcome.states,
    )
