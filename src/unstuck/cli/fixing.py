"""`check --fix`, `--diff` and `--interactive`: cures applied, printed, or asked for one by one."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from unstuck.cli.output import CommandError, complain, deliver, deliver_diff, show, view_of
from unstuck.cli.process import Progress

if TYPE_CHECKING:
    from unstuck.analysis import Fixed
    from unstuck.findings import Finding, Fix
    from unstuck.fixes.ground import Ground
    from unstuck.fixes.offer import Offer
    from unstuck.report import Render

OK, FOUND, FAILED = 0, 1, 2
"""Exit statuses of `--diff`; otherwise the status is that of the result."""


def cure(options: argparse.Namespace, progress: Progress, render: Render) -> int:
    """Applies cures as asked for; the exit status."""
    from unstuck.cli import judge
    from unstuck.interpreter import on_big_stack

    if options.interactive and not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise CommandError("--interactive asks at a terminal, and this is none; use --diff or --fix")
    if "-" in options.paths and not options.diff:
        raise CommandError("standard input cannot be edited; use --diff")
    fixed = on_big_stack(lambda: _fixed(options, progress))
    progress.stop()
    if options.diff:
        deliver_diff(_diff(fixed), options)
        _say_untried(fixed, "apply the diff and " if fixed.files else "")
        return FAILED if judge(fixed.report, "never") else (FOUND if fixed.files else OK)
    _write(fixed, options)
    for finding, fix in fixed.done:
        complain(f"fixed {_place(finding)}: {fix.title}")
    for finding, why in fixed.left:
        complain(f"left {_place(finding)} ({finding.rule}): {why}")
    if options.format != "text":
        _say_untried(fixed, "")
    deliver(render(fixed.report, view_of(options)), options)
    return judge(fixed.report, options.fail_on)


def _say_untried(fixed: Fixed, first: str) -> None:
    """That the budget was not enough for all, where no report in words says so."""
    from unstuck.report.text import uncured

    if fixed.report.untried:
        complain(uncured(replace(fixed.report, uncured=f"{first}{fixed.report.uncured}")))


def _fixed(options: argparse.Namespace, progress: Progress) -> Fixed:
    from unstuck.analysis import fix
    from unstuck.cli import check_options
    from unstuck.config import UsageError
    from unstuck.fixes.session import MAX_OFFERED, first
    from unstuck.interpreter import tune

    tune()
    try:
        if options.interactive:
            return fix(check_options(options), progress, _Asking(options, progress), MAX_OFFERED)
        return fix(check_options(options), progress, first, 1)
    except UsageError as error:
        raise CommandError(str(error)) from error


def _place(finding: Finding) -> str:
    return f"{finding.at.path}:{finding.at.line}"


def _diff(fixed: Fixed) -> str:
    from unstuck.source.edit import unified

    return "".join(unified(file.shown, file.before, file.after) for file in fixed.files)


def _write(fixed: Fixed, options: argparse.Namespace) -> None:
    from unstuck.source.write import WriteError, uncommitted, write_all

    if not fixed.files:
        return
    if not options.allow_dirty:
        dirty = uncommitted([file.path for file in fixed.files])
        if dirty:
            raise CommandError(
                f"nothing was changed: git has changes that are not committed ({dirty}); commit them, or run "
                "again with --allow-dirty"
            )
    try:
        write_all(fixed.files)
    except WriteError as error:
        raise CommandError(str(error)) from error


class _Asking:
    """Asks on the terminal which cure to take."""

    def __init__(self, options: argparse.Namespace, progress: Progress) -> None:
        self._options = options
        self._progress = progress

    def __call__(self, finding: Finding, found: Offer, current: Ground) -> int | None:
        from unstuck.fixes.session import Stop
        from unstuck.report.text.paint import visible

        self._progress.stop()
        said = f"{_place(finding)}: {finding.severity.value}: {finding.message} ({finding.rule})"
        show(f"\n{visible(said)}\n")
        for number, (fix, _) in enumerate(found.held, 1):
            show(f"\n  {number}. {fix.title}\n     {fix.means}\n{_fix_diff(fix, current)}\n")
        numbers = "/".join(str(number) for number in range(1, len(found.held) + 1))
        while True:
            try:
                answer = input(f"apply {numbers}, skip (s) or quit (q)? ").strip().lower()
            except EOFError:
                raise Stop from None
            if answer in ("q", "quit"):
                raise Stop
            if answer in ("s", "skip", "n", ""):
                return None
            if answer.isdigit() and 1 <= int(answer) <= len(found.held):
                return int(answer) - 1


def _fix_diff(fix: Fix, current: Ground) -> str:
    from unstuck.source.edit import Change, applied, unified

    rows = []
    for path in dict.fromkeys(edit.path for edit in fix.edits):
        file = current.sights.file(path)
        if file is not None:
            changes = [
                Change(edit.start, edit.end, edit.text.encode("utf-8", "surrogateescape"))
                for edit in fix.edits
                if edit.path == path
            ]
            rows.append(unified(path, file.data, applied(file.data, changes)))
    return "".join(rows)
