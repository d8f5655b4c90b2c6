"""One root: how large a fragment of it is explored, and what is kept of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from unstuck import callers
from unstuck.explore.fragment import Exploration, Fragment, idle
from unstuck.explore.happening import Place
from unstuck.explore.judging import Leak
from unstuck.explore.verdict import POLLER, SERVER
from unstuck.findings import Gap, Root, RootKind
from unstuck.ir.code import Lowered
from unstuck.ir.escaping import escaping
from unstuck.ir.instr import Program
from unstuck.ir.program import ALONE, LARGE, MODERATE, SMALL, grown, program
from unstuck.ir.slice import reaches, relevant, simplified
from unstuck.ir.testing import test_root
from unstuck.roots import (
    makes,
    root_kind,
)
from unstuck.rules import leaks as leak_rules
from unstuck.source.file import Span
from unstuck.telling import Run, position_of
from unstuck.types.model import FuncRef

FIRST_WORK = 10_000
"""What a fragment may run before all roots of its package had their turn. Those that end in time mostly end
much earlier; the others go on as far as there is work for them (iterative deepening; Korf, "Depth-First
Iterative-Deepening", 1985)."""
FIRST_TEST = 5_000
"""The same for a function of a test file: nobody waits for its leaks in production."""
FUNCTION_WORK = 600
"""What each function adds to the work that a package may cost (Limits.max_package_work)."""
ALONE_WORK = 10_000
"""What a root alone may run."""
LEAST_GROWTH = 3_000
"""With less than this left a larger fragment is not tried."""
JUDGING, FUNCTION_JUDGING, LEAST_JUDGING = 1_500_000, 600, 2_000
"""What judging the fragments of a package may cost, what each function adds to it, and what there is for a
fragment when that is spent: then some pollers are not told, and some witnesses have no steps."""
MOST_WORK, LAST_WORK = 15_000_000, 500
"""What a package may cost at the most, next to what its functions add (300,000 take about a second), and what
there is for each fragment once that is spent. Few packages cost a tenth of it."""
MOST_PUT_BY = 1_000_000
"""What the explorations of a package that are to go on may have cost together: that many units take about
100 MB. Further ones begin anew."""
GROWING = 3
"""How many times what the last fragment of a root cost the next larger one is expected to cost."""
GROWING_LIFE = 6
"""The same for a life: of those that cost a sixth of what is tried first, one in twelve of the larger ones
ends within that."""
LITERALS = 8
"""How many times what one fragment may cost the literals of a function may cost together."""
LARGEST = 5_000
"""Instructions of a root with its literals. A larger one is not explored (gap "size-limit"): to prepare it
alone would take longer than the rest of its package."""
LITERAL = "a function literal of "
"""How the name of a root starts that is one."""


@dataclass(slots=True)
class Tried:
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
    short: list[Exploration] = field(default_factory=list)
    """Of the fragments that ran out of work, the larger one first."""
    useful: int = 0
    """What the fragments cost that did not."""
    tested: bool = False
    """It stands in a test file."""
    stuck: bool = False
    """Going on came to no new state the last time."""


def explore_root(run: Run, ref: FuncRef, caller: RootKind | None) -> Tried:
    """Explores the fragment of a root: whole when it fits into a moderate size, else a small one."""
    kind = root_kind(run.explorer.world, run.package, ref)
    if kind is RootKind.FUNCTION:
        kind = caller or kind
    tried = Tried(ref, kind, tested=position_of(run, ref)[0].endswith("_test.go"))
    if caller is None:
        _explore_literals(run, tried)
    if _is_too_large(run, ref):
        return tried
    whole = _whole(run, ref, kind, MODERATE)
    if whole is None:
        return tried
    allowance = run.allowance
    run.allowance = min(allowance, FIRST_TEST if tried.tested else FIRST_WORK)
    if whole.hands or not whole.cut:
        _try(run, tried, whole)
    _try_smaller(run, tried, SMALL)
    last = tried.fragment
    tried.grows = bool(whole.cut) and last is not None and last.complete and last.grows
    run.allowance = allowance
    return tried


def deepen(run: Run, tried: Tried, most: int) -> None:
    """Goes on with the fragments of a root that ran out of work, till each has cost `most`, as far as the
    allowance goes."""
    again, tried.short = tried.short, []
    run.put_by -= sum(exploration.work for exploration in again)
    most = min(most, run.explorer.settings.limits.max_work)
    states = sum(exploration.states for exploration in again)
    for exploration in again:
        fragment = _explored(run, exploration, min(most, exploration.work + run.allowance))
        _keep_of(run, tried, fragment)
        if "work" in fragment.causes:
            tried.short.append(_put_by(run, exploration))
        elif fragment.complete:
            break
    tried.stuck = states == sum(exploration.states for exploration in again)


def explore_alone(run: Run, tried: Tried) -> None:
    """Explores the root alone where no fragment of it was explored to its end. Last, so that it takes nothing
    from the others."""
    run.allowance = min(run.explorer.settings.limits.max_work, ALONE_WORK, most_left(run))
    if tried.fragment is not None:
        _try_smaller(run, tried, ALONE)


def _try_smaller(run: Run, tried: Tried, size: int) -> None:
    """Explores a smaller fragment of a root of which none was explored to its end."""
    if tried.fragment is not None and tried.fragment.complete:
        return
    smaller = _whole(run, tried.ref, tried.kind, size)
    if smaller is not None and len(smaller.functions) != tried.functions:
        _try(run, tried, smaller)


def _explore_literals(run: Run, tried: Tried) -> None:
    """Explores the literals of a function that leave it as roots of their own; what they capture is unknown.
    Those of tests run with the test."""
    code = run.explorer.code
    lowered = code.lowered(tried.ref)
    if lowered is None or len(lowered.functions) == 1 or tried.tested:
        return
    found = escaping(lowered, partial(makes, run.explorer))
    tried.leaks += explore_each(run, found, Root(f"{LITERAL}{tried.ref}", RootKind.FUNCTION))


def explore_each(run: Run, literals: Sequence[Lowered], root: Root) -> int:
    """Explores function literals as roots of their own; the number of leaks. Together they may cost no more
    than `LITERALS` times what one may."""
    leaks, most = 0, run.allowance
    total = run.part.work + LITERALS * most
    for each in literals:
        if each.size > LARGEST:
            continue
        run.allowance = min(most, max(total - run.part.work, LAST_WORK), most_left(run))
        whole = grown(run.explorer.code, each, MODERATE)
        fragment = analysed(run, grown(run.explorer.code, each, SMALL) if whole.cut else whole)
        for leak in fragment.leaks:
            keep(run, leak, root, tested=False)
        leaks += len(fragment.leaks)
    run.allowance = most
    return leaks


def grow(run: Run, tried: Tried) -> None:
    """Explores larger fragments of a root while they cost little; the largest not for a test file, where to
    slice them takes longer than to explore them."""
    if tried.fragment is not None and tried.fragment.work * GROWING > FIRST_WORK:
        return
    for size in (MODERATE,) if tried.tested else (MODERATE, LARGE):
        whole = _whole(run, tried.ref, tried.kind, size)
        if whole is None or len(whole.functions) == tried.functions:
            continue
        before, allowance = run.part.work, run.allowance
        run.allowance = min(allowance, FIRST_WORK)
        _try(run, tried, whole)
        run.allowance = allowance - GROWING * (run.part.work - before)
        if run.allowance < LEAST_GROWTH or tried.fragment is None or not tried.fragment.grows:
            return


def _try(run: Run, tried: Tried, whole: Program) -> None:
    """Explores one fragment of a root and keeps what it shows."""
    fragment, short = _sliced(run, whole)
    if short is not None:
        tried.short.append(_put_by(run, short))
    tried.functions = max(tried.functions, len(whole.functions))
    _keep_of(run, tried, fragment)


def _keep_of(run: Run, tried: Tried, fragment: Fragment) -> None:
    if "work" not in fragment.causes:
        tried.useful += fragment.work
    leaks = _possible(run, tried.ref, fragment.leaks)
    root = Root(str(tried.ref), _kind_of(run, tried) if leaks else tried.kind)
    for leak in leaks:
        keep(run, leak, root, tried.tested)
    tried.leaks += len(leaks)
    tried.hands_out = tried.hands_out or fragment.hands_out
    if tried.fragment is None or fragment.complete or not tried.fragment.complete:
        tried.fragment = fragment


def _kind_of(run: Run, tried: Tried) -> RootKind:
    """What the initialisation of a package or a package-level Once runs is run once per process, as what main
    does."""
    once = tried.kind is RootKind.FUNCTION and (
        callers.at_start(run.calls, tried.ref) or callers.once(run.explorer.code, run.calls, tried.ref)
    )
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
    if not run.bounded:
        return tuple(leaks)
    limits = run.explorer.settings.limits
    bounds = (limits.max_states, run.allowance, _judging_left(run))
    left, spent, judged = callers.possible(run.explorer.code, run.calls, ref, leaks, bounds)
    run.part.work += spent
    run.judged += judged
    return left


def most_left(run: Run) -> int:
    """What the next fragment may cost at the most, however much its package has cost by then."""
    return max(MOST_WORK + FUNCTION_WORK * run.functions - run.part.work, LAST_WORK)


def _judging_left(run: Run) -> int:
    return max(JUDGING + FUNCTION_JUDGING * run.functions - run.judged, LEAST_JUDGING)


def _whole(run: Run, ref: FuncRef, kind: RootKind, size: int) -> Program | None:
    code = run.explorer.code
    lowered = code.lowered(ref) if kind is RootKind.TEST else None
    root = test_root(ref, lowered.functions[0]) if lowered is not None else None
    if root is not None:
        return grown(code, root, size, wanted=frozenset(callee for _, callee in root.refs))
    return program(code, ref, size, run.wanted | run.giving.get(ref, frozenset()))


def analysed(run: Run, whole: Program) -> Fragment:
    """What exploring one fragment gives, within the allowance."""
    return _sliced(run, whole)[0]


def largest_whole(run: Run, programs: Iterable[Program], allowances: Sequence[int]) -> Fragment:
    """The largest fragment that can be explored to its end, of some in the order of their size: each with the
    first allowance, as long as the next larger one may end within it; where none ends, the first one that
    does with the next allowance. Else the last."""
    whole: Fragment | None = None
    short: list[Exploration] = []
    for each in programs:
        run.allowance = allowances[0]
        fragment, exploration = _sliced(run, each)
        if fragment.complete:
            whole = fragment
            if fragment.work * GROWING_LIFE > allowances[0]:
                break
        short.extend(filter(None, (exploration,)))
    if whole is not None:
        return whole
    for most in allowances[1:]:
        for exploration in short:
            fragment = _explored(run, exploration, most)
            if fragment.complete:
                return fragment
    return fragment


def _sliced(run: Run, whole: Program) -> tuple[Fragment, Exploration | None]:
    """The same, and how to go on when it ran out of work."""
    ready = simplified(whole)
    fragment = idle(ready)
    if fragment is not None:
        return (replace(fragment, grows=reaches(ready)) if whole.cut else fragment), None
    kept = relevant(ready)
    fragment = idle(kept)
    if fragment is not None:
        return replace(fragment, grows=kept.reaching), None
    exploration = Exploration(kept, run.explorer.settings.limits.max_states)
    fragment = _explored(run, exploration, run.allowance)
    return fragment, exploration if "work" in fragment.causes else None


def _put_by(run: Run, exploration: Exploration) -> Exploration:
    """The exploration, to go on with; one that begins anew where too much is put by."""
    if run.put_by + exploration.work > MOST_PUT_BY:
        return Exploration(exploration.program, run.explorer.settings.limits.max_states)
    run.put_by += exploration.work
    return exploration


def _explored(run: Run, exploration: Exploration, most: int) -> Fragment:
    work, states = exploration.work, exploration.states
    fragment = exploration.go_on(most, _judging_left(run))
    run.part.states += fragment.states - states
    run.part.work += fragment.work - work
    run.judged += fragment.judging
    return replace(fragment, grows=exploration.program.reaching)


def count(run: Run, tried: Tried) -> None:
    """Counts the root as verified, leaking or incomplete, and names its gap."""
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
    "unseen": "how it goes on hangs on what code without source answers",
}


def keep(run: Run, leak: Leak, root: Root, tested: bool) -> None:
    """Keeps the leak unless a worse or shorter witness of it is known."""
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
