"""Runs the rules over types and control flow: every module of this package with a function `check`.

Such a module has, beside what the manual wants,

    SIGNS     regular expressions, fastest where they begin with a letter or a dot; only functions in whose
              text one of them is found are looked at
    NEEDS     byte strings; only packages with one of them in a file are looked at (default: all)
    OLD_TIMERS  True where the rule is about packages with the timers of Go before 1.23 only (default False)
    check(subject) -> Iterable[Suspicion]
    signs_in(world, package, settings) -> more SIGNS, for this package (optional)
    is_likely(text) -> bool    whether the text of a function with a sign can be meant (optional)

A function of which a part did not parse is left out: that is a gap already.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType

from unstuck import rules
from unstuck.config import Settings
from unstuck.findings import (
    REASON_CLASS,
    Evidence,
    Finding,
    Gap,
    HeapObject,
    Related,
    Root,
    RootKind,
    Step,
)
from unstuck.flow.graph import called_literal
from unstuck.flow.paths import Walked
from unstuck.rules import manual
from unstuck.rules.identity import Key, normalised_tokens, site
from unstuck.rules.names import Names
from unstuck.rules.subject import Body, Span, Subject, Suspicion
from unstuck.source.file import Location, SourceFile
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax.walk import parents_of
from unstuck.types.model import FuncRef
from unstuck.types.world import World

RootOf = Callable[[World, Package, FuncRef], RootKind]
Suspected = list[tuple[Finding, Key]]
"""Findings with the keys of their fingerprints."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A module of this package that checks functions."""

    name: str
    parts: tuple[bytes, ...]
    signs: re.Pattern[bytes]
    """Any of the parts."""
    needs: tuple[bytes, ...]
    old_timers: bool
    is_likely: Callable[[bytes], bool]
    module: ModuleType


@cache
def checkers() -> tuple[Rule, ...]:
    """All such modules that are active, by name."""
    found = []
    for name in manual.modules(b"\ndef check("):
        module = importlib.import_module(f"{rules.__name__}.{name}")
        if hasattr(module, "check") and module.ACTIVE:
            needs, old = getattr(module, "NEEDS", (b"",)), getattr(module, "OLD_TIMERS", False)
            is_likely = getattr(module, "is_likely", bool)
            signs = tuple(module.SIGNS)
            found.append(Rule(module.NAME, signs, _any(signs), needs, old, is_likely, module))
    return tuple(found)


def suspicions(
    world: World, package: Package, settings: Settings, root_of: RootOf, refs: Iterable[FuncRef]
) -> tuple[Suspected, list[Gap]]:
    """What the rules find in functions of a package, in their order, and where they gave up."""
    rules_here = [
        _with_signs(rule, world, package, settings) for rule in checkers() if _concerns(rule, package)
    ]
    skipped = {item.file.path for item in package.files if item.generated and not settings.generated}
    tests = {item.file.path for item in package.files if item.test}
    found: dict[tuple[object, ...], tuple[Finding, Key]] = {}
    gaps: list[Gap] = []
    any_sign = _any([sign for rule in rules_here for sign in rule.parts])
    for ref in refs if rules_here else ():
        declared = world.declared(ref)
        if declared is None or declared.file.path in skipped:
            continue
        if any_sign.search(declared.file.data, declared.start, declared.end) is None:
            continue
        text = declared.file.data[declared.start : declared.end]
        wanted = [rule for rule in rules_here if _asks(rule, text)]
        if not wanted:
            continue
        subject = subject_of(world, package, ref, test=declared.file.path in tests)
        if subject is None:
            continue
        subject = replace(subject, holders=settings.holders)
        for rule, suspicion in _checked(wanted, subject):
            finding, key = _told(rule, suspicion, subject, root_of)
            found.setdefault((rule.name, finding.at), (finding, key))
        if subject.bodies[0].walked.cut:
            gaps.append(_gap(subject))
    return list(found.values()), gaps


def _gap(subject: Subject) -> Gap:
    file, ref = subject.function.file, subject.function.ref
    why = f"{ref} is looked at in part: it has more paths than the rules over control flow walk"
    return Gap("work-limit", file.path, file.line_column(subject.function.decl.start)[0], why)


def _with_signs(rule: Rule, world: World, package: Package, settings: Settings) -> Rule:
    if not hasattr(rule.module, "signs_in"):
        return rule
    parts = (*rule.parts, *rule.module.signs_in(world, package, settings))
    return replace(rule, parts=parts, signs=_any(parts)) if parts != rule.parts else rule


