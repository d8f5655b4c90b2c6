"""Comparing and computing with values that may be unknown.

A branch on an unknown value takes both ways and the choice is remembered (`Work.known`) as long as it can be
asked again; an unknown integer that sizes something gets one small value (SEMANTICS.md, "Sizes").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from unstuck.explore import unseen
from unstuck.explore.outcomes import CLOSED_BEFORE, FLAG, Fork, bind_to
from unstuck.explore.state import StructValue, Symbol, Value
from unstuck.explore.structs import fields_of_both
from unstuck.explore.work import Work
from unstuck.ir.asking import CONTAINS, ERRORS_AS, ERRORS_IS, HAS_PREFIX, HAS_SUFFIX
from unstuck.ir.instr import INT_DESC, POSITIVE, Desc

SIZES = (0, 1, 2, 3)
"""The values an unknown size can take."""
ALONE_SIZES = (0, 2)
"""The same in a program that starts no goroutine: nothing, and enough to meet oneself."""

MAX_TEXT = 1_000
"""Bytes of a string that is put together; longer ones are unknown. So are integers of more than 64 bits."""

_Term = tuple[str, Value, Value]


def compare(work: Work, op: str, x: Value, y: Value) -> bool:
    """x op y; forks when unknown."""
    x, y = work.resolve(x), work.resolve(y)
    match op:
        case "!=":
            return not compare(work, "==", x, y)
        case ">":
            return compare(work, "<", y, x)
        case ">=":
            return not compare(work, "<", x, y)
        case "<=":
            return not compare(work, "<", y, x)
        case "==":
            return _equal(work, x, y)
        case _:
            return _less(work, x, y)


def truth(work: Work, value: Value) -> bool:
    """A condition; forks when unknown."""
    value = work.resolve(value)
    if isinstance(value, bool):
        return value
    if type(value) is Symbol:
        options = (bind_to(value, True), bind_to(value, False))
        raise unseen.ways(value, "", options) if unseen.is_answer(value) else Fork([*options])
    return bool(value)


def arithmetic(work: Work, op: str, x: Value, y: Value) -> Value:
    """x op y on integers; unknown operands get a small value when the other one is known."""
    x, y = work.resolve(x), work.resolve(y)
    if isinstance(x, str) and isinstance(y, str) and op == "+":
        return x + y if len(x) + len(y) <= MAX_TEXT else work.symbol(Desc("string"))
    if type(x) is Symbol and isinstance(y, int):
        size(work, x, 0)
    if type(y) is Symbol and isinstance(x, int):
        size(work, y, 0)
    if not isinstance(x, int) or not isinstance(y, int):
        made = work.symbol(x.desc if type(x) is Symbol else INT_DESC)
        if type(x) is Symbol and type(y) is Symbol and op in _DERIVING:
            work.known[f"{op} of", made, x] = work.known[f"{op} and", made, y] = True
        return made
    value = _compute(op, x, y)
    return value if -(1 << 63) <= value < 1 << 64 else work.symbol(INT_DESC)


_DERIVING = ("+", "-", "*", "min", "max")
"""Operations on two unknown integers whose result is remembered to come from them."""


def _derived(work: Work, symbol: Symbol) -> None:
    """The size of what was computed from two unknown integers is that of these, unless more is known of it
    than of them."""
    parts: list[tuple[str, Value]] = []
    for (what, made, part), _ in work.known.items():
        if made == symbol and what.endswith((" of", " and")):
            parts.append((what, work.resolve(part)))
    if len(parts) != 2:
        return
    for _, part in parts:
        if type(part) is Symbol:
            size(work, part, 0)
    (what, x), (_, y) = sorted(parts, key=_is_second)
    if isinstance(x, int) and isinstance(y, int):
        value = _compute(what.partition(" ")[0], x, y)
        low, high, excluded = _bounds(work, symbol)
        if low <= value <= high and value not in excluded:
            raise Fork([bind_to(symbol, value)], usual=0)


def _is_second(part: tuple[str, Value]) -> bool:
    return part[0].endswith(" and")


def size(work: Work, symbol: Symbol, least: int) -> None:
    """Chooses a value for an unknown integer: forks."""
    if unseen.is_answer(symbol):
        raise unseen.give_up()
    _derived(work, symbol)
    low, high, excluded = _bounds(work, symbol)
    low = max(low, least)
    values = [n for n in sizes(work) if low <= n <= high and n not in excluded]
    if not values:
        values = [n for n in range(low, low + 2) if n <= high and n not in excluded] or [low]
    raise Fork([bind_to(symbol, n) for n in values])


def sizes(work: Work) -> tuple[int, ...]:
    """The values an unknown size can take in this program."""
    if work.program.spawns:
        return SIZES[1:]
    return SIZES if work.program.starts else ALONE_SIZES


FROM = "from "
"""How the tag of an unknown result starts; the package of the function that returned it follows."""


@lru_cache(maxsize=64)
def package_of(name: str) -> str:
    """The package of a function or type by id: "a/b.T.f" is of "a/b"."""
    last = name.rfind("/") + 1
    return name[: last + name[last:].find(".")] if "." in name[last:] else ""


_COUNTING = frozenset(("len", "length", "size", "count", "cap", "capacity"))
"""Names, in small letters, of functions whose result is a count: Go's Len of sort.Interface and the like."""


