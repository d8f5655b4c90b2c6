"""Tasks done: in this process, or side by side in others when that pays.

The heavy modules are imported when there is something to do, so that a run that finds everything in the cache
does not pay for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unstuck.config import Settings
from unstuck.findings import Gap
from unstuck.parts import Answer, Part, Task
from unstuck.source.package import Package
from unstuck.source.shares import share_sizes
from unstuck.source.workspace import Workspace

if TYPE_CHECKING:
    from unstuck.types.world import World
    from unstuck.workers import Workers

Progress = Callable[[int, int, str], None]
"""(done, total, what is being looked at)"""

LEAST_TASKS = 8
"""With fewer tasks, starting processes costs more than it saves, unless they are large."""
LEAST_BYTES, LARGE_BYTES = 400_000, 2_000_000
"""The same for the bytes of the sources that the tasks are about, and for fewer tasks."""

Answered = Callable[[Task, Answer], None]
"""Called with each task as soon as it is done."""


@dataclass(slots=True)
class Doing:
    """What does tasks; use as a context manager. Processes start with the first tasks that need them."""

    packages: tuple[Package, ...]
    space: Workspace
    settings: Settings
    progress: Progress
    jobs: int
    noting: bool
    """What each task looked at is noted (`parts.Looked`), for the cache."""
    world: World | None = None
    """What this process has read for its tasks."""
    _workers: Workers | None = None
    _here: Callable[[Task], Answer] | None = None
    _sizes: list[list[int]] = field(default_factory=list)
    """The bytes of each share of each package."""

    def __enter__(self) -> Doing:
        return self

    def __exit__(self, *_: object) -> None:
        if self._workers is not None:
            self._workers.__exit__()

    def answers(self, tasks: Sequence[Task], begun: Callable[[], None], answered: Answered) -> list[Answer]:
        """The answers to the tasks, in their order. `begun` is called once they are under way, where anything
        can be."""
        if not tasks:
            return []
        if not self._sizes:
            self._sizes = [share_sizes(package) for package in self.packages]
        size = sum(map(self._size, tasks))
        wanted = min(self.jobs, len(tasks))
        least = LEAST_BYTES if len(tasks) >= LEAST_TASKS else LARGE_BYTES
        if self._workers is None and (wanted < 2 or size < least):
            begun()
            return self._in_this_process(tasks, answered)
        return self._side_by_side(tasks, begun, answered, wanted)

    def _in_this_process(self, tasks: Sequence[Task], answered: Answered) -> list[Answer]:
        from unstuck.exploring import answering_with
        from unstuck.roots import explorer

        if self._here is None:
            shared = explorer(self.packages, self.space, self.settings)
            self.world = shared.world
            self._here = answering_with(shared, self.space, self.noting)
        answers: list[Answer] = []
        for number, task in enumerate(tasks):
            self.progress(number, len(tasks), self.packages[task.package].path)
            answers.append(self._here(task))
            answered(task, answers[-1])
        return answers

    def _side_by_side(
        self, tasks: Sequence[Task], begun: Callable[[], None], answered: Answered, count: int
    ) -> list[Answer]:
        from unstuck.exploring import answering
        from unstuck.workers import Workers

        if self._workers is None:
            told = (self.packages, self.space, self.settings, self.noting)
            self._workers = Workers(answering, told, count)
        order = sorted(range(len(tasks)), key=lambda number: -self._size(tasks[number]))
        through: list[int] = []

        def done(number: int, answer: object) -> None:
            through.append(number)
            task = tasks[number]
            self.progress(len(through), len(tasks), self.packages[task.package].path)
            if isinstance(answer, Answer):
                answered(task, answer)

        about = [f"{self.packages[task.package].dir}{f'#{task.share}' * bool(task.share)}" for task in tasks]
        found = self._workers.answers(tasks, about, order, begun, done)
        return [self._received(task, each) for task, each in zip(tasks, found)]

    def _size(self, task: Task) -> int:
        return self._sizes[task.package][task.share]

    def _received(self, task: Task, answer: object) -> Answer:
        """What a process answered; a gap where it died."""
        if isinstance(answer, Answer):
            return answer
        package, shares = self.packages[task.package], len(self._sizes[task.package])
        share = f"share {task.share + 1} of {shares} of " if shares > 1 else ""
        why = getattr(answer, "why", "no answer came")
        path = package.files[0].file.path if package.files else package.path
        gap = Gap("worker-died", path, 1, f"{share}package {package.path} was not analysed: {why}")
        return Answer(Part(gaps=[gap], failed=True), ())
