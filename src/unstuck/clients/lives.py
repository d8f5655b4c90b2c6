"""The lives of a package's types: who makes a value, what starts it, uses it and closes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from unstuck.clients.sight import (
    Sight,
    asks,
    closes,
    ends_by_name,
    flags_read,
    flags_set,
    is_closing,
    named_as_closer,
    operates,
    reach,
    reach_of,
    sends,
    started,
    starts,
    waited,
    waits_inside,
)
from unstuck.ir import instr
from unstuck.ir.code import Code
from unstuck.ir.instr import Function
from unstuck.ir.life import Life, Member
from unstuck.types import model
from unstuck.types.model import FuncRef

_METHOD_CALL = re.compile(rb"\.([^\W\d][\w\x80-\xff]*)\(")
_GO = re.compile(rb"go(?<!\wgo)\s|Go\((?<=\.Go\()|TryGo\((?<=\.TryGo\()|AfterFunc\((?<=\.AfterFunc\()")
"""By the text, something may start a goroutine: begins with letters, as such patterns are found fast."""
_BEGINNING = re.compile(rb"(?:[\n{;:]|\*/)[ \t]*\Z")
"""What stands before a statement."""
_WAITS = re.compile(rb"\bCond\b|<-")
"""The same: something waits."""
_NO_RESULT = re.compile(rb"func (?:\([^()\n]*\) )?\w+\([^()\n]*\) \{")
"""The head of a function that gives nothing, as gofmt writes it: it makes nothing for clients."""
TEST = "_test.go"
"""Makers and users in tests do not show what clients do."""
MAX_MAKERS = 2
"""Functions that make a type; further ones are not played."""
MAX_CLOSERS = 3
"""Closers of a type; one with more is not played."""
MAX_OPERATIONS = 6
"""Operations of a type that are played, in the order of the source."""


@dataclass(frozen=True, slots=True)
class Playable:
    """Everything that is to be played with one maker."""

    name: str
    """The type, or the function that returns the closer."""
    lives: tuple[tuple[Life, ...], ...]
    """By operation (the first is without one), one for each closer."""
    unclosed: tuple[tuple[Life, tuple[Function, ...]], ...]
    """By operation, and what that runs."""
    partners: tuple[Function, ...]
    """What the type's goroutines run."""
    closing: tuple[Function, ...]
    """What closers run."""
    waiting: tuple[Function, ...]
    """What closers and operations run."""
    unset: frozenset[str] = frozenset()
    """Fields, as "Type.field", that other makers of the type give a channel, and this one does not. For
    membership only."""
    passive: bool = False
    """The type has no goroutines: who waits in an operation asks a flag that the closers set."""


def playables(code: Code, package: str, refs: Sequence[FuncRef]) -> list[Playable]:
    """What is to be played in a package, in the order of the source."""
    files = [file for file in code.world.texts(package) if not file.path.endswith(TEST)]
    goes = any(_starts(file.data) for file in files)
    if not goes and not any(_WAITS.search(file.data) for file in files):
        return []
    sight = Sight(code, package)
    users = _Users(code, package, refs)
    found: list[Playable] = []
    makers: dict[str, int] = {}
    for ref in refs:
        declared = code.world.declared(ref)
        if declared is None or declared.file.path.endswith(TEST):
            continue
        if _NO_RESULT.match(declared.file.data, declared.start):
            continue
        type_, value = _made(code, ref)
        if value < 0 and not _returns_function(code, ref):
            continue
        name = type_.name if type_ is not None else str(ref)
        if makers.get(name, 0) >= MAX_MAKERS:
            continue
        if not goes and not _may_be_closed(code, type_):
            continue
        played = _playable(sight, users, ref, (type_, value), goes)
        if played is not None and not (_is_started(played) and _is_wrapped(code, ref, type_)):
            makers[name] = makers.get(name, 0) + 1
            unset = _unset(code, refs, type_, ref) if type_ is not None else frozenset[str]()
            found.append(replace(played, unset=unset) if unset else played)
    return found


def _starts(text: bytes) -> bool:
    """By the text, something starts a goroutine."""
    for match in _GO.finditer(text):
        if match[0][:2] != b"go":
            return True
        begin = text.rfind(b"\n", 0, match.start())
        if _BEGINNING.search(text, max(begin, 0), match.start()):
            return True
    return False


def _is_started(played: Playable) -> bool:
    """A method starts the goroutines, not the maker."""
    every = [*(life for lives in played.lives for life in lives), *(life for life, _ in played.unclosed)]
    return any(life.starter is not None for life in every)


def _is_wrapped(code: Code, ref: FuncRef, type_: model.Named | None) -> bool:
    """A private maker that only other makers of the type call: clients have what those give. By the text."""
    if ref.recv or ref.name[:1].isupper():
        return False
    calling = re.compile(rb"(?<![\w.])" + re.escape(ref.name.encode("utf-8", "surrogateescape")) + rb"\(")
    callers: list[FuncRef] = []
    for file in code.world.texts(ref.package):
        for match in calling.finditer(file.data) if not file.path.endswith(TEST) else ():
            found = code.world.function_at(ref.package, file.path, match.start())
            if found is not None and found[0] != ref:
                callers.append(found[0])
    return bool(callers) and all(_made(code, caller)[0] == type_ for caller in callers)


