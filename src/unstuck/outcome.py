"""All packages explored: shared out to processes, in rounds, and put together in a fixed order.

First the roots of every package; then, level by level, the callers of what hands out its objects. Which
process explores a package, and when, changes nothing in the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from unstuck.config import Settings
from unstuck.doing import Doing, Progress
from unstuck.findings import Finding, Gap
from unstuck.parts import Answer, Part, Task, Witness
from unstuck.rules.identity import Key
from unstuck.rules.merging import merged
from unstuck.source.file import Location, Span
from unstuck.source.imports import import_paths
from unstuck.source.package import Package
from unstuck.source.shares import share_sizes
from unstuck.source.workspace import Workspace
from unstuck.types.ref import FuncRef

if TYPE_CHECKING:
    from unstuck.cache.entries import Cache
    from unstuck.types.world import World

MAX_CALLER_LEVELS = 3
"""How far up callers are followed when an object leaves the function that made it."""


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
    recalled: int = 0
    """Packages whose roots the cache answered for."""
    world: World | None = None
    """What this process has read, None where it had nothing to do or others did it."""


_Round = Callable[[Sequence[Task]], list[Answer]]


def analyse_packages(
    packages: Sequence[Package],
    space: Workspace,
    settings: Settings,
    progress: Progress,
    jobs: int = 1,
    cache: Cache | None = None,
) -> Outcome:
    """Explores every root of the packages, in `jobs` processes when that pays. What the cache knows is not
    done again."""
    recalled: list[int] = []
    noting = cache is not None
    with Doing(tuple(packages), space, settings, progress, jobs, noting) as doing:
        outcome = _outcome(packages, partial(_round, doing, cache, recalled))
    outcome.recalled = recalled[0] if recalled else 0
    outcome.world = doing.world
    if cache is not None:
        from unstuck.cache import entries

        entries.finish(cache)
    return outcome


def _round(doing: Doing, cache: Cache | None, recalled: list[int], tasks: Sequence[Task]) -> list[Answer]:
    """The answers to tasks, in order: from the cache, and done anew where it has none. `recalled` gets the
    number of packages for which all came from there."""
    if cache is None:
        return doing.answers(tasks, _nothing, _forget)
    from unstuck.cache import entries

    known = [entries.recall(cache, task) for task in tasks]
    left = [task for task, answer in zip(tasks, known) if answer is None]
    recalled.append(len({task.package for task in tasks} - {task.package for task in left}))
    begun = partial(entries.keep_snapshot, cache)
    done = iter(doing.answers(left, begun, partial(entries.remember, cache)))
    return [answer if answer is not None else next(done) for answer in known]


def _nothing() -> None:
    """Nothing is kept without a cache."""


def _forget(task: Task, answer: Answer) -> None:
    """Nor are answers."""


# Rounds.


def _outcome(packages: Sequence[Package], round_: _Round) -> Outcome:
    imports: list[frozenset[str]] = []
    shares = [len(share_sizes(package)) for package in packages]
    tasks = [Task(number, share=share) for number, count in enumerate(shares) for share in range(count)]
    parts: list[Part] = []
    outcome = Outcome()
    known: dict[int, dict[FuncRef, None]] = {}
    for _ in range(MAX_CALLER_LEVELS + 1):
        answers = round_(tasks)
        for answer in answers:
            parts.append(answer.part)
            outcome.gaps.extend((*answer.part.gaps, *answer.gaps))
        for task, answer in zip(tasks, answers):
            known.setdefault(task.package, {}).update(dict.fromkeys(answer.part.callers))
        handed = [ref for answer in answers for ref in answer.part.handed]
        if handed and not imports:
            imports = [import_paths(package) | {package.path} for package in packages]
        tasks = _caller_tasks(imports, handed, known, shares)
        if not tasks:
            break
    _add_up(outcome, parts)
    return outcome


def _caller_tasks(
    imports: Sequence[frozenset[str]],
    handed: Sequence[FuncRef],
    known: Mapping[int, Mapping[FuncRef, None]],
    shares: Sequence[int],
) -> list[Task]:
    """Callers are looked for in the package of what hands out, and in those that import it."""
    by_package: dict[str, list[FuncRef]] = {}
    for ref in handed:
        by_package.setdefault(ref.package, []).append(ref)
    tasks: list[Task] = []
    for number, paths in enumerate(imports):
        wanted = [ref for path, refs in by_package.items() if path in paths for ref in refs]
        if wanted:
            before = tuple(known.get(number, ()))
            tasks += [Task(number, tuple(wanted), before, share) for share in range(shares[number])]
    return tasks


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
            if known is None or witness.rank < known.rank:
                best[witness.key] = witness
    witnessed = [(witness.finding, witness.identity) for witness in _telling(best.values())]
    suspected: dict[tuple[str, Location], tuple[Finding, Key]] = {}
    for one, key in (pair for part in parts for pair in part.suspected):
        suspected.setdefault((one.rule, one.at), (one, key))
    outcome.findings = merged(witnessed, suspected.values())


def _telling(found: Iterable[Witness]) -> list[Witness]:
    """Without those of which another, from another share or package, says more of the same place."""
    said: dict[tuple[str, Span], int] = {}
    witnesses = list(found)
    for one in witnesses:
        said[one.key[:2]] = max(said.get(one.key[:2], 0), one.says)
    return [one for one in witnesses if one.says == said[one.key[:2]]]
