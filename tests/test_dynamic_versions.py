"""The module `tests/observed` under older Go: `make go-versions` installs them, else they are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from test_dynamic_run import OBSERVED, marks, unstuck

FOLDER = Path(os.environ.get("UNSTUCK_GO_VERSIONS", "~/.cache/unstuck-go")).expanduser()
VERSIONS = ("1.26.6", "1.24.11", "1.22.10")


def _go(version: str) -> str:
    path = FOLDER / version / "go" / "bin" / "go"
    if os.environ.get("UNSTUCK_GO_VERSIONS") is None or not path.exists():
        pytest.skip("make go-versions runs this")
    return str(path)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_goroutine_is_found_at_its_line_under_its_test(version: str, tmp_path: Path) -> None:
    flags = ("-bench=.", "-benchtime=1x", "-timeout=10s")
    report = str(tmp_path / "r.json")
    ran = unstuck(OBSERVED, "./...", "--", *flags, env={"REPORT": report, "UNSTUCK_GO": _go(version)})
    wanted, found = marks(OBSERVED), ran.places()
    assert ran.report["run"]["go"] == f"go{version}"
    if ran.report["run"]["method"] == "profile":
        assert found == wanted
        return
    # Without the profile all that is known is where a goroutine stays, and for which test.
    assert {place[:2]: tests for place, tests in found.items()} == {
        place[:2]: tests for place, tests in wanted.items()
    }
    lingering = {place for place in found if place[2] == "lingering"}
    assert lingering == {place for place in wanted if _sleeps(place[0], place[1])}


def _sleeps(path: str, line: int) -> bool:
    """What sleeps wakes up: that is told from a leak without the profile, too."""
    return "time.Sleep" in (OBSERVED / path).read_text().splitlines()[line - 1]
