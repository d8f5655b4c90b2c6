"""Goroutines and their frames while they run: the mutable forms of Goroutine and Frame."""

from __future__ import annotations

from unstuck.explore.state import Deferred, Frame, Goroutine, Value, build
from unstuck.ir.instr import Function, Program


class Activation:
    """A frame being run."""

    __slots__ = ("deferred", "defers", "dsts", "function", "mode", "pc", "recovered", "regs", "values")

    def __init__(
        self,
        function: Function,
        pc: int,
        regs: list[Value],
        defers: list[Deferred],
        mode: str,
        values: tuple[Value, ...],
        dsts: tuple[int, ...],
        deferred: bool,
        recovered: bool,
    ) -> None:
        self.function = function
        self.pc = pc
        self.regs = regs
        self.defers = defers
        self.mode = mode
        self.values = values
        self.dsts = dsts
        self.deferred = deferred
        self.recovered = recovered

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
        made = (frames, self.spawn, self.phase, self.count, self.callback, self.cancelled)
        return build(Goroutine, made)


def thaw(program: Program, goroutine: Goroutine) -> Thread:
    """A goroutine ready to run."""
    return Thread([_activation(program, frame) for frame in goroutine.frames], goroutine)


def _activation(program: Program, frame: Frame) -> Activation:
    func, pc, regs, defers, mode, values, dsts, deferred, recovered = frame
    function = program.functions[func]
    return Activation(function, pc, list(regs), list(defers), mode, values, dsts, deferred, recovered)
