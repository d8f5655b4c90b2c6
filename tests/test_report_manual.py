"""The rules' manual: every rule of the contract has a page, and its Go code is Go."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from unstuck.rules.manual import as_list, as_markdown, as_text, find, manuals, names, parse, similar, write

ACTIVE = [
    "abandoned-sender",
    "abandoned-receiver",
    "never-closed",
    "abandoned-select",
    "nil-channel",
    "lock-never-released",
    "wait-never-done",
    "cond-never-signalled",
    "abandoned-poller",
    "ends-only-by-cancellation",
    "timer-in-loop",
    "stale-reset",
]

LATER = [
    "ticker-not-stopped",
    "stopped-timer-wait",
    "blocking-drain",
    "lost-cancel",
    "unreleased-holder",
    "defer-in-loop",
    "lingering-goroutine",
    "hung-test",
]

DOCS = Path(__file__).parent.parent / "docs" / "rules"

VET_KNOWS = {"lost-cancel"}
"""Rules whose Wrong program go vet objects to as well."""


def test_every_frozen_name_has_a_rule() -> None:
    """Names are frozen: adding is fine, renaming is not."""
    assert {*ACTIVE, *LATER} <= {page.name for page in manuals()}
    assert set(ACTIVE) <= {page.name for page in manuals() if page.active}


@pytest.mark.parametrize("name", sorted([*ACTIVE, *LATER]))
def test_pages_are_complete(name: str) -> None:
    page = find(name)
    assert page is not None and page.name == name
    assert page.title.endswith(".")
    assert len(page.code("Wrong")) == len(page.code("Right")) == 1
    assert "What the rule does not know" in " ".join(block.text for block in page.blocks)
    for width in (80, 120):
        prose = [row for row in as_text(page, width).split("\n") if not row.startswith("    ")]
        assert max(map(len, prose)) <= width
    assert f"## Wrong\n\n```go\npackage {page.code('Wrong')[0].split()[1]}\n" in as_markdown(page)


def test_paragraphs_lists_and_code_are_told_apart() -> None:
    blocks = parse("one\ntwo\n\n- a\n  more\n- b\n\nWrong:\n\n    x {\n\n        y\n    }\n\nend\n")
    assert [(block.text, block.heading, block.code) for block in blocks] == [
        ("one two", "", False),
        ("- a more", "", False),
        ("- b", "", False),
        ("x {\n\n\ty\n}\n", "Wrong", True),
        ("end", "", False),
    ]


def test_lists_name_every_rule() -> None:
    assert all(page.name in as_list(100) for page in manuals())


def test_unknown_names() -> None:
    assert find("nosuch") is find("manual") is find("../x") is None
    assert similar("abandonned_sender")[0] == "abandoned-sender"


def test_pages_in_docs_are_fresh(tmp_path: Path) -> None:
    """`python -m unstuck.rules.manual docs/rules` makes them anew."""
    for made in write(tmp_path):
        assert made.read_text(encoding="utf-8") == (DOCS / made.name).read_text(encoding="utf-8"), made.name


@pytest.mark.skipif(shutil.which("go") is None, reason="needs a Go toolchain")
def test_the_go_code_is_good_go(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module manual\n\ngo 1.22\n")
    for page in manuals():
        for heading in ("Wrong", "Right"):
            folder = tmp_path / f"{page.name.replace('-', '')}{heading.lower()}"
            folder.mkdir()
            code = page.code(heading)[0]
            (folder / ("a_test.go" if "*testing.T" in code else "a.go")).write_text(code)
    vetted = subprocess.run(["go", "vet", "./..."], cwd=tmp_path, capture_output=True, text=True, check=False)
    blamed = {row.split("/")[0] for row in vetted.stderr.splitlines() if not row.startswith("#")}
    assert blamed == {f"{name.replace('-', '')}wrong" for name in VET_KNOWS}, vetted.stderr
    gofmt = shutil.which("gofmt")
    if gofmt:
        assert subprocess.run([gofmt, "-l", "."], cwd=tmp_path, capture_output=True, check=True).stdout == b""


def test_names_are_read_without_importing_the_rules() -> None:
    assert names() == tuple(sorted(page.name for page in manuals()))