def _any(signs: Sequence[bytes]) -> re.Pattern[bytes]:
    """A pattern found where one of the signs is. Those that begin with the same letter or dot are tried
    together: that none of sixty begins somewhere is seen several times faster so."""
    groups: dict[bytes, dict[bytes, None]] = {}
    for sign in signs:
        begin = _BEGIN.match(sign)
        first = begin[0] if begin is not None and _is_one(sign) else b""
        groups.setdefault(first, {})[sign[len(first) :]] = None
    alone = tuple(groups.pop(b"", ()))
    together = [first + b"(?:" + b"|".join(rest) + b")" for first, rest in groups.items()]
    return re.compile(b"|".join((*together, *alone)))


_BEGIN = re.compile(rb"(?:[\w ]|\\[.])(?![*+?{])")


def _is_one(sign: bytes) -> bool:
    """The pattern is no choice of several."""
    inside = 0
    for token in re.findall(rb"\\.|[|()]", sign):
        inside += (token == b"(") - (token == b")")
        if token == b"|" and not inside:
            return False
    return True


def _asks(rule: Rule, text: bytes) -> bool:
    """By its text, the rule may find something in a function."""
    return rule.signs.search(text) is not None and rule.is_likely(text)


def _concerns(rule: Rule, package: Package) -> bool:
    if rule.old_timers and not package.versions.old_timers:
        return False
    return any(need in item.file.data for item in package.files for need in rule.needs)


def subject_of(world: World, package: Package, ref: FuncRef, *, test: bool) -> Subject | None:
    """A function as rules look at it; None when it cannot be followed."""
    function = world.function(ref)
    if function is None or function.decl.body is None:
        return None
    parents = parents_of(function.decl)
    if any(isinstance(node, ast.BadStmt) for node in parents):
        return None
    walked = Walked()
    bodies = [Body(world, function, function.decl, function.decl.body, walked)]
    bodies.extend(Body(world, function, each, each.body, walked) for each in _literals(parents))
    return Subject(world, package, function, test, tuple(bodies), parents, Names(function.info, parents))


def _checked(wanted: Iterable[Rule], subject: Subject) -> Iterator[tuple[Rule, Suspicion]]:
    for rule in wanted:
        try:
            found = tuple(rule.module.check(subject))
        except RecursionError:  # nesting that Python cannot follow
            continue
        for suspicion in found:
            yield rule, suspicion


def _literals(parents: dict[ast.Node, ast.Node]) -> Iterator[ast.FuncLit]:
    """Literals with a body of their own, in source order: not those that a statement calls on the spot."""
    for node in sorted(
        (node for node in parents if isinstance(node, ast.FuncLit)), key=lambda lit: lit.start
    ):
        call = parents[node]
        while isinstance(call, ast.Paren):
            call = parents[call]
        if called_literal(call) is node and isinstance(parents[call], (ast.ExprStmt, ast.Assign)):
            continue
        yield node


# Findings.


def _told(rule: Rule, suspicion: Suspicion, subject: Subject, root_of: RootOf) -> tuple[Finding, Key]:
    function = suspicion.owner or subject.function
    package, file = subject.package, function.file
    at = _place(file, suspicion.at)
    name = str(function.ref)
    reason_class = REASON_CLASS[suspicion.reason] if suspicion.reason is not None else ""
    made = suspicion.made
    finding = Finding(
        rule=rule.name,
        kind=rule.module.KIND,
        severity=suspicion.severity,
        message=suspicion.message,
        at=at,
        package=function.ref.package,
        function=name,
        reason=suspicion.reason,
        spawn=None,
        object=HeapObject(suspicion.object, _place(file, made)) if made is not None else None,
        root=Root(str(subject.function.ref), root_of(subject.world, package, subject.function.ref)),
        evidence=Evidence.SUSPECTED,
        assumptions=suspicion.assumptions,
        growth=suspicion.growth,
        steps=tuple(Step(1, _place(file, node), text) for text, node in suspicion.steps),
        goroutines=(),
        related=tuple(Related(text, _place(file, node)) for text, node in suspicion.related),
        advice=suspicion.advice,
        site=site(function.ref.package, name, reason_class, file.path, at.line),
    )
    tokens = normalised_tokens(file.data[suspicion.at.start : suspicion.at.end])
    return finding, Key(_module(package), _folder(package), name, reason_class, (rule.name, *tokens), ())


def _place(file: SourceFile, node: ast.Node | Span) -> Location:
    return file.location(node.start, node.end)


def _module(package: Package) -> str:
    return package.module.path if package.module is not None else ""


def _folder(package: Package) -> str:
    if package.module is None:
        return ""
    return package.path.removeprefix(package.module.path).strip("/")
