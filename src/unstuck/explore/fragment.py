"""One fragment from code to leaks: search, verdict, witness. The result is plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from unstuck.explore import held, outlive, semantics, spawns, sync, trace, verdict
from unstuck.explore.moves import CANCEL, OUTSIDE, Move, Wait, is_quiet, moves, position
from unstuck.explore.search import Graph, Search
from unstuck.explore.state import Cell, Channel, Goroutine, Site, State
from unstuck.explore.trace import Schedule, standing_place
from unstuck.explore.work import CALLED, CLOSED_BEFORE, EXPAND_COST, GUESS, KEPT, Meter, Place, Work
from unstuck.ir import instr
from unstuck.ir.instr import Program

_HOLDERS = ("chan", "func", "pointer", "interface", "struct", "slice", "map", "context", "unknown")
_MADE = (instr.MakeChan, instr.MakeContext, instr.MakeTimer, instr.Go)
INCOMPLETE = ("steps", "goroutines", "length", "paths")
"""Reasons to drop a path that leave a fragment incomplete."""
MAX_POLLERS = 4
"""States, cheapest first, in which a poller is asked whether it ever leaves its loop."""
LEAVING = 200_000
"""Instructions run to see which pollers of a fragment leave their loops; past it nothing is said of them."""
RETRACING = 1_000_000
"""Instructions run to retrace the schedules of a fragment; past it further witnesses have no steps."""
ENDING = ("exit", "panic", "fatal")
"""Reasons to drop a path because the process ends there."""


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


@dataclass(frozen=True, slots=True)
class Fragment:
    """What exploring a root gave."""

    root: str
    leaks: tuple[Leak, ...]
    states: int
    complete: bool
    causes: tuple[str, ...]
    """Why it is not complete."""
    work: int
    """What it cost, in instructions run."""
    hands_out: bool
    """Goroutines are left waiting for what the root returned or passed out: callers decide."""
    process_ended: bool = False
    """On some path the code itself ended the process."""
    panics: bool = False
    """Some path ends the process by a panic, or by unlocking what is not locked."""
    grows: bool = False
    """What it makes or holds gets to functions that are not followed: more of them may show more."""
    judging: int = 0
    """What it cost to judge the states and to retrace the schedules, in the same units as `work`."""


@dataclass(slots=True)
class _Judging:
    """What judging may cost."""

    leaving: Meter
    retracing: Meter


def analyse(
    program: Program,
    limit: int,
    max_work: int = 1 << 60,
    max_judging: int = 1 << 60,
    *,
    process_ends: bool = True,
) -> Fragment:
    """Explores a sliced program within `limit` states and `max_work` instructions, and judges what was found
    within `max_judging`. Without `process_ends` what main leaves behind counts as that of any other function
    does."""
    nothing = idle(program)
    if nothing is not None:
        return nothing
    return Exploration(program, limit, process_ends=process_ends).go_on(max_work, max_judging)


class Exploration:
    """A sliced program that is explored, further and further."""

    def __init__(self, program: Program, limit: int, *, process_ends: bool = True) -> None:
        """`limit` is that of the states."""
        self.program = program
        self._process_ends = process_ends
        self._meter = Meter()
        self._dropped: list[str] = []
        self._starting = semantics.starting(program, self._dropped, self._meter)
        self._search = Search(self._reduced, self._successors, self._meter, limit)

    @property
    def work(self) -> int:
        """What it has cost."""
        return self._meter.spent

    @property
    def states(self) -> int:
        """How many were computed."""
        return self._search.graph.computed

    def go_on(self, max_work: int, max_judging: int = 1 << 60) -> Fragment:
        """What is known of it once it has cost `max_work`, or ended: the same as if it had gone so far at
        once. What was found is judged within `max_judging`."""
        meter, search, dropped = self._meter, self._search, self._dropped
        meter.limit, meter.cut = max_work, False
        for work in self._starting.go_on():
            for state in semantics.named(work, meter):
                search.begin(state)
        begun, meter.cut = not meter.cut, False
        search.go_on()
        judging = _Judging(Meter(min(LEAVING, max_judging)), Meter(min(RETRACING, max_judging)))
        main = self._process_ends and _is_main(self.program)
        leaks, hands_out = _judge(self.program, search.graph, main, judging)
        causes = {why for why in dropped if why in INCOMPLETE}
        if not begun or not search.ended:
            causes.add("work")
        return Fragment(
            root=self.program.root,
            leaks=leaks,
            states=search.graph.computed,
            complete=not causes and search.graph.complete,
            causes=(*sorted(causes), *(() if search.graph.complete else ("states",))),
            work=meter.spent,
            hands_out=hands_out or _returns_made(self.program),
            process_ended=any(why in ENDING for why in dropped),
            panics="panic" in dropped or "fatal" in dropped,
            judging=judging.leaving.spent + judging.retracing.spent,
        )

    def _reduced(self, state: State, last: Move | None) -> tuple[list[_Priced], bool, bool]:
        found, whole, quiet = semantics.reduced(self.program, state, self._dropped, self._meter)
        self._meter.spent += EXPAND_COST
        return _priced(found, last), whole, quiet

    def _successors(self, state: State, last: Move | None) -> list[_Priced]:
        found = semantics.successors(self.program, state, self._dropped, self._meter)
        self._meter.spent += EXPAND_COST
        return _priced(found, last)


def idle(program: Program) -> Fragment | None:
    """What a program gives in which no goroutine can be parked, sliced or not; none where one can."""
    items = [item for function in program.functions.values() for item in function.code]
    if any(_may_stop(item) for item in items):
        return None
    ended = any(isinstance(item, instr.Exit) for item in items)
    return Fragment(program.root, (), 0, True, (), 0, _returns_made(program), ended)


def _may_stop(item: instr.Instr) -> bool:
    """A goroutine can be parked here, or leave something behind that others are parked at."""
    match item:
        case instr.Send() | instr.Recv() | instr.Select():
            return True
        case instr.Lock():
            return item.op not in ("section", "leave")
        case instr.WaitGroup() | instr.Cond():
            return item.op == "wait"
        case _:
            return False


def _returns_made(program: Program) -> bool:
    """The root may return what goroutines meet at, made in the fragment."""
    root = program.functions[program.root]
    if not any(desc.kind in _HOLDERS for desc in root.result_descs):
        return False
    return any(isinstance(item, _MADE) for function in program.functions.values() for item in function.code)


_Priced = tuple[Move, int, State]


def _priced(found: list[semantics.Successor], last: Move | None) -> list[_Priced]:
    return [(item.move, _cost(last, item.move), item.state) for item in found]


def _cost(last: Move | None, move: Move) -> int:
    """Few preemptions first, and what outsiders do last."""
    outside = 1 if move.by in (OUTSIDE, CANCEL) else 0
    return outside + (0 if last is None or move.gid == last.gid or move.partner == last.gid else 1)


def _judge(
    program: Program, graph: Graph[State, Move], main: bool, judging: _Judging
) -> tuple[tuple[Leak, ...], bool]:
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
    chosen = (_best(program, graph, group, judging.leaving) for group in found.values())
    best = [each for each in chosen if each is not None]
    leaks = [
        _leak(program, graph, each.number, each.item, judging.retracing)
        for each in sorted(best, key=lambda each: (each.cost, each.number, each.item.gid))
    ]
    if not main:
        forgotten = held.held_locks(program, graph)
        leaks.extend(_forgotten(program, graph, lock, judging.retracing) for lock in forgotten)
    return tuple(leaks), hands_out


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
        assumptions=graph.states[lock.number].assumptions,
        schedule=trace.replay(program, graph, lock.number, meter),
        senders=False,
        receivers=False,
        by_itself=False,
        past_cancel=False,
        guessed=True,
    )


def _is_main(program: Program) -> bool:
    root = program.functions[program.root]
    return root.id.endswith(".main") and root.outer == "main" and not root.params


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
    return Leak(
        kind=item.kind,
        park=park,
        function=user.outer,
        package=user.package,
        operation=operation,
        rw=rw,
        waits=waits,
        spawn=Place(program.functions[spawn.func].path, spawn.start, spawn.end) if spawn else None,
        spawn_in_loop=spawn is not None and spawns.in_loop(program, spawn),
        spawn_once=spawn is not None and spawn.func in spawns.done_once(program),
        root_parked=item.gid == 0,
        count=goroutine.count,
        goroutine=_number(schedule, goroutine, park),
        root_gone=state.goroutines[0] is None and not state.detached,
        assumptions=(*state.assumptions, CALLED) if item.called_back else state.assumptions,
        schedule=schedule,
        senders=_others(program, True),
        receivers=_others(program, False),
        past_cancel=item.kind == verdict.CANCELLATION and outlive.past_cancel(work, item.gid),
        by_itself=item.kind == verdict.CANCELLATION and outlive.ends_by_itself(program, graph, spawn),
        guessed=schedule is None
        or any(each.what in _GUESSES for each in schedule.happenings)
        or outlive.outran(program, graph, number),
    )


_GUESSES = (GUESS, "send-outside", "receive-outside")
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
