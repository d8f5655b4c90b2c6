"""Goroutines and their frames while they run: the mutable forms of Goroutine and Frame."""

from __future__ import annotations

from unstuck.explore.state import Frame, Goroutine, build
from unstuck.ir.instr import Function, Program


class Activation:
    """A frame being run."""

    __slots__ = ("deferred", "defers", "dsts", "function", "mode", "pc", "recovered", "regs", "values")

    def __init__(self, function: Function, frame: Frame) -> None:
        self.function = function
        self.pc = frame.pc
        self.regs = list(frame.regs)
        self.defers = list(frame.defers)
        self.mode = frame.mode
        self.values = frame.values
        self.dsts = frame.dsts
        self.deferred = frame.deferred
        self.recovered = frame.recovered

    def frame(self) -> Frame:
        """Frozen again."""
        made = (
            self.function.id,
            self.pc,
            tuple(self.regs),
            tuple(self.defers),
            self.mode,
            self.values,
            self.dsts,
            self.deferred,
            self.recovered,
        )
        return build(Frame, made)


class Thread:
    """A goroutine being run."""

    __slots__ = ("acts", "callback", "cancelled", "count", "phase", "spawn")

    def __init__(self, acts: list[Activation], goroutine: Goroutine) -> None:
        self.acts = acts
        self.spawn = goroutine.spawn
        self.phase = goroutine.phase
        self.count = goroutine.count
        self.callback = goroutine.callback
        self.cancelled = goroutine.cancelled

    def freeze(self) -> Goroutine:
        """Frozen again."""
        frames = tuple(act.frame() for act in self.acts)
        return Goroutine(frames, self.spawn, self.phase, self.count, self.callback, self.cancelled)


def thaw(program: Program, goroutine: Goroutine) -> Thread:
    """A goroutine ready to run."""
    return Thread([Activation(program.functions[f.func], f) for f in goroutine.frames], goroutine)
