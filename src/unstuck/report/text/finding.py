"""One finding as text: header, code frames, schedule, facts, cures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unstuck.findings import (
    Evidence,
    Finding,
    Fix,
    Growth,
    Kind,
    Observed,
    Related,
    RootKind,
    Severity,
    Step,
)
from unstuck.report import View
from unstuck.report.text.frame import Label, excerpt, frame
from unstuck.report.text.paint import (
    Style,
    count,
    dots,
    hang,
    listed,
    paint,
    sentence,
    shorten,
    visible,
    width_of,
    wrap,
)
from unstuck.source.file import Location

Lines = Mapping[str, Sequence[bytes]]
"""The source lines of each file that findings point into, where the source is at hand."""

SEVERITY_STYLE = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.NOTE: Style.NOTE}

STEPS_HEAD, STEPS_TAIL = 5, 8
"""Of a longer schedule only the first and last steps are shown, unless verbose."""

TESTS = 4
"""So many tests are named, unless verbose."""

RELATED = 6
"""So many related places are shown, unless verbose."""

_FACT = 11
"""Columns of the word before a fact."""

_MADE = {
    "channel": "the channel is made here",
    "mutex": "the mutex lives here",
    "rwmutex": "the RWMutex lives here",
    "waitgroup": "the WaitGroup lives here",
    "cond": "the Cond is made here",
    "timer": "the timer is made here",
    "ticker": "the ticker is made here",
    "context": "the context is made here",
}

_PARKED = {
    Kind.LEAKED: "parked here for ever",
    Kind.POLLER: "woken again and again, for ever",
    Kind.CANCELLATION: "parked here until cancelled from outside",
    Kind.HELD: "",
    Kind.LINGERING: "still parked here after the test",
    Kind.HUNG: "parked here when the test was stopped",
}

_ROOTS = {
    RootKind.FUNCTION: "the function",
    RootKind.CALLER: "its caller",
    RootKind.CLIENT: "a client of",
    RootKind.MAIN: "the program's",
    RootKind.TEST: "the test",
}


def full(finding: Finding, lines: Lines, view: View) -> list[str]:
    """The finding in full: a header, then blocks with an empty line before each."""
    rows = header(finding, view)
    blocks = [_frames(finding, lines, view), _schedule(finding, view), _facts(finding, view)]
    blocks.extend(_fix(fix, lines, view) for fix in finding.fixes)
    for block in blocks:
        if block:
            rows.extend(["", *block])
    return rows


def brief(finding: Finding, lines: Lines, view: View) -> list[str]:
    """The finding's header and its source line."""
    rows = header(finding, view)
    text = lines.get(finding.at.path, ())
    if 0 < finding.at.line <= len(text):
        rows.append(excerpt(text[finding.at.line - 1], finding.at.line, finding.at.column - 1, view))
    if finding.suppressed:
        reason = f"suppressed by {sentence(finding.suppressed.by)}: {sentence(finding.suppressed.reason)}"
        rows.extend(hang("    ", reason, view, 4))
    return rows


def header(finding: Finding, view: View) -> list[str]:
    """`path:line:col: severity: message (rule)`; on a terminal wrapped to the width."""
    place = f"{visible(finding.at.path)}:{finding.at.line}:{finding.at.column}:"
    severity = f"{finding.severity.value}:"
    message = sentence(finding.message)
    rule = f"({finding.rule})"
    head = f"{paint(place, Style.BOLD, view)} {paint(severity, SEVERITY_STYLE[finding.severity], view)} "
    if not view.terminal:
        return [f"{head}{paint(message, Style.BOLD, view)} {paint(rule, Style.DIM, view)}"]
    marker = "\x00" * (width_of(place) + len(severity) + 1)
    first, *rest = wrap(f"{marker} {message} {rule}", view.width - 2)
    rows = [first.removeprefix(marker).strip(), *rest]
    rows[-1] = rows[-1].removesuffix(rule).rstrip()
    painted = [paint(row, Style.BOLD, view) for row in rows]
    painted[-1] = f"{painted[-1]} {paint(rule, Style.DIM, view)}".lstrip()
    return [head + painted[0], *("  " + row for row in painted[1:])]


