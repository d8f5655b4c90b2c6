"""Senders that nobody can meet, by the source and the other goroutines.

The leak profile never marks a goroutine that sends a captured variable. Here the channel decides: a variable
that one declared function makes, and that nothing but its own sends, receives and closes name, can be reached
by goroutines that run this function or a literal of it, and by no others. When all of those are parked on
sending to such channels, nothing can wake them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from unstuck.dynamic.judge import Left, Verdict, parked_on
from unstuck.dynamic.places import Sources, function_tree, send_at
from unstuck.dynamic.symbols import Symbol, symbol
from unstuck.findings import WaitReason
from unstuck.syntax import ast
from unstuck.syntax.walk import parents_of


def with_alone(everything: Iterable[Left], sources: Sources, file: Callable[[Left], str]) -> list[Left]:
    """The same, with those as leaked that are parked on a channel which only goroutines like them know.
    `file` is the path of the frame that a goroutine is parked in."""
    found = list(everything)
    asked: dict[tuple[str, int], bool] = {}
    by_function: dict[tuple[str, int | None, Symbol], list[int]] = {}
    for number, left in enumerate(found):
        if _sends(left):
            place = (file(left), left.stack.frames[0].line)
            if place not in asked:
                asked[place] = is_only_here(sources, *place)
            key = (left.package, left.seed, symbol(left.stack.frames[0].function))
            by_function.setdefault(key, []).append(number)
    for (_, _, function), numbers in by_function.items():
        group = [found[number] for number in numbers]
        known = all(asked[file(left), left.stack.frames[0].line] for left in group)
        if known and not any(function in left.busy for left in group):
            for number in numbers:
                found[number] = replace(found[number], verdict=Verdict.LEAKED, alone=True)
    return found


def _sends(left: Left) -> bool:
    lingers = left.verdict is Verdict.LINGERING and bool(left.stack.frames)
    return lingers and parked_on(left.stack) is WaitReason.SEND


def is_only_here(sources: Sources, path: str, line: int) -> bool:
    """The send at a line is on a local variable whose channel never leaves the function."""
    tree = function_tree(sources, path, line)
    send = send_at(sources, path, line, tree) if tree is not None else None
    if tree is None or send is None or not isinstance(send.chan, ast.Ident):
        return False
    parents = parents_of(tree)
    named = [node for node in parents if isinstance(node, ast.Ident) and node.name == send.chan.name]
    makes = [node for node in named if _makes(node, parents)]
    others = [node for node in named if node not in makes]
    return len(makes) == 1 and all(_stays(node, parents) for node in others)


def _makes(node: ast.Ident, parents: dict[ast.Node, ast.Node]) -> bool:
    """`node := make(chan T)`"""
    assign = parents[node]
    if not isinstance(assign, ast.Assign) or assign.op != ":=" or len(assign.lhs) != len(assign.rhs):
        return False
    value = next((value for target, value in zip(assign.lhs, assign.rhs) if target is node), None)
    return isinstance(value, ast.Call) and isinstance(value.fun, ast.Ident) and value.fun.name == "make"


def _stays(node: ast.Ident, parents: dict[ast.Node, ast.Node]) -> bool:
    """A send, a receive, a range, close, len or cap, in code that only runs with the function or its
    goroutines."""
    parent = parents[node]
    match parent:
        case ast.SendStmt():
            used = parent.chan is node
        case ast.Unary():
            used = parent.op == "<-"
        case ast.Range():
            used = parent.x is node
        case ast.Call():
            used = isinstance(parent.fun, ast.Ident) and parent.fun.name in ("close", "len", "cap")
        case _:
            used = False
    return used and all(_runs_here(literal, parents) for literal in _literals_around(node, parents))


def _literals_around(node: ast.Node, parents: dict[ast.Node, ast.Node]) -> Sequence[ast.FuncLit]:
    found: list[ast.FuncLit] = []
    at: ast.Node | None = node
    while at is not None:
        if isinstance(at, ast.FuncLit):
            found.append(at)
        at = parents.get(at)
    return found


def _runs_here(literal: ast.FuncLit, parents: dict[ast.Node, ast.Node]) -> bool:
    """It is called on the spot, by `go`, by `defer` or at once: nobody keeps it."""
    call = parents.get(literal)
    return isinstance(call, ast.Call) and call.fun is literal
