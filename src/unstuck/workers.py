"""Worker processes that answer tasks side by side. What they answer is not known here.

Workers are started afresh (never forked from a process with threads), are told once what they work on, and
then get one task after the other over a pipe; tasks and answers are plain data. The pipes lead only to our
own processes, so `multiprocessing` may write them as it likes. A worker that dies takes one task with it and
is replaced. Workers ignore Ctrl-C: their parent kills them, and they end by themselves when it is gone.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from typing import Any

from unstuck.interpreter import on_big_stack, tune

MAX_DEATHS = 8
"""Workers that are replaced; past it the tasks that are left are lost."""

Setup = Callable[[Any], Callable[[Any], Any]]
"""Makes of what all workers are told the function that answers tasks; a module's own function."""


# The parent.


@dataclass(frozen=True, slots=True)
class Lost:
    """A task without an answer, and why."""

    why: str


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: int = -1
    """The number of the task it works on, -1 when it has none."""
    about: set[str] = field(default_factory=set)
    """What its tasks were about. For membership only."""


class Workers:
    """Processes that answer tasks; use as a context manager."""

    def __init__(self, setup: Setup, told: object, count: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._setup = setup
        self._deaths = 0
        self._workers: list[_Worker] = []
        started = [self._start() for _ in range(count)]
        self._told = ForkingPickler.dumps(told)
        for worker in started:
            self._tell(worker)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.kill()
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join()

    def answers(
        self,
        tasks: Sequence[object],
        about: Sequence[str],
        order: Sequence[int],
        begun: Callable[[], None],
        answered: Callable[[int, Any], None],
    ) -> list[Any]:
        """The answers to the tasks, in the order of the tasks, `Lost` where there is none. They are handed
        out in `order`, but those that are `about` the same to one worker while it has such: it knows already
        what they have in common. `begun` is called once the workers have something to do, `answered` with the
        number and the answer of each task that is through."""
        found: list[Any] = [Lost("no worker process could be started")] * len(tasks)
        waiting = list(order)
        self._hand_out(tasks, about, waiting)
        begun()
        while waiting or any(worker.task >= 0 for worker in self._workers):
            self._hand_out(tasks, about, waiting)
            busy = [worker for worker in self._workers if worker.task >= 0]
            if not busy:
                break
            for pipe in wait([worker.pipe for worker in busy]):
                worker = next(each for each in busy if each.pipe is pipe)
                number, worker.task = worker.task, -1
                found[number] = self._answer(worker)
                answered(number, found[number])
        return found

    def _start(self) -> _Worker | None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._setup), daemon=True)
        try:
            process.start()
        except OSError:
            ours.close()
            self._deaths = MAX_DEATHS
            return None
        finally:
            theirs.close()
        return _Worker(process, ours)

    def _tell(self, worker: _Worker | None) -> None:
        if worker is None:
            return
        with suppress(OSError):  # it died already: `_answer` sees that
            worker.pipe.send_bytes(self._told)
        self._workers.append(worker)

    def _hand_out(self, tasks: Sequence[object], about: Sequence[str], waiting: list[int]) -> None:
        for worker in self._workers:
            if worker.task < 0 and waiting:
                worker.task = self._next(worker, about, waiting)
                waiting.remove(worker.task)
                worker.about.add(about[worker.task])
                with suppress(OSError):  # it died already: `_answer` sees that
                    worker.pipe.send(tasks[worker.task])

    def _next(self, worker: _Worker, about: Sequence[str], waiting: Sequence[int]) -> int:
        """The first task about something that the worker knows; else the first about what none knows."""
        others = [each.about for each in self._workers if each is not worker]
        new = -1
        for number in waiting:
            if about[number] in worker.about:
                return number
            if new < 0 and not any(about[number] in each for each in others):
                new = number
        return new if new >= 0 else waiting[0]

    def _answer(self, worker: _Worker) -> Any:
        try:
            return worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(1)
            worker.pipe.close()
            self._workers.remove(worker)
            self._deaths += 1
            if self._deaths < MAX_DEATHS:
                self._tell(self._start())
            return Lost(f"the process that analysed it died ({_end(worker.process.exitcode)})")


def _end(code: int | None) -> str:
    """How a process ended."""
    if code is None or code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


# The worker.


def _work(pipe: Connection, setup: Setup) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tune()
    try:
        on_big_stack(lambda: _serve(pipe, setup))
    except (EOFError, OSError):  # the parent is gone
        os._exit(1)


def _serve(pipe: Connection, setup: Setup) -> None:
    answer = setup(pipe.recv())
    gc.freeze()
    while True:
        pipe.send(answer(pipe.recv()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