def _unset(code: Code, refs: Sequence[FuncRef], type_: model.Named, maker: FuncRef) -> frozenset[str]:
    """The fields in which other functions that make such a value store channels and the like, and this one
    does not."""
    filled: dict[FuncRef, frozenset[str]] = {}
    for ref in refs:
        lowered = code.lowered(ref) if _made(code, ref)[0] == type_ else None
        if lowered is not None and _makes(lowered.functions, type_):
            filled[ref] = lowered.scope.keeps
    others = frozenset[str]().union(*(fields for ref, fields in filled.items() if ref != maker))
    return others - filled.get(maker, frozenset())


def _made(code: Code, ref: FuncRef) -> tuple[model.Named | None, int]:
    """The type of the package whose value a function returns, and which result that is (-1 none)."""
    signature = code.world.signature(ref)
    if signature is None:
        return None, -1
    for index, result in enumerate(signature.results):
        base = result.elem if isinstance(result, model.Pointer) else result
        if isinstance(base, model.Named) and base.package == ref.package and base.name != ref.recv:
            named = model.Named(base.package, base.name)
            if isinstance(code.world.underlying(named), model.Struct):
                return named, index
    return None, -1


def _returns_function(code: Code, ref: FuncRef) -> bool:
    signature = code.world.signature(ref)
    return signature is not None and any(_is_call(code, result) for result in signature.results)


def _is_call(code: Code, type_: model.Type) -> bool:
    """`func()`, whatever it returns."""
    under = code.world.underlying(type_)
    return isinstance(under, model.Signature) and not under.params


def _makes(functions: Iterable[Function], type_: model.Named) -> bool:
    name = f"{type_.package}.{type_.name}"
    return any(
        (isinstance(item, instr.MakeStruct) and item.type == name)
        or (isinstance(item, instr.New | instr.Zero) and item.desc.name == name)
        for function in functions
        for item in function.code
    )


def _may_be_closed(code: Code, type_: model.Named | None) -> bool:
    """The type has a method that is named as closers are: one without goroutines is played only then."""
    return type_ is not None and any(is_closing(name) for name in code.world.declared_methods(type_))


def _playable(
    sight: Sight, users: _Users, ref: FuncRef, given: tuple[model.Named | None, int], goes: bool
) -> Playable | None:
    """What is to be played of what a function gives; `goes`: something in the package starts goroutines."""
    type_, _ = given
    made = sight.of(ref)
    if not made or (type_ is not None and not _makes(made, type_)):
        return None
    maker = Member(str(ref), made[0], ref)
    methods = _methods(sight, users, type_, ref) if type_ is not None else []
    for starter in (None, *(each for each in methods if starts(sight, each))) if goes else ():
        calls = reach(sight, made) if starter is None else reach_of(sight, starter)
        partners = _partners(sight, calls)
        if waited(partners) or sends(partners) or _waits_inside(partners):
            return _cast(sight, maker, given, starter, methods, (calls, partners))
    return _passive(sight, maker, given, methods)


def _partners(sight: Sight, calls: Sequence[Function]) -> list[Function]:
    """What the functions start, what that starts in turn, and all these call."""
    found: dict[str, Function] = {}
    new = reach(sight, started(sight, calls))
    while new:
        found.update((function.id, function) for function in new)
        new = [each for each in reach(sight, started(sight, new)) if each.id not in found]
    return list(found.values())


def _waits_inside(functions: Sequence[Function]) -> bool:
    """They wait on a condition variable, or for a lock."""
    return any(
        isinstance(item, instr.Lock) or (isinstance(item, instr.Cond) and item.op == "wait")
        for function in functions
        for item in function.code
    )


def _passive(
    sight: Sight, maker: Member, made: tuple[model.Named | None, int], methods: Sequence[Member]
) -> Playable | None:
    """A type without goroutines whose operations wait, and ask whether it was closed."""
    type_, value = made
    closers = [each for each in methods if named_as_closer(sight, each)]
    flags = flags_set(function for each in closers for function in reach_of(sight, each))
    if type_ is None or not flags or len(closers) > MAX_CLOSERS:
        return None
    operations = [
        each
        for each in methods
        if each not in closers and waits_inside(sight, each) and flags & flags_read(reach_of(sight, each))
    ][:MAX_OPERATIONS]
    if not operations:
        return None
    closing = [function for each in closers for function in reach_of(sight, each)]
    waiting = closing + [function for each in operations for function in reach_of(sight, each)]
    lives = tuple(_lives(sight, maker, value, None, operation, closers) for operation in operations)
    return Playable(type_.name, lives, (), (), tuple(closing), tuple(waiting), passive=True)


