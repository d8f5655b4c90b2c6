"""The leaks of a package's fragments as findings, and the syntax errors that were met."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from unstuck import callers
from unstuck.explore.happening import Place
from unstuck.explore.judging import Leak
from unstuck.findings import Gap, Root
from unstuck.parts import LeakKey, Part, Witness
from unstuck.roots import Explorer
from unstuck.rules import leaks as leak_rules
from unstuck.rules.shadow import shadowed_channels
from unstuck.source.package import Package
from unstuck.types.model import FuncRef

MAX_ISSUES = 3
"""Syntax errors of one file that are told."""


@dataclass(slots=True)
class Run:
    """One package being explored."""

    explorer: Explorer
    package: Package
    part: Part
    best: dict[LeakKey, tuple[int, Leak, Root, bool]]
    """The worst, and of those the shortest, witness of each leak, and whether its root is code of a test."""
    calls: callers.Calls
    """Who calls whom in the package, by the text."""
    bounded: bool = False
    """What the callers of a root rule out is left out."""
    functions: int = 0
    """Of the package, or of the share of it that is explored."""
    wanted: frozenset[FuncRef] = frozenset()
    """The functions whose callers are explored."""
    giving: dict[FuncRef, frozenset[FuncRef]] = field(default_factory=dict)
    """The roots to which functions give what decides."""
    allowance: int = 0
    """What the next fragment may cost."""
    put_by: int = 0
    """What the explorations have cost that are to go on."""
    judged: int = 0
    """What judging the fragments has cost so far."""


def attempt(run: Run, ref: FuncRef | None, work: Callable[[], None]) -> None:
    """Does `work`; an error of ours costs one function (None: the rules of the package) and is a gap."""
    try:
        work()
    except Exception as error:
        path, line = position_of(run, ref)
        subject = str(ref) if ref is not None else "the rules"
        why = f"{subject}: {type(error).__name__} at {_origin(error)}; please report"
        run.part.gaps.append(Gap("internal-error", path, line, why))
        run.part.failed = True


def _origin(error: BaseException) -> str:
    """file.py:line where an error came up."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def position_of(run: Run, ref: FuncRef | None) -> tuple[str, int]:
    """Path and line of a function; of the package's first file where it has none."""
    declared = run.explorer.world.declared(ref) if ref is not None else None
    if declared is not None:
        return declared.file.path, declared.file.line_column(declared.start)[0]
    files = run.package.files
    return (files[0].file.path if files else run.package.path), 1


def told(run: Run) -> Part:
    """The part of the package, with its leaks as findings."""
    said: dict[tuple[str, Place], int] = {}
    for _, leak, _, _ in run.best.values():
        place = (leak.kind, leak.park)
        said[place] = max(said.get(place, 0), _says(leak))
    for key, (length, leak, root, tested) in run.best.items():
        if leak.waits and _says(leak) < said[leak.kind, leak.park]:
            continue  # the same seen from elsewhere says more
        if leak.park.path not in run.explorer.hidden:
            attempt(run, None, partial(_tell, run, key, length, leak, root, tested))
    return run.part


def _says(leak: Leak) -> int:
    """How much is known of what the goroutine waits for: nothing, where it is made, or why it is held."""
    if leak.operation == "held":
        return 2
    made = any(waited.made is not None or waited.kind == "nil" for waited in leak.waits)
    return 1 if made else 0


def _tell(run: Run, key: LeakKey, length: int, leak: Leak, root: Root, tested: bool) -> None:
    package = run.package
    context = leak_rules.Context(
        root=root,
        sources={**run.explorer.sources, **{item.file.path: item.file for item in package.files}},
        module=package.module.path if package.module is not None else "",
        tested=tested,
        package_dir=run.explorer.folders,
        shadows=shadowed_channels(run.explorer.world, package) if not leak.senders else {},
    )
    for finding, identity in leak_rules.findings((leak,), context):
        run.part.witnesses.append(Witness(key, length, finding, identity, _says(leak)))


def syntax_gaps(run: Run, without: frozenset[str] = frozenset()) -> None:
    """Adds what could not be parsed, the first few of each file but those `without`."""
    told: dict[str, int] = {}
    for file, issue in run.explorer.world.issues(run.package.path, without):
        told[file.path] = told.get(file.path, 0) + 1
        if told[file.path] <= MAX_ISSUES:
            line = file.line_column(issue.start)[0]
            run.part.gaps.append(Gap("syntax-error", file.path, line, issue.message))
