"""The command line: the only place that prints.

    unstuck check [PATH...]      what is stuck, and why
    unstuck test [ARG...]        go test, and what its tests leave behind
    unstuck explain [RULE]       a rule's manual page

Exit status: 0 nothing at or above `--fail-on`; 1 something is; 2 the usage was wrong, a named path gave
nothing to analyse, or the analysis itself failed (the report is still written); 130 interrupted. Reports go
to stdout or `--output`, all else to stderr. Imports are late on purpose: `--version` and `explain` do not
pay for the analysis, nor a short run for a progress bar.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from unstuck import __version__
from unstuck.cli.arguments import parse
from unstuck.cli.output import CommandError, check_writable, complain, deliver, find_format, view_of
from unstuck.cli.process import INTERRUPTED, Progress, results_folder, shows_progress, stop_at_once

if TYPE_CHECKING:
    from unstuck.analysis import CheckOptions
    from unstuck.findings import Report

OK, FOUND, FAILED = 0, 1, 2
"""Exit statuses, beside `INTERRUPTED`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status. Never raises."""
    args = list(sys.argv[1:] if argv is None else argv)
    progress = Progress()
    try:
        return _run(args, progress)
    except KeyboardInterrupt:
        progress.stop()
        stop_at_once()
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED
    except CommandError as error:
        progress.stop()
        complain(f"error: {error}")
        return FAILED
    except Exception as error:
        progress.stop()
        return _internal(
            error, debug="--debug" in args or os.environ.get("UNSTUCK_DEBUG", "") not in ("", "0")
        )


def _run(args: Sequence[str], progress: Progress) -> int:
    options = parse(args)
    match options.command:
        case "check":
            return _check(options, progress)
        case "test":
            from unstuck.cli.observe import test

            return test(options, progress)
        case "explain":
            return _explain(options)
    return FAILED


def _check(options: argparse.Namespace, progress: Progress) -> int:
    """Analyses, prints the report, and judges it."""
    from unstuck.interpreter import on_big_stack

    render = find_format(options.format)
    if options.output:
        check_writable(options.output)
    started = time.monotonic()
    progress.wanted = not options.quiet and shows_progress()
    if options.fix or options.diff or options.interactive:
        from unstuck.cli.fixing import cure

        return cure(options, progress, render)
    report = on_big_stack(lambda: _analyse(options, progress))
    progress.stop()
    deliver(render(report, view_of(options)), options)
    if report.left_out:
        count = f"{report.left_out} finding{'s' if report.left_out > 1 else ''}"
        complain(f"{count} in code that did not change since {options.since} left out")
    if options.stats:
        _say_stats(report, time.monotonic() - started)
    return judge(report, options.fail_on)


def _analyse(options: argparse.Namespace, progress: Progress) -> Report:
    from unstuck.interpreter import tune

    tune()  # before anything large is imported
    from unstuck.analysis import check
    from unstuck.config import UsageError

    wanted = check_options(options)
    try:
        return check(wanted, progress)
    except UsageError as error:
        raise CommandError(str(error)) from error


def check_options(options: argparse.Namespace) -> CheckOptions:
    """What the command line asks the analysis for."""
    from unstuck.analysis import CheckOptions, Cures

    return CheckOptions(
        paths=tuple(options.paths) or ("./...",),
        tests=options.tests,
        generated=options.generated,
        goos=options.goos,
        goarch=options.goarch,
        tags=tuple(tag for tag in options.tags.split(",") if tag),
        go_version=options.go_version,
        toolchain=options.toolchain,
        jobs=options.jobs,
        config_path=options.config,
        stdin=lambda: sys.stdin.buffer.read(),
        cwd=_cwd(),
        cache_dir=results_folder(options),
        since=options.since,
        cures=Cures(options.cures),
    )


def judge(report: Report, fail_on: str) -> int:
    """The exit status of a report; says on stderr why it is 2."""
    from unstuck.findings import Severity

    for path in report.nothing_to_analyse:
        complain(
            f"error: {path}: nothing to analyse there: no Go file or Go block that "
            "the build constraints and --no-tests leave in"
        )
    if report.failed:
        complain("error: the analysis itself failed in places, the report is incomplete: see --gaps")
    if report.failed or report.nothing_to_analyse:
        return FAILED
    if fail_on == "never":
        return OK
    limit = Severity(fail_on).rank
    counted = (one for one in report.findings if one.suppressed is None)
    return FOUND if any(one.severity.rank <= limit for one in counted) else OK


def _explain(options: argparse.Namespace) -> int:
    from unstuck.rules import manual

    view = view_of(options)
    if options.rule is None:
        deliver(manual.as_list(view.width), options)
        return OK
    page = manual.find(options.rule)
    if page is not None:
        deliver(manual.as_text(page, view.width), options)
        return OK
    near = manual.similar(options.rule)
    hint = f"did you mean {' or '.join(near)}?" if near else "unstuck explain lists all rules"
    raise CommandError(f"there is no rule {options.rule!r}; {hint}")


def _say_stats(report: Report, seconds: float) -> None:
    """What the run cost. Clocks are kept out of reports, so it goes to stderr."""
    stats = report.stats
    fragments = stats.verified + stats.leaks + stats.incomplete
    speed = stats.lines / seconds if seconds else 0.0
    complain(
        f"{stats.files:,} files, {stats.lines:,} lines, {fragments:,} fragments, {stats.states:,} states "
        f"in {seconds:.2f} s ({speed:,.0f} lines/s), {report.recalled:,} packages from the cache{_peak()}"
    )


def _peak() -> str:
    try:
        import resource
    except ImportError:
        return ""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    here, below = (resource.getrusage(one).ru_maxrss // unit for one in who)
    return f", peak {here:,} MB" + (f" and {below:,} MB in the largest worker" if below else "")


def _internal(error: Exception, debug: bool) -> int:
    """A bug of ours: one line that says where, and how to report it."""
    import traceback

    if debug:
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    complain(
        f"internal error ({what!s}{at}): a bug in Unstuck {__version__}, not in the Go code; please report "
        "it with what the same command prints with --debug"
    )
    return FAILED


def _cwd() -> str:
    try:
        return os.getcwd()
    except OSError as error:
        raise CommandError("the working directory does not exist any more") from error
