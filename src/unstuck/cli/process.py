"""The process around the analysis: its progress bar, its cache, its end."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import suppress
from typing import Any, NoReturn

from unstuck.cli.output import complain

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

PROGRESS_AFTER = 1.0
"""Seconds before a progress bar appears."""


def stop_at_once() -> None:
    """Ends the process now: neither the analysis nor its workers are waited for."""
    complain("interrupted")
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.kill()
    os._exit(INTERRUPTED)


def leave(status: int) -> NoReturn:
    """Ends the process. What was printed goes out; the analysis is not taken down object by object, which
    costs as much as some runs."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(status)


def shows_progress() -> bool:
    """Whether stderr is a terminal that can draw a bar."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "") != "dumb"


class Progress:
    """A bar on stderr, shown only on a terminal and only when a run takes long."""

    def __init__(self) -> None:
        self.wanted = False
        self.started = time.monotonic()
        self.bar: Any = None
        self.task: Any = None

    def __call__(self, done: int, total: int, what: str) -> None:
        """`done` of `total` units are done; `what` is being looked at."""
        if not self.wanted or (self.bar is None and time.monotonic() - self.started < PROGRESS_AFTER):
            return
        from unstuck.report.text.paint import visible

        if self.bar is None:
            self._show()
        self.bar.update(self.task, completed=done, total=max(total, 1), what=visible(what)[-40:])

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("  checking"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[what]}", style="dim", markup=False),
        )
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("", total=1, what="")
        self.bar.start()

    def stop(self) -> None:
        """Takes the bar away."""
        self.wanted = False
        if self.bar is not None:
            self.bar.stop()
            self.bar = None


def results_folder(options: argparse.Namespace) -> str | None:
    """Where results of other runs are; None when they are not wanted."""
    if not options.cache:
        return None
    from unstuck.cache.store import default_folder

    return os.path.abspath(options.cache_dir) if options.cache_dir else default_folder()
