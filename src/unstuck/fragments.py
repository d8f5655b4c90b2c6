"""Which functions of a package are roots, and what exploring them gives.

Roots are the functions that make a concurrency object, start a goroutine or take a lock, and `main`, `init`
and tests that do; when what a root makes leaves it, its callers become roots, as far as needed (SEMANTICS.md,
"Fragments"). One package at a time: what a package gives depends on the sources and the settings only, not
on what was explored before, so that packages can be shared out to processes (outcome.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from unstuck import callers
from unstuck.clients.judged import counted, unanswered
from unstuck.clients.lives import Playable, playables
from unstuck.config import Settings
from unstuck.explore.fragment import Fragment, Leak, analyse
from unstuck.explore.work import Place
from unstuck.findings import Gap, Root, RootKind
from unstuck.ir import instr
from unstuck.ir.desc import Descs
from unstuck.ir.escaping import escaping, initial
from unstuck.ir.instr import Function, Program
from unstuck.ir.life import Life, life
from unstuck.ir.program import LARGE, MODERATE, SMALL, Code, Lowered, grown, program
from unstuck.ir.slice import sliced
from unstuck.ir.testing import test_root
from unstuck.models.loader import MACHINE, model
from unstuck.parts import LeakKey, Part, Witness
from unstuck.rules import leaks as leak_rules
from unstuck.rules.patterns import suspicions
from unstuck.rules.shadow import shadowed_channels
from unstuck.source.file import SourceFile, Span
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.types import facts
from unstuck.types.model import FuncRef
from unstuck.types.world import World

LEAST_WORK = 10_000
"""Instructions that every fragment of a package may run, however much its package has cost by then."""
FUNCTION_WORK = 600
"""What each function adds to the work that a package may cost (Limits.max_package_work)."""
SHARES = 16
"""How many times its even share of what is left a fragment may cost: most cost next to nothing."""
CUT_WORK = 30_000
"""What a fragment that leaves calls out may run before its package has been looked at."""
GROWTH_WORK, FUNCTION_GROWTH = 6_000, 40
"""What a package, and each function of it, adds to the work for larger fragments than the first ones."""
LEAST_GROWTH = 3_000
"""With less than this left a larger fragment is not tried."""
GROWING = 3
"""How many times what the last fragment of a root cost the next larger one is expected to cost."""
LARGEST = 5_000
"""Instructions of a root with its literals. A larger one is not explored (gap "size-limit"): to prepare it
alone would take longer than the rest of its package."""
MAX_ISSUES = 3
"""Syntax errors of one file that are told."""
LITERAL = "a function literal of "
"""How the name of a root starts that is one."""
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
    b"Pipe()",
    b"singleflight.",
    b"semaphore.",
    b"<-",
)
_SHADOW = re.compile(rb":=\s*<-")


@dataclass(slots=True)
class Explorer:
    """What exploring packages shares within one process."""

    packages: tuple[Package, ...]
    world: World
    code: Code
    settings: Settings
    sources: Mapping[str, SourceFile]
    """Files of all packages, as reports name them. Blocks of one note share a name: each package's own
    files come first."""
    folders: Mapping[str, str]
    """Folder of each package relative to its module."""
    hidden: frozenset[str]
    """Generated files, whose findings nobody wants."""


@dataclass(slots=True)
class _Run:
    """One package being explored."""

    explorer: Explorer
    package: Package
    part: Part
    best: dict[LeakKey, tuple[int, Leak, Root, bool]]
    """The worst, and of those the shortest, witness of each leak, and whether its root is code of a test."""
    calls: callers.Index = field(default_factory=dict)
    """Who calls whom in the package, by the text."""
    wanted: frozenset[FuncRef] = frozenset()
    """The functions whose callers are explored."""
    giving: dict[FuncRef, frozenset[FuncRef]] = field(default_factory=dict)
    """The roots to which functions give what decides."""
    allowance: int = 0
    """What the next fragment may cost."""


def explorer(
    packages: Sequence[Package], space: Workspace, settings: Settings, like: Explorer | None = None
) -> Explorer:
    """Makes ready to explore some of `packages`; all of them are in sight.

    `like` is another version of the same program: what did not change is not read again.
    """
    world = World(space, model)
    for package in packages:
        world.add(package)
    if like is not None:
        world.adopt(like.world)
    machine = tuple(package.path for package in packages if package.path in MACHINE)
    own = tuple(package.path for package in packages if package.path not in machine)
    code = Code(world, Descs(world), own, lambda path: model(path) is not None and path not in machine)
    items = [item for package in packages for item in package.files]
    return Explorer(
        tuple(packages),
        world,
        code,
        settings,
        {item.file.path: item.file for item in items},
        {package.path: _folder(package) for package in packages},
        frozenset(item.file.path for item in items if item.generated and not settings.generated),
    )


def explore_roots(explorer: Explorer, package: Package) -> Part:
    """Explores the functions of a package that make or use concurrency objects, and runs the other rules."""
    run = _Run(explorer, package, Part(), {})
    world = explorer.world
    types = _locking_types(package)
    modelled = package.path in MACHINE
    if modelled:
        path, _ = _position(run, None)
        why = f"package {package.path} is what the machine itself knows: its own code is not explored"
        run.part.gaps.append(Gap("modelled", path, 1, why))
    refs = world.functions(package.path)
    run.part.functions = len(refs)
    if not modelled:
        promising = [ref for ref in refs if _promising(world, ref, types)]
        _explore_all(run, promising, partial(_is_maker, run), None)
        _attempt(run, None, partial(_explore_globals, run))
        _attempt(run, None, partial(_play, run, refs))
    _attempt(run, None, partial(_suspect, run, refs))
    _syntax_gaps(run)
    return _told(run)


def is_maker(explorer: Explorer, package: Package, ref: FuncRef) -> bool:
    """Exploring starts at the function."""
    if package.path in MACHINE or not _promising(explorer.world, ref, _locking_types(package)):
        return False
    return _is_maker(_Run(explorer, package, Part(), {}), ref)


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
    run = _Run(explorer, package, Part(), {}, calls, allowance=explorer.settings.limits.max_work)
    for ref, kind in roots:
        _attempt(run, ref, partial(_explore_fully, run, ref, kind))
    _attempt(run, None, partial(_suspect, run, texts))
    return _told(run)


def play_again(explorer: Explorer, package: Package, touched: Sequence[FuncRef]) -> Part:
    """Plays the lives in which one of some functions has a part."""
    world = explorer.world
    run = _Run(explorer, package, Part(), {}, allowance=explorer.settings.limits.max_work)
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
    return _told(run)


def explore_callers(
    explorer: Explorer, package: Package, wanted: Sequence[FuncRef], known: Sequence[FuncRef]
) -> Part:
    """Explores the functions of a package that call one of `wanted` and were not explored before."""
    run = _Run(explorer, package, Part(), {})
    names = tuple({ref.name.encode("utf-8", "surrogateescape"): None for ref in wanted})
    targets, before = frozenset(wanted), frozenset(known)
    run.wanted = targets
    promising = [
        ref
        for ref in explorer.world.functions(package.path)
        if ref not in before and any(name in _text(explorer.world, ref) for name in names)
    ]
    run.part.callers = _explore_all(run, promising, partial(_is_caller, run, targets), RootKind.CALLER)
    return _told(run)


def _explore_all(
    run: _Run, promising: Sequence[FuncRef], is_root: Callable[[FuncRef], bool], kind: RootKind | None
) -> list[FuncRef]:
    """Explores those that are roots. What the package may cost is shared out; who needs less leaves more.

    First each root with what fits into a fragment of moderate size, a small one where that leaves calls out;
    then, as far as the work for it goes, larger ones.
    """
    roots: list[FuncRef] = []

    def ask(ref: FuncRef) -> None:
        if is_root(ref):
            roots.append(ref)

    for ref in promising:
        _attempt(run, ref, partial(ask, ref))
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
        _attempt(run, ref, partial(explore, ref))
    growing = [each for each in tried if each.grows]
    total = run.part.work + min(GROWTH_WORK + FUNCTION_GROWTH * functions, limits.max_package_work)
    for number, each in enumerate(growing):
        _allow(run, total, len(growing) - number, 0)
        if run.allowance >= LEAST_GROWTH:
            _attempt(run, each.ref, partial(_grow, run, each))
    for each in tried:
        _count(run, each)
    return roots


def _allow(run: _Run, total: int, left: int, least: int) -> None:
    """The next of `left` fragments may cost several times its even share of what is left of `total`."""
    rest = max(total - run.part.work, 0)
    share = min(SHARES * rest // left, rest)
    run.allowance = min(run.explorer.settings.limits.max_work, max(share, least))


def _giving(run: _Run, roots: Sequence[FuncRef]) -> list[FuncRef]:
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


def _attempt(run: _Run, ref: FuncRef | None, work: Callable[[], None]) -> None:
    """Does `work`; an error of ours costs one function (None: the rules of the package) and is a gap."""
    try:
        work()
    except Exception as error:
        path, line = _position(run, ref)
        subject = str(ref) if ref is not None else "the rules"
        why = f"{subject}: {type(error).__name__} at {_origin(error)}; please report"
        run.part.gaps.append(Gap("internal-error", path, line, why))
        run.part.failed = True


def _origin(error: BaseException) -> str:
    """file.py:line where an error came up."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def _position(run: _Run, ref: FuncRef | None) -> tuple[str, int]:
    declared = run.explorer.world.declared(ref) if ref is not None else None
    if declared is not None:
        return declared.file.path, declared.file.line_column(declared.start)[0]
    files = run.package.files
    return (files[0].file.path if files else run.package.path), 1


