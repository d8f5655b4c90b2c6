"""What the calls of a function within its package tell about it.

A function alone is explored with unknown arguments: any size, any flag, any combination. A private one gets
only what its callers give: where all of them are in sight and each, explored to its end, shows the function
without a leak, the leak cannot happen. Callers that were explored in part, or that end the process, prove
nothing. And a caller that gives nil or a constant may show what "any size" does not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from unstuck.explore.fragment import parked
from unstuck.explore.happening import Place
from unstuck.explore.judging import Leak
from unstuck.ir import instr
from unstuck.ir.code import Code
from unstuck.ir.literals import function_id
from unstuck.ir.program import program
from unstuck.ir.slice import sliced
from unstuck.source.package import Package
from unstuck.types.model import FuncRef
from unstuck.types.words import occurrences
from unstuck.types.world import DeclaredAt, World

MAX_CALLERS = 6
"""Functions that call one function; with more its leaks stand, and none of the callers is explored for it."""
_WORD = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*+")
_DECIDING = ("int", "slice", "chan", "context", "map", "func")
"""Kinds of parameters whose constants (a number, nil) decide who meets whom."""


class Calls:
    """Which functions of a package name which of them, by the text; looked for once, when somebody first
    asks."""

    def __init__(self, world: World, package: Package) -> None:
        self._world, self.package = world, package
        self._namers: dict[bytes, list[FuncRef]] | None = None
        self._outside: frozenset[bytes] | None = None

    def naming(self, name: bytes) -> Sequence[FuncRef]:
        """The functions in whose text the name of a function stands, in the order of the source."""
        if self._namers is None:
            self._namers = self._look()
        return self._namers.get(name, ())

    def calling(self, name: bytes) -> Iterator[FuncRef]:
        """Those that seem to call it."""
        return self._where(name, rb"\s*[(\[]")

    def keeping(self, name: bytes) -> Iterator[FuncRef]:
        """Those that seem to use it as a value."""
        return self._where(name, rb"(?!\s*[(\[])")

    def outside(self, name: bytes) -> bool:
        """The name stands outside functions and comments, or in an `init`."""
        if self._outside is None:
            self._outside = self._look_outside()
        return name in self._outside

    def _where(self, name: bytes, behind: bytes) -> Iterator[FuncRef]:
        namers = self.naming(name)
        if not namers:
            return
        pattern = re.compile(rb"(?<![\w\x80-\xff])" + re.escape(name) + rb"(?![\w\x80-\xff])" + behind)
        for ref in namers:
            declared = self._world.declared(ref)
            if declared is not None and pattern.search(declared.file.data, declared.start, declared.end):
                yield ref

    def _look(self) -> dict[bytes, list[FuncRef]]:
        found: dict[bytes, list[FuncRef]] = {}
        refs = self._world.functions(self.package.path)
        names = {_name(ref) for ref in refs}
        for ref in refs:
            declared = self._world.declared(ref)
            if declared is None:
                continue
            words = _WORD.findall(declared.file.data, declared.start, declared.end)
            for name in dict.fromkeys(word for word in words if word in names):
                found.setdefault(name, []).append(ref)
        return found

    def _look_outside(self) -> frozenset[bytes]:
        inside: dict[str, list[tuple[int, int]]] = {}
        for ref in self._world.functions(self.package.path):
            declared = self._world.declared(ref)
            if declared is not None:
                inside.setdefault(declared.file.path, []).append((declared.start, declared.end))
        files = (item.file for item in self.package.files)
        return frozenset(
            word for file in files for word in _at_package_level(file.data, inside.get(file.path, []))
        )


def naming(
    world: World, package: str, targets: Sequence[FuncRef], without: frozenset[str] = frozenset()
) -> list[FuncRef]:
    """The functions of a package that may call one of the targets, by the text: a method, or a function of
    another package without a dot import, stands behind a dot. Those in files `without` are left out."""
    names: dict[bytes, bool] = {}
    for target in targets:
        name = _name(target)
        names[name] = names.get(name, True) and (bool(target.recv) or target.package != package)
    refs = world.functions(package)
    files: dict[str, list[tuple[DeclaredAt, int]]] = {}
    for number, ref in enumerate(refs):
        declared = world.declared(ref)
        if declared is not None and declared.file.path not in without:
            files.setdefault(declared.file.path, []).append((declared, number))
    found: set[int] = set()
    for inside in files.values():
        data = inside[0][0].file.data
        here = [name for name in names if name in data]
        if not here:
            continue
        inside.sort(key=_start)
        starts = [declared.start for declared, _ in inside]
        dots = _DOT_IMPORT.search(data) is None
        for name in here:
            for at in _named(data, name, names[name] and dots):
                declared, number = inside[max(bisect_right(starts, at) - 1, 0)]
                if declared.start <= at < declared.end:
                    found.add(number)
    return [refs[number] for number in sorted(found)]


def _start(place: tuple[DeclaredAt, int]) -> int:
    return place[0].start


_DOT_IMPORT = re.compile(rb"""^(?:import)?[ \t]*\.[ \t]*["`]""", re.MULTILINE)


