"""Findings that do not count: comments in the source, `[[ignore]]` entries, levels of rules.

    //nolint:unstuck // why          also //nolint:a,unstuck, //nolint:all, plain //nolint, and rule names
    //lint:ignore RULE why           RULE is a name, a pattern, a list with commas, or `unstuck` for all
    //lint:file-ignore RULE why      for the whole file

A comment behind code covers its line. Alone on its line, `//nolint` covers the statement, clause, declaration
or (before `package`) file that follows at once, `//lint:ignore` the first line of it; comment lines may stand
between. A `lint` comment needs a reason. What is Unstuck's own and suppresses nothing is a gap; what names
other tools never is. Conventions: golangci-lint's nolint directives, staticcheck's linter directives.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from unstuck.config import Config, Ignore
from unstuck.findings import Finding, Gap, Severity, Suppressed
from unstuck.source.file import SourceFile
from unstuck.source.glob import matches_name, matches_path

ALL = ("unstuck", "all", "*")
"""Words that stand for every rule."""

MAX_TOKENS = 20_000
"""Tokens of a statement that a comment covers; what follows is not covered (no file may hang a run)."""
MAX_COMMENT_LINES = 200
"""Comment lines between a suppressing comment and its code; past it the comment covers its own line only."""
MAX_DIRECTIVES = 500
"""Suppressing comments of one file; later ones do not count."""

_TEXT = rb'"(?:[^"\\\n]++|\\.)*+"?|`[^`]*+`?|' + rb"'(?:[^'\\\n]++|\\.)*+'?"
_COMMENT = re.compile(rb"(//[^\n]*+)|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|" + _TEXT, re.DOTALL)
_TOKEN = re.compile(
    rb"(?P<comment>//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)|(?P<text>"
    + _TEXT
    + rb")|(?P<word>[\w\x80-\xff]++)|(?P<newline>\n)|(?P<mark>\+\+|--|[^\s\w])",
    re.DOTALL,
)
_NOLINT = re.compile(
    r"//(?:nolint(?![^\s:/])|[ \t]+nolint(?=:))(?::(?P<names>[^/]*))?\s*(?://)?(?P<reason>.*)"
)
_LINT = re.compile(r"//lint:(?P<verb>ignore|file-ignore)(?:[ \t]+(?P<names>\S+))?(?:[ \t]+(?P<reason>.*))?")
_GOES_ON = frozenset(
    re.findall(
        rb"\w+",
        b"case chan const default defer else for func go goto if import interface map package range select "
        b"struct switch type var",
    )
)
"""Keywords after which a line break ends no statement (Go spec: "Semicolons")."""


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment that suppresses; lines are the user's, from 1, both included."""

    path: str
    line: int
    first: int
    last: int
    text: str
    """As written, without the reason."""
    names: tuple[str, ...]
    """Rules, patterns, or words of `ALL`."""
    reason: str
    malformed: str = ""
    """Why it does not count, "" when it does."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What was analysed."""

    files: tuple[SourceFile, ...]
    rules: tuple[str, ...]
    """All rule names, to tell Unstuck's comments from those of other tools."""
    cwd: str
    """Absolute; paths of findings are relative to it."""
    whole: bool
    """Everything in the configuration's folder was analysed, so that an entry without effect is unused."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings, suppressed ones marked, and what was wrong with suppressions."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]


def apply(findings: Sequence[Finding], scope: Scope, config: Config) -> Outcome:
    """Mark what comments and entries suppress; tell what suppresses nothing, sorted by place.

    A finding that is suppressed already stays as it is.
    """
    directives = tuple(dict.fromkeys(each for file in scope.files for each in directives_of(file)))
    by_path: dict[str, list[Directive]] = {}
    for directive in directives:
        by_path.setdefault(directive.path, []).append(directive)
    used: dict[Directive | Ignore, None] = {}
    marked = []
    for finding in findings:
        hits: list[Directive | Ignore] = [
            each for each in by_path.get(finding.at.path, ()) if _covers(each, finding)
        ]
        hits += [entry for entry in config.ignores if _matches(entry, finding, scope, config)]
        used.update(dict.fromkeys(hits))
        if hits and finding.suppressed is None:
            finding = replace(finding, suppressed=_suppressed(hits[0], scope, config))
        marked.append(finding)
    gaps = [gap for each in directives for gap in _comment_gaps(each, scope.rules, each in used)]
    if scope.whole:
        gaps += [_unused_entry(entry, scope, config) for entry in config.ignores if entry not in used]
    return Outcome(tuple(marked), tuple(sorted(gaps, key=lambda gap: (gap.path, gap.line, gap.why))))


def with_levels(findings: Iterable[Finding], levels: Sequence[tuple[str, str]]) -> tuple[Finding, ...]:
    """The findings at the levels that the configuration sets; without those of a rule that is `off`."""
    by_rule = dict(levels)
    kept = []
    for finding in findings:
        level = by_rule.get(finding.rule)
        if level == "off":
            continue
        kept.append(finding if level is None else replace(finding, severity=Severity(level)))
    return tuple(kept)


def directives_of(file: SourceFile) -> tuple[Directive, ...]:
    """The suppressing comments of a file, in order. Text in strings is none."""
    data = file.data
    if b"nolint" not in data and b"//lint:" not in data:
        return ()
    found = []
    for match in _COMMENT.finditer(data):
        comment = match[1]
        if comment is not None and b"lint" in comment:
            directive = _directive(file, match.start(), comment.decode("utf-8", "replace").rstrip())
            if directive is not None:
                found.append(directive)
                if len(found) >= MAX_DIRECTIVES:
                    break
    return tuple(found)


def _directive(file: SourceFile, start: int, comment: str) -> Directive | None:
    line = file.line_column(start)[0]
    if found := _LINT.fullmatch(comment):
        names = _names(found["names"] or "")
        reason = (found["reason"] or "").strip()
        malformed = "" if reason else "it needs a reason behind the rule"
        text = f"//lint:{found['verb']} {found['names'] or ''}".rstrip()
        extent = _whole(file) if found["verb"] == "file-ignore" else _next_line(file, start)
        return Directive(file.path, line, *extent, text, names, reason, malformed)
    if found := _NOLINT.match(comment):
        listed = found["names"]
        names = ("all",) if listed is None else _names(listed)
        text = "//nolint" if listed is None else f"//nolint:{','.join(names)}"
        reason = (found["reason"] or "").strip()
        if listed is not None and not reason:
            reason = listed.rpartition(",")[2].strip().partition(" ")[2].strip()
        return Directive(file.path, line, *_following(file, start), text, names, reason)
    return None


def _names(listed: str) -> tuple[str, ...]:
    words = (item.split() for item in listed.lower().split(","))
    return tuple(item[0] for item in words if item)


def _whole(file: SourceFile) -> tuple[int, int]:
    return 1, file.line_column(len(file.data))[0]


def _is_alone(data: bytes, start: int) -> bool:
    return not data[data.rfind(b"\n", 0, start) + 1 : start].strip()


def _next_line(file: SourceFile, start: int) -> tuple[int, int]:
    """The line of the comment and, when it stands alone, the code line below."""
    line = file.line_column(start)[0]
    if not _is_alone(file.data, start):
        return line, line
    code = _code_below(file.data, start)
    return line, line if code is None else file.line_column(code)[0]


def _following(file: SourceFile, start: int) -> tuple[int, int]:
    """The line of the comment and, when it stands alone, all of what begins below."""
    line = file.line_column(start)[0]
    if not _is_alone(file.data, start):
        return line, line
    code = _code_below(file.data, start)
    if code is None:
        return line, line
    if re.compile(rb"package\b").match(file.data, code):
        return _whole(file)
    return line, file.line_column(_end(file.data, code))[0]


def _code_below(data: bytes, at: int) -> int | None:
    """Offset of the first code on the lines right below a comment; None when a blank line comes first."""
    newlines = comments = 0
    for token in _TOKEN.finditer(data, at):
        if token["newline"]:
            newlines += 1
            if newlines > 1:
                return None
        elif token["comment"]:
            newlines = 0
            comments += 1
            if comments > MAX_COMMENT_LINES:
                return None
        else:
            return token.start()
    return None


def _end(data: bytes, start: int) -> int:
    """Offset of the last token of the statement, clause or declaration at `start` (Go spec: "Semicolons")."""
    depth = 0
    last, end = b"", start
    clause = False
    for token in islice(_TOKEN.finditer(data, start), MAX_TOKENS):
        text = token[0]
        if token["comment"]:
            continue
        if token["newline"]:
            if depth == 0 and not clause and _ends_statement(last):
                return end
            continue
        if text in (b"case", b"default") and depth == 0:
            if clause and last != b"":
                return end
            clause = last == b""
        depth += (text in (b"(", b"[", b"{")) - (text in (b")", b"]", b"}"))
        if depth < 0:
            return end
        last, end = (b"0" if token["text"] else text), token.end() - 1
    return end


def _ends_statement(last: bytes) -> bool:
    if last in (b")", b"]", b"}", b"++", b"--", b",", b";"):
        return True
    return re.match(rb"[\w\x80-\xff]", last) is not None and last not in _GOES_ON


def _covers(directive: Directive, finding: Finding) -> bool:
    if directive.malformed or not directive.first <= finding.at.line <= directive.last:
        return False
    return any(name in ALL or matches_name(name, finding.rule) for name in directive.names)


def _matches(entry: Ignore, finding: Finding, scope: Scope, config: Config) -> bool:
    if entry.fingerprint is not None and entry.fingerprint != finding.fingerprint:
        return False
    pairs = ((entry.rule, finding.rule), (entry.package, finding.package), (entry.function, finding.function))
    if not all(pattern is None or matches_name(pattern, name) for pattern, name in pairs):
        return False
    if entry.path is None:
        return True
    path = os.path.normpath(os.path.join(scope.cwd, finding.at.path))
    return matches_path(entry.path, os.path.relpath(path, config.dir or scope.cwd).replace(os.sep, "/"))


def _suppressed(hit: Directive | Ignore, scope: Scope, config: Config) -> Suppressed:
    if isinstance(hit, Directive):
        return Suppressed(f"{hit.text} at {hit.path}:{hit.line}", hit.reason)
    return Suppressed(f"[[ignore]] at {_shown(config.path, scope)}:{hit.line}", hit.reason)


def _shown(path: str, scope: Scope) -> str:
    """The configuration file as reports name files."""
    full = os.path.normpath(os.path.join(scope.cwd, path))
    return full.removeprefix(scope.cwd.rstrip(os.sep) + os.sep).replace(os.sep, "/")


def _comment_gaps(directive: Directive, rules: Sequence[str], used: bool) -> list[Gap]:
    own = [name for name in directive.names if _is_own(name, rules)]
    if not own or used:
        return []
    if directive.malformed:
        why = f"{directive.text} does not count: {directive.malformed}"
        return [Gap("malformed-suppression", directive.path, directive.line, why)]
    why = f"{directive.text} suppresses nothing ({', '.join(own)}); remove it"
    return [Gap("unused-suppression", directive.path, directive.line, why)]


def _is_own(name: str, rules: Sequence[str]) -> bool:
    if name == "unstuck" or name in rules:
        return True
    return name not in ALL and "*" in name and any(matches_name(name, rule) for rule in rules)


def _unused_entry(entry: Ignore, scope: Scope, config: Config) -> Gap:
    why = f"this [[ignore]] entry suppresses nothing ({entry.reason}); remove it"
    return Gap("unused-suppression", _shown(config.path, scope), entry.line, why)
