"""Running a goroutine up to its next operation that others can observe.

`settle` runs every goroutine in `Work.pending` and returns all outcomes; unknown values make several. What is
local, or concerns an object that one goroutine alone can reach, happens here at once; everything else stops
the goroutine in front of the operation, for `moves` to schedule.
"""

from __future__ import annotations

from collections.abc import Callable

from unstuck.explore import control, data, maps, memory, operations, sequences, sync
from unstuck.explore.canonical import compacted
from unstuck.explore.ending import end_goroutine
from unstuck.explore.happening import GUESS, Happening
from unstuck.explore.outcomes import FORK_COST, Dropped, Fork, Looping, Meter, Stopped, state_cost
from unstuck.explore.thread import Thread
from unstuck.explore.told import NOWHERE, note
from unstuck.explore.work import Handler, Work
from unstuck.ir.instr import Instr

MAX_LOCAL_STEPS = 200_000
"""Instructions of one goroutine between two scheduling points; past it the path is dropped."""
MAX_FORKS = 1_000
"""Choices between two scheduling points; past it the remaining ways are dropped."""
STEPS = 4
"""Instructions that cost one unit of work: what a state costs takes about that much longer."""
SURE, SELDOM = 8, 4
"""After so many answers that ways do not come together at a place, only each such time is asked again, until
they do. Of 77,000 questions over Go's std a quarter fall away so; 130 of 20,700 meetings are overlooked."""
FREE_FORKS = 6
"""Choices after which ways that come together are looked for."""

HANDLERS: dict[type[Instr], Handler] = {
    **data.HANDLERS,
    **sequences.HANDLERS,
    **maps.HANDLERS,
    **control.HANDLERS,
    **operations.HANDLERS,
    **sync.HANDLERS,
}
"""How each instruction runs."""


def settle(work: Work, dropped: Callable[[str], None], meter: Meter | None = None) -> list[Work]:
    """Runs the pending goroutines; every way it can go, as far as the meter allows."""
    return Settling(work, dropped, meter or Meter()).go_on()


class Settling:
    """The ways on which the pending goroutines of a state can go, followed one after another. Those that come
    together again are followed once."""

    __slots__ = ("_dropped", "_forks", "_meter", "_seen", "_todo")

    def __init__(self, work: Work, dropped: Callable[[str], None], meter: Meter) -> None:
        self._todo = [work]
        self._dropped = dropped
        self._meter = meter
        self._seen: set[object] = set()
        self._forks = 0

    def go_on(self) -> list[Work]:
        """Where they end, without those given before. Past the limit of the meter the rest waits
        (`Meter.cut`)."""
        todo, meter = self._todo, self._meter
        out: list[Work] = []
        while todo:
            if meter.spent > meter.limit:
                meter.cut = True
                break
            current = todo.pop()
            if current.pending:
                self._run(current, current.pending[-1])
            else:
                out.append(current)
        return out

    def _run(self, work: Work, gid: int) -> None:
        """Runs a goroutine up to its next operation, or a fork."""
        meter = self._meter
        try:
            _metered(work, gid, meter)
        except Stopped:
            work.settle_thread(gid)
            work.pending.remove(gid)
            work.steps = 0
            self._todo.append(work)
        except Looping:
            if not _known_point(work, self._seen, meter):
                self._todo.append(work)  # else it goes round for ever without parking
        except Fork as fork:
            self._forks += 1
            if self._forks > MAX_FORKS:
                self._dropped("paths")
                self._todo.clear()
            elif self._forks <= FREE_FORKS or work.choice >= 0 or not self._met(work, gid):
                self._todo.extend(_ways(work, gid, fork, meter, self._dropped))
        except Dropped as drop:
            self._dropped(drop.why)

    def _met(self, work: Work, gid: int) -> bool:
        """The same, asked seldom where ways have not come together so far: naming a state takes as long as
        running some sixty instructions."""
        item = work.goroutines[gid]
        assert isinstance(item, Thread)
        act = item.acts[-1]
        asked, met = self._meter.asked.get((act.function.id, act.pc), (0, 0))
        known = False
        if met or asked < SURE or asked % SELDOM == 0:
            known = _known_point(work, self._seen, self._meter)
        else:
            self._meter.spent += state_cost(work)
        self._meter.asked[act.function.id, act.pc] = (asked + 1, met + known)
        return known


def _ways(work: Work, gid: int, fork: Fork, meter: Meter, dropped: Callable[[str], None]) -> list[Work]:
    """What is followed: the work itself for the first outcome, copies for the others; the first one last."""
    meter.spent += FORK_COST * len(fork.options)
    found: list[Work] = []
    for number, option in reversed(list(enumerate(fork.options))):
        other = work.copy() if number else work
        try:
            option(other)
        except Dropped as drop:
            dropped(drop.why)
            continue
        if other.log is not None and number != fork.usual:
            other.log.append(Happening(gid, GUESS, NOWHERE, -1, None))
        found.append(other)
    return found


def _metered(work: Work, gid: int, meter: Meter) -> None:
    before = work.steps
    try:
        _run(work, gid)
    finally:
        meter.spent += -(-(work.steps - before) // STEPS)


def _known_point(work: Work, seen: set[object], meter: Meter) -> bool:
    """The same state was met at the same place before in this step."""
    meter.spent += state_cost(work)
    for gid in range(len(work.goroutines)):
        work.settle_thread(gid)
    before = len(seen)
    seen.add((compacted(work), tuple(work.pending)))
    return len(seen) == before


def _run(work: Work, gid: int) -> None:
    thread = work.thread(gid)
    acts, log, steps = thread.acts, work.log, work.steps
    try:
        while True:
            steps += 1
            if steps > MAX_LOCAL_STEPS:
                raise Dropped("steps")
            if not acts:
                if log is not None:
                    log.append(Happening(gid, "end", log[-1].place if log else NOWHERE, -1, None))
                end_goroutine(work, gid)
                raise Stopped
            act = acts[-1]
            if act.mode != "run":
                control.unwind(work, thread, act)
                continue
            item = act.function.code[act.pc]
            happening = None if log is None else note(work, gid, thread, item)
            try:
                HANDLERS[item.__class__](work, gid, thread, act, item)
            except memory.NilDereference:
                control.start_panic(work, thread)
            if happening is not None and log is not None:
                log.append(happening)
    finally:
        work.steps = steps