def _named(data: bytes, name: bytes, dotted: bool) -> Iterator[int]:
    """Where the name stands as a whole word, behind a dot if that is asked for."""
    for at in occurrences(data, name):
        before = data[at - 1 : at]
        if not dotted or before == b"." or (before.isspace() and _behind_dot(data, at)):
            yield at


def _behind_dot(data: bytes, at: int) -> bool:
    """Between a dot and the offset stand only spaces, line ends and comments."""
    while True:
        begin = data.rfind(b"\n", 0, at) + 1
        line = data[begin:at].rstrip()
        if line.endswith(b"."):
            return True
        comment = line.find(b"//")
        if comment < 0 and (line or not begin):
            return False
        at = begin + comment if comment >= 0 else begin - 1


def possible(
    code: Code, calls: Calls, ref: FuncRef, leaks: Sequence[Leak], limits: tuple[int, int, int]
) -> tuple[tuple[Leak, ...], int, int]:
    """The leaks of a function that its callers do not rule out, and what asking them has cost: to explore,
    and to judge. `limits`: states and instructions for each caller, and for judging it."""
    callers = _all_callers(code, calls, ref) if leaks and _is_private(code, ref) else ()
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


def giving(code: Code, calls: Calls, ref: FuncRef) -> tuple[FuncRef, ...]:
    """Callers of a function that give it nil or a constant where that decides who meets whom."""
    lowered = code.lowered(ref)
    if lowered is None or ref.recv:
        return ()
    params = lowered.functions[0].params
    deciding = tuple(at for at, desc in enumerate(params) if desc.kind in _DECIDING)
    if not deciding:
        return ()
    name = function_id(ref)
    return tuple(caller for caller in _callers(code, calls, ref) if _gives(code, caller, name, deciding))


def at_start(calls: Calls, ref: FuncRef) -> bool:
    """Only the initialisation of its package calls a private function: what it leaves behind is there once.
    By the text."""
    if ref.recv or ref.name[:1].isupper():
        return False
    name = _name(ref)
    return all(_is_initial(other) or other == ref for other in calls.naming(name)) and calls.outside(name)


def once(code: Code, calls: Calls, ref: FuncRef) -> bool:
    """Nobody in its package does anything with a private function but give it to a package-level Once."""
    if ref.recv or ref.name[:1].isupper() or calls.outside(_name(ref)):
        return False
    name, given = function_id(ref), False
    for other in calls.naming(_name(ref)):
        lowered = code.lowered(other) if other != ref else None
        for function in lowered.functions if lowered is not None else ():
            used = [item for item in function.code if _uses(item, name)]
            if len(used) != sum(_is_done_once(function, item) for item in used):
                return False
            given = given or bool(used)
    return given


def _uses(item: instr.Instr, name: str) -> bool:
    return isinstance(item, instr.Call | instr.MakeClosure) and item.func == name


def _is_done_once(function: instr.Function, made: instr.Instr) -> bool:
    places = {item.dst for item in function.code if isinstance(item, instr.Global)}
    return isinstance(made, instr.MakeClosure) and any(
        isinstance(item, instr.Call)
        and item.func == "sync.Once.Do"
        and item.args[0] in places
        and made.dst in item.args[1:]
        for item in function.code
    )


def _is_initial(ref: FuncRef) -> bool:
    return not ref.recv and ref.name.split("#")[0] == "init"


_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)


def _at_package_level(data: bytes, functions: Sequence[tuple[int, int]]) -> list[bytes]:
    """The words outside functions and comments, and in an `init`."""
    at = 0
    rest: list[bytes] = []
    for start, end in sorted(functions):
        rest.append(data[at:start])
        if re.match(rb"func\s+init\s*\(", data[start:end]):
            rest.append(data[start:end])
        at = max(at, end)
    rest.append(data[at:])
    return _WORD.findall(_COMMENT.sub(b"", b"\n".join(rest)))


def _is_private(code: Code, ref: FuncRef) -> bool:
    """Only its package can call it (a program's functions are nobody else's), and it takes something from
    whoever does."""
    exported = ref.name[:1].isupper() and not code.world.is_main(ref.package)
    if ref.recv or exported or "#" in ref.name or ref.name in ("main", "init", "statements"):
        return False
    lowered = code.lowered(ref)
    return lowered is not None and bool(lowered.functions[0].params)


def _all_callers(code: Code, calls: Calls, ref: FuncRef) -> tuple[FuncRef, ...]:
    """The functions that call it, itself left out; none when there are many or it is used as a value, too."""
    for other in calls.keeping(_name(ref)):
        lowered = code.lowered(other)
        if lowered is None or _keeps(lowered.functions, function_id(ref)):
            return ()
    return _callers(code, calls, ref)


def _callers(code: Code, calls: Calls, ref: FuncRef) -> tuple[FuncRef, ...]:
    """The functions that call it, itself left out; none when there are many."""
    found: list[FuncRef] = []
    for other in calls.calling(_name(ref)):
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