def _suspect(run: _Run, refs: Sequence[FuncRef]) -> None:
    settings = run.explorer.settings
    run.part.suspected.extend(suspicions(run.explorer.world, run.package, settings, _root_kind, refs))


# Roots.


def _is_maker(run: _Run, ref: FuncRef) -> bool:
    code = run.explorer.code
    lowered = code.lowered(ref)
    if lowered is None:
        return False
    if any(_makes(run.explorer, function) for function in lowered.functions):
        return True
    library = [code.lowered(callee) for _, callee in lowered.refs if not code.own(callee.package)]
    return any(_makes(run.explorer, function) for each in library if each for function in each.functions)


def _is_caller(run: _Run, targets: frozenset[FuncRef], ref: FuncRef) -> bool:
    """It calls one of the targets, and is no maker, which is explored already with what it calls."""
    lowered = run.explorer.code.lowered(ref)
    if lowered is None or not any(callee in targets for _, callee in lowered.refs):
        return False
    return not _is_maker(run, ref)


def _promising(world: World, ref: FuncRef, types: Sequence[bytes]) -> bool:
    """The text mentions concurrency, or a type of the package that has a lock or channel inside."""
    text = _text(world, ref)
    return any(sign in text for sign in _SIGNS) or any(name in text for name in types)


