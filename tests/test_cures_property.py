"""Any sequence of cures leaves code that parses, and re-checking it finds nothing that was not there before.

A seeded sample of testdata; `UNSTUCK_CURES=whole pytest tests/test_cures_property.py` takes all of it (half
an hour) and asks `go vet` about each result.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.expect import TESTDATA, module_of, programs
from test_fixes import GO, go_environment, gofmt, options
from unstuck.analysis import Fixed, fix
from unstuck.findings import Finding, Report, Severity
from unstuck.fixes.ground import Ground
from unstuck.fixes.offer import Offer
from unstuck.fixes.session import MAX_OFFERED, Stop
from unstuck.interpreter import on_big_stack

WHOLE = os.environ.get("UNSTUCK_CURES") == "whole"
SAMPLE = 16
"""Files of the normal suite."""
LARGEST = 4_000
"""Bytes of a file in the normal suite."""
ALL = tuple(one.path for one in programs(TESTDATA) if one.of("want"))
SMALL = [path for path in ALL if path.stat().st_size <= LARGEST]
FILES = ALL if WHOLE else tuple(sorted(random.Random(5).sample(SMALL, SAMPLE)))


def cured(path: Path, choices: Iterator[int]) -> Fixed:
    def pick(finding: Finding, found: Offer, current: Ground) -> int | None:
        choice = next(choices, None)
        if choice is None:
            raise Stop
        return choice if choice < len(found.held) else None

    return on_big_stack(lambda: fix(options(path.parent, path.name), lambda *_: None, pick, MAX_OFFERED))


def found(report: Report) -> Counter[tuple[str, str, str]]:
    """What is told from each other without lines."""
    return Counter(
        (each.rule, each.function, str(each.reason))
        for each in report.findings
        if each.severity is not Severity.NOTE
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
@settings(max_examples=3 if WHOLE else 2, deadline=None, derandomize=True, database=None)
@given(choices=st.lists(st.integers(0, MAX_OFFERED), min_size=2, max_size=12))
def test_any_sequence_of_cures_is_sound(path: Path, choices: list[int]) -> None:
    result = cured(path, iter(choices))
    assert found(result.report) - found(result.before) == Counter()
    assert [gap for gap in result.report.gaps if gap.code == "syntax-error"] == []
    for file in result.files:
        if GO.exists():
            assert formatted(file.after) == file.after
        if GO.exists() and WHOLE:
            assert vetted(path, file.after) - vetted(path, file.before) == Counter()


def formatted(text: bytes) -> bytes:
    return subprocess.run([gofmt()], input=text, capture_output=True, check=True).stdout


@cache
def vetted(path: Path, text: bytes) -> Counter[str]:
    """What go vet says, without lines, about a file of testdata with another text and its neighbours."""
    module = module_of(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "module"
        shutil.copytree(module, copy)
        (copy / path.relative_to(module)).write_bytes(text)
        inside = copy / path.parent.relative_to(module)
        argv = [GO, "vet", "."]
        done = subprocess.run(argv, cwd=inside, env=go_environment(), capture_output=True, text=True)
    return Counter(re.sub(r":\d+(:\d+)?| on line \d+", "", line) for line in done.stderr.splitlines())
