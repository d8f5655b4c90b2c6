"""The process around the analysis: its stack, its garbage collector, its progress bar, its end."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from unstuck.cli.output import complain

T = TypeVar("T")

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

RECURSION_LIMIT = 20_000
"""Python frames on top of each other; the nesting of Go source is capped long before."""

STACK_SIZES = (256 << 20, 64 << 20)
"""Bytes of stack for the analysis; the next is tried where the system refuses one, its own size last."""

GC_THRESHOLDS = (100_000, 20, 20)
"""Syntax trees are millions of long-lived objects; by default Python looks at them far too often."""

PROGRESS_AFTER = 1.0
"""Seconds before a progress bar appears."""


def tune() -> None:
    """Settings of the interpreter for the analysis."""
    import gc

    sys.setrecursionlimit(max(RECURSION_LIMIT, sys.getrecursionlimit()))
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def on_big_stack(work: Callable[[], T]) -> T:
    """The value of `work()`, run in a thread whose stack deep recursion does not exhaust."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    _start(run).join()
    if failed:
        raise failed[0]
    return done[0]


def _start(run: Callable[[], None]) -> threading.Thread:
    """A running thread; a daemon, so that an interrupted process does not wait for it."""
    for size in STACK_SIZES:
        try:
            threading.stack_size(size)
            thread = threading.Thread(target=run, name="analysis", daemon=True)
            thread.start()
            return thread
        except (RuntimeError, ValueError, MemoryError):
            continue
        finally:
            threading.stack_size(0)
    thread = threading.Thread(target=run, name="analysis", daemon=True)
    thread.start()
    return thread


def stop_at_once() -> None:
    """Ends the process now: neither the analysis nor its workers are waited for."""
    complain("interrupted")
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.kill()
    os._exit(INTERRUPTED)


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
