"""The interpreter's settings for the analysis: its stack and its garbage collector."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

RECURSION_LIMIT = 20_000
"""Python frames on top of each other; the nesting of Go source is capped long before."""

STACK_SIZES = (256 << 20, 64 << 20)
"""Bytes of stack for the analysis; the next is tried where the system refuses one, its own size last."""

GC_THRESHOLDS = (5_000_000, 20, 20)
"""Syntax trees are millions of long-lived objects; by default Python looks at them far too often."""


def tune() -> None:
    """Settings of the interpreter for the analysis."""
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