def _frames(finding: Finding, lines: Lines, view: View) -> list[str]:
    """The code frames of all files with labels, the park site's file first; then places without source."""
    labels = _labels(finding, view)
    paths = list(dict.fromkeys(at.path for at, _ in labels))
    shown = [(at, label) for at, label in labels if 0 < at.line <= len(lines.get(at.path, ()))]
    digits = max((len(str(at.line)) for at, _ in shown), default=1)
    rows: list[str] = []
    several = len({at.path for at, _ in shown}) > 1
    for path in paths:
        here = [label for at, label in shown if at.path == path]
        if here and several:
            rows.extend([""] if rows else [])
            corner = "--> " if view.ascii else "┌─ "
            rows.append(" " * (digits + 3) + paint(corner + visible(path), Style.LABEL, view))
        if here:
            rows.extend(frame(lines[path], [_clipped(one, lines[path]) for one in here], digits, view))
    known = {id(label) for _, label in shown}
    for at, label in labels:
        if id(label) not in known and label.text:
            place = f"{visible(at.path)}:{at.line}:{at.column}"
            rows.extend(hang(" " * (digits + 3), f"{place}: {label.text}", view, digits + 3))
    return rows


def _labels(finding: Finding, view: View) -> list[tuple[Location, Label]]:
    """Each place that matters, once; a related place's own words win over the general ones."""
    reason = f" ({finding.reason.value})" if finding.reason else ""
    parked = _PARKED[finding.kind] + reason if _PARKED[finding.kind] else ""
    places = [Related(parked, finding.at)]
    if finding.object:
        made = _MADE.get(finding.object.kind, f"the {finding.object.kind} is made here")
        places.append(Related(made, finding.object.made))
    if finding.spawn:
        places.append(Related("the goroutine is started here", finding.spawn))
    related = finding.related if view.verbose else finding.related[:RELATED]
    merged: dict[tuple[str, int, int], Related] = {}
    for place in (*places, *related):
        key = (place.at.path, place.at.line, place.at.column)
        merged[key] = Related(place.message, merged[key].at) if key in merged else place
    primary = (finding.at.path, finding.at.line, finding.at.column)
    return [(one.at, _label(one, key == primary, finding.severity)) for key, one in merged.items()]


def _label(place: Related, primary: bool, severity: Severity) -> Label:
    """The label of a place; one over several lines marks its first line only."""
    at = place.at
    end = at.end_column - 1 if at.end_line == at.line else 1 << 30
    style = SEVERITY_STYLE[severity] if primary else Style.LABEL
    return Label(at.line, at.column - 1, end, sentence(place.message), style, primary)


def _clipped(label: Label, lines: Sequence[bytes]) -> Label:
    line = lines[label.line - 1].rstrip()
    return Label(label.line, label.start, min(label.end, len(line)), label.text, label.style, label.primary)


def _schedule(finding: Finding, view: View) -> list[str]:
    """The witness as numbered rows: place, goroutine, what happens."""
    steps = list(enumerate(finding.steps, 1))
    if not steps:
        return []
    names = {one.id: visible(one.name) for one in finding.goroutines}
    whos = {step.goroutine: names.get(step.goroutine, f"goroutine {step.goroutine}") for _, step in steps}
    whos = {number: shorten(who, 28, view) for number, who in whos.items()}
    ats = {number: _at(step, finding.at.path, view) for number, step in steps}
    digits, at_width, who_width = (
        len(str(len(steps))),
        max(map(width_of, ats.values())),
        max(map(width_of, whos.values())),
    )
    hidden = len(steps) - STEPS_HEAD - STEPS_TAIL
    left_out = "" if view.verbose or hidden < 2 else f"{dots(view)} {count(hidden, 'more step')} (--verbose)"
    rows = [paint("  how it happens", Style.LABEL, view)]
    for number, step in steps:
        if left_out and STEPS_HEAD < number <= STEPS_HEAD + hidden:
            if number == STEPS_HEAD + 1:
                rows.append(" " * (digits + 6) + paint(left_out, Style.DIM, view))
            continue
        who, at = whos[step.goroutine], ats[number]
        at_cell = paint(at + " " * (at_width - width_of(at)), Style.DIM, view)
        who_cell = paint(who, _who_style(step), view) + " " * (who_width - width_of(who))
        head = f"    {number:>{digits}}  {at_cell}  {who_cell}  "
        rows.extend(hang(head, sentence(step.text), view, digits + at_width + who_width + 10))
    return rows


def _who_style(step: Step) -> Style:
    return Style.PLAIN if step.goroutine == 1 else Style.NAME


def _at(step: Step, path: str, view: View) -> str:
    if step.at.path == path:
        return f"line {step.at.line}"
    return f"{shorten(visible(step.at.path), 28, view)}:{step.at.line}"


