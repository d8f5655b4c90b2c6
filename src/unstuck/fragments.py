"""Which functions of a package are roots, and what exploring them gives.

Roots are the functions that make a concurrency object, start a goroutine or take a lock, and `main`, `init`
and tests that do; when what a root makes leaves it, its callers become roots, as far as needed (SEMANTICS.md,
"Fragments"). One package at a time: what a package gives depends on the sources and the settings only, not
on what was explored before, so that packages can be shared out to processes (outcome.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from unstuck import callers
from unstuck.clients.judged import counted, unanswered
from unstuck.clients.lives import Playable, playables
from unstuck.explore.fragment import Fragment, Leak, analyse, idle
from unstuck.explore.verdict import POLLER, SERVER
from unstuck.explore.work import Place
from unstuck.findings import Gap, Root, RootKind
from unstuck.ir.escaping import escaping, initial
from unstuck.ir.instr import Function, Program
from unstuck.ir.life import Life, life
from unstuck.ir.program import ALONE, LARGE, MODERATE, SMALL, Lowered, grown, program
from unstuck.ir.slice import reaches, relevant, simplified
from unstuck.ir.testing import test_root
from unstuck.models.loader import MACHINE
from unstuck.parts import Part
from unstuck.roots import (
    Explorer,
    is_caller,
    is_model,
    is_root,
    locking_types,
    makes,
    promising,
    root_kind,
    text_of,
)
from unstuck.rules import leaks as leak_rules
from unstuck.rules.patterns import suspicions
from unstuck.source.file import Span
from unstuck.source.package import Package
from unstuck.telling import Run, attempt, position_of, syntax_gaps, told
from unstuck.types.model import FuncRef

LEAST_WORK = 10_000
"""Instructions that every fragment of a package may run, however much its package has cost by then."""
FUNCTION_WORK = 600
"""What each function adds to the work that a package may cost (Limits.max_package_work)."""
SHARES = 16
"""How many times its even share of what is left a fragment may cost: most cost next to nothing."""
CUT_WORK = 30_000
"""What a fragment that leaves calls out may run before its package has been looked at."""
HANDED_WORK = 60_000
"""The same where one of these calls is given a channel: the larger such fragment is tried first."""
GROWTH_WORK, FUNCTION_GROWTH = 6_000, 40
"""What a package, and each function of it, adds to the work for larger fragments than the first ones."""
LEAST_GROWTH = 3_000
"""With less than this left a larger fragment is not tried."""
GROWING = 3
"""How many times what the last fragment of a root cost the next larger one is expected to cost."""
LARGEST = 5_000
"""Instructions of a root with its literals. A larger one is not explored (gap "size-limit"): to prepare it
alone would take longer than the rest of its package."""
LITERAL = "a function literal of "
"""How the name of a root starts that is one."""


def explore_roots(explorer: Explorer, package: Package) -> Part:
    """Explores the functions of a package that make or use concurrency objects, and runs the other rules."""
    run = Run(explorer, package, Part(), {})
    world = explorer.world
    types = locking_types(package)
    modelled = package.path in MACHINE
    if modelled:
        path, _ = position_of(run, None)
        why = f"package {package.path} is what the machine itself knows: its own code is not explored"
        run.part.gaps.append(Gap("modelled", path, 1, why))
    refs = world.functions(package.path)
    if modelled:
        refs = tuple(ref for ref in refs if not is_model(world, ref))
    run.part.functions = len(refs)
    if not modelled:
        likely = [ref for ref in refs if promising(world, ref, types)]
        _explore_all(run, likely, partial(is_root, run.explorer), None)
        attempt(run, None, partial(_explore_globals, run))
        attempt(run, None, partial(_play, run, refs))
    attempt(run, None, partial(_suspect, run, refs))
    syntax_gaps(run)
    return told(run)


def is_maker(explorer: Explorer, package: Package, ref: FuncRef) -> bool:
    """Exploring starts at the function."""
    if package.path in MACHINE or not promising(explorer.world, ref, locking_types(package)):
        return False
    return is_root(explorer, ref)


def explore_again(
    explorer: Explorer,
    package: Package,
    roots: Sequence[tuple[FuncRef, RootKind | None]],
    texts: Sequence[FuncRef],
    calls: callers.Index,
) -> Part:
    """Explores some roots of a package, each as far as one fragment may cost.

    Asks the rules over types and control flow about the functions `texts`; `calls` is its call index.
    """
    run = Run(explorer, package, Part(), {}, calls, allowance=explorer.settings.limits.max_work)
    for ref, kind in roots:
        attempt(run, ref, partial(_explore_fully, run, ref, kind))
    attempt(run, None, partial(_suspect, run, texts))
    return told(run)


def play_again(explorer: Explorer, package: Package, touched: Sequence[FuncRef]) -> Part:
    """Plays the lives in which one of some functions has a part."""
    world = explorer.world
    run = Run(explorer, package, Part(), {}, allowance=explorer.settings.limits.max_work)
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
    explorer: Explorer, package: Package, wanted: Sequence[FuncRef], known: Sequence[FuncRef]
) -> Part:
    """Explores the functions of a package that call one of `wanted` and were not explored before."""
    run = Run(explorer, package, Part(), {})
    names = tuple({ref.name.encode("utf-8", "surrogateescape"): None for ref in wanted})
    targets, before = frozenset(wanted), frozenset(known)
    run.wanted = targets
    likely = [
        ref
        for ref in explorer.world.functions(package.path)
        if ref not in before and any(name in text_of(explorer.world, ref) for name in names)
    ]
    run.part.callers = _explore_all(run, likely, partial(is_caller, run.explorer, targets), RootKind.CALLER)
    return told(run)


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
    functions = len(run.explorer.world.functions(run.package.path))
    total = limits.max_package_work + FUNCTION_WORK * functions
    tried: list[_Tried] = []

    def explore(ref: FuncRef) -> None:
        tried.append(_explore_root(run, ref, kind))

    for number, ref in enumerate(roots):
        _allow(run, total, len(roots) - number, LEAST_WORK)
        attempt(run, ref, partial(explore, ref))
    growing = [each for each in tried if each.grows]
    total = run.part.work + min(GROWTH_WORK + FUNCTION_GROWTH * functions, limits.max_package_work)
    for number, each in enumerate(growing):
        _allow(run, total, len(growing) - number, 0)
        if run.allowance >= LEAST_GROWTH:
            attempt(run, each.ref, partial(_grow, run, each))
    for each in tried:
        attempt(run, each.ref, partial(_explore_alone, run, each))
        _count(run, each)
    return roots


def _allow(run: Run, total: int, left: int, least: int) -> None:
    """The next of `left` fragments may cost several times its even share of what is left of `total`."""
    rest = max(total - run.part.work, 0)
    share = min(SHARES * rest // left, rest)
    run.allowance = min(run.explorer.settings.limits.max_work, max(share, least))


def _giving(run: Run, roots: Sequence[FuncRef]) -> list[FuncRef]:
    """Functions that are no roots themselves, and give a root of the package what decides."""
    run.calls = callers.call_index(run.explorer.code, run.package.path)
    known = dict.fromkeys(roots)
    found: dict[FuncRef, None] = {}
    for ref in roots:
        givers = callers.giving(run.explorer.code, run.calls, ref)
        found.update(dict.fromkeys(giver for giver in givers if giver not in known))
        for giver in givers:
            run.giving[giver] = run.giving.get(giver, frozenset()) | {ref}
    return list(found)


def _suspect(run: Run, refs: Sequence[FuncRef]) -> None:
    settings = run.explorer.settings
    run.part.suspected.extend(suspicions(run.explorer.world, run.package, settings, root_kind, refs))


@dataclass(slots=True)
class _Tried:
    """What has been tried of a root."""

    ref: FuncRef
    kind: RootKind
    fragment: Fragment | None = None
    """The largest that was explored to its end; the last one where none was."""
    functions: int = -1
    """Of the largest fragment that was tried."""
    leaks: int = 0
    hands_out: bool = False
    grows: bool = False
    """Calls are left out that a larger fragment has."""


def _explore_root(run: Run, ref: FuncRef, caller: RootKind | None) -> _Tried:
    """Explores the fragment of a root: whole when it fits into a moderate size, else a small one."""
    kind = caller or root_kind(run.explorer.world, run.package, ref)
    tried = _Tried(ref, kind)
    if caller is None:
        _explore_literals(run, tried)
    if _is_too_large(run, ref):
        return tried
    whole = _whole(run, ref, kind, MODERATE)
    if whole is None:
        return tried
    allowance = run.allowance
    if whole.cut:
        run.allowance = min(allowance, HANDED_WORK)
    if whole.hands or not whole.cut:
        _try(run, tried, whole)
    if whole.cut:
        run.allowance = min(allowance, CUT_WORK)
    _try_smaller(run, tried, SMALL)
    last = tried.fragment
    tried.grows = bool(whole.cut) and last is not None and last.complete and last.grows
    run.allowance = allowance
    return tried


def _explore_alone(run: Run, tried: _Tried) -> None:
    """Explores the root alone where no fragment of it was explored to its end. Last, so that it takes nothing
    from the others."""
    run.allowance = min(run.explorer.settings.limits.max_work, CUT_WORK)
    if tried.fragment is not None:
        _try_smaller(run, tried, ALONE)


def _try_smaller(run: Run, tried: _Tried, size: int) -> None:
    """Explores a smaller fragment of a root of which none was explored to its end."""
    if tried.fragment is not None and tried.fragment.complete:
        return
    smaller = _whole(run, tried.ref, tried.kind, size)
    if smaller is not None and len(smaller.functions) != tried.functions:
        _try(run, tried, smaller)


def _explore_literals(run: Run, tried: _Tried) -> None:
    """Explores the literals of a function that leave it as roots of their own; what they capture is unknown.
    Those of tests run with the test."""
    code = run.explorer.code
    lowered = code.lowered(tried.ref)
    if lowered is None or len(lowered.functions) == 1 or position_of(run, tried.ref)[0].endswith("_test.go"):
        return
    found = escaping(lowered, partial(makes, run.explorer))
    tried.leaks += _explore_each(run, found, Root(f"{LITERAL}{tried.ref}", RootKind.FUNCTION))


def _explore_globals(run: Run) -> None:
    """Explores the literals that package-level variables start with."""
    run.allowance = LEAST_WORK
    for lowered in run.explorer.code.of_globals(run.package.path):
        found = initial(lowered, partial(makes, run.explorer))
        root = Root(f"{LITERAL}{lowered.functions[0].outer}", RootKind.FUNCTION)
        run.part.leaking += bool(_explore_each(run, found, root))


def _explore_each(run: Run, literals: Sequence[Lowered], root: Root) -> int:
    leaks = 0
    for each in literals:
        if each.size > LARGEST:
            continue
        whole = grown(run.explorer.code, each, MODERATE)
        fragment = _analysed(run, grown(run.explorer.code, each, SMALL) if whole.cut else whole)
        for leak in fragment.leaks:
            _keep(run, leak, root, tested=False)
        leaks += len(fragment.leaks)
    return leaks


def _grow(run: Run, tried: _Tried) -> None:
    """Explores larger fragments of a root while they cost little."""
    for size in (MODERATE, LARGE):
        whole = _whole(run, tried.ref, tried.kind, size)
        if whole is None or len(whole.functions) == tried.functions:
            continue
        before = run.part.work
        _try(run, tried, whole)
        run.allowance -= GROWING * (run.part.work - before)
        if run.allowance < LEAST_GROWTH or tried.fragment is None or not tried.fragment.grows:
            return


def _explore_fully(run: Run, ref: FuncRef, kind: RootKind | None) -> None:
    """Explores a root as far as one fragment may cost."""
    tried = _explore_root(run, ref, kind)
    if tried.grows:
        _grow(run, tried)
    _explore_alone(run, tried)
    _count(run, tried)


def _try(run: Run, tried: _Tried, whole: Program) -> None:
    """Explores one fragment of a root and keeps what it shows."""
    fragment = _analysed(run, whole)
    tested = position_of(run, tried.ref)[0].endswith("_test.go")
    leaks = _possible(run, tried.ref, fragment.leaks)
    root = Root(str(tried.ref), _kind_of(run, tried) if leaks else tried.kind)
    for leak in leaks:
        _keep(run, leak, root, tested)
    tried.leaks += len(leaks)
    tried.hands_out = tried.hands_out or fragment.hands_out
    tried.functions = max(tried.functions, len(whole.functions))
    if tried.fragment is None or fragment.complete or not tried.fragment.complete:
        tried.fragment = fragment


def _kind_of(run: Run, tried: _Tried) -> RootKind:
    """What the initialisation of a package runs is run once per process, as what main does."""
    files = [item.file for item in run.package.files]
    once = tried.kind is RootKind.FUNCTION and callers.at_start(run.explorer.code, files, tried.ref)
    return RootKind.MAIN if once else tried.kind


def _is_too_large(run: Run, ref: FuncRef) -> bool:
    """A root is larger than `LARGEST`: that is a gap."""
    lowered = run.explorer.code.lowered(ref)
    if lowered is None or lowered.size <= LARGEST:
        return False
    path, line = position_of(run, ref)
    why = f"{ref} is not explored: it has {lowered.size} instructions, more than the limit of {LARGEST}"
    run.part.gaps.append(Gap("size-limit", path, line, why))
    run.part.incomplete += 1
    return True


def _possible(run: Run, ref: FuncRef, leaks: Sequence[Leak]) -> tuple[Leak, ...]:
    """Those that some call of the function in the package can have."""
    limits = run.explorer.settings.limits
    bounds = (limits.max_states, run.allowance)
    left, spent = callers.possible(run.explorer.code, run.calls, ref, leaks, bounds)
    run.part.work += spent
    return left


def _whole(run: Run, ref: FuncRef, kind: RootKind, size: int) -> Program | None:
    code = run.explorer.code
    lowered = code.lowered(ref) if kind is RootKind.TEST else None
    root = test_root(ref, lowered.functions[0]) if lowered is not None else None
    if root is not None:
        return grown(code, root, size, wanted=frozenset(callee for _, callee in root.refs))
    return program(code, ref, size, run.wanted | run.giving.get(ref, frozenset()))


def _play(run: Run, refs: Sequence[FuncRef]) -> None:
    """Runs the package's types through their lives (clients.py)."""
    played = playables(run.explorer.code, run.package.path, refs)
    count = sum(len(group) for each in played for group in (*each.lives, each.unclosed))
    run.allowance = max(run.explorer.settings.limits.max_package_work // max(count, 1), LEAST_WORK)
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
        _keep(run, leak, Root(each.told, RootKind.CLIENT), tested=False)


def _play_unclosed(run: Run, played: Playable, one: Life, asked: tuple[Function, ...]) -> None:
    for leak in unanswered(played, one, asked, _lived(run, one)):
        _keep(run, leak, Root(one.told, RootKind.CLIENT), tested=False)


def _lived(run: Run, each: Life) -> tuple[Leak, ...]:
    """The leaks of one life, in the largest fragment of it that can be explored to its end."""
    root = life(each)
    fragment: Fragment | None = None
    followed = -1
    for size in (MODERATE, SMALL):
        whole = grown(run.explorer.code, root, size, wanted=frozenset(callee for _, callee in root.refs))
        if len(whole.functions) == followed:
            continue
        followed = len(whole.functions)
        fragment = _analysed(run, whole)
        if fragment.complete:
            break
    if fragment is None:
        return ()
    run.part.panics += fragment.panics
    return fragment.leaks


def _analysed(run: Run, whole: Program) -> Fragment:
    ready = simplified(whole)
    fragment = idle(ready)
    if fragment is None:
        kept = relevant(ready)
        fragment = analyse(kept, run.explorer.settings.limits.max_states, run.allowance)
        fragment = replace(fragment, grows=kept.reaching)
    elif whole.cut:
        fragment = replace(fragment, grows=reaches(ready))
    run.part.states += fragment.states
    run.part.work += fragment.work
    return fragment


def _count(run: Run, tried: _Tried) -> None:
    part, fragment = run.part, tried.fragment
    if fragment is None:
        return
    if tried.leaks:
        part.leaking += 1
    elif fragment.complete:
        part.verified += 1
    else:
        part.incomplete += 1
    part.panics += fragment.panics
    if fragment.causes:
        path, line = position_of(run, tried.ref)
        why = ", ".join(_CAUSES[cause] for cause in fragment.causes)
        part.gaps.append(
            Gap(f"{fragment.causes[0]}-limit", path, line, f"{tried.ref} is explored in part: {why}")
        )
    if tried.hands_out and tried.kind not in (RootKind.MAIN, RootKind.TEST):
        part.handed.append(tried.ref)


_CAUSES = {
    "states": "it has more states than the limit",
    "work": "it runs more instructions than the limit",
    "steps": "a path runs too long without an operation others can see",
    "goroutines": "a path starts more goroutines than the limit",
    "paths": "too many ways lead from one operation to the next",
    "length": "a path makes more elements than the limit",
}


def _keep(run: Run, leak: Leak, root: Root, tested: bool) -> None:
    goes_on = leak.kind in (POLLER, SERVER)
    made = () if goes_on else tuple(_span(waited.made) for waited in leak.waits)
    key = (POLLER if goes_on else leak.kind, Span(*leak.park), made)
    length = len(leak.schedule.happenings) if leak.schedule is not None else 1_000_000
    known = run.best.get(key)
    if known is None or _rank(length, leak, root, tested) < _rank(*known):
        run.best[key] = (length, leak, root, tested)


def _rank(length: int, leak: Leak, root: Root, tested: bool) -> tuple[int, int]:
    return leak_rules.severity(leak, root, tested=tested).rank, length


def _span(place: Place | None) -> Span | None:
    return None if place is None else Span(*place)
