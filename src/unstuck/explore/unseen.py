"""What code without source answers: undecided, and nothing is proven by it.

A value that such code made in sight (`dep.New()`, the zero value of one of its types) is in one certain
state that nobody here knows. Which way a branch on what its methods answer goes is noted with the path, by
the place that asked. A leak stands when it is there whichever way these go. That an answer is nil or not is
no such branch: any call may fail. Of values that came from outside any state is a proof, as of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from unstuck.explore.outcomes import MADE, Dropped, Fork
from unstuck.explore.state import Cell, Pointer, Symbol, Value
from unstuck.explore.work import Work

_ANSWER = "answer of "
"""How the tag of what a method of such a value answers starts; the place that asks follows."""
_WAY = "unseen: "
"""How what a path assumes of an answer starts."""
MAX_WAYS = 3
"""Branches on such answers on one path; past it the path is dropped."""
WHY = "unseen"
"""Why it is dropped."""


def is_method(func: str) -> bool:
    """A function of another package, by id, is a method: "a/b.T.f", not "C.f"."""
    package, _, type_ = func.rpartition(".")[0].rpartition(".")
    return bool(package) and type_[:1].isupper() and "/" not in type_


def tag_of_result(work: Work, x: Value, place: str) -> str:
    """The tag of what a method of x answers that has no source; "" where x may be in any state."""
    return f"{_ANSWER}{place}" if _is_made(work, x) else ""


def tag_of_part(x: Value) -> str:
    """The tag of a part of x."""
    return MADE if type(x) is Symbol and x.tag.startswith((MADE, _ANSWER)) else ""


def is_answer(x: Value) -> bool:
    """x is what a value answered that code without source made."""
    return type(x) is Symbol and x.tag.startswith(_ANSWER)


def ways(x: Value, question: str, options: tuple[Callable[[Work], None], Callable[[Work], None]]) -> Fork:
    """The fork on an answer: that it is so, and that it is not."""
    assert type(x) is Symbol
    asked = f"{_WAY}{x.tag}{question}: "
    return Fork([_noting(asked, way, option) for way, option in zip(("yes", "no"), options)])


def give_up() -> Dropped:
    """An answer decides in a way of which nothing can be noted."""
    return Dropped(WHY)


def proven(paths: Iterable[tuple[str, ...]]) -> bool:
    """Paths with these assumptions cover all ways that answers can go."""
    return _cover([frozenset(each for each in path if each.startswith(_WAY)) for path in paths])


def without(assumptions: tuple[str, ...]) -> tuple[str, ...]:
    """The assumptions without those about answers."""
    return tuple([each for each in assumptions if not each.startswith(_WAY)])


def _noting(asked: str, way: str, option: Callable[[Work], None]) -> Callable[[Work], None]:
    def apply(work: Work) -> None:
        known = [each for each in work.assumptions if each.startswith(_WAY)]
        if asked + way not in known:
            if len(known) == MAX_WAYS or any(each.startswith(asked) for each in known):
                raise Dropped(WHY)
            work.assume(asked + way)
        option(work)

    return apply


def _is_made(work: Work, x: Value) -> bool:
    x = work.resolve(x)
    if type(x) is Pointer:
        obj = work.heap[x.obj]
        return isinstance(obj, Cell) and not x.path and _is_made(work, obj.value)
    return type(x) is Symbol and x.tag.startswith((MADE, _ANSWER))


def _cover(paths: list[frozenset[str]]) -> bool:
    """Of these sets of ways one holds, however the questions are answered."""
    if not paths or not all(paths):
        return bool(paths)
    asked = min(paths[0]).rpartition(": ")[0]
    return all(
        _cover([path - {f"{asked}: {way}"} for path in paths if f"{asked}: {other}" not in path])
        for way, other in (("yes", "no"), ("no", "yes"))
    )
