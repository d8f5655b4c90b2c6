"""Looking at final states only: what is stuck when nothing moves any more, and after how many preemptions.

A preemption is going on with another goroutine while the last one could have gone on itself. The last ones to
move are marked in the state (by a flag that closed programs do not use), so that the cheapest way is exact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from fuzz.explorer import Explorable, stuck_at
from fuzz.native import Stuck
from unstuck.explore import semantics, verdict
from unstuck.explore.canonical import canonical
from unstuck.explore.local import settle
from unstuck.explore.moves import Move, is_quiet, moves
from unstuck.explore.outcomes import Dropped
from unstuck.explore.perform import perform
from unstuck.explore.state import Goroutine, State
from unstuck.explore.work import Work

MAX_STATES = 6_000


def preemptions(item: Explorable) -> dict[Stuck, int]:
    """What is stuck in a final state, with the least number of preemptions that leads there."""
    found: dict[Stuck, int] = {}
    best: dict[State, int] = {}
    queue: deque[tuple[int, State]] = deque((0, canonical(work)) for work in semantics.start(item.code, []))
    while queue and len(best) < MAX_STATES:
        cost, state = queue.popleft()
        if best.get(state, cost + 1) <= cost:
            continue
        best[state] = cost
        work = Work(item.code, state)
        enabled = moves(work)
        if is_quiet(enabled):
            for stuck in verdict.stuck(item.code, state):
                found.setdefault(stuck_at(item, state, stuck), cost)
            continue
        marked = {
            gid for gid, each in enumerate(work.goroutines) if isinstance(each, Goroutine) and each.cancelled
        }
        could = any(move.gid in marked for move in enabled)
        for move in enabled:
            extra = int(could and move.gid not in marked and move.partner not in marked)
            for after in _after(work, move):
                (queue.append if extra else queue.appendleft)((cost + extra, after))
    return found


def _after(base: Work, move: Move) -> Iterator[State]:
    work = base.copy()
    try:
        perform(work, move)
    except Dropped:
        return
    moved = tuple(work.pending)
    for after in settle(work, lambda why: None):
        for gid, each in enumerate(after.goroutines):
            if isinstance(each, Goroutine):
                after.goroutines[gid] = each._replace(cancelled=gid in moved)
        yield canonical(after)
