"""How often a `go` statement runs: again and again in its function, or once per process."""

from __future__ import annotations

from unstuck.explore.state import Site
from unstuck.ir import instr
from unstuck.ir.instr import Program
from unstuck.ir.operands import successors


def in_loop(program: Program, site: Site) -> bool:
    """The instruction at the site can be reached again from itself within its function."""
    code = program.functions[site.func].code
    for pc, item in enumerate(code):
        if isinstance(item, instr.Go) and item.at == (site.start, site.end):
            seen: set[int] = set()
            stack = list(successors(item, pc))
            while stack:
                at = stack.pop()
                if at == pc:
                    return True
                if at not in seen and at < len(code):
                    seen.add(at)
                    stack.extend(successors(code[at], at))
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
