"""What is still sent is received when the receiver leaves early."""

from __future__ import annotations

from collections.abc import Iterator

from unstuck.fixes.case import Candidate, Case, Sight, body_around, upward
from unstuck.fixes.channels import closes, is_same, owner, passed
from unstuck.fixes.plan import Plan
from unstuck.flow.places import Place
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

NAME = "drain"
RULES = ("abandoned-sender",)


def candidates(case: Case) -> Iterator[Candidate]:
    """A receive, or a goroutine that drains, before the return that leaves the sender alone."""
    found = owner(case)
    if found is None:
        return
    sight, _, name, place = found
    ended = any(closes(sight, place)) or any(
        any(closes(inner, param)) for _, inner, param, _ in passed(sight, place)
    )
    if ended:
        yield from _by_receiver(sight, name, place)
    for spot in case.related:
        leaving = upward(spot, ast.Return)
        if (
            leaving is None
            or spot.sight.function is not sight.function
            or body_around(sight, leaving) is not sight.function.decl
        ):
            continue
        line = sight.file.line_column(leaving.start)[0]
        if ended:
            rows = ("go func() {", f"\tfor range {name} {{", "\t}", "}()")
            changes = Plan().before(sight, leaving, *rows).changes()
            means = "the senders run to their end in the background; what they still send is thrown away"
            if changes is not None:
                yield Candidate(
                    f"drain {name} in the background before line {line} returns", means, 3, changes
                )
        changes = Plan().before(sight, leaving, f"<-{name}").changes()
        if changes is not None:
            means = "the return waits for the sender, and throws away what it sends"
            yield Candidate(f"receive from {name} before line {line} returns", means, 4, changes)


def _by_receiver(sight: Sight, name: str, place: Place) -> Iterator[Candidate]:
    """A goroutine that ranges over the channel and leaves early takes the rest before it returns."""
    for loop in walk(sight.function.decl):
        if not isinstance(loop, ast.Range) or not is_same(sight, loop.x, place):
            continue
        body = body_around(sight, loop)
        if not isinstance(body, ast.FuncLit):
            continue
        for leaving in walk(loop.body):
            if not isinstance(leaving, ast.Return) or body_around(sight, leaving) is not body:
                continue
            rows = (f"for range {sight.text(loop.x)} {{", "}")
            changes = Plan().before(sight, leaving, *rows).changes()
            line = sight.file.line_column(leaving.start)[0]
            means = "the receiver stays until the channel is closed; what is still sent is thrown away"
            if changes is not None:
                yield Candidate(f"drain {name} before line {line} returns", means, 3, changes)
