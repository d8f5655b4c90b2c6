"""What the states of a fragment show: which goroutines are stuck, each with its cheapest witness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from unstuck.explore import held, outlive, spawns, sync, trace, unseen, verdict
from unstuck.explore.happening import GUESS, Place
from unstuck.explore.moves import CANCEL, OUTSIDE, Move, Wait, is_quiet, moves, position
from unstuck.explore.outcomes import CALLED, CLOSED_BEFORE, KEPT, Meter
from unstuck.explore.search import Graph
from unstuck.explore.state import Cell, Channel, Goroutine, Site, State
from unstuck.explore.trace import Schedule, standing_place
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import Program

MAX_POLLERS = 4
"""States, cheapest first, in which a poller is asked whether it ever leaves its loop."""
LEAVING = 200_000
"""Instructions run to see which pollers of a fragment leave their loops; past it nothing is said of them."""
RETRACING = 1_000_000
"""Instructions run to retrace the schedules of a fragment; past it further witnesses have no steps."""


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """An object that a stuck goroutine waits for."""

    how: str
    """send, receive, lock, wait, cond, nil."""
    op: str
    """lock or rlock; send or receive on a nil channel."""
    kind: str
    """channel, timer, ticker, context, mutex, waitgroup, cond, nil."""
    made: Place | None
    capacity: int
    taken: Place | None
    """Of a lock: where it was taken."""
    own: bool = False
    """Of a lock: the waiting goroutine itself holds it."""
    sized: bool = False
    """Of a channel: its capacity is no constant of the code."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A goroutine that can never move again, in the cheapest state found."""

    kind: str
    park: Place
    function: str
    """Outermost declared function around the park site."""
    package: str
    operation: str
    """send, receive, range, select, select-empty, lock, rlock, wait, cond, nil-send, nil-receive."""
    rw: bool
    waits: tuple[WaitedFor, ...]
    spawn: Place | None
    spawn_in_loop: bool
    spawn_once: bool
    """It is started by what a sync.Once of the package does."""
    root_parked: bool
    """It is the root itself."""
    count: int
    goroutine: int
    """Its number in the schedule."""
    root_gone: bool
    """The root has returned."""
    assumptions: tuple[str, ...]
    schedule: Schedule | None
    senders: bool
    """Somebody in the fragment sends on, or closes, what is waited for."""
    receivers: bool
    by_itself: bool
    """For a waiter for cancellation: on some path it ends without one."""
    past_cancel: bool
    """The same: the root returned a cancel that does not end it."""
    guessed: bool
    """The schedule needs unknown values to go one way, other than that calls do not fail, code outside to
    send or receive, or a timer to win against what is ready."""


class Judged(NamedTuple):
    """What was found."""

    leaks: tuple[Leak, ...]
    hands_out: bool
    """Goroutines are left waiting for what the root returned or passed out."""
    undecided: bool
    """Leaks are left out that hang on what code without source answers."""
    cost: int
    """In the units of a Meter."""


class _Stuck(NamedTuple):
    """What the states of a graph show: the best candidate of each leak, by cost."""

    candidates: list[_Candidate]
    hands_out: bool
    undecided: bool


def judge(program: Program, graph: Graph[State, Move], main: bool, most: int) -> Judged:
    """Judges the states of a graph, at a cost of at most `most` for each of what it takes. What `main` leaves
    behind when it returns is no leak: the process ends."""
    leaving, retracing = Meter(min(LEAVING, most)), Meter(min(RETRACING, most))
    found = _stuck(program, graph, main, leaving)
    leaks = [_leak(program, graph, each.number, each.item, retracing) for each in found.candidates]
    if not main:
        forgotten = [each for each in held.held_locks(program, graph) if _is_proven(graph, each.number)]
        leaks.extend(_forgotten(program, graph, lock, retracing) for lock in forgotten)
    return Judged(tuple(leaks), found.hands_out, found.undecided, leaving.spent + retracing.spent)


def parks(program: Program, graph: Graph[State, Move], most: int) -> tuple[tuple[Place, ...], int]:
    """Where the leaks that `judge` finds when `main` does not end the process are parked, and what it cost.
    No schedule is retraced for that."""
    leaving = Meter(min(LEAVING, most))
    found: list[Place] = []
    for each in _stuck(program, graph, False, leaving).candidates:
        goroutine = graph.states[each.number].goroutines[each.item.gid]
        assert goroutine is not None
        found.append(standing_place(program, goroutine))
    for lock in held.held_locks(program, graph):
        if not _is_proven(graph, lock.number):
            continue
        function = program.functions[lock.func]
        found.append(Place(function.path, *function.code[lock.pc].at))
    return tuple(found), leaving.spent


def _is_proven(graph: Graph[State, Move], number: int) -> bool:
    """The state hangs on no answer of code without source."""
    return unseen.proven([graph.states[number].assumptions])


