"""Statements that wait, in the form that also watches for an end.

A send or receive goes into a select, a select gets one more case, a range over a channel becomes a loop with
a select at its top, and a sleep a timer that is stopped. What is no longer written (`range`, `time.Sleep`)
is named, for verify.py.
"""

from __future__ import annotations

from unstuck.fixes.case import Sight, place_in, type_of
from unstuck.fixes.importing import import_of
from unstuck.fixes.plan import Plan
from unstuck.fixes.scope import End, fresh, leave
from unstuck.fixes.spelling import type_text
from unstuck.flow.places import callee, named
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import Chan, Named

Drops = tuple[tuple[str, str], ...]


def guarded(plan: Plan, sight: Sight, stmt: ast.Stmt, end: End) -> Drops | None:
    """Puts the guarded form of a statement into the plan: the operations that it takes away on purpose, None
    where a statement has no such form."""
    leaving = leave(sight, stmt, end.error)
    if leaving is None:
        return None
    way_out, needs = leaving
    if needs:
        change = import_of(sight, needs)
        if change is None:
            return None
        plan.text(sight, change.start, change.end, change.text.decode())
    out = (f"case <-{end.wait}:", f"\t{way_out}", "}")
    match stmt:
        case ast.Select():
            return _another_case(plan, sight, stmt, out)
        case ast.SendStmt() | ast.ExprStmt(x=ast.Unary(op="<-")):
            plan.instead(sight, stmt, "select {", f"case {sight.text(stmt)}:", *out)
            return ()
        case ast.Assign() if (
            len(stmt.rhs) == 1 and isinstance(stmt.rhs[0], ast.Unary) and stmt.rhs[0].op == "<-"
        ):
            return _assigned(plan, sight, stmt, out)
        case ast.Range():
            return _ranged(plan, sight, stmt, out)
        case ast.ExprStmt(x=ast.Call() as call) if named(callee(sight.info, call)) == "time.Sleep":
            return _slept(plan, sight, stmt, call, out)
        case _:
            return None


def is_tick(sight: Sight, channel: ast.Expr) -> bool:
    """`t.C` of a timer or ticker."""
    type_ = type_of(sight, channel)
    return (
        isinstance(channel, ast.Selector)
        and channel.sel.name == "C"
        and isinstance(type_, Chan)
        and type_.elem == Named("time", "Time")
    )


def _another_case(plan: Plan, sight: Sight, select: ast.Select, out: tuple[str, ...]) -> Drops | None:
    if any(each.comm is None for each in select.cases) or not select.cases:
        return None
    data = sight.file.data
    line = data.rfind(b"\n", 0, select.rbrace) + 1
    if data[line : select.rbrace].strip():
        return None
    indent = data[line : select.rbrace].decode()
    plan.text(sight, line, line, "".join(f"{indent}{row}\n" for row in out[:-1]))
    return ()


def _assigned(plan: Plan, sight: Sight, stmt: ast.Assign, out: tuple[str, ...]) -> Drops | None:
    text = sight.text(stmt)
    if stmt.op != ":=":
        plan.instead(sight, stmt, "select {", f"case {text}:", *out)
        return ()
    declared = []
    for target in stmt.lhs:
        var = sight.info.defs.get(target) if isinstance(target, ast.Ident) else None
        if var is None or not isinstance(target, ast.Ident):
            continue
        if target.name != "_":
            spelled = type_text(sight, var.type)
            if spelled is None:
                return None
            declared.append(f"var {target.name} {spelled}")
    operator = stmt.lhs[-1].end - stmt.start
    assigned = text[:operator] + text[operator:].replace(":=", "=", 1)
    plan.instead(sight, stmt, *declared, "select {", f"case {assigned}:", *out)
    return ()


def _ranged(plan: Plan, sight: Sight, loop: ast.Range, out: tuple[str, ...]) -> Drops | None:
    """`for v := range ch` as an endless loop that starts with a select; what stands in the body stays as it
    is, with its `break` and `continue`. A ticker's channel is never closed, so nobody asks whether it is."""
    channel = type_of(sight, loop.x)
    under = sight.world.underlying(channel) if channel is not None else None
    if not isinstance(under, Chan) or place_in(sight, loop.x) is None or loop.value is not None:
        return None
    if loop.key is not None and not isinstance(loop.key, ast.Ident):
        return None
    name = loop.key.name if isinstance(loop.key, ast.Ident) else "_"
    rows: list[str] = []
    if loop.define and name != "_":
        spelled = type_text(sight, under.elem)
        if spelled is None:
            return None
        rows.append(f"var {name} {spelled}")
    source = sight.text(loop.x)
    if is_tick(sight, loop.x):
        received = f"<-{source}" if name == "_" else f"{name} = <-{source}"
        rows += ["select {", f"case {received}:", *out]
    else:
        more = _flag(sight, loop)
        rows += [f"var {more} bool", "select {", f"case {name}, {more} = <-{source}:", *out]
        rows += [f"if !{more} {{", "\tbreak", "}"]
    plan.text(sight, loop.start, loop.body.start, "for ").top(sight, loop.body, *rows)
    return (("range", "".join(source.split())),)


def _flag(sight: Sight, loop: ast.Range) -> str:
    """A name for "there was a value": `ok` where the loop does not use it."""
    used = {node.name for node in walk(loop) if isinstance(node, ast.Ident)}
    return "ok" if "ok" not in used else fresh(sight, "more", "open")


def _slept(
    plan: Plan, sight: Sight, stmt: ast.ExprStmt, call: ast.Call, out: tuple[str, ...]
) -> Drops | None:
    """A sleep that can be cut short: right for the timers of every Go version."""
    if not isinstance(call.fun, ast.Selector) or len(call.args) != 1:
        return None
    timer = fresh(sight, "timer", "pause")
    made = f"{timer} := {sight.text(call.fun.x)}.NewTimer({sight.text(call.args[0])})"
    leaving = (out[0], f"\t{timer}.Stop()", *out[1:])
    plan.instead(sight, stmt, made, "select {", f"case <-{timer}.C:", *leaving)
    return (("call", sight.text(call.fun)),)
