"""suppress: which comment and entry covers what, and what is reported as unused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_samples import mirror_finding
from unstuck.config import Config, Ignore
from unstuck.findings import Finding, Severity
from unstuck.source.file import Location, SourceFile
from unstuck.suppress import Outcome, Scope, apply, directives_of, with_levels

RULES = ("abandoned-sender", "timer-in-loop")


def finding(line: int, rule: str = "abandoned-sender", path: str = "a.go", **changes: object) -> Finding:
    at = Location(path, line, 1, line, 2)
    return replace(mirror_finding(), rule=rule, at=at, suppressed=None, **changes)  # type: ignore[arg-type]


def run(text: str, *findings: Finding, config: Config | None = None, whole: bool = False) -> Outcome:
    files = (SourceFile("a.go", text.encode()),)
    return apply(findings, Scope(files, RULES, "/w", whole), config or Config())


def covered(text: str, rule: str = "abandoned-sender") -> list[int]:
    """Lines on which a finding of `rule` is suppressed."""
    findings = [finding(line, rule) for line in range(1, text.count("\n") + 2)]
    return [each.at.line for each in run(text, *findings).findings if each.suppressed]


@pytest.mark.parametrize(
    "comment",
    [
        "//nolint:unstuck // why",
        "//nolint:errcheck,unstuck",
        "//nolint:errcheck, unstuck // why",
        "//nolint:all",
        "//nolint",
        "//nolint // why",
        "// nolint:unstuck",
        "//nolint:abandoned-sender",
        "//nolint:Unstuck",
        "//lint:ignore abandoned-sender why",
        "//lint:ignore abandoned-*,SA1000 why",
        "//lint:ignore unstuck why",
    ],
)
def test_on_the_line(comment: str) -> None:
    assert covered(f"package p\n\nch <- 1 {comment}\nch <- 2\n") == [3]


@pytest.mark.parametrize(
    "comment",
    [
        "//nolint:errcheck",
        "//nolint:unstucky",
        "// nolint unstuck",
        "//nolintunstuck",
        "//lint:ignore timer-in-loop why",
        "//lint:ignore abandoned-sender",
        "//lint:ignore",
        "// lint:ignore unstuck why",
        "/* nolint:unstuck */",
        '"//nolint:unstuck"',
        "`\n//nolint:unstuck`",
        '\'"\' + "//nolint"',
    ],
)
def test_not_on_the_line(comment: str) -> None:
    assert covered(f"package p\n\nch <- 1 {comment}\n") == []


FUNC = """package p

// F does.
//nolint:unstuck // known
// More.
func F(
	a int,
) {
	ch <- "}" // )
	if x {
	} else {
	}
}

func G() {}
"""


def test_before_a_declaration() -> None:
    assert covered(FUNC) == list(range(4, 14))


def test_before_the_package_clause() -> None:
    assert covered("//nolint:unstuck\n\n// Doc.\npackage p\n\nch <- 1\n") == [1]
    assert covered("//nolint:unstuck\n// Doc.\npackage p\n\nch <- 1\n") == [1, 2, 3, 4, 5, 6]
    assert covered("package p\n\nch <- 1\n//lint:file-ignore unstuck why\n") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("below", "lines"),
    [
        ("x := f(\n\ta,\n)\ny()\n", [1, 2, 3, 4]),
        ("a.\n\tb().\n\tc()\nd()\n", [1, 2, 3, 4]),
        ("x++\ny++\n", [1, 2]),
        ("return\ny\n", [1, 2]),
        ("L:\n\tfor {\n\t}\ny()\n", [1, 2, 3, 4]),
        ("case <-a:\n\tb()\n\tc()\ncase <-d:\n\te()\n", [1, 2, 3, 4]),
        ("case <-a:\n\tb()\n}\nc()\n", [1, 2, 3]),
        ("default:\n}\n", [1, 2]),
        ("go func() {\n\tch <- 1\n}()\nx()\n", [1, 2, 3, 4]),
        ("a: 1,\nb: 2,\n", [1, 2]),
        ("var x = `\n\n`\ny\n", [1, 2, 3, 4]),
        ("x := 1 +\n\t2\ny\n", [1, 2, 3]),
        ("\nx()\n", [1]),
        ("", [1]),
        ("f((((\n", [1, 2]),
    ],
)
def test_extent_of_what_follows(below: str, lines: list[int]) -> None:
    assert covered(f"//nolint:unstuck\n{below}") == lines


def test_lint_ignore_covers_the_next_code_line_only() -> None:
    text = "package p\n\n//lint:ignore unstuck why\n// more\ngo func() {\n\tch <- 1\n}()\n"
    assert covered(text) == [3, 4, 5]


def test_reason_and_place_are_kept() -> None:
    (first,) = run("package p\nx //nolint:unstuck // because it is", finding(2)).findings
    assert first.suppressed is not None
    assert (first.suppressed.by, first.suppressed.reason) == ("//nolint:unstuck at a.go:2", "because it is")
    (first,) = run("package p\nx //nolint:errcheck,unstuck because, it is", finding(2)).findings
    assert first.suppressed is not None and first.suppressed.reason


def test_unused_and_malformed_are_told_but_foreign_never() -> None:
    text = """package p
