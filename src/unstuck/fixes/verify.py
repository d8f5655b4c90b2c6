"""Whether a cure holds: the edited program is analysed again, as far as the edit can reach.

A cure holds when, in the edited program, this leak is gone, no finding above a note is there that was not
there before, no path ends in a new panic, nothing is left unexplored that was explored, it parses, and its
go statements, sends, receives and calls are all still there. What is refused for, is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from unstuck.findings import REASON_CLASS, Finding, Severity, relocated
from unstuck.fixes.blocks import edited as edited_text
from unstuck.fixes.case import Candidate
from unstuck.fixes.ground import (
    Explored,
    Ground,
    edited,
    explored,
    root_of,
    roots_of,
    starts,
    touched,
    worked,
)
from unstuck.fixes.names import unresolved
from unstuck.source.edit import Change, EditError, moved
from unstuck.source.file import Location, SourceFile
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import FuncRef

READING = 8
"""Bytes of an edited file that cost about as much to read again as a unit of work (config.Limits)."""
BROKEN = 2
"""The same for a file with syntax errors: each of its declarations is parsed apart."""
TRYING = 1_000
"""What a tried edit costs besides, in the same units: its program is put together and compared."""
MOVING = 15
"""What it costs to tell where a finding is after an edit, in the same units."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`after` makes the edited program, with what is stuck in it, when the cure holds; else `why` it does
    not."""

    after: Callable[[], Ground] | None
    why: str
    nearly: Ground | None = None
    """The edited program when the cure does not hold, and findings are all that is wrong with it. What is
    stuck in all of it is not known."""
    left: tuple[Finding, ...] = ()
    """Those: above a note, in what was explored again."""


@dataclass(frozen=True, slots=True)
class _Again:
    """An edited program, and what its roots gave: the same edit is tried for several findings."""

    after: Ground
    now: Explored


class _Edits:
    """The edits of a candidate, file by file, and the texts that they make; each is made once."""

    def __init__(self, base: Ground, candidate: Candidate) -> None:
        self._base = base
        self._changes: dict[str, list[Change]] = {}
        for path, change in candidate.changes:
            self._changes.setdefault(path, []).append(change)
        self._after: dict[str, SourceFile] = {}
        self._first: dict[str, int] = {}
        self._moved: dict[Location, Location] = {}

    def places(self, at: Location) -> tuple[SourceFile, SourceFile, list[Change]] | None:
        """The file of a place before and after, and its edits; None where it has none."""
        file, here = self._base.sights.file(at.path), self._changes.get(at.path)
        if file is None or here is None:
            return None
        if at.path not in self._after:
            self._after[at.path] = edited_text(file, here)
        return file, self._after[at.path], here

    def after(self, at: Location) -> Location:
        """Where a place of the text before is in the text after."""
        places = self.places(at)
        if places is None or at.end_line < self._first_line(at.path):
            return at
        known = self._moved.get(at)
        if known is None:
            before, after, here = places
            start = moved(before.offset(at.line, at.column), here)[0]
            end = moved(before.offset(at.end_line, at.end_column), here)[0]
            known = self._moved[at] = after.location(start, max(start, end))
        return known

    def _first_line(self, path: str) -> int:
        """The first line of a file that has an edit; all above it stays where it is."""
        if path not in self._first:
            file, start = self._base.sights.file(path), min(self._changes[path]).start
            self._first[path] = file.location(start, start).line if file is not None else 1
        return self._first[path]


def verify(base: Ground, finding: Finding, candidate: Candidate) -> Verdict:
    """Tries a candidate on the program, whose work it adds to; the second time for nothing."""
    key = (finding, candidate.changes)
    known = base.tried.get(key)
    if isinstance(known, Verdict):
        return known
    try:
        after = edited(base, candidate.changes)
    except EditError as error:
        verdict = Verdict(None, str(error))
    else:
        verdict = _verify(base, after, finding, candidate)
        base.work += _reading(base, candidate) + worked(after)
    base.tried[key] = verdict
    return verdict


def _verify(base: Ground, after: Ground, finding: Finding, candidate: Candidate) -> Verdict:
    refs = touched(base, candidate.changes)
    roots = tuple(dict.fromkeys((*roots_of(base, refs), *root_of(base, finding))))
    if not _parses(base, after, candidate):
        return Verdict(None, "the edited text does not parse")
    if not _kept(base, after, refs, candidate.drops):
        return Verdict(None, "it would take code away")
    unknown = unresolved(after, refs) - unresolved(base, refs)
    if unknown:
        return Verdict(None, f"{min(unknown)} means nothing there, or is not used any more")
    before = explored(base, roots, refs)
    again = _again(base, after, candidate, roots, refs) if before is not None else None
    if before is None or again is None:
        return Verdict(None, "it reaches more than can be explored again")
    edits = _Edits(base, candidate)
    why, hopeless = _refusal(base, finding, candidate, edits, before, again.now)
    left = tuple(each for each in again.now.findings if each.severity is not Severity.NOTE)
    if hopeless:
        return Verdict(None, why, None, left)
    if why:
        return Verdict(None, why, again.after, left)
    return Verdict(partial(_taken, base, finding, edits, before, again), "")


def _again(
    base: Ground,
    after: Ground,
    candidate: Candidate,
    roots: Sequence[tuple[FuncRef, object]],
    refs: Sequence[FuncRef],
) -> _Again | None:
    """What an edit makes of its roots; None where that is more than can be explored again."""
    key = (candidate.changes, roots)
    known = base.tried.get(key)
    if isinstance(known, _Again):
        return known
    now = explored(after, _new_roots(after, roots, refs), refs)
    if now is None:
        return None
    made = base.tried[key] = _Again(after, now)
    return made


def _new_roots(after: Ground, roots: Sequence[tuple[FuncRef, object]], refs: Sequence[FuncRef]) -> tuple:  # type: ignore[type-arg]
    """The same roots, and functions that an edit made to roots."""
    known = {ref for ref, _ in roots}
    return (*roots, *(start for start in starts(after, refs) if start[0] not in known))


def _reading(base: Ground, candidate: Candidate) -> int:
    """What it costs to read the edited files again."""
    work = TRYING
    for path in dict.fromkeys(path for path, _ in candidate.changes):
        file, package = base.sights.file(path), base.sights.package(path)
        if file is None or package is None:
            continue
        issues = base.explorer.world.issues(package.path)
        broken = any(each.path == path for each, _ in issues)
        work += len(file.data) // (BROKEN if broken else READING)
    return work


def _parses(base: Ground, after: Ground, candidate: Candidate) -> bool:
    for path in dict.fromkeys(path for path, _ in candidate.changes):
        package = base.sights.package(path)
        if package is None:
            return False
        counts = [
            sum(file.path == path for file, _ in each.explorer.world.issues(package.path))
            for each in (base, after)
        ]
        if counts[1] > counts[0]:
            return False
    return True


# What must stay.


def _kept(base: Ground, after: Ground, refs: Sequence[FuncRef], drops: Sequence[tuple[str, str]]) -> bool:
    """Every go statement, send, receive and call of the functions is still there."""
    had: Counter[tuple[str, str]] = Counter()
    has: Counter[tuple[str, str]] = Counter()
    for ref in refs:
        had.update(_operations(base, ref))
        has.update(_operations(after, ref))
    return all(operation in drops for operation in had - has)


def _operations(where: Ground, ref: FuncRef) -> Iterator[tuple[str, str]]:
    function = where.explorer.world.function(ref)
    if function is None:
        return
    data = function.file.data
    for node in walk(function.decl):
        match node:
            case ast.GoStmt():
                yield "go", ""
            case ast.SendStmt():
                yield "send", _squeezed(data, node.chan)
            case ast.Unary() if node.op == "<-":
                yield "receive", _squeezed(data, node.x)
            case ast.Range():
                yield "range", _squeezed(data, node.x)
            case ast.Call() if not isinstance(node.fun, ast.FuncLit):
                yield "call", _squeezed(data, node.fun)
            case _:
                pass


def _squeezed(data: bytes, node: ast.Node) -> str:
    return "".join(data[node.start : node.end].decode("utf-8", "replace").split())


# What must be gone, and what must not come.


def _refusal(
    base: Ground, finding: Finding, candidate: Candidate, edits: _Edits, before: Explored, now: Explored
) -> tuple[str, bool]:
    """Why a cure does not hold, "" when it does; and whether more than findings stands against it."""
    if now.failed and not before.failed:
        return "the edited code cannot be analysed", True
    if not any(_same(base, each, finding) for each in before.findings):
        return "exploring its function alone does not show this leak", True
    if now.panics > before.panics:
        return "then it may panic", True
    if now.cut > before.cut:
        return "the edited code cannot be explored to its end", True
    if now.cut and _is_daring(base, candidate):
        return "it may panic where the edited code was not explored to its end", True
    for each in now.findings:
        if each.severity is Severity.NOTE:
            continue
        matching = [old for old in before.findings if _stays(edits, old, each)]
        if any(_same(base, old, finding) for old in matching) and not any(
            not _same(base, old, finding) for old in matching
        ):
            return f"line {each.at.line} of the edited text still leaks", False
        if not any(old.severity is not Severity.NOTE for old in matching):
            return f"then {each.message}", False
    if _count(edits, finding, now.findings) >= _count_before(base, finding, before):
        return "the leak stays", False
    return "", False


def _is_daring(base: Ground, candidate: Candidate) -> bool:
    """An edit with a close in it, with more Done or Unlock than before, or with a `go` in front of a call, so
    that what came behind it comes before: each may panic, and whether it does is known only where all was
    explored."""
    more: Counter[str] = Counter()
    for path, change in candidate.changes:
        file = base.sights.file(path)
        gone = file.data[change.start : change.end] if file is not None else b""
        for name in (b"close(", b".Done()", b".Unlock()", b".RUnlock()", b".Lock()", b".RLock()"):
            more[name.decode()] += change.text.count(name) - gone.count(name)
        more["<-"] += len(re.findall(rb"<-[\w.]+\.Done\(\)", change.text))
    return (
        any(b"close(" in change.text or change.text == b"go " for _, change in candidate.changes)
        or more[".Done()"] > more["<-"]
        or more[".Unlock()"] > more[".Lock()"]
        or more[".RUnlock()"] > more[".RLock()"]
    )


def _count(edits: _Edits, finding: Finding, findings: Sequence[Finding]) -> int:
    """Findings above a note at the place of this one, in the edited text."""
    return sum(each.severity is not Severity.NOTE and _stays(edits, finding, each) for each in findings)


def _count_before(base: Ground, finding: Finding, before: Explored) -> int:
    return sum(
        each.severity is not Severity.NOTE and _spot(each.at) == _spot(finding.at) for each in before.findings
    )


def _same(base: Ground, one: Finding, other: Finding) -> bool:
    """Two findings of the same text are the same leak."""
    return (
        _spot(one.at) == _spot(other.at)
        and _reason(one) == _reason(other)
        and _spot(one.spawn) == _spot(other.spawn)
        and _spot(one.object.made if one.object else None)
        == _spot(other.object.made if other.object else None)
    )


def _stays(edits: _Edits, old: Finding, new: Finding) -> bool:
    """A finding of the edited text is where one of the text before was."""
    if old.at.path != new.at.path:
        return False
    places = edits.places(old.at)
    if places is None:
        return (new.at.line, new.at.column) == (old.at.line, old.at.column)
    before, after, here = places
    start, end = moved(before.offset(old.at.line, old.at.column), here)
    at = after.offset(new.at.line, new.at.column)
    return at == start if start == end else start <= at < end


def _spot(at: Location | None) -> tuple[str, int, int]:
    return (at.path, at.line, at.column) if at is not None else ("", 0, 0)


def _reason(finding: Finding) -> str:
    return REASON_CLASS[finding.reason] if finding.reason is not None else finding.rule


# What is stuck afterwards.


def _taken(base: Ground, finding: Finding, edits: _Edits, before: Explored, again: _Again) -> Ground:
    """The edited program, and what is stuck in it."""
    base.work += MOVING * len(base.findings)
    return replace(again.after, findings=_findings(base, finding, edits, before, again.now))


def _findings(
    base: Ground, finding: Finding, edits: _Edits, before: Explored, now: Explored
) -> tuple[Finding, ...]:
    """The findings of the edited program: those of the roots explored again, and the others, moved."""
    again = [each for each in base.findings if any(_same(base, each, old) for old in before.findings)]
    others = [relocated(each, edits.after) for each in base.findings if each not in again and each != finding]
    found = sorted(
        (*others, *now.findings), key=lambda one: (one.at.path, one.at.line, one.at.column, one.rule)
    )
    return tuple(found)
