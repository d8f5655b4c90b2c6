"""How often a `go` statement runs: again and again in its function, or once per process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from unstuck.explore.state import Site
from unstuck.ir import instr
from unstuck.ir.instr import Program
from unstuck.ir.operands import successors


def in_loop(program: Program, site: Site, counted: bool) -> bool:
    """The instruction at the site can be reached again from itself within its function; unless `counted`, by
    way of a loop that does not count how often it starts goroutines."""
    code = program.functions[site.func].code
    counting = frozenset() if counted else frozenset(each.dst for each in code if _counts(each))
    return any(
        isinstance(item, instr.Go) and item.at == (site.start, site.end) and _again(code, pc, counting)
        for pc, item in enumerate(code)
    )


def _counts(item: instr.Instr) -> TypeGuard[instr.Binary]:
    return isinstance(item, instr.Binary) and item.spawns


def _again(code: Sequence[instr.Instr], pc: int, counting: frozenset[instr.Reg]) -> bool:
    """Whether an instruction leads to itself, where each loop that counts is left the first time."""
    seen: set[tuple[int, frozenset[int]]] = set()
    stack = [(at, frozenset[int]()) for at in successors(code[pc], pc)]
    while stack:
        at, left = stack.pop()
        if at == pc:
            return True
        if (at, left) in seen or at >= len(code):
            continue
        seen.add((at, left))
        item = code[at]
        if isinstance(item, instr.Branch) and item.cond in counting and at not in left:
            stack.append((item.orelse, left | {at}))
        else:
            stack.extend((after, left) for after in successors(item, at))
    return False


def done_once(program: Program) -> frozenset[str]:
    """Functions that a package-level sync.Once runs, and the literals in them."""
    found: set[str] = set()
    for function in program.functions.values():
        places = {item.dst for item in function.code if isinstance(item, instr.Global)}
        made = {item.dst: item.func for item in function.code if isinstance(item, instr.MakeClosure)}
        for item in function.code:
            if isinstance(item, instr.Call) and item.func == "sync.Once.Do" and item.args[0] in places:
                found.update(made[reg] for reg in item.args[1:] if reg in made)
    todo = list(found)
    while todo:
        inner = program.functions.get(todo.pop())
        for item in inner.code if inner is not None else ():
            if isinstance(item, instr.MakeClosure) and item.func not in found:
                found.add(item.func)
                todo.append(item.func)
    return frozenset(found)