a //nolint:unstuck
b //nolint:errcheck
c //nolint
d //lint:ignore SA1000,abandoned-sender why
e //lint:ignore SA1000 why
f //lint:ignore abandoned-*
g //lint:ignore SA1000
h //lint:ignore * why
i //nolint:unstuck
"""
    outcome = run(text, finding(10))
    assert [(gap.code, gap.line) for gap in outcome.gaps] == [
        ("unused-suppression", 2),
        ("unused-suppression", 5),
        ("malformed-suppression", 7),
    ]
    assert outcome.gaps[1].why == (
        "//lint:ignore SA1000,abandoned-sender suppresses nothing (abandoned-sender); remove it"
    )


def test_entries() -> None:
    def hit(**entry: str) -> bool:
        config = Config(path="unstuck.toml", dir="/w", ignores=(Ignore("why", **entry),))  # type: ignore[arg-type]
        it = finding(
            3, path="pkg/a.go", package="example.com/m/pkg", function="(*T).Run", fingerprint="v1:ab"
        )
        outcome = run("package p\n", it, config=config, whole=True)
        assert bool(outcome.gaps) is not bool(outcome.findings[0].suppressed)
        return outcome.findings[0].suppressed is not None

    assert hit(rule="abandoned-*") and not hit(rule="timer-in-loop")
    assert hit(package="example.com/m/...") and not hit(package="example.com/m")
    assert hit(function="(*T).Run") and hit(function="*Run") and not hit(function="T.Run")
    assert hit(path="pkg/") and hit(path="**/a.go") and not hit(path="a") and not hit(path="/a.go")
    assert hit(fingerprint="v1:ab") and not hit(fingerprint="v1:a")
    assert hit(rule="abandoned-sender", path="pkg/*.go") and not hit(rule="timer-in-loop", path="pkg/*.go")


def test_unused_entries_only_when_everything_was_analysed() -> None:
    config = Config(path="../unstuck.toml", dir="/", ignores=(Ignore("old", rule="timer-in-loop", line=7),))
    assert run("package p\n", config=config).gaps == ()
    (gap,) = run("package p\n", config=config, whole=True).gaps
    assert (gap.code, gap.path, gap.line) == ("unused-suppression", "/unstuck.toml", 7)


def test_levels() -> None:
    found = with_levels(
        [finding(1), finding(2, "timer-in-loop")], (("abandoned-sender", "note"), ("timer-in-loop", "off"))
    )
    assert [(each.at.line, each.severity) for each in found] == [(1, Severity.NOTE)]


def test_positions_are_the_users_and_blocks_of_a_note_count_once() -> None:
    note = b"# Note\n\n```go\nx() //nolint:unstuck\n```\n"
    blank = b"      \n\n     \nx() //nolint:unstuck\n   \n"
    files = (SourceFile("n.md", blank, note), SourceFile("n.md", blank, note))
    outcome = apply([], Scope(files, RULES, "/w", whole=False), Config())
    assert [(gap.path, gap.line) for gap in outcome.gaps] == [("n.md", 4)]


def test_odd_text_does_not_hide_or_make_comments() -> None:
    assert directives_of(SourceFile("a.go", b'package p\n\nvar x = "//nolint' + b"`" * 99)) == ()
    assert len(directives_of(SourceFile("a.go", b"package p\nvar x = \"\nch <- '//nolint\n//nolint\n"))) == 1
