"""Findings of the explorer and of the rules over control flow put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from unstuck.findings import Finding, Kind, Severity
from unstuck.rules.identity import Key


def merged(
    witnessed: Iterable[tuple[Finding, Key]], suspected: Iterable[tuple[Finding, Key]]
) -> list[tuple[Finding, Key]]:
    """All findings. What is suspected on a line where the explorer has a witness gives that finding its rule
    and sentence, which say more. A context that a witnessed goroutine waits for is told with that goroutine:
    that its cancel function is lost is a note then."""
    found = list(witnessed)
    waited = {(one.object.made.path, one.object.made.line) for one, _ in found if one.object is not None}
    lines = {(pair[0].at.path, pair[0].at.line): number for number, pair in enumerate(found)}
    for finding, key in suspected:
        number = lines.get((finding.at.path, finding.at.line)) if finding.kind is Kind.LEAKED else None
        if number is None:
            told = replace(finding, severity=Severity.NOTE) if _is_told(finding, waited) else finding
            found.append((told, key))
            continue
        shown, known = found[number]
        told = replace(shown, rule=finding.rule, message=finding.message, advice=finding.advice)
        found[number] = (told, known)
    return found


def _is_told(finding: Finding, waited: set[tuple[str, int]]) -> bool:
    made = finding.object
    return made is not None and made.kind == "context" and (made.made.path, made.made.line) in waited
