"""One JSON object for programs, as `docs/report.schema.json` says.

Stable: sorted findings, no clock, no working directory; two runs give the same bytes. Readers ignore keys
they do not know; a key is never removed or renamed within one `version`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from unstuck import __version__
from unstuck.findings import Finding, Fix, Observed, Report, Stats, Step, Suppressed, TestRun
from unstuck.report import View, order
from unstuck.source.file import Location

NAME = "json"

VERSION = 1
"""Version of the form, not of the tool."""

_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON allows raw and terminals or UTF-8 do not take: DEL and C1, bidi controls, lone surrogates."""


def render(report: Report, view: View) -> str:
    """The report as JSON, indented by 2. The view plays no part: consumers get everything."""
    text = json.dumps(to_object(report), ensure_ascii=False, indent=2)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"


def to_object(report: Report) -> dict[str, Any]:
    """The report as dictionaries, lists, strings and numbers, findings and gaps sorted."""
    gaps = sorted(report.gaps, key=lambda gap: (gap.path, gap.line, gap.code, gap.why))
    return {
        "version": VERSION,
        "tool": {"name": "unstuck", "version": __version__},
        "go": {
            "version": report.go.version,
            "toolchain": report.go.toolchain,
            "goos": report.go.goos,
            "goarch": report.go.goarch,
            "tags": list(report.go.tags),
        },
        "root": report.root,
        "findings": [_finding(finding) for finding in sorted(report.findings, key=order)],
        "gaps": [{"code": gap.code, "path": gap.path, "line": gap.line, "why": gap.why} for gap in gaps],
        "stats": _stats(report.stats),
        **({"uncured": True} if report.uncured else {}),
        **({"untried": report.untried} if report.untried else {}),
        **({"run": _run(report.run)} if report.run else {}),
    }


def _run(run: TestRun) -> dict[str, Any]:
    return {
        "go": run.go,
        "method": run.method,
        "checked": list(run.checked),
        "unchecked": [{"package": package, "why": why} for package, why in run.unchecked],
        "runs": run.runs,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    made = finding.object
    return {
        "rule": finding.rule,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "message": finding.message,
        **_place(finding.at),
        "end_line": finding.at.end_line,
        "end_column": finding.at.end_column,
        "package": finding.package,
        "function": finding.function,
        "reason": finding.reason.value if finding.reason else None,
        "spawn": _place(finding.spawn) if finding.spawn else None,
        "object": {"kind": made.kind, **_place(made.made)} if made else None,
        "root": {"function": finding.root.function, "kind": finding.root.kind.value},
        "evidence": finding.evidence.value,
        "assumptions": list(finding.assumptions),
        "growth": finding.growth.value,
        "steps": [_step(step) for step in finding.steps],
        "goroutines": [
            {"id": one.id, "name": one.name, "spawn": _place(one.spawn) if one.spawn else None}
            for one in finding.goroutines
        ],
        "related": [{"message": one.message, **_place(one.at)} for one in finding.related],
        "fixes": [_fix(fix) for fix in finding.fixes],
        "suppressed": _suppressed(finding.suppressed) if finding.suppressed else None,
        **({"observed": _observed(finding.observed)} if finding.observed else {}),
        "site": finding.site,
        "fingerprint": finding.fingerprint,
    }


def _place(at: Location) -> dict[str, Any]:
    return {"path": at.path, "line": at.line, "column": at.column}


def _step(step: Step) -> dict[str, Any]:
    return {"goroutine": step.goroutine, **_place(step.at), "text": step.text}


def _suppressed(suppressed: Suppressed) -> dict[str, str]:
    return {"by": suppressed.by, "reason": suppressed.reason}


def _observed(observed: Observed) -> dict[str, Any]:
    return {
        "count": observed.count,
        "tests": list(observed.tests),
        "ground": observed.ground,
        "stack_bytes": observed.stack_bytes,
        "runs": observed.runs,
        "seen": observed.seen,
        "seed": observed.seed,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [
        {"path": edit.path, "sha256": edit.sha256, "start": edit.start, "end": edit.end, "text": edit.text}
        for edit in fix.edits
    ]
    return {"title": fix.title, "means": fix.means, "by": fix.by, "edits": edits}


def _stats(stats: Stats) -> dict[str, Any]:
    return {
        "files": stats.files,
        "lines": stats.lines,
        "packages": stats.packages,
        "functions": stats.functions,
        "fragments": {"verified": stats.verified, "leaks": stats.leaks, "incomplete": stats.incomplete},
        "states": stats.states,
    }
