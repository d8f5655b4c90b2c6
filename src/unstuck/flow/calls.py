"""Calls that never return, and the bodies of functions in sight.

Known ones are named, loggers go by their names (types/endings.py); a function whose body has no way to its
end is found by looking at it.
"""

from __future__ import annotations

from unstuck.flow.graph import EXIT, Graph, build
from unstuck.flow.places import builtin, callee, named
from unstuck.syntax import ast
from unstuck.types.endings import ending
from unstuck.types.model import UNKNOWN, FuncRef, Info
from unstuck.types.world import World

_TESTERS = ("T", "B", "F", "common", "TB")
_TEST_ENDS = ("Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow")
ENDING = frozenset(
    (
        *("os.Exit", "syscall.Exit", "runtime.Goexit", "log.Fatal", "log.Fatalf", "log.Fatalln"),
        *("log.Panic", "log.Panicf", "log.Panicln"),
        *(f"log.Logger.{kind}{end}" for kind in ("Fatal", "Panic") for end in ("", "f", "ln")),
        *(
            f"testing.{recv}.{kind}{end}"
            for recv in _TESTERS
            for kind in ("Fatal", "Skip")
            for end in ("", "f")
        ),
        *(f"testing.{recv}.{name}" for recv in _TESTERS for name in ("FailNow", "SkipNow")),
    )
)
"""Functions that never return; membership only."""
_SIGNS = (b"panic(", b"Exit", b"Fatal", b"atal(", b"FailNow", b"Skip", b"for {")
_MAX_DEPTH = 3
"""How deep calls are followed to see whether one returns. Past it a call returns."""
_MAX_BYTES = 4_000
"""Longer functions are taken to return."""


def ends(world: World, info: Info, call: ast.Call, depth: int = 0) -> bool:
    """Whether a call never returns to its caller."""
    if builtin(info, call) == "panic":
        return True
    ref = callee(info, call)
    if ref is None:
        return False
    if named(ref) in ENDING or ending(world, ref, info.types.get(call, UNKNOWN)):
        return True
    return depth < _MAX_DEPTH and _never_returns(world, ref, depth + 1)


def graph_of(world: World, info: Info, block: ast.Block, depth: int = 0) -> Graph:
    """The graph of a body."""
    return build(block, lambda call: ends(world, info, call, depth))


def _never_returns(world: World, ref: FuncRef, depth: int) -> bool:
    answers = world.endless
    key = (ref, depth)
    if key not in answers:
        answers[key] = _looked_at(world, ref, depth)
    return answers[key]


def _looked_at(world: World, ref: FuncRef, depth: int) -> bool:
    declared = world.declared(ref)
    if declared is None or declared.end - declared.start > _MAX_BYTES or declared.stub:
        return False
    text = declared.file.data[declared.start : declared.end]
    if not any(sign in text for sign in _SIGNS):
        return False
    function = world.function(ref)
    if function is None or function.decl.body is None:
        return False
    graph = graph_of(world, function.info, function.decl.body, depth)
    return graph.whole and not reaches_exit(graph)


def reaches_exit(graph: Graph) -> bool:
    """Whether some path returns."""
    seen = {0: None}
    waiting = [0]
    while waiting:
        for edge in graph.points[waiting.pop()].edges:
            if edge.to not in seen:
                seen[edge.to] = None
                waiting.append(edge.to)
    return EXIT in seen
