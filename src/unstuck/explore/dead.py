"""What goroutines still read: of their frames the rest is forgotten."""

from __future__ import annotations

from unstuck.explore.state import (
    Closure,
    Deferred,
    Frame,
    Goroutine,
    Value,
    build,
)
from unstuck.explore.work import Work


def tidied(work: Work, gid: int) -> Goroutine:
    """Goroutine `gid`, which is not running, without the values of registers that its code no longer reads.
    The work forgets them, too; those that have not run since are not looked at again."""
    item = work.goroutines[gid]
    assert isinstance(item, Goroutine)
    clean = work.clean
    if gid < len(clean) and clean[gid] is item:
        return item
    clean.extend([None] * (gid + 1 - len(clean)))
    clean[gid] = work.goroutines[gid] = item = _forget_dead(work, item)
    return item


def _forget_dead(work: Work, goroutine: Goroutine) -> Goroutine:
    functions = work.program.functions
    frames: list[Frame] = []
    last = len(goroutine.frames) - 1
    for index, frame in enumerate(goroutine.frames):
        function = functions[frame.func]
        if frame.mode == "run":
            live: tuple[int, ...] = function.live[frame.pc] if frame.pc < len(function.live) else ()
            if index != last:
                wanted = goroutine.frames[index + 1].dsts
                live = tuple([reg for reg in live if reg not in wanted])
        else:
            live = function.results
        old = frame.regs
        regs: list[Value] = [None] * len(old)
        for reg in live:
            regs[reg] = old[reg]
        left = tuple(regs)
        frames.append(frame if left == old else frame_with(frame, left, frame.defers, frame.values))
    return with_frames(goroutine, tuple(frames))


def frame_with(
    frame: Frame, regs: tuple[Value, ...], defers: tuple[Deferred, ...], values: tuple[Value, ...]
) -> Frame:
    """The frame with other contents; `_replace` takes three times as long."""
    func, pc, _, _, mode, _, dsts, deferred, recovered = frame
    return build(Frame, (func, pc, regs, defers, mode, values, dsts, deferred, recovered))


def with_frames(goroutine: Goroutine, frames: tuple[Frame, ...]) -> Goroutine:
    """The goroutine with other frames."""
    _, spawn, phase, count, callback, cancelled = goroutine
    return build(Goroutine, (frames, spawn, phase, count, callback, cancelled))


def readable(work: Work) -> int:
    """Everything that the code still to run can read, as a set of `Future` keys."""
    future = work.program.future
    mask = future.pinned
    for item in work.goroutines:
        if not isinstance(item, Goroutine):
            continue
        for frame in item.frames:
            if frame.mode == "run":
                mask |= future.at[frame.func][frame.pc]
            for call in frame.defers:
                callee = call.callee
                mask |= future.whole.get(callee.func, 0) if type(callee) is Closure else -1
    return mask
