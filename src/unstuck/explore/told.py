"""What happens, put down for a witness: who does what, and where the runtime would say it stands."""

from __future__ import annotations

from collections.abc import Sequence

from unstuck.explore.happening import Happening, Place
from unstuck.explore.state import Site
from unstuck.explore.thread import Thread
from unstuck.explore.work import Work
from unstuck.ir import instr
from unstuck.ir.instr import Function, Instr

NOWHERE = Place("", 0, 0)


def user_place(
    functions: dict[str, Function], frames: Sequence[tuple[str, int]], spawn: Site | None
) -> Place:
    """Where the runtime's innermost user frame would stand. `frames` are (function, pc of the instruction it
    is at), outermost first; frames without user code are skipped, down to the `go` statement."""
    for func, pc in reversed(frames):
        function = functions[func]
        if not function.hidden:
            return Place(function.path, *function.code[pc].at)
    if spawn is not None:
        return Place(functions[spawn.func].path, spawn.start, spawn.end)
    return NOWHERE


def standing(thread: Thread) -> list[tuple[str, int]]:
    """The frames of a thread for `user_place`: callers stand at their call."""
    frames: list[tuple[str, int]] = []
    for index, act in enumerate(thread.acts):
        inner = thread.acts[index + 1] if index + 1 < len(thread.acts) else None
        calling = inner is not None and act.mode == "run"
        frames.append((act.function.id, max(act.pc - 1, 0) if calling else act.pc))
    return frames


_TOLD = {
    instr.Go: "go",
    instr.Return: "return",
    instr.Close: "close",
    instr.Panic: "panic",
    instr.Goexit: "exit",
    instr.Lock: "lock",
    instr.WaitGroup: "waitgroup",
    instr.Cancel: "cancel",
    instr.Send: "send",
    instr.Recv: "receive",
}


def note(work: Work, gid: int, thread: Thread, item: Instr) -> Happening | None:
    """What goroutine gid is about to do, when that is worth telling."""
    what = _TOLD.get(type(item))
    if what is None:
        return None
    if isinstance(item, instr.Lock | instr.WaitGroup):
        what = item.op
    if what == "section":
        return None
    if what == "return" and (len(thread.acts) > 1 or thread.acts[-1].function.hidden):
        return None
    place = user_place(work.program.functions, standing(thread), thread.spawn)
    other = len(work.goroutines) if what == "go" else -1
    return Happening(gid, what, place, other, None)
