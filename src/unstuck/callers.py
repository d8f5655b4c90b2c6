"""What the calls of a function within its package tell about it.

A function alone is explored with unknown arguments: any size, any flag, any combination. A private one gets
only what its callers give: where all of them are in sight and each, explored to its end, shows the function
without a leak, the leak cannot happen. Callers that were explored in part, or that end the process, prove
nothing. And a caller that gives nil or a constant may show what "any size" does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from unstuck.explore.fragment import parked
from unstuck.explore.judging import Leak
from unstuck.explore.work import Place
from unstuck.ir import instr
from unstuck.ir.literals import function_id
from unstuck.ir.program import Code, program
from unstuck.ir.slice import sliced
from unstuck.source.file import SourceFile
from unstuck.types.model import FuncRef
from unstuck.types.words import occurrences
from unstuck.types.world import World

MAX_CALLERS = 6
"""Functions that call one function; with more its leaks stand, and none of the callers is explored for it."""
_CALL = re.compile(rb"\b([^\W\d]\w*)\s*[(\[]")
_DECIDING = ("int", "slice", "chan", "context", "map", "func")
"""Kinds of parameters whose constants (a number, nil) decide who meets whom."""

Index = dict[bytes, list[FuncRef]]
"""Functions of a package by the names that they seem to call."""


def call_index(code: Code, package: str) -> Index:
    """Who seems to call whom, by the text."""
    found: Index = {}
    for ref in code.world.functions(package):
        declared = code.world.declared(ref)
        if declared is None:
            continue
        names = _CALL.findall(declared.file.data, declared.start, declared.end)
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append(ref)
    return found


def naming(world: World, package: str, targets: Sequence[FuncRef]) -> list[FuncRef]:
    """The functions of a package that may call one of the targets, by the text: a method, or a function of
    another package without a dot import, stands behind a dot."""
    names: dict[bytes, bool] = {}
    for target in targets:
        name = _name(target)
        names[name] = names.get(name, True) and (bool(target.recv) or target.package != package)
    found: list[FuncRef] = []
    in_file: dict[str, tuple[tuple[bytes, bool], ...]] = {}
    for ref in world.functions(package):
        declared = world.declared(ref)
        if declared is None:
            continue
        data = declared.file.data
        here = in_file.get(declared.file.path)
        if here is None:
            dots = _DOT_IMPORT.search(data) is None
            here = tuple((name, dotted and dots) for name, dotted in names.items() if name in data)
            in_file[declared.file.path] = here
        if any(_named(data, declared.start, declared.end, *each) for each in here):
            found.append(ref)
    return found


_DOT_IMPORT = re.compile(rb"""^(?:import)?[ \t]*\.[ \t]*["`]""", re.MULTILINE)
_BEHIND_DOT = re.compile(rb"\.\s*(?://[^\n]*\s*)*\Z")


def _named(data: bytes, start: int, end: int, name: bytes, dotted: bool) -> bool:
    """The name stands there as a whole word, behind a dot if that is asked for."""
    for at in occurrences(data, name, start, end):
        before = data[at - 1 : at]
        if not dotted or before == b"." or (before.isspace() and _BEHIND_DOT.search(data, start, at)):
            return True
    return False


def possible(
    code: Code, index: Index, ref: FuncRef, leaks: Sequence[Leak], limits: tuple[int, int, int]
) -> tuple[tuple[Leak, ...], int, int]:
    """The leaks of a function that its callers do not rule out, and what asking them has cost: to explore,
    and to judge. `limits`: states and instructions for each caller, and for judging it."""
    callers = _all_callers(code, index, ref) if leaks and _is_private(code, ref) else ()
    if not callers:
        return tuple(leaks), 0, 0
    shown: dict[Place, None] = {}
    spent = judged = 0
    for caller in callers:
        whole = program(code, caller, wanted=frozenset((ref,)))
        if whole is None or function_id(ref) not in whole.functions:
            return tuple(leaks), spent, judged
        found = parked(sliced(whole), *limits)
        spent += found.work
        judged += found.judging
        if not found.known:
            return tuple(leaks), spent, judged
        shown.update(dict.fromkeys(found.places))
        if all(leak.park in shown for leak in leaks):
            break
    return tuple(leak for leak in leaks if leak.park in shown), spent, judged