@lru_cache(maxsize=64)
def counts(name: str) -> bool:
    """The result of a function with this id is not negative, by its name."""
    return name.rpartition(".")[2].lower() in _COUNTING


def not_negative(work: Work, value: Value) -> None:
    """Learns that an unknown integer is a count."""
    value = work.resolve(value)
    if type(value) is Symbol and value.desc.kind == "int" and _bounds(work, value)[0] < 0:
        work.known["<", value, 0] = False


def foreign(x: Value, name: str) -> bool:
    """x was returned by code of another package, and the type or variable has a name that only its own
    package can use."""
    if type(x) is not Symbol or not x.tag.startswith(FROM) or not name.rpartition(".")[2][:1].islower():
        return False
    return package_of(name) != x.tag.removeprefix(FROM)


def other_type(x: Value, type_: str) -> bool:
    """x is not of the type: it is foreign, or an error that errors.New or such made."""
    if type(x) is Symbol and x.desc.kind == "error" and x.desc.dir == "non-nil" and not _sentinel(x):
        return True
    return foreign(x, type_)


def known(work: Work, term: _Term) -> bool:
    """Whether a relation of unknown values holds: as chosen before, or a new choice."""
    if term in work.known:
        return work.known[term]
    raise Fork([_remember(term, True), _remember(term, False)])


def _remember(term: _Term, value: bool) -> Callable[[Work], None]:
    def apply(work: Work) -> None:
        work.known[term] = value

    return apply


def _equal(work: Work, x: Value, y: Value) -> bool:
    if type(x) is not Symbol and type(y) is not Symbol:
        if type(x) is StructValue and type(y) is StructValue and x.known and y.known:
            return x.type == y.type and all(_equal(work, *pair) for pair in fields_of_both(work, x, y))
        return x == y
    if type(x) is not Symbol:
        x, y = y, x
    assert type(x) is Symbol
    if x == y:
        return True
    if y is None and x.desc.dir == "non-nil":
        return False
    if type(y) is StructValue and other_type(x, y.type):
        return False
    if type(y) is Symbol:
        if (_sentinel(y) and foreign(x, y.desc.name)) or (_sentinel(x) and foreign(y, x.desc.name)):
            return False
        if _sentinel(x) and _sentinel(y):
            return x.desc.name == y.desc.name
        if y.id < x.id:
            x, y = y, x
        return _chosen(work, x, y)
    if isinstance(y, int) and not isinstance(y, bool):
        low, high, excluded = _bounds(work, x)
        if not low <= y <= high or y in excluded:
            return False
    term = ("==", x, y)
    if term in work.known:
        return work.known[term]
    if y is None or isinstance(y, int | str):
        usual = 0 if y is None and x.desc.kind == "error" else -1
        other = _set(x, term) if y == 0 and x.desc.dir == FLAG else _remember(term, False)
        if y is not None and unseen.is_answer(x):
            raise unseen.ways(x, f" == {y!r}", (bind_to(x, y), other))
        raise Fork([bind_to(x, y), other], usual)
    return _chosen(work, x, y)


def given(work: Work, name: str, x: Value, desc: Desc) -> Value:
    """What a function gives for a value: the same as before, as long as somebody has that value."""
    x = work.resolve(x)
    tag = "size" if desc.kind == "int" else ""
    if type(x) is not Symbol:
        return work.symbol(desc, tag)
    for (what, one, made), _ in work.known.items():
        if what == name and work.resolve(one) == x:
            return work.resolve(made)
    made = work.symbol(desc, tag)
    work.known[name, x, made] = True
    return made


