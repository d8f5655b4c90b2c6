"""All packages explored: shared out to processes, in rounds, and put together in a fixed order.

First the roots of every package; then, level by level, the callers of what hands out its objects. Which
process explores a package, and when, changes nothing in the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from unstuck.config import Settings
from unstuck.findings import Finding, Gap
from unstuck.fragments import Explorer, Part, Witness, explore_callers, explore_roots, explorer
from unstuck.rules.identity import Key
from unstuck.rules.patterns import merged
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.types.model import FuncRef

Progress = Callable[[int, int, str], None]
"""(done, total, what is being looked at)"""

MAX_CALLER_LEVELS = 3
"""How far up callers are followed when an object leaves the function that made it."""
_QUOTED = re.compile(rb'"([^"\n\\]+)"')

LEAST_PACKAGES = 8
"""With fewer packages, starting processes costs more than it saves."""
LEAST_BYTES = 400_000
"""The same for the size of all sources."""


@dataclass(slots=True)
class Outcome:
    """Everything that exploring gave."""

    findings: list[tuple[Finding, Key]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    functions: int = 0
    verified: int = 0
    leaking: int = 0
    incomplete: int = 0
    states: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One package in one round: its roots, or the callers of `wanted` that are not `known`."""

    package: int
    wanted: tuple[FuncRef, ...] = ()
    known: frozenset[FuncRef] = frozenset()


@dataclass(frozen=True, slots=True)
class _Answer:
    part: Part
    gaps: tuple[Gap, ...]
    """What the workspace met that was resolved for this task."""


_Round = Callable[[Sequence[Task]], list[_Answer]]


def analyse_packages(
    packages: Sequence[Package], space: Workspace, settings: Settings, progress: Progress, jobs: int = 1
) -> Outcome:
    """Explores every root of the packages, in `jobs` processes when that pays."""
    told = (tuple(packages), space, settings)
    sizes = [sum(len(item.file.data) for item in package.files) for package in packages]
    if jobs < 2 or len(packages) < LEAST_PACKAGES or sum(sizes) < LEAST_BYTES:
        return _outcome(packages, partial(_here, answering(told), packages, progress))
    from unstuck.workers import Workers

    with Workers(answering, told, min(jobs, len(packages))) as workers:

        def round_(tasks: Sequence[Task]) -> list[_Answer]:
            order = sorted(range(len(tasks)), key=lambda number: -sizes[tasks[number].package])
            through: list[int] = []

            def answered(number: int) -> None:
                through.append(number)
                progress(len(through), len(tasks), packages[tasks[number].package].path)

            found = workers.answers(tasks, order, answered)
            return [_received(packages[task.package], each) for task, each in zip(tasks, found)]

        return _outcome(packages, round_)


def answering(told: tuple[tuple[Package, ...], Workspace, Settings]) -> Callable[[Task], _Answer]:
    """The function that does tasks on these packages."""
    packages, space, settings = told
    shared = explorer(packages, space, settings)

    def answer(task: Task) -> _Answer:
        before = frozenset(space.gaps)
        part = _explored(shared, packages[task.package], task)
        new = tuple(Gap(gap.code, gap.path, gap.line, gap.why) for gap in space.gaps if gap not in before)
        return _Answer(part, new)

    return answer


def _explored(shared: Explorer, package: Package, task: Task) -> Part:
    if task.wanted:
        return explore_callers(shared, package, task.wanted, task.known)
    return explore_roots(shared, package)


def _here(
    answer: Callable[[Task], _Answer], packages: Sequence[Package], progress: Progress, tasks: Sequence[Task]
) -> list[_Answer]:
    """A round in this process."""
    answers: list[_Answer] = []
    for number, task in enumerate(tasks):
        progress(number, len(tasks), packages[task.package].path)
        answers.append(answer(task))
    return answers


def _received(package: Package, answer: object) -> _Answer:
    """What a process answered; a gap where it died."""
    if isinstance(answer, _Answer):
        return answer
    why = getattr(answer, "why", "no answer came")
    path = package.files[0].file.path if package.files else package.path
    gap = Gap("worker-died", path, 1, f"package {package.path} was not analysed: {why}")
    return _Answer(Part(gaps=[gap], failed=True), ())


# Rounds.


def _outcome(packages: Sequence[Package], round_: _Round) -> Outcome:
    imports = [_imports(package) | {package.path} for package in packages]
    tasks: list[Task] = [Task(number) for number in range(len(packages))]
    parts: list[Part] = []
    outcome = Outcome()
    known: dict[int, frozenset[FuncRef]] = {}
    for _ in range(MAX_CALLER_LEVELS + 1):
        answers = round_(tasks)
        for answer in answers:
            parts.append(answer.part)
            outcome.gaps.extend((*answer.part.gaps, *answer.gaps))
        for task, answer in zip(tasks, answers):
            known[task.package] = known.get(task.package, frozenset()) | frozenset(answer.part.callers)
        handed = [ref for answer in answers for ref in answer.part.handed]
        tasks = _caller_tasks(imports, handed, known)
        if not tasks:
            break
    _add_up(outcome, parts)
    return outcome


def _caller_tasks(
    imports: Sequence[frozenset[str]], handed: Sequence[FuncRef], known: dict[int, frozenset[FuncRef]]
) -> list[Task]:
    """Callers are looked for in the package of what hands out, and in those that import it."""
    by_package: dict[str, list[FuncRef]] = {}
    for ref in handed:
        by_package.setdefault(ref.package, []).append(ref)
    tasks: list[Task] = []
    for number, paths in enumerate(imports):
        wanted = [ref for path, refs in by_package.items() if path in paths for ref in refs]
        if wanted:
            tasks.append(Task(number, tuple(wanted), known.get(number, frozenset())))
    return tasks


def _imports(package: Package) -> frozenset[str]:
    """What the files of a package may import: the quoted words before their first function."""
    found: set[str] = set()
    for item in package.files:
        head = item.file.data.partition(b"\nfunc ")[0]
        found.update(word.decode("utf-8", "surrogateescape") for word in _QUOTED.findall(head))
    return frozenset(found)


def _add_up(outcome: Outcome, parts: Sequence[Part]) -> None:
    best: dict[tuple[object, ...], Witness] = {}
    for part in parts:
        outcome.functions += part.functions
        outcome.verified += part.verified
        outcome.leaking += part.leaking
        outcome.incomplete += part.incomplete
        outcome.states += part.states
        outcome.failed = outcome.failed or part.failed
        for witness in part.witnesses:
            known = best.get(witness.key)
            if known is None or witness.length < known.length:
                best[witness.key] = witness
    witnessed = [(witness.finding, witness.identity) for witness in best.values()]
    outcome.findings = merged(witnessed, [pair for part in parts for pair in part.suspected])