def _cast(
    sight: Sight,
    maker: Member,
    made: tuple[model.Named | None, int],
    starter: Member | None,
    methods: Sequence[Member],
    running: tuple[Sequence[Function], Sequence[Function]],
) -> Playable:
    """Who closes and who operates. `running`: what makes and starts the value, and what its goroutines run.
    Those may close it themselves, too."""
    calls, partners = running
    run = {function.id for function in started(sight, (*calls, *partners))}
    inside = {function.id for function in partners}
    ends, flags = waited(partners), flags_read(partners)
    returned = _returned(sight, maker)
    closers = [each for each in returned if each.called]
    operations = [each for each in returned if not each.called]
    for each in methods:
        name = each.function.id if each.function is not None else ""
        if each is starter or name in run:
            continue
        if closes(sight, each, ends) or ends_by_name(sight, each, flags):
            closers.append(each)
        elif name not in inside and operates(sight, each):
            operations.append(each)
    type_, value = made
    play = partial(_lives, sight, maker, value, starter)
    operations = operations[:MAX_OPERATIONS]
    lives = []
    if 0 < len(closers) <= MAX_CLOSERS:
        lives = [play(operation, closers) for operation in (None, *operations)]
    asking = [each for each in operations if asks(sight, each)]
    unclosed = [(play(each, ())[0], tuple(reach_of(sight, each))) for each in asking]
    closing = [function for each in closers for function in reach_of(sight, each)]
    name = type_.name if type_ is not None else maker.name
    waiting = closing + [function for each in operations for function in reach_of(sight, each)]
    return Playable(name, tuple(lives), tuple(unclosed), tuple(partners), tuple(closing), tuple(waiting))


def _lives(
    sight: Sight,
    maker: Member,
    value: int,
    starter: Member | None,
    operation: Member | None,
    closers: Sequence[Member],
) -> tuple[Life, ...]:
    assert maker.ref is not None
    assert maker.function is not None
    error = next((i for i, desc in enumerate(maker.function.result_descs) if desc.kind == "error"), -1)
    lives = []
    for closer in closers or (None,):
        others = tuple(each for each in closers if each is not closer)
        words = [each.name for each in (maker, operation, closer) if each is not None]
        name = f"{sight.package}.client${'$'.join(words)}"
        lives.append(Life(name, maker, value, error, starter, operation, closer, others))
    return tuple(lives)


def _methods(sight: Sight, users: _Users, type_: model.Named, maker: FuncRef) -> list[Member]:
    """The methods that clients call: exported ones, those that other code of the package calls, and those
    that the maker gives away as values."""
    given = {
        item.func for each in sight.of(maker) for item in each.code if isinstance(item, instr.MakeClosure)
    }
    found: list[Member] = []
    for name, ref in sight.code.world.declared_methods(type_).items():
        functions = sight.of(ref)
        if not functions or not functions[0].params:  # none in sight, or a receiver that cannot be read
            continue
        if name[:1].isupper() or functions[0].id in given or users.calls(ref, maker):
            found.append(Member(name, functions[0], ref))
    return found


@dataclass(slots=True)
class _Users:
    """Who calls what in a package."""

    code: Code
    package: str
    refs: Sequence[FuncRef]
    _namers: dict[bytes, list[FuncRef]] | None = None
    """The functions that call a method of a name, by their text."""

    def calls(self, method: FuncRef, maker: FuncRef) -> bool:
        """Code that is neither the type's own nor the maker names the method."""
        if self._namers is None:
            self._namers = self._index()
        namers = self._namers.get(method.name.encode("utf-8", "surrogateescape"), ())
        return any(ref.recv != method.recv and ref != maker and self._names(ref, method) for ref in namers)

    def _index(self) -> dict[bytes, list[FuncRef]]:
        found: dict[bytes, list[FuncRef]] = {}
        for ref in self.refs:
            declared = self.code.world.declared(ref)
            if declared is not None and not declared.file.path.endswith(TEST):
                names = _METHOD_CALL.findall(declared.file.data, declared.start, declared.end)
                for name in dict.fromkeys(names):
                    found.setdefault(name, []).append(ref)
        return found

    def _names(self, user: FuncRef, method: FuncRef) -> bool:
        lowered = self.code.lowered(user)
        return lowered is not None and any(callee == method for _, callee in lowered.refs)


def _returned(sight: Sight, maker: Member) -> list[Member]:
    """Functions that the maker returns to be called, and channels to receive from."""
    assert maker.ref is not None
    assert maker.function is not None
    signature = sight.code.world.signature(maker.ref)
    descs = maker.function.result_descs
    found: list[Member] = []
    for index, result in enumerate(signature.results if signature is not None else ()):
        if _is_call(sight.code, result):
            found.append(Member("the returned function", None, None, index, called=True))
        elif descs[index].kind == "chan" and descs[index].dir != "send":
            found.append(Member("a receive", None, None, index))
    return found