def asked(work: Work, name: str, x: Value, y: Value) -> bool:
    """What a function of the library says of one or two values."""
    x, y = work.resolve(x), work.resolve(y)
    if name == ERRORS_IS and (x is None or x == y):
        return x == y
    if isinstance(x, str) and isinstance(y, str) and name in _ON_TEXTS:
        return _ON_TEXTS[name](x, y)
    other = y.desc.name if type(y) is Symbol and _sentinel(y) else y
    if name.startswith(ERRORS_AS):
        if x is None:
            return False
        other = name
    elif name != ERRORS_IS:
        return known(work, (name, x, other))
    elif type(x) is Symbol and _sentinel(x) and x.desc.name == other:
        return True
    term = (name, x, other)
    if term not in work.known:
        raise Fork([_remember_is(term), _remember(term, False)])
    return work.known[term]


def _remember_is(term: _Term) -> Callable[[Work], None]:
    """An error that is another one is not nil."""

    def apply(work: Work) -> None:
        work.known[term] = True
        if term[2] is not None and type(term[1]) is Symbol:
            work.known["==", term[1], None] = False

    return apply


_ON_TEXTS: dict[str, Callable[[str, str], bool]] = {
    HAS_PREFIX: str.startswith,
    HAS_SUFFIX: str.endswith,
    CONTAINS: str.__contains__,
}


def _chosen(work: Work, x: Symbol, y: Value) -> bool:
    """Whether they are equal, as chosen before, or a new choice. One of them may have been unknown then, and
    be a pointer since it was followed."""
    for (op, one, other), value in work.known.items():
        if op == "==" and {work.resolve(one), work.resolve(other)} == {x, y}:
            return value
    return known(work, ("==", x, y))


def _set(x: Symbol, term: _Term) -> Callable[[Work], None]:
    """The flag is not zero."""

    def apply(work: Work) -> None:
        work.known[term] = False
        work.assume(CLOSED_BEFORE)

    return apply


def _sentinel(x: Symbol) -> bool:
    """The value of a package-level variable that keeps the error it was made with."""
    return x.desc.kind == "error" and x.desc.dir == "non-nil" and x.desc.name != ".error"


def _less(work: Work, x: Value, y: Value) -> bool:
    if isinstance(x, str) and isinstance(y, str):
        return x < y
    if isinstance(x, int) and isinstance(y, int):
        return x < y
    if type(x) is Symbol and isinstance(y, int):
        low, high, _ = _bounds(work, x)
        if high < y:
            return True
        if low >= y:
            return False
    elif type(y) is Symbol and isinstance(x, int):
        low, high, _ = _bounds(work, y)
        if low > x:
            return True
        if high <= x:
            return False
    if x == y:
        return False
    term = ("<", x, y)
    if term not in work.known and (unseen.is_answer(x) or unseen.is_answer(y)):
        asked, other = (x, y) if unseen.is_answer(x) else (y, x)
        if type(other) is Symbol:
            raise unseen.give_up()
        question = f" < {other!r}" if asked is x else f" > {other!r}"
        raise unseen.ways(asked, question, (_remember(term, True), _remember(term, False)))
    return known(work, term)


_FAR = 1 << 62


def _bounds(work: Work, symbol: Symbol) -> tuple[int, int, list[int]]:
    low, high = (0 if symbol.tag == "size" else -_FAR), _FAR
    if symbol.desc == POSITIVE:
        low = 1
    excluded: list[int] = []
    for (op, x, y), value in work.known.items():
        if op == "==" and x == symbol and isinstance(y, int) and not value:
            excluded.append(y)
        elif op == "<" and x == symbol and isinstance(y, int):
            if value:
                high = min(high, y - 1)
            else:
                low = max(low, y)
        elif op == "<" and y == symbol and isinstance(x, int):
            if value:
                low = max(low, x + 1)
            else:
                high = min(high, x)
    while low in excluded:
        low += 1
    while high in excluded:
        high -= 1
    return low, high, excluded


def _compute(op: str, x: int, y: int) -> int:
    match op:
        case "+":
            return x + y
        case "-":
            return x - y
        case "*":
            return x * y
        case "/" | "%" if y != 0:
            quotient = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
            return quotient if op == "/" else x - quotient * y
        case "min" | "max":
            return min(x, y) if op == "min" else max(x, y)
        case "<<" if 0 <= y < 64:
            return x << y
        case ">>" if y >= 0:
            return x >> y
        case "&":
            return x & y
        case "&^":
            return x & ~y
        case "|":
            return x | y
        case "^":
            return x ^ y
        case _:
            return 0