def _facts(finding: Finding, view: View) -> list[str]:
    """How it grows, what it rests on, what to do."""
    facts = [("grows", _grows(finding))]
    facts.extend(("assumes", one) for one in finding.assumptions)
    if finding.evidence is not Evidence.WITNESSED or view.verbose:
        facts.append(("evidence", _evidence(finding)))
    if finding.observed is not None:
        facts.append(("observed", _observed(finding.observed, view)))
    if finding.root.function != finding.function or view.verbose:
        facts.append(("seen from", f"{_ROOTS[finding.root.kind]} {finding.root.function}"))
    if finding.suppressed:
        facts.append(("hidden by", f"{finding.suppressed.by}: {finding.suppressed.reason}"))
    if view.verbose:
        facts.extend([("site", finding.site), ("fingerprint", finding.fingerprint)])
    facts.append(("to do", finding.advice))
    facts = [(word, text) for word, text in facts if text.strip()]
    rows: list[str] = []
    for index, (word, text) in enumerate(facts):
        same = index > 0 and facts[index - 1][0] == word
        style = Style.GOOD if word == "to do" else Style.LABEL
        head = "  " + paint(f"{'' if same else word:<{_FACT}}", style, view) + "  "
        rows.extend(hang(head, sentence(text), view, _FACT + 4))
    return rows


def _grows(finding: Finding) -> str:
    what = {
        Kind.HELD: "what is held adds up",
        Kind.POLLER: "one more goroutine that goes on for ever",
        Kind.CANCELLATION: "one more waiting goroutine",
    }.get(finding.kind, _stuck(finding.count))
    match finding.growth:
        case Growth.PER_CALL:
            if finding.root.kind is RootKind.CLIENT:
                return f"{what} with each such client"
            return f"{what} with each call of {finding.root.function}"
        case Growth.PER_ITERATION:
            return f"{what} with each iteration of the loop"
        case Growth.ONCE:
            return "does not grow: once per process"
        case Growth.NONE:
            return ""


def _stuck(count: int) -> str:
    return "one more stuck goroutine" if count == 1 else f"{count:,} more stuck goroutines"


def _evidence(finding: Finding) -> str:
    match finding.evidence:
        case Evidence.WITNESSED:
            return "witnessed: the schedule above leads there, and can be replayed"
        case Evidence.OBSERVED:
            return "observed: the Go runtime showed the goroutine parked there"
        case Evidence.SUSPECTED:
            return "suspected: the code has the pattern; no schedule was found that proves it"


def _observed(seen: Observed, view: View) -> str:
    """`2 goroutines left by TestA, TestB, in 3 of 51 runs (--seed 7): the ground`."""
    runs = count(seen.runs, "run")
    if not seen.count:
        return f"looked for and not seen in {runs}"
    shown = seen.tests if view.verbose else seen.tests[:TESTS]
    more = len(seen.tests) - len(shown)
    tests = listed([*shown, *([f"{more:,} more"] if more else [])]) if shown else "no single test"
    often = f", in {seen.seen:,} of {runs}" if seen.runs > 1 else ""
    again = f" (--seed {seen.seed})" if seen.seed is not None else ""
    return f"{count(seen.count, 'goroutine')} left by {tests}{often}{again}: {seen.ground}"


def _fix(fix: Fix, lines: Lines, view: View) -> list[str]:
    """A cure and the lines that it changes."""
    head = "  " + paint(f"{'fix':<{_FACT}}", Style.GOOD, view) + "  "
    means = f": {fix.means}" if fix.means else ""
    rows = hang(head, f"{sentence(fix.title + means)} (verified by the {fix.by})", view, _FACT + 4)
    for path in dict.fromkeys(edit.path for edit in fix.edits):
        if path in lines:
            rows.extend(_changes(fix, path, b"\n".join(lines[path]), view))
    return rows


def _changes(fix: Fix, path: str, before: bytes, view: View) -> list[str]:
    """The lines of `path` that the fix takes away and puts in."""
    import difflib

    after = before
    for edit in sorted((one for one in fix.edits if one.path == path), key=lambda one: -one.start):
        after = after[: edit.start] + edit.text.encode("utf-8", "surrogateescape") + after[edit.end :]
    old, new = (_decoded(before), _decoded(after))
    rows = []
    for line in difflib.unified_diff(old, new, lineterm="", n=0):
        if line.startswith("@@"):
            number = line.split()[1].lstrip("-").split(",")[0]
            rows.append(" " * (_FACT + 4) + paint(f"{visible(path)}:{number}", Style.DIM, view))
        elif not line.startswith(("---", "+++")):
            style = Style.GOOD if line[0] == "+" else Style.REMOVED
            text = f"{line[0]} {visible(line[1:].expandtabs(4))}".rstrip()
            rows.append(" " * (_FACT + 4) + paint(text, style, view))
    return rows


def _decoded(text: bytes) -> list[str]:
    return text.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
