"""Which functions of a package are roots, and what exploring them gives.

Roots are the functions that make a concurrency object, start a goroutine or take a lock, and `main`, `init`
and tests that do; when what a root makes leaves it, its callers become roots, as far as needed (SEMANTICS.md,
"Fragments"). One package at a time: what a package gives depends on the sources and the settings only, not
on what was explored before, so that packages can be shared out to processes (outcome.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from unstuck import callers
from unstuck.attempts import (
    FUNCTION_WORK,
    LEAST_GROWTH,
    LITERAL,
    Tried,
    count,
    deepen,
    explore_alone,
    explore_each,
    explore_root,
    grow,
    keep,
    largest_whole,
    most_left,
)
from unstuck.clients.judged import counted, unanswered
from unstuck.clients.lives import Playable, playables
from unstuck.explore.judging import Leak
from unstuck.findings import Gap, Root, RootKind
from unstuck.ir.code import Lowered
from unstuck.ir.escaping import initial
from unstuck.ir.instr import Function, Program
from unstuck.ir.life import Life, life
from unstuck.ir.program import MODERATE, SMALL, grown
from unstuck.models.loader import is_played
from unstuck.parts import Part
from unstuck.roots import (
    Explorer,
    is_caller,
    is_maker,
    is_model,
    is_root,
    makes,
    promising,
    root_kind,
    signs_of,
)
from unstuck.rules.patterns import suspicions
from unstuck.source.package import Package
from unstuck.source.shares import files_of_others
from unstuck.telling import Run, attempt, position_of, syntax_gaps, told
from unstuck.types.model import FuncRef
from unstuck.types.world import World

LEAST_WORK = 10_000
"""Instructions that every fragment of a package may run, unless its package has cost `MOST_WORK` by then."""
SHARES = 16
"""How many times its even share of what is left a fragment may cost: most cost next to nothing."""
FIRST_LIFE = 10_000
"""What a life may run before it is tried smaller."""
DEEPER = (10_000, 15_000, 30_000, 60_000, 180_000)
"""What a fragment that ran out of work may have run when it is gone on with, and when that is not enough."""
STUCK_WORK = 30_000
"""Beyond it a fragment that came to no new state in its last step is not gone on with."""
TEST_WORK = 10_000
"""Beyond it the fragment of a function of a test file is not gone on with."""
LEAST_DEEPER = 3_000
"""With less than this left it does not go on."""
DEEP_WORK = 300_000
"""What a package may spend on that beyond what its fragments that were explored to their ends have cost."""
GROWTH_WORK, FUNCTION_GROWTH = 6_000, 40
"""What a package, and each function of it, adds to the work for larger fragments than the first ones."""


def explore_roots(explorer: Explorer, package: Package, share: int = 0) -> Part:
    """Explores the functions of a package, or of one share of it, that make or use concurrency objects, and
    runs the other rules. What a package has once goes with its first share."""
    run, others = _run(explorer, package), files_of_others(package, share)
    world = explorer.world
    signs = signs_of(package)
    modelled = is_played(package.path)
    if modelled and not share:
        path, _ = position_of(run, None)
        why = f"package {package.path} is what the machine itself knows: its own code is not explored"
        run.part.gaps.append(Gap("modelled", path, 1, why))
    refs = tuple(_outside(world, world.functions(package.path), others))
    if modelled:
        refs = tuple(ref for ref in refs if not is_model(world, ref))
    run.functions = run.part.functions = len(refs)
    likely = [] if modelled else [ref for ref in refs if promising(world, ref, signs)]
    attempt(run, None, partial(_suspect, run, _lowering(run, refs, frozenset(likely))))
    if not modelled:
        _explore_all(run, likely, partial(is_root, run.explorer), None)
        if not share:
            attempt(run, None, partial(_explore_globals, run))
            attempt(run, None, partial(_play, run, world.functions(package.path)))
    syntax_gaps(run, others)
    return told(run)


def starts_at(explorer: Explorer, package: Package) -> Callable[[FuncRef], bool]:
    """Whether exploring the package starts at a function of it, among others."""
    signs = signs_of(package)
    return lambda ref: not is_played(package.path) and is_maker(explorer, signs, ref)


def explore_again(
    explorer: Explorer,
    package: Package,
    roots: Sequence[tuple[FuncRef, RootKind | None]],
    texts: Sequence[FuncRef],
    calls: callers.Calls,
) -> Part:
    """Explores some roots of a package, each as far as one fragment may cost.

    Asks the rules over types and control flow about the functions `texts`; `calls` says who calls whom in it.
    """
    functions, most = len(explorer.world.functions(package.path)), explorer.settings.limits.max_work
    run = Run(explorer, package, Part(), {}, calls, True, functions=functions, allowance=most)
    for ref, kind in roots:
        attempt(run, ref, partial(_explore_fully, run, ref, kind))
    attempt(run, None, partial(_suspect, run, texts))
    return told(run)


def play_again(explorer: Explorer, package: Package, touched: Sequence[FuncRef]) -> Part:
    """Plays the lives in which one of some functions has a part."""
    world = explorer.world
    run = _run(explorer, package)
    run.allowance = explorer.settings.limits.max_work
    names = frozenset(str(ref) for ref in touched)
    for each in playables(explorer.code, package.path, world.functions(package.path)):
        inside = (*each.partners, *each.closing, *each.waiting)
        makers = {str(life.maker.ref) for group in each.lives for life in group}
        makers |= {str(life.maker.ref) for life, _ in each.unclosed}
        if names.isdisjoint(makers) and not any(
            function.package == package.path and function.outer in names for function in inside
        ):
            continue
        _play_each(run, each)
    return told(run)


def explore_callers(
    explorer: Explorer,
    package: Package,
    wanted: Sequence[FuncRef],
    known: Sequence[FuncRef],
    share: int = 0,
) -> Part:
    """Explores the functions of a package, or of one share of it, that call one of `wanted` and were not
    explored before."""
    run, world, others = _run(explorer, package), explorer.world, files_of_others(package, share)
    targets, before = frozenset(wanted), frozenset(known)
    run.wanted = targets
    run.functions = sum(1 for _ in _outside(world, world.functions(package.path), others))
    likely = [ref for ref in callers.naming(world, package.path, wanted, others) if ref not in before]
    run.part.callers = _explore_all(
        run, likely, partial(is_caller, run.explorer, signs_of(package), targets), RootKind.CALLER
    )
    return told(run)


def _run(explorer: Explorer, package: Package) -> Run:
    functions = len(explorer.world.functions(package.path))
    return Run(explorer, package, Part(), {}, explorer.calls(package), functions=functions)


def _outside(world: World, refs: Iterable[FuncRef], files: frozenset[str]) -> Iterator[FuncRef]:
    """Those that do not stand in one of the files."""
    for ref in refs:
        declared = world.declared(ref) if files else None
        if declared is None or declared.file.path not in files:
            yield ref


def _explore_all(
    run: Run, likely: Sequence[FuncRef], asked: Callable[[FuncRef], bool], kind: RootKind | None
) -> list[FuncRef]:
    """Explores those that are roots. What the package may cost is shared out; who needs less leaves more.

    First each root with what fits into a fragment of moderate size, a small one where that leaves calls out;
    then, as far as the work for it goes, larger ones.
    """
    roots: list[FuncRef] = []

    def ask(ref: FuncRef) -> None:
        if asked(ref):
            roots.append(ref)

    for ref in likely:
        attempt(run, ref, partial(ask, ref))
    if kind is None:
        roots.extend(_giving(run, roots))
    limits = run.explorer.settings.limits
    total = limits.max_package_work + FUNCTION_WORK * run.functions
    tried: list[Tried] = []

    def explore(ref: FuncRef) -> None:
        tried.append(explore_root(run, ref, kind))

    for number, ref in enumerate(roots):
        _allow(run, total, len(roots) - number, LEAST_WORK)
        attempt(run, ref, partial(explore, ref))
    _deepen_all(run, tried, total)
    growing = [each for each in tried if each.grows]
    total = run.part.work + min(GROWTH_WORK + FUNCTION_GROWTH * run.functions, limits.max_package_work)
    for number, each in enumerate(growing):
        _allow(run, total, len(growing) - number, 0)
        if run.allowance >= LEAST_GROWTH:
            attempt(run, each.ref, partial(grow, run, each))
    for each in tried:
        attempt(run, each.ref, partial(explore_alone, run, each))
        count(run, each)
    return roots


def _deepen_all(run: Run, tried: Sequence[Tried], total: int) -> None:
    """Goes on with what ran out of work, first the roots without a leak, and of these the ones of which
    nothing was explored to its end. No more is spent on it than on what did end, and a fixed sum."""
    total = min(total, run.part.work + DEEP_WORK + sum(each.useful for each in tried))
    order = sorted(tried, key=_explored_so_far)
    _deepen_each(run, [each for each in order if not each.leaks], total)
    _deepen_each(run, [each for each in order if each.leaks], total)


def _explored_so_far(tried: Tried) -> tuple[bool, int]:
    """What is known of a root: those of which least is known go on first."""
    fragment = tried.fragment
    return (True, 0) if fragment is None else (fragment.complete, fragment.states)


def _deepen_each(run: Run, tried: Sequence[Tried], total: int) -> None:
    for most in DEEPER:
        again = [each for each in tried if each.short and not (each.stuck and most > STUCK_WORK)]
        for number, each in enumerate(again):
            _allow(run, total, len(again) - number, 0)
            if run.allowance >= LEAST_DEEPER and (most <= TEST_WORK or not each.tested):
                attempt(run, each.ref, partial(deepen, run, each, most))


def _allow(run: Run, total: int, left: int, least: int) -> None:
    """The next of `left` fragments may cost several times its even share of what is left of `total`."""
    rest = max(total - run.part.work, 0)
    share = min(SHARES * rest // left, rest)
    run.allowance = min(run.explorer.settings.limits.max_work, max(share, least), most_left(run))


def _giving(run: Run, roots: Sequence[FuncRef]) -> list[FuncRef]:
    """Functions that are no roots themselves, and give a root of the package what decides."""
    run.bounded = True
    known = dict.fromkeys(roots)
    found: dict[FuncRef, None] = {}
    for ref in roots:
        givers = callers.giving(run.explorer.code, run.calls, ref)
        found.update(dict.fromkeys(giver for giver in givers if giver not in known))
        for giver in givers:
            run.giving[giver] = run.giving.get(giver, frozenset()) | {ref}
    return list(found)


def _lowering(run: Run, refs: Sequence[FuncRef], likely: frozenset[FuncRef]) -> Iterator[FuncRef]:
    """The functions one after the other; those that may be roots are lowered when the next one is asked for:
    what was inferred of them for the rules is then still there. Those that fail are asked again as roots,
    and told then."""
    for ref in refs:
        yield ref
        if ref in likely:
            with suppress(Exception):
                run.explorer.code.lowered(ref)


def _suspect(run: Run, refs: Iterable[FuncRef]) -> None:
    settings = run.explorer.settings
    found, gaps = suspicions(run.explorer.world, run.package, settings, root_kind, refs)
    run.part.suspected.extend(found)
    run.part.gaps.extend(gaps)


def _explore_globals(run: Run) -> None:
    """Explores the literals that package-level variables start with."""
    for lowered in run.explorer.code.of_globals(run.package.path):
        run.allowance = LEAST_WORK
        found = initial(lowered, partial(makes, run.explorer))
        root = Root(f"{LITERAL}{lowered.functions[0].outer}", RootKind.FUNCTION)
        run.part.leaking += bool(explore_each(run, found, root))


def _explore_fully(run: Run, ref: FuncRef, kind: RootKind | None) -> None:
    """Explores a root as far as one fragment may cost. What only a smaller fragment says is not enough to
    know an edit by, so one that ran out of work is a gap all the same."""
    allowance = run.allowance
    tried = explore_root(run, ref, kind)
    if tried.short:
        run.allowance = allowance
        deepen(run, tried, allowance)
    if tried.grows:
        grow(run, tried)
    count(run, tried)
    if tried.short and tried.fragment is not None and tried.fragment.complete:
        path, line = position_of(run, ref)
        run.part.gaps.append(Gap("work-limit", path, line, f"{ref} is explored in a smaller fragment"))


def _play(run: Run, refs: Sequence[FuncRef]) -> None:
    """Runs the package's types through their lives (clients.py)."""
    played = playables(run.explorer.code, run.package.path, refs)
    lives = sum(len(group) for each in played for group in (*each.lives, each.unclosed))
    run.allowance = max(run.explorer.settings.limits.max_package_work // max(lives, 1), LEAST_WORK)
    run.allowance = min(run.explorer.settings.limits.max_work, run.allowance)
    for each in played:
        _play_each(run, each)


def _play_each(run: Run, played: Playable) -> None:
    for group in played.lives:
        attempt(run, group[0].maker.ref, partial(_play_group, run, played, group))
    for one, asked in played.unclosed:
        attempt(run, one.maker.ref, partial(_play_unclosed, run, played, one, asked))


def _play_group(run: Run, played: Playable, group: Sequence[Life]) -> None:
    found = [_lived(run, each) for each in group]
    for each, leak in counted(played, group, found):
        keep(run, leak, Root(each.told, RootKind.CLIENT), tested=False)


def _play_unclosed(run: Run, played: Playable, one: Life, asked: tuple[Function, ...]) -> None:
    for leak in unanswered(played, one, asked, _lived(run, one)):
        keep(run, leak, Root(one.told, RootKind.CLIENT), tested=False)


def _lived(run: Run, each: Life) -> tuple[Leak, ...]:
    """The leaks of one life, in the largest fragment of it that can be explored to its end: with little work,
    then with all that there is for it."""
    allowance = run.allowance
    most = min(allowance, most_left(run))
    shares = tuple(dict.fromkeys((min(most, FIRST_LIFE), most)))
    fragment = largest_whole(run, _sizes(run, life(each)), shares)
    run.allowance = allowance
    run.part.panics += fragment.panics
    return fragment.leaks


def _sizes(run: Run, root: Lowered) -> Iterator[Program]:
    """A small fragment of a life, and a moderate one where that follows more calls."""
    wanted = frozenset(callee for _, callee in root.refs)
    small = grown(run.explorer.code, root, SMALL, wanted=wanted)
    yield small
    if small.cut:
        moderate = grown(run.explorer.code, root, MODERATE, wanted=wanted)
        if len(moderate.functions) > len(small.functions):
            yield moderate
