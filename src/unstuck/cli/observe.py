"""`unstuck test`: go test under observation.

Its output stays its own; ours goes to stderr and `--report` files.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unstuck.cli.output import (
    CommandError,
    check_writable,
    complain,
    find_format,
    say,
    view_on_stderr,
    write_file,
)
from unstuck.cli.process import Progress, results_folder

if TYPE_CHECKING:
    from unstuck.config import Config, Settings
    from unstuck.dynamic.session import Observation, Request
    from unstuck.findings import Report
    from unstuck.report import Render

OK, FOUND, FAILED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Target:
    """A file that a report goes to."""

    render: Render
    path: str


def test(options: argparse.Namespace, progress: Progress) -> int:
    """Run the tests, report, judge."""
    from unstuck.config import UsageError
    from unstuck.dynamic.golang import GoError
    from unstuck.dynamic.overlay import OverlayError
    from unstuck.dynamic.process import ending_signals
    from unstuck.dynamic.selfproof import ProofError
    from unstuck.dynamic.session import Request, RequestError
    from unstuck.report.text import render as as_text

    targets = [_target(each) for each in options.report]
    cwd = os.getcwd()
    request = Request(options.go, options.go_args, cwd, cache_folder())
    try:
        config, settings = _settings(options, cwd)
        with ending_signals():
            observation, report = _observe(request, options, config, settings, progress)
    except (UsageError, GoError, OverlayError, ProofError, RequestError) as error:
        raise CommandError(str(error)) from error
    say(as_text(report, view_on_stderr(options)))
    for target in targets:
        text = target.render(report, replace(view_on_stderr(options), color=False))
        write_file(target.path, text.encode("utf-8", "backslashreplace"), "--report")
    return _status(observation, report, options.fail_on or settings.fail_on)


def cache_folder() -> str:
    """Where we keep what outlives a run."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "unstuck")


def _target(text: str) -> Target:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise CommandError(f"--report {text}: say FORMAT=FILE, as in --report json=leaks.json")
    render = find_format(name)
    check_writable(path, "--report")
    return Target(render, path)


def _settings(options: argparse.Namespace, cwd: str) -> tuple[Config, Settings]:
    from unstuck.config import NO_CONFIG, find_config, load_config, settings_of

    path = options.config or find_config(cwd)
    config = load_config(path, _rule_names()) if path else NO_CONFIG
    return config, settings_of(config)


def _rule_names() -> tuple[str, ...]:
    from unstuck.rules import manual

    return manual.names()


def _observe(
    request: Request, options: argparse.Namespace, config: Config, settings: Settings, progress: Progress
) -> tuple[Observation, Report]:
    from unstuck.dynamic import report as reports
    from unstuck.dynamic.session import observe, prepare, scratch_folder
    from unstuck.dynamic.stress import Plan, stress

    cwd = request.cwd
    with scratch_folder() as scratch:
        setting = prepare(request, scratch)
        observation = observe(setting)
        checked = stressed = None
        if options.confirm or options.stress:
            checked = _checked(_folders(observation), options, cwd, progress)
        if options.stress:
            complain(f"{options.stress:,} more runs with disturbed schedules, seeds from {options.seed}")
            suspects = reports.suspects(checked, cwd) if checked else {}
            stressed = stress(setting, observation, Plan(options.stress, options.seed, suspects))
    here, found = reports.observed(observation, stressed, cwd)
    if checked is None and options.check:
        checked = _checked(reports.files(found, cwd), options, cwd, progress)
    rest = reports.Rest(settings, config, _rule_names(), cwd, options.confirm)
    return observation, reports.build(observation, stressed, here, found, checked, rest)


def _folders(observation: Observation) -> tuple[str, ...]:
    """The folders of the packages under test."""
    return tuple(sorted({each.dir for each in observation.packages if each.own and each.dir}))


def _checked(
    paths: tuple[str, ...], options: argparse.Namespace, cwd: str, progress: Progress
) -> Report | None:
    """What `check` says of these files or folders; None where there are none."""
    from unstuck.analysis import CheckOptions, check
    from unstuck.interpreter import on_big_stack, tune

    if not paths:
        return None
    wanted = CheckOptions(
        paths=paths,
        tests=True,
        generated=True,
        goos=None,
        goarch=None,
        tags=(),
        go_version=None,
        toolchain=None,
        jobs=options.jobs,
        config_path=options.config,
        stdin=lambda: b"",
        cwd=cwd,
        cache_dir=results_folder(options),
    )

    def run() -> Report:
        tune()
        return check(wanted, progress)

    return on_big_stack(run)


def _status(observation: Observation, report: Report, fail_on: str) -> int:
    """go test's own status where it is not 0; what was not observed is a failure too."""
    from unstuck.findings import Severity

    if report.run is not None and report.run.unchecked:
        many = len(report.run.unchecked)
        what = f"{many:,} packages were" if many > 1 else "1 package was"
        complain(f"error: {what} not checked for leaks, see above")
    if observation.status:
        return observation.status
    if report.run is not None and report.run.unchecked:
        return FAILED
    if fail_on == "never":
        return OK
    limit = Severity(fail_on).rank
    counted = (one for one in report.findings if one.suppressed is None)
    return FOUND if any(one.severity.rank <= limit for one in counted) else OK
