"""Timers and tickers in source: which calls make one, what is done to one, and which versions keep them.

Sources: package time (sleep.go, tick.go); the release notes of Go 1.23 and 1.27 on timers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from unstuck.flow.places import Place, bare, callee, named, place_of
from unstuck.syntax import ast
from unstuck.types.model import FuncRef, Info
from unstuck.types.world import World

MAKERS = {
    "time.After": "after",
    "time.NewTimer": "timer",
    "time.NewTicker": "ticker",
    "time.Tick": "tick",
    "time.AfterFunc": "func",
}
BYTES = 220
"""What one timer with its channel holds, about (measured with Go 1.22.10: `make heap`)."""
ENDS = re.compile(r"(?i)done|quit|stop|clos|exit|shut|cancel|finish|kill")
"""What a channel is called that tells a loop to end: such a one is received from once."""
_MAX_DEPTH = 2
"""How many functions that only pass a timer on are looked through."""


@dataclass(frozen=True, slots=True)
class Made:
    """A call that makes a timer: `kind` is a value of `MAKERS`; `duration` its argument as source text."""

    kind: str
    duration: str


def makes(world: World, info: Info, data: bytes, call: ast.Call, depth: int = 0) -> Made | None:
    """The timer a call makes: one of package time, or of a function that does nothing but return one."""
    ref = callee(info, call)
    if ref is None:
        return None
    kind = MAKERS.get(named(ref))
    if kind is not None:
        duration = data[call.args[0].start : call.args[0].end] if call.args else b""
        return Made(kind, " ".join(duration.decode("utf-8", "replace").split()))
    return _passed_on(world, ref, depth) if depth < _MAX_DEPTH else None


def channel_call(expr: ast.Expr) -> ast.Call | None:
    """The call of `f(...)` and of `f(...).C`."""
    expr = bare(expr)
    if isinstance(expr, ast.Selector) and expr.sel.name == "C":
        expr = bare(expr.x)
    return expr if isinstance(expr, ast.Call) else None


def timer_of_channel(info: Info, expr: ast.Expr) -> Place | None:
    """The timer's place where an expression is its channel: `t` for `t.C`."""
    place = place_of(info, expr)
    if place is None or not place.fields or place.fields[-1] != "C":
        return None
    return Place(place.root, place.fields[:-1])


def method_on(info: Info, call: ast.Call) -> tuple[Place, str] | None:
    """(`t`, "time.Timer.Stop") for `t.Stop()`."""
    fun = bare(call.fun)
    if not isinstance(fun, ast.Selector):
        return None
    place = place_of(info, fun.x)
    name = named(callee(info, call))
    return (place, name) if place is not None and name else None


def _passed_on(world: World, ref: FuncRef, depth: int) -> Made | None:
    declared = world.declared(ref)
    if declared is None or declared.stub or declared.end - declared.start > 400:
        return None
    text = declared.file.data[declared.start : declared.end]
    if b"time." not in text or b"return" not in text:
        return None
    function = world.function(ref)
    body = function.decl.body if function is not None else None
    if function is None or body is None or len(body.stmts) != 1:
        return None
    only = body.stmts[0]
    if not isinstance(only, ast.Return) or len(only.results) != 1:
        return None
    call = channel_call(only.results[0])
    if call is None:
        return None
    made = makes(world, function.info, function.file.data, call, depth + 1)
    if made is None or bare(only.results[0]) is call:
        return made
    return Made("after", made.duration) if made.kind == "timer" else None