_STRUCT = re.compile(rb"^type\s+(\w+)[^\n{]*struct\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)


def _locking_types(package: Package) -> tuple[bytes, ...]:
    """Names of the package's structs that have a lock or such in them, by their text."""
    found: dict[bytes, None] = {}
    for item in package.files:
        for match in _STRUCT.finditer(item.file.data):
            if b"sync." in match[2]:
                found[match[1]] = None
    return tuple(found)


def _text(world: World, ref: FuncRef) -> bytes:
    declared = world.declared(ref)
    return declared.file.data[declared.start : declared.end] if declared is not None else b""


def _makes(explorer: Explorer, function: Function) -> bool:
    """It makes a concurrency object (a struct that has one inside counts), starts a goroutine or locks."""
    for item in function.code:
        if isinstance(item, _MAKES):
            return True
        if isinstance(item, instr.FieldAddr) and item.flag.startswith("chan"):
            return True
        if isinstance(item, instr.New | instr.Zero) and _has_sync(explorer, item.desc.name):
            return True
    return False


def _has_sync(explorer: Explorer, name: str) -> bool:
    named = explorer.code.descs.named.get(name)
    if named is None or not (explorer.code.own(named.package) or named.package == "sync"):
        return False
    return facts.contains_sync(explorer.world, named)


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


def _explore_root(run: _Run, ref: FuncRef, caller: RootKind | None) -> _Tried:
    """Explores the fragment of a root: whole when it fits into a moderate size, else a small one."""
    kind = caller or _root_kind(run.explorer.world, run.package, ref)
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
        run.allowance = min(allowance, CUT_WORK)
    else:
        _try(run, tried, whole)
    if whole.cut or (tried.fragment is not None and not tried.fragment.complete):
        small = _whole(run, ref, kind, SMALL)
        if small is not None and len(small.functions) != tried.functions:
            _try(run, tried, small)
    tried.grows = bool(whole.cut) and tried.fragment is not None and tried.fragment.complete
    run.allowance = allowance
    return tried


def _explore_literals(run: _Run, tried: _Tried) -> None:
    """Explores the literals of a function that leave it as roots of their own; what they capture is unknown.
    Those of tests run with the test."""
    code = run.explorer.code
    lowered = code.lowered(tried.ref)
    if lowered is None or len(lowered.functions) == 1 or _position(run, tried.ref)[0].endswith("_test.go"):
        return
    found = escaping(lowered, partial(_makes, run.explorer))
    tried.leaks += _explore_each(run, found, Root(f"{LITERAL}{tried.ref}", RootKind.FUNCTION))


def _explore_globals(run: _Run) -> None:
    """Explores the literals that package-level variables start with."""
    run.allowance = LEAST_WORK
    for lowered in run.explorer.code.of_globals(run.package.path):
        found = initial(lowered, partial(_makes, run.explorer))
        root = Root(f"{LITERAL}{lowered.functions[0].outer}", RootKind.FUNCTION)
        run.part.leaking += bool(_explore_each(run, found, root))


def _explore_each(run: _Run, literals: Sequence[Lowered], root: Root) -> int:
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


def _grow(run: _Run, tried: _Tried) -> None:
    """Explores larger fragments of a root while they cost little."""
    for size in (MODERATE, LARGE):
        whole = _whole(run, tried.ref, tried.kind, size)
        if whole is None or len(whole.functions) == tried.functions:
            continue
        before = run.part.work
        _try(run, tried, whole)
        run.allowance -= GROWING * (run.part.work - before)
        if run.allowance < LEAST_GROWTH or not whole.cut:
            return


def _explore_fully(run: _Run, ref: FuncRef, kind: RootKind | None) -> None:
    """Explores a root as far as one fragment may cost."""
    tried = _explore_root(run, ref, kind)
    if tried.grows:
        _grow(run, tried)
    _count(run, tried)


def _try(run: _Run, tried: _Tried, whole: Program) -> None:
    """Explores one fragment of a root and keeps what it shows."""
    fragment = _analysed(run, whole)
    tested = _position(run, tried.ref)[0].endswith("_test.go")
    leaks = _possible(run, tried.ref, fragment.leaks)
    root = Root(str(tried.ref), _kind_of(run, tried) if leaks else tried.kind)
    for leak in leaks:
        _keep(run, leak, root, tested)
    tried.leaks += len(leaks)
    tried.hands_out = tried.hands_out or fragment.hands_out
    tried.functions = max(tried.functions, len(whole.functions))
    if tried.fragment is None or fragment.complete or not tried.fragment.complete:
        tried.fragment = fragment


def _kind_of(run: _Run, tried: _Tried) -> RootKind:
    """What the initialisation of a package runs is run once per process, as what main does."""
    files = [item.file for item in run.package.files]
    once = tried.kind is RootKind.FUNCTION and callers.at_start(run.explorer.code, files, tried.ref)
    return RootKind.MAIN if once else tried.kind


def _is_too_large(run: _Run, ref: FuncRef) -> bool:
    """A root is larger than `LARGEST`: that is a gap."""
    lowered = run.explorer.code.lowered(ref)
    if lowered is None or lowered.size <= LARGEST:
        return False
    path, line = _position(run, ref)
    why = f"{ref} is not explored: it has {lowered.size} instructions, more than the limit of {LARGEST}"
    run.part.gaps.append(Gap("size-limit", path, line, why))
    run.part.incomplete += 1
    return True


def _possible(run: _Run, ref: FuncRef, leaks: Sequence[Leak]) -> tuple[Leak, ...]:
    """Those that some call of the function in the package can have."""
    limits = run.explorer.settings.limits
    bounds = (limits.max_states, run.allowance)
    left, spent = callers.possible(run.explorer.code, run.calls, ref, leaks, bounds)
    run.part.work += spent
    return left


def _whole(run: _Run, ref: FuncRef, kind: RootKind, size: int) -> Program | None:
    code = run.explorer.code
    lowered = code.lowered(ref) if kind is RootKind.TEST else None
    root = test_root(ref, lowered.functions[0]) if lowered is not None else None
    if root is not None:
        return grown(code, root, size, wanted=frozenset(callee for _, callee in root.refs))
    return program(code, ref, size, run.wanted | run.giving.get(ref, frozenset()))


def _play(run: _Run, refs: Sequence[FuncRef]) -> None:
    """Runs the package's types through their lives (clients.py)."""
    played = playables(run.explorer.code, run.package.path, refs)
    count = sum(len(group) for each in played for group in (*each.lives, each.unclosed))
    run.allowance = max(run.explorer.settings.limits.max_package_work // max(count, 1), LEAST_WORK)
    run.allowance = min(run.explorer.settings.limits.max_work, run.allowance)
    for each in played:
        _play_each(run, each)


def _play_each(run: _Run, played: Playable) -> None:
    for group in played.lives:
        _attempt(run, group[0].maker.ref, partial(_play_group, run, played, group))
    for one, asked in played.unclosed:
        _attempt(run, one.maker.ref, partial(_play_unclosed, run, played, one, asked))


def _play_group(run: _Run, played: Playable, group: Sequence[Life]) -> None:
    found = [_lived(run, each) for each in group]
    for each, leak in counted(played, group, found):
        _keep(run, leak, Root(each.told, RootKind.CLIENT), tested=False)


def _play_unclosed(run: _Run, played: Playable, one: Life, asked: tuple[Function, ...]) -> None:
    for leak in unanswered(played, one, asked, _lived(run, one)):
        _keep(run, leak, Root(one.told, RootKind.CLIENT), tested=False)


def _lived(run: _Run, each: Life) -> tuple[Leak, ...]:
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


def _analysed(run: _Run, whole: Program) -> Fragment:
    fragment = analyse(sliced(whole), run.explorer.settings.limits.max_states, run.allowance)
    run.part.states += fragment.states
    run.part.work += fragment.work
    return fragment


def _count(run: _Run, tried: _Tried) -> None:
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
        path, line = _position(run, tried.ref)
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


def _keep(run: _Run, leak: Leak, root: Root, tested: bool) -> None:
    made = tuple(_span(waited.made) for waited in leak.waits)
    key = (leak.kind, Span(*leak.park), made)
    length = len(leak.schedule.happenings) if leak.schedule is not None else 1_000_000
    known = run.best.get(key)
    if known is None or _rank(length, leak, root, tested) < _rank(*known):
        run.best[key] = (length, leak, root, tested)


def _rank(length: int, leak: Leak, root: Root, tested: bool) -> tuple[int, int]:
    return leak_rules.severity(leak, root, tested=tested).rank, length


def _span(place: Place | None) -> Span | None:
    return None if place is None else Span(*place)


def _root_kind(world: World, package: Package, ref: FuncRef) -> RootKind:
    if not ref.recv and ref.name == "main" and package.name == "main":
        return RootKind.MAIN
    if not ref.recv and ref.name.split("#")[0] == "init":
        return RootKind.MAIN
    declared = world.declared(ref)
    tests = {item.file.path for item in package.files if item.test}
    named = ref.name.startswith(("Test", "Benchmark", "Fuzz", "Example")) and not ref.recv
    if named and declared is not None and declared.file.path in tests:
        return RootKind.TEST
    return RootKind.FUNCTION


# Findings.


def _told(run: _Run) -> Part:
    said: dict[tuple[str, Place], int] = {}
    for _, leak, _, _ in run.best.values():
        place = (leak.kind, leak.park)
        said[place] = max(said.get(place, 0), _says(leak))
    for key, (length, leak, root, tested) in run.best.items():
        if leak.waits and _says(leak) < said[leak.kind, leak.park]:
            continue  # the same seen from elsewhere says more
        if leak.park.path not in run.explorer.hidden:
            _attempt(run, None, partial(_tell, run, key, length, leak, root, tested))
    return run.part


def _says(leak: Leak) -> int:
    """How much is known of what the goroutine waits for: nothing, where it is made, or why it is held."""
    if leak.operation == "held":
        return 2
    made = any(waited.made is not None or waited.kind == "nil" for waited in leak.waits)
    return 1 if made else 0


def _tell(run: _Run, key: LeakKey, length: int, leak: Leak, root: Root, tested: bool) -> None:
    package = run.package
    context = leak_rules.Context(
        root=root,
        sources={**run.explorer.sources, **{item.file.path: item.file for item in package.files}},
        module=package.module.path if package.module is not None else "",
        tested=tested,
        package_dir=run.explorer.folders,
        shadows=_shadows(run) if not leak.senders else {},
    )
    for finding, identity in leak_rules.findings((leak,), context):
        run.part.witnesses.append(Witness(key, length, finding, identity))


def _shadows(run: _Run) -> Mapping[str, str]:
    if not any(_SHADOW.search(item.file.data) for item in run.package.files):
        return {}
    return shadowed_channels(run.explorer.world, run.package)


def _folder(package: Package) -> str:
    if package.module is None:
        return ""
    return package.path.removeprefix(package.module.path).strip("/")


def _syntax_gaps(run: _Run) -> None:
    told: dict[str, int] = {}
    for file, issue in run.explorer.world.issues(run.package.path):
        told[file.path] = told.get(file.path, 0) + 1
        if told[file.path] <= MAX_ISSUES:
            line = file.line_column(issue.start)[0]
            run.part.gaps.append(Gap("syntax-error", file.path, line, issue.message))