def giving(code: Code, index: Index, ref: FuncRef) -> tuple[FuncRef, ...]:
    """Callers of a function that give it nil or a constant where that decides who meets whom."""
    lowered = code.lowered(ref)
    if lowered is None or ref.recv:
        return ()
    params = lowered.functions[0].params
    deciding = tuple(at for at, desc in enumerate(params) if desc.kind in _DECIDING)
    if not deciding:
        return ()
    name = function_id(ref)
    return tuple(caller for caller in _callers(code, index, ref) if _gives(code, caller, name, deciding))


def at_start(code: Code, files: Sequence[SourceFile], ref: FuncRef) -> bool:
    """Only the initialisation of its package calls a private function: what it leaves behind is there once.
    By the text."""
    if ref.recv or ref.name[:1].isupper():
        return False
    word = re.compile(rb"\b" + re.escape(_name(ref)) + rb"\b")
    inside: dict[str, list[tuple[int, int]]] = {}
    for other in code.world.functions(ref.package):
        declared = code.world.declared(other)
        if declared is None:
            continue
        inside.setdefault(declared.file.path, []).append((declared.start, declared.end))
        starts = other == ref or (not other.recv and other.name.split("#")[0] == "init")
        if not starts and word.search(declared.file.data, declared.start, declared.end):
            return False
    return any(_at_package_level(file.data, inside.get(file.path, []), word) for file in files)


_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)


def _at_package_level(data: bytes, functions: Sequence[tuple[int, int]], word: re.Pattern[bytes]) -> bool:
    """The word stands outside functions and comments, or in an `init`."""
    at = 0
    rest: list[bytes] = []
    for start, end in sorted(functions):
        rest.append(data[at:start])
        if re.match(rb"func\s+init\s*\(", data[start:end]):
            rest.append(data[start:end])
        at = max(at, end)
    rest.append(data[at:])
    return word.search(_COMMENT.sub(b"", b"\n".join(rest))) is not None


def _is_private(code: Code, ref: FuncRef) -> bool:
    """Only its package can call it (a program's functions are nobody else's), and it takes something from
    whoever does."""
    exported = ref.name[:1].isupper() and not code.world.is_main(ref.package)
    if ref.recv or exported or "#" in ref.name or ref.name in ("main", "init", "statements"):
        return False
    lowered = code.lowered(ref)
    return lowered is not None and bool(lowered.functions[0].params)


def _all_callers(code: Code, index: Index, ref: FuncRef) -> tuple[FuncRef, ...]:
    """The functions that call it, itself left out; none when there are many or it is used as a value, too."""
    word = re.compile(rb"\b" + re.escape(_name(ref)) + rb"\b(?!\s*[(\[])")
    for other in code.world.functions(ref.package):
        declared = code.world.declared(other)
        if declared is None or word.search(declared.file.data, declared.start, declared.end) is None:
            continue
        lowered = code.lowered(other)
        if lowered is None or _keeps(lowered.functions, function_id(ref)):
            return ()
    return _callers(code, index, ref)


def _callers(code: Code, index: Index, ref: FuncRef) -> tuple[FuncRef, ...]:
    """The functions that call it, itself left out; none when there are many."""
    found: list[FuncRef] = []
    for other in index.get(_name(ref), ()):
        lowered = code.lowered(other) if other != ref else None
        if lowered is None or all(callee != ref for _, callee in lowered.refs):
            continue
        if len(found) == MAX_CALLERS:
            return ()
        found.append(other)
    return tuple(found)


def _name(ref: FuncRef) -> bytes:
    return ref.name.encode("utf-8", "surrogateescape")


def _keeps(functions: Sequence[instr.Function], name: str) -> bool:
    """The function is used as a value somewhere, other than to start a goroutine or to be deferred."""
    for function in functions:
        run = [item.callee for item in function.code if isinstance(item, instr.Go | instr.Defer)]
        for item in function.code:
            if isinstance(item, instr.MakeClosure) and item.func == name and item.dst not in run:
                return True
    return False


def _gives(code: Code, caller: FuncRef, name: str, deciding: Sequence[int]) -> bool:
    """A call of the function in the caller's code has a constant for one of these parameters."""
    lowered = code.lowered(caller)
    for function in lowered.functions if lowered is not None else ():
        constants = [item.dst for item in function.code if isinstance(item, instr.Const)]
        for item in function.code:
            if not isinstance(item, instr.Call) or item.func != name:
                continue
            if any(at < len(item.args) and item.args[at] in constants for at in deciding):
                return True
    return False
