"""Function literals that leave the function they stand in: whoever gets them may call them at any time.

Returned, stored, put into a struct or given to another function: cobra commands, handlers, hooks. Literals
that are only started, deferred, called or done once where they are made run with the function around them and
are no roots. By the code as it stands, without asking what callees do with what they are given.
"""

from __future__ import annotations

from collections.abc import Callable

from unstuck.ir import instr
from unstuck.ir.code import Lowered
from unstuck.ir.instr import Function, Reg
from unstuck.ir.operands import uses
from unstuck.ir.scope import own_scope


def initial(lowered: Lowered, wanted: Callable[[Function], bool]) -> tuple[Lowered, ...]:
    """The literals that a package-level variable starts with: all of them leave, but those inside others."""
    functions = {function.id: function for function in lowered.functions}
    outer = [item.func for item in lowered.functions[0].code if isinstance(item, instr.MakeClosure)]
    names = [name for name in functions if name in outer and not functions[name].hidden]
    return tuple(_root(lowered, functions, name) for name in names if wanted(functions[name]))


def escaping(lowered: Lowered, wanted: Callable[[Function], bool]) -> tuple[Lowered, ...]:
    """The escaping literals of a declared function that are wanted, each with what it needs of the function's
    other literals, in the order of the source."""
    functions = {function.id: function for function in lowered.functions}
    leaving: dict[str, None] = {}
    captured: list[tuple[str, str]] = []
    for function in lowered.functions:
        made = _made(function)
        for item in function.code:
            for reg in uses(item):
                names = made.get(reg, ())
                if isinstance(item, instr.MakeClosure):
                    captured.extend((item.func, name) for name in names)
                elif names and not _stays(item, reg, made):
                    leaving.update(dict.fromkeys(names))
    for _ in captured:  # what a leaving literal calls leaves with it
        leaving.update({name: None for by, name in captured if by in leaving})
    left = [name for name, function in functions.items() if name in leaving and not function.hidden]
    return tuple(_root(lowered, functions, name) for name in left if wanted(functions[name]))


def _made(function: Function) -> dict[Reg, tuple[str, ...]]:
    """The literals that registers hold, or variables that they point to."""
    found: dict[Reg, tuple[str, ...]] = {}
    variables = {item.dst for item in function.code if isinstance(item, instr.New)}
    for item in function.code:
        match item:
            case instr.MakeClosure():
                found[item.dst] = (*found.get(item.dst, ()), item.func)
            case instr.Copy() | instr.New() if item.src in found:
                found[item.dst] = (*found.get(item.dst, ()), *found[item.src])
            case instr.Store() if item.src in found and item.pointer in variables:
                found[item.pointer] = (*found.get(item.pointer, ()), *found[item.src])
            case instr.Load() if item.pointer in found:
                found[item.dst] = (*found.get(item.dst, ()), *found[item.pointer])
            case _:
                pass
    return found


def _stays(item: instr.Instr, reg: Reg, made: dict[Reg, tuple[str, ...]]) -> bool:
    """The use of a function value does not give it away."""
    match item:
        case instr.Copy() | instr.New() | instr.Load() | instr.Binary():
            return True
        case instr.Store():
            return item.pointer in made
        case instr.CallValue() | instr.Go() | instr.Defer():
            return reg not in item.args
        case instr.Call():
            return item.func == "sync.Once.Do"
        case _:
            return False


def _root(lowered: Lowered, functions: dict[str, Function], name: str) -> Lowered:
    needed: dict[str, None] = {name: None}
    waiting = [name]
    while waiting:
        for item in functions[waiting.pop()].code:
            func = item.func if isinstance(item, instr.MakeClosure | instr.Call) else ""
            if func in functions and func not in needed:
                needed[func] = None
                waiting.append(func)
    mine = tuple(functions[each] for each in needed)
    named = {item.func for f in mine for item in f.code if isinstance(item, instr.MakeClosure | instr.Call)}
    refs = tuple(pair for pair in lowered.refs if pair[0] in named)
    items = [item for function in mine for item in function.code]
    known = frozenset((*needed, *(each for each, _ in refs)))
    touches = any(isinstance(item, instr.OPERATIONS) for item in items)
    return Lowered(mine, refs, touches, len(items), own_scope(mine, known), None)
