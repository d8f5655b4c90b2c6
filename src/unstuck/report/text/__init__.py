"""The report for people, in the manner of the best compilers.

Findings above a note come first, each with its code, the schedule that leads there and what to do; then
notes, a line each; then what was not analysed; last one line that sums up. See `frame` for the code frames
and `paint` for how text of the analysed program is kept from driving the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from unstuck.findings import Finding, Gap, Report, Severity
from unstuck.report import View, order
from unstuck.report.text.finding import SEVERITY_STYLE, Lines, brief, full
from unstuck.report.text.paint import Style, count, dots, hang, paint, sentence, visible, wrap

NAME = "text"

FIRST_GAPS = 3
"""Of each gap code so many places are shown, unless all are asked for."""


def render(report: Report, view: View) -> str:
    """The report as text that fits `view`."""
    findings = sorted(report.findings, key=order)
    counted = [one for one in findings if one.suppressed is None]
    lines = _lines(report, counted if not view.verbose else findings)
    blocks = [full(one, lines, view) for one in counted if one.severity is not Severity.NOTE]
    if not view.quiet:
        blocks.extend(_notes([one for one in counted if one.severity is Severity.NOTE], lines, view))
        if view.verbose:
            blocks.extend(brief(one, lines, view) for one in findings if one.suppressed is not None)
        blocks.extend(_gaps(report.gaps, view))
        blocks.append(_summary(report, counted, view))
    return "".join("\n".join(block) + "\n\n" for block in blocks)[:-1]


def _lines(report: Report, findings: Sequence[Finding]) -> Lines:
    """The lines of every source file that a finding shows."""
    paths: dict[str, None] = {}
    for finding in findings:
        places = [finding.at, *(one.at for one in finding.related)]
        places += [finding.spawn] if finding.spawn else []
        places += [finding.object.made] if finding.object else []
        paths.update((place.path, None) for place in places)
        paths.update((edit.path, None) for fix in finding.fixes for edit in fix.edits)
    sources = report.sources
    return {path: sources[path].text().split(b"\n") for path in paths if path in sources}


def _notes(notes: Sequence[Finding], lines: Lines, view: View) -> list[list[str]]:
    """All notes as one block of two rows each, or in full."""
    if view.verbose:
        return [full(one, lines, view) for one in notes]
    rows = [row for one in notes for row in brief(one, lines, view)]
    return [rows] if rows else []


def _gaps(gaps: Sequence[Gap], view: View) -> list[list[str]]:
    """What was not analysed, by code: the commonest code first."""
    if not gaps:
        return []
    rows = [paint("Not analysed", Style.BOLD, view)]
    ordered = sorted(gaps, key=lambda gap: (gap.path, gap.line, gap.code, gap.why))
    counts = Counter(gap.code for gap in ordered)
    for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        rows.append(
            f"  {paint(visible(code), Style.WARNING, view)} {paint(f'({number:,})', Style.DIM, view)}"
        )
        here = [gap for gap in ordered if gap.code == code]
        for gap in here if view.gaps else here[:FIRST_GAPS]:
            place = f"{gap.path}:{gap.line}" if gap.line else gap.path
            rows.extend(hang("    ", f"{visible(place)}: {sentence(gap.why)}", view, 6))
        if not view.gaps and number > FIRST_GAPS:
            more = f"    {dots(view)} {number - FIRST_GAPS:,} more: run with --gaps"
            rows.append(paint(more, Style.DIM, view))
    return [rows]


def _summary(report: Report, counted: Sequence[Finding], view: View) -> list[str]:
    """`3 leaks (2 errors, 1 warning), 4 notes in 12 packages, 345 functions; 2 fragments incomplete ...`."""
    by = Counter(one.severity for one in counted)
    leaks = by[Severity.ERROR] + by[Severity.WARNING]
    style = Style.GOOD
    what = "no leaks"
    if report.run and not report.run.checked:
        what, style = "nothing was checked", Style.WARNING
    if leaks:
        parts = [count(by[one], one.value) for one in (Severity.ERROR, Severity.WARNING) if by[one]]
        what = f"{count(leaks, 'leak')} ({', '.join(parts)})"
        style = SEVERITY_STYLE[Severity.ERROR if by[Severity.ERROR] else Severity.WARNING]
    extra = [count(by[Severity.NOTE], "note")] if by[Severity.NOTE] else []
    hidden = len(report.findings) - len(counted)
    extra += [f"{hidden:,} suppressed"] if hidden else []
    scope = _scope(report)
    whole = what + "".join(f", {one}" for one in extra) + scope + _silence(report, view)
    first, *rest = wrap(whole, view.width) if view.terminal else [whole]
    rest += [uncured(report)] if report.uncured else []
    return [paint(what, style, view) + first.removeprefix(what), *rest]


def uncured(report: Report) -> str:
    """That cures were not tried for all findings, and what to do about it."""
    if report.untried:
        left = f"not all cures were tried for {count(report.untried, 'leak')}"
        return f"{left}, the budget of one run is used up: {report.uncured}"
    tried = "not all" if any(finding.fixes for finding in report.findings) else "no"
    return f"{tried} cures were tried: {report.uncured}"


_METHODS = {
    "profile": "judged by the runtime's goroutineleak profile",
    "stacks": "judged by what stays parked after the tests: less certain than the leak profile of Go 1.26",
}


def _scope(report: Report) -> str:
    """What was looked at, and how."""
    run = report.run
    if run is None:
        return f" in {count(report.stats.packages, 'package')}, {count(report.stats.functions, 'function')}"
    runs = f", {count(run.runs, 'run')} each" if run.runs > 1 else ""
    return f" in the tests of {count(len(run.checked), 'package')}{runs} ({run.go}, {_METHODS[run.method]})"


def _silence(report: Report, view: View) -> str:
    """What was not looked at, so that "no leaks" and "not looked" never look alike."""
    parts = []
    if report.stats.incomplete:
        parts.append(f"{count(report.stats.incomplete, 'fragment')} incomplete")
    if report.gaps:
        parts.append(count(len(report.gaps), "gap"))
    if not parts:
        return ""
    return f"; {', '.join(parts)}" + ("" if view.gaps else ": run with --gaps")