def _stuck(program: Program, graph: Graph[State, Move], main: bool, leaving: Meter) -> _Stuck:
    found: dict[tuple[object, ...], list[_Candidate]] = {}
    hands_out = False
    for number, state in enumerate(graph.states):
        quiet = graph.quiet.get(number)
        if quiet is None:
            quiet = is_quiet(moves(Work(program, state)))
        if not quiet and number not in graph.revisited:
            continue
        if main and state.goroutines[0] is None and not state.detached:
            continue
        if CLOSED_BEFORE in state.assumptions:
            continue
        judged = verdict.stuck(program, state)
        if quiet and state.goroutines[0] is None and any(state.goroutines):
            hands_out = hands_out or len(judged) < sum(item is not None for item in state.goroutines)
        for item in judged:
            if KEPT in state.assumptions and not _left_in_callback(state, item):
                continue
            if item.kind == verdict.SERVER and item.gid == 0:
                continue
            if item.kind == verdict.POLLER and (quiet or item.gid == 0):
                continue
            if item.kind == verdict.CANCELLATION and item.gid == 0 and not state.detached:
                continue  # the caller waits for its own context
            candidate = _Candidate(graph.costs[number], number, item)
            found.setdefault(_key(program, state, item), []).append(candidate)
    proven = [
        group
        for group in found.values()
        if unseen.proven(graph.states[each.number].assumptions for each in group)
    ]
    chosen = (_best(program, graph, group, leaving) for group in proven)
    best = [each for each in chosen if each is not None]
    best.sort(key=lambda each: (each.cost, each.number, each.item.gid))
    return _Stuck(best, hands_out, len(proven) < len(found))


class _Candidate(NamedTuple):
    """A stuck goroutine of state `number`, which costs `cost` to get to."""

    cost: tuple[int, int]
    number: int
    item: verdict.Stuck


_LEADING = {verdict.POLLER: (OUTSIDE, CANCEL), verdict.SERVER: (CANCEL,)}
"""Whose moves may lead a goroutine of a kind out of its loop."""


def _best(
    program: Program, graph: Graph[State, Move], group: list[_Candidate], meter: Meter
) -> _Candidate | None:
    """The cheapest of those that are the same leak. Pollers count when they never leave their loop."""
    group.sort(key=lambda each: each.cost)
    leading = _LEADING.get(group[0].item.kind)
    if leading is None:
        return group[0]
    for each in group[:MAX_POLLERS]:
        if outlive.never_leaves(program, graph.states[each.number], each.item.gid, leading, meter):
            return each
    return None


def _left_in_callback(state: State, item: verdict.Stuck) -> bool:
    """Of what happens when a callback was kept, only the callback left behind by the root is told."""
    goroutine = state.goroutines[item.gid]
    assert goroutine is not None
    return goroutine.callback and item.kind == verdict.LEAKED and state.goroutines[0] is None


def _forgotten(program: Program, graph: Graph[State, Move], lock: held.HeldLock, meter: Meter) -> Leak:
    """A lock that a return leaves held, told at the Lock."""
    function = program.functions[lock.func]
    at = function.code[lock.pc]
    assert isinstance(at, instr.Lock)
    place = Place(function.path, *at.at)
    return Leak(
        kind=verdict.LEAKED,
        park=place,
        function=function.outer,
        package=function.package,
        operation="held",
        rw=at.rw,
        waits=(WaitedFor("lock", at.op, "mutex", None, 0, place),),
        spawn=None,
        spawn_in_loop=False,
        spawn_once=False,
        root_parked=False,
        count=1,
        goroutine=-1,
        root_gone=True,
        assumptions=unseen.without(graph.states[lock.number].assumptions),
        schedule=trace.replay(program, graph, lock.number, meter),
        senders=False,
        receivers=False,
        by_itself=False,
        past_cancel=False,
        guessed=True,
    )


def _key(program: Program, state: State, item: verdict.Stuck) -> tuple[object, ...]:
    goroutine = state.goroutines[item.gid]
    assert goroutine is not None
    made = tuple(_made(state, wait) for wait in item.waits)
    return (item.kind, standing_place(program, goroutine), goroutine.spawn, made)


def _made(state: State, wait: Wait) -> Site | None:
    if wait.obj < 0:
        return None
    obj = dict(state.heap)[wait.obj]
    return obj.site if isinstance(obj, Cell | Channel) else None


