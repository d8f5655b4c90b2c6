"""Findings -> output. One module directly in this package is one format; formats are found, not listed.

A format is a module (or package) `report/<name>.py` with

    NAME: str                                       what `--format` calls it; the module's name, `-` for `_`
    def render(report: Report, view: View) -> str   the whole output, ending in a newline

and is a pure function: the same report and view give the same text. It sees findings only; nothing here
prints, reads a file or looks at a clock. Parts of a format live in a package of their own (`text/`).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from unstuck.findings import Finding, Report


@dataclass(frozen=True, slots=True)
class View:
    """How the reader wants to see a report. Machine formats ignore it."""

    color: bool = False
    """Write ANSI colours."""
    width: int = 100
    """Columns to fit in."""
    verbose: bool = False
    """Notes and suppressed findings in full, every step."""
    gaps: bool = False
    """Every gap, not the first few of each code."""
    quiet: bool = False
    """Errors and warnings only."""
    terminal: bool = False
    """Written for a person at a terminal: headers may be wrapped. Else one line stays one line, for grep."""
    ascii: bool = False
    """The output takes no characters beyond ASCII."""


Render = Callable[[Report, View], str]


def load(name: str) -> Render | None:
    """The `render` of the format called `name`; None when there is no such format."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        return None
    module_name = f"{__name__}.{name.replace('-', '_')}"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name == module_name:
            return None
        raise
    if getattr(module, "NAME", None) != name:
        return None
    return cast(Render, module.render)


def names() -> tuple[str, ...]:
    """All formats there are, sorted; text, the default, first."""
    import pkgutil

    found = sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))
    return tuple(sorted((name for name in found if load(name) is not None), key=lambda name: name != "text"))


def order(finding: Finding) -> tuple[object, ...]:
    """The sort key of findings: by place, then by everything else that may differ there."""
    at = finding.at
    made = finding.object.made if finding.object else None
    return (
        at.path,
        at.line,
        at.column,
        at.end_line,
        at.end_column,
        finding.rule,
        finding.package,
        finding.function,
        (finding.spawn.path, finding.spawn.line, finding.spawn.column) if finding.spawn else ("", 0, 0),
        (made.path, made.line, made.column) if made else ("", 0, 0),
        finding.root.function,
        finding.message,
        finding.fingerprint,
        (finding.suppressed.by, finding.suppressed.reason) if finding.suppressed else ("", ""),
    )
