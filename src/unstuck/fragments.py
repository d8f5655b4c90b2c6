"""Which functions of a package are roots, and what exploring them gives.

Roots are the functions that make a concurrency object, start a goroutine or take a lock, and `main`, `init`
and tests that do; when what a root makes leaves it, its callers become roots, as far as needed (SEMANTICS.md,
"Fragments").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from unstuck.config import Settings
from unstuck.explore.fragment import Fragment, Leak, analyse
from unstuck.findings import Finding, Gap, Root, RootKind
from unstuck.ir import instr
from unstuck.ir.desc import Descs
from unstuck.ir.instr import Function
from unstuck.ir.program import Code, program
from unstuck.ir.slice import sliced
from unstuck.models.loader import model
from unstuck.rules import leaks as leak_rules
from unstuck.rules.identity import Key
from unstuck.rules.patterns import merged, suspicions
from unstuck.rules.shadow import shadowed_channels
from unstuck.source.file import SourceFile
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.types import facts
from unstuck.types.model import FuncRef
from unstuck.types.world import World

Progress = Callable[[int, int, str], None]
MAX_CALLER_LEVELS = 3
"""How far up callers are followed when an object leaves the function that made it."""
_MAKES = (
    instr.MakeChan,
    instr.Go,
    instr.Lock,
    instr.WaitGroup,
    instr.Cond,
    instr.MakeContext,
    instr.MakeTimer,
)
_SIGNS = (
    b"chan",
    b"go ",
    b"Lock()",
    b"Wait",
    b"context.",
    b"time.",
    b"errgroup",
    b"sync.",
    b"signal.",
    b"<-",
)


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


@dataclass(slots=True)
class _Run:
    """What exploring the packages shares."""

    world: World
    code: Code
    settings: Settings
    outcome: Outcome
    best: dict[tuple[object, ...], tuple[int, Leak, Root, Package]]
    """The shortest witness of each leak."""
    handed: list[FuncRef]
    suspected: list[tuple[Finding, Key]]
    """What the rules over types and control flow found."""


def analyse_packages(
    packages: Sequence[Package], space: Workspace, settings: Settings, progress: Progress
) -> Outcome:
    """Explores every root of the packages."""
    world = World(space, model)
    for package in packages:
        world.add(package)
    own = tuple(package.path for package in packages)
    code = Code(world, Descs(world), own, lambda path: model(path) is not None)
    run = _Run(world, code, settings, Outcome(), {}, [], [])
    for number, package in enumerate(packages):
        progress(number, len(packages), package.path)
        _explore_package(run, package)
    _explore_callers(run, packages)
    for package in packages:
        run.outcome.gaps.extend(_syntax_gaps(world, package))
    _tell(run, packages)
    return run.outcome


def _explore_package(run: _Run, package: Package) -> None:
    for ref in run.world.functions(package.path):
        run.outcome.functions += 1
        if not _promising(run.world, ref):
            continue
        lowered = run.code.lowered(ref)
        if lowered is not None and any(_makes(run, function) for function in lowered.functions):
            _explore_root(run, package, ref, None)
    run.suspected.extend(suspicions(run.world, package, run.settings, _root_kind))


def _promising(world: World, ref: FuncRef) -> bool:
    declared = world.declared(ref)
    if declared is None:
        return False
    text = declared.file.data[declared.start : declared.end]
    return any(sign in text for sign in _SIGNS)


def _makes(run: _Run, function: Function) -> bool:
    """It makes a concurrency object (a struct that has one inside counts), starts a goroutine or locks."""
    for item in function.code:
        if isinstance(item, _MAKES):
            return True
        if isinstance(item, instr.New | instr.Zero) and _has_sync(run, item.desc.name):
            return True
    return False


def _has_sync(run: _Run, name: str) -> bool:
    named = run.code.descs.named.get(name)
    return named is not None and run.code.own(named.package) and facts.contains_sync(run.world, named)


def _explore_root(run: _Run, package: Package, ref: FuncRef, caller: RootKind | None) -> None:
    whole = program(run.code, ref)
    if whole is None:
        return
    fragment = analyse(sliced(whole), run.settings.limits.max_states)
    _count(run, package, ref, fragment)
    kind = caller or _root_kind(run.world, package, ref)
    root = Root(str(ref), kind)
    for leak in fragment.leaks:
        _keep(run, leak, root, package)
    if fragment.hands_out and kind not in (RootKind.MAIN, RootKind.TEST):
        run.handed.append(ref)


def _count(run: _Run, package: Package, ref: FuncRef, fragment: Fragment) -> None:
    outcome = run.outcome
    outcome.states += fragment.states
    if fragment.leaks:
        outcome.leaking += 1
    elif fragment.complete:
        outcome.verified += 1
    else:
        outcome.incomplete += 1
    if fragment.causes:
        declared = run.world.declared(ref)
        if declared is not None:
            line = declared.file.line_column(declared.start)[0]
            why = ", ".join(_CAUSES[cause] for cause in fragment.causes)
            outcome.gaps.append(
                Gap(
                    f"{fragment.causes[0]}-limit",
                    declared.file.path,
                    line,
                    f"{ref} is explored in part: {why}",
                )
            )


_CAUSES = {
    "states": "it has more states than the limit",
    "steps": "a path runs too long without an operation others can see",
    "goroutines": "a path starts more goroutines than the limit",
    "paths": "too many ways lead from one operation to the next",
    "length": "a path makes more elements than the limit",
}


def _keep(run: _Run, leak: Leak, root: Root, package: Package) -> None:
    made = tuple(waited.made for waited in leak.waits)
    key = (leak.kind, leak.park, made)
    length = len(leak.schedule.happenings) if leak.schedule is not None else 1_000_000
    known = run.best.get(key)
    if known is None or length < known[0]:
        run.best[key] = (length, leak, root, package)


def _root_kind(world: World, package: Package, ref: FuncRef) -> RootKind:
    if not ref.recv and ref.name == "main" and package.name == "main":
        return RootKind.MAIN
    if not ref.recv and ref.name.split("#")[0] == "init":
        return RootKind.MAIN
    declared = world.declared(ref)
    tests = {item.file.path for item in package.files if item.test}
    if declared is not None and declared.file.path in tests and not ref.recv:
        if ref.name.startswith(("Test", "Benchmark", "Fuzz", "Example")):
            return RootKind.TEST
    return RootKind.FUNCTION


# Callers of what hands out its objects.


def _explore_callers(run: _Run, packages: Sequence[Package]) -> None:
    done: set[FuncRef] = set()
    for _ in range(MAX_CALLER_LEVELS):
        wanted, run.handed = run.handed, []
        callers = _callers(run, packages, wanted)
        for package, ref in callers:
            if ref not in done:
                done.add(ref)
                _explore_root(run, package, ref, RootKind.CALLER)
        if not run.handed:
            return


def _callers(
    run: _Run, packages: Sequence[Package], wanted: Sequence[FuncRef]
) -> list[tuple[Package, FuncRef]]:
    names = {ref.name.encode() for ref in wanted}
    targets = {str(ref.package) + str(ref) for ref in wanted}
    found: list[tuple[Package, FuncRef]] = []
    if not names:
        return found
    for package in packages:
        for ref in run.world.functions(package.path):
            declared = run.world.declared(ref)
            if declared is None:
                continue
            text = declared.file.data[declared.start : declared.end]
            if not any(name in text for name in names):
                continue
            lowered = run.code.lowered(ref)
            if lowered is None or any(_makes(run, function) for function in lowered.functions):
                continue  # explored already, with what it calls
            if any(callee.package + str(callee) in targets for _, callee in lowered.refs):
                found.append((package, ref))
    return found


# Findings.


def _tell(run: _Run, packages: Sequence[Package]) -> None:
    everything = {item.file.path: item.file for package in packages for item in package.files}
    folders = {package.path: _folder(package) for package in packages}
    hidden = {
        item.file.path
        for package in packages
        for item in package.files
        if item.generated and not run.settings.generated
    }
    for _, leak, root, package in run.best.values():
        if leak.park.path in hidden:
            continue
        sources: dict[str, SourceFile] = dict(everything)
        sources.update((item.file.path, item.file) for item in package.files)
        context = leak_rules.Context(
            root=root,
            sources=sources,
            module=package.module.path if package.module is not None else "",
            package_dir=folders,
            shadows=shadowed_channels(run.world, package) if not leak.senders else {},
        )
        run.outcome.findings.extend(leak_rules.findings((leak,), context))
    run.outcome.findings = merged(run.outcome.findings, run.suspected)


def _folder(package: Package) -> str:
    if package.module is None:
        return ""
    return package.path.removeprefix(package.module.path).strip("/")


def _syntax_gaps(world: World, package: Package) -> list[Gap]:
    from unstuck.syntax.parse import parse

    gaps: list[Gap] = []
    for item in package.files:
        if item.types_only:
            continue
        for issue in parse(item.file).issues[:3]:
            line = item.file.line_column(issue.start)[0]
            gaps.append(Gap("syntax-error", item.file.path, line, issue.message))
    return gaps