def _leak(
    program: Program, graph: Graph[State, Move], number: int, item: verdict.Stuck, meter: Meter
) -> Leak:
    state = graph.states[number]
    goroutine = state.goroutines[item.gid]
    assert goroutine is not None
    work = Work(program, state)
    park = standing_place(program, goroutine)
    user = next(
        (
            program.functions[f.func]
            for f in reversed(goroutine.frames)
            if not program.functions[f.func].hidden
        ),
        program.functions[goroutine.spawn.func if goroutine.spawn else goroutine.frames[0].func],
    )
    at = position(goroutine, work)
    operation, rw = _operation(at, item)
    schedule = trace.replay(program, graph, number, meter)
    waits = tuple(_waited(program, work, wait, item.gid) for wait in item.waits)
    spawn = None if goroutine.callback else goroutine.spawn
    assumed = unseen.without(state.assumptions)
    return Leak(
        kind=item.kind,
        park=park,
        function=user.outer,
        package=user.package,
        operation=operation,
        rw=rw,
        waits=waits,
        spawn=Place(program.functions[spawn.func].path, spawn.start, spawn.end) if spawn else None,
        spawn_in_loop=spawn is not None and spawns.in_loop(program, spawn, item.kind not in _LEADING),
        spawn_once=spawn is not None and spawn.func in spawns.done_once(program),
        root_parked=item.gid == 0,
        count=goroutine.count,
        goroutine=_number(schedule, goroutine, park),
        root_gone=state.goroutines[0] is None and not state.detached,
        assumptions=(*assumed, CALLED) if item.called_back else assumed,
        schedule=schedule,
        senders=_others(program, True),
        receivers=_others(program, False),
        past_cancel=item.kind == verdict.CANCELLATION and outlive.past_cancel(work, item.gid),
        by_itself=item.kind == verdict.CANCELLATION and outlive.ends_by_itself(program, graph, spawn),
        guessed=schedule is None
        or any(each.what in _GUESSES for each in schedule.happenings)
        or outlive.outran(program, graph, number),
    )


_GUESSES = (GUESS, "send-outside", "receive-outside", "shut-outside")
"""What happens as one of several ways: an unknown value goes one way, code outside does its half."""


def _number(schedule: Schedule | None, goroutine: Goroutine, park: Place) -> int:
    if schedule is None:
        return -1
    for gid, spawn, place in schedule.goroutines:
        if spawn == goroutine.spawn and place == park:
            return gid
    return -1


def _operation(at: instr.Instr, item: verdict.Stuck) -> tuple[str, bool]:
    nil = bool(item.waits) and all(wait.how == "nil" for wait in item.waits)
    match at:
        case instr.Send():
            return ("nil-send" if nil else "send"), False
        case instr.Recv() if at.desc.kind == "sleep":
            return "sleep", False
        case instr.Recv():
            if nil:
                return "nil-receive", False
            return ("range" if at.range else "receive"), False
        case instr.Select() if not at.cases:
            return "select-empty", False
        case instr.Select() if len(at.cases) == 1:
            how = "send" if at.cases[0].send else "receive"
            return (f"nil-{how}" if nil else how), False
        case instr.Select():
            return "select", False
        case instr.Lock():
            return ("rlock" if at.op == "rlock" else "lock"), at.rw
        case instr.WaitGroup():
            return "wait", False
        case _:
            return "cond", False


def _waited(program: Program, work: Work, wait: Wait, gid: int) -> WaitedFor:
    if wait.obj < 0:
        return WaitedFor("nil", wait.op, "nil", None, 0, None)
    obj = work.heap[wait.obj]
    site = obj.site if isinstance(obj, Cell | Channel) else None
    made = Place(program.functions[site.func].path, site.start, site.end) if site is not None else None
    if isinstance(obj, Channel):
        kind = "channel" if obj.kind == "chan" else obj.kind
        return WaitedFor(wait.how, wait.op, kind, made, obj.capacity, None, sized=_is_sized(program, site))
    kind = {"lock": "mutex", "wait": "waitgroup"}.get(wait.how, "cond")
    own = False
    if wait.how == "lock" and wait.pointer is not None:
        state = sync.lock_state(work, wait.pointer)
        own = gid == state.writer or gid in state.readers
    return WaitedFor(wait.how, wait.op, kind, made, 0, _taken(program, work, wait), own)


def _is_sized(program: Program, site: Site | None) -> bool:
    code = program.functions[site.func].code if site is not None else ()
    constant = {item.dst for item in code if isinstance(item, instr.Const)}
    return any(
        isinstance(item, instr.MakeChan)
        and site is not None
        and item.at == (site.start, site.end)
        and item.capacity not in constant | {instr.NONE}
        for item in code
    )


def _taken(program: Program, work: Work, wait: Wait) -> Place | None:
    if wait.how != "lock" or wait.pointer is None:
        return None
    func, start = sync.lock_state(work, wait.pointer).site
    function = program.functions.get(func)
    if function is None or function.hidden:
        return None
    return Place(function.path, start, start)


def _others(program: Program, sending: bool) -> bool:
    for function in program.functions.values():
        for item in function.code:
            match item:
                case instr.Send() | instr.Close() if sending:
                    return True
                case instr.Recv() if not sending:
                    return True
                case instr.Select() if any(case.send == sending for case in item.cases):
                    return True
                case _:
                    pass
    return False
