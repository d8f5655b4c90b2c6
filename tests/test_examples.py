"""The README's examples are reported at exactly their lines."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import readme
from oracle.expect import EXAMPLES, ROOT, module_of, programs, read_program
from oracle.score import Told, check, compare

NOTE = EXAMPLES / "note.md"


@cache
def told_in(module: Path) -> tuple[Told, ...]:
    pytest.importorskip("unstuck.analysis")
    pytest.importorskip("unstuck.cli")
    checked = check(module, ("./...",))
    assert not checked.failure
    return checked.told


@pytest.mark.parametrize(
    "path", [each.path for each in programs(EXAMPLES)], ids=lambda path: path.relative_to(EXAMPLES).as_posix()
)
def test_example(path: Path) -> None:
    verdict = compare(read_program(path), told_in(module_of(path)))
    assert (verdict.missed, verdict.false, verdict.stale) == ((), (), ())


def test_note() -> None:
    pytest.importorskip("unstuck.analysis")
    pytest.importorskip("unstuck.cli")
    checked = check(ROOT, ("examples/note.md",))
    verdict = compare(read_program(NOTE), checked.told)
    assert not checked.failure
    assert (verdict.missed, verdict.false) == ((), ())


def test_the_readme_command_finds_what_single_runs_find() -> None:
    pytest.importorskip("unstuck.analysis")
    pytest.importorskip("unstuck.cli")
    single = [told for path in programs(EXAMPLES) for told in told_in(module_of(path.path))]
    assert set(check(ROOT, ("examples/...",)).told) == set(single)


def test_the_readme_prints_what_the_tool_prints() -> None:
    pytest.importorskip("unstuck.analysis")
    assert readme.printed() == readme.output(), "run `make readme`"
