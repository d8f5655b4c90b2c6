"""One task after the other on the same packages, and what each looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unstuck.config import Settings
from unstuck.findings import Gap
from unstuck.fragments import explore_callers, explore_roots
from unstuck.parts import Answer, Import, Looked, Part, Question, Task
from unstuck.roots import Explorer, explorer
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.types.model import Named, Pointer, Type
from unstuck.types.world import World

_NO_SOURCE = ("C", "unsafe")


def answering(told: tuple[tuple[Package, ...], Workspace, Settings, bool]) -> Callable[[Task], Answer]:
    """The function that does tasks on these packages, and notes what it looked at where that is asked for."""
    packages, space, settings, noting = told
    return answering_with(explorer(packages, space, settings), space, noting)


def answering_with(shared: Explorer, space: Workspace, noting: bool) -> Callable[[Task], Answer]:
    """The same with an explorer of the packages."""
    packages = shared.packages
    own = frozenset(package.path for package in packages)
    digests: dict[str, str] = {}

    def answer(task: Task) -> Answer:
        before = frozenset(space.gaps)
        shared.world.asked.clear()
        package = packages[task.package]
        part = _explored(shared, package, task)
        new = tuple(Gap(gap.code, gap.path, gap.line, gap.why) for gap in space.gaps if gap not in before)
        if not noting:
            return Answer(part, new)
        questions = tuple(_question(shared.world, *asked) for asked in shared.world.asked.items())
        started = (package.path, *(path for question in questions for path, _ in question.types))
        return Answer(part, new, Looked(_imports(shared.world, started, own, digests), questions))

    return answer


def _explored(shared: Explorer, package: Package, task: Task) -> Part:
    if task.wanted:
        return explore_callers(shared, package, task.wanted, task.known, task.share)
    return explore_roots(shared, package, task.share)


def _question(world: World, interface: Type, types: Sequence[Type]) -> Question:
    bases = [each.elem if isinstance(each, Pointer) else each for each in types]
    named = tuple((each.package, each.name) for each in bases if isinstance(each, Named))
    return Question(tuple(sorted(world.methods(interface))), named)


def _imports(
    world: World, paths: Sequence[str], own: frozenset[str], digests: dict[str, str]
) -> tuple[Import, ...]:
    """The imports behind packages, directly or not, as far as anybody asked for them by now; those between
    packages to analyse are left out. Importers stand before what they import."""
    found: list[Import] = []
    waiting = list(dict.fromkeys(paths))
    seen = dict.fromkeys(waiting)
    for importer in waiting:
        for path, meant in world.imports(importer).items():
            if path in _NO_SOURCE:
                continue
            if meant.path in own:
                if importer not in own:
                    found.append(Import(importer, path, meant.path, ""))
            else:
                found.append(_outside(world, importer, path, meant.path, digests))
            if meant.path not in seen:
                seen[meant.path] = None
                waiting.append(meant.path)
    return tuple(found)


def _outside(world: World, importer: str, path: str, meant: str, digests: dict[str, str]) -> Import:
    package = world.outside(meant)
    if package is None:
        return Import(importer, path, "", "")
    if meant not in digests:
        from unstuck.cache.digest import package_digest

        digests[meant] = package_digest(package)
    return Import(importer, path, meant, digests[meant])
