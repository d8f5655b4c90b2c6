"""Large packages are analysed in shares: nothing is lost, and the number of processes changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from test_analysis import analysed, run
from unstuck.findings import Report
from unstuck.source import shares
from unstuck.source.file import SourceFile
from unstuck.source.package import Package, PackageFile
from unstuck.source.shares import SHARE_BYTES, files_of_others, share_sizes
from unstuck.source.toolchain import GoVersions

TESTDATA = Path(__file__).parent / "testdata"


def _package(sizes: dict[str, int], types_only: frozenset[str] = frozenset()) -> Package:
    files = tuple(
        PackageFile(SourceFile(path, b"\n" * size), False, False, "1.25", path in types_only)
        for path, size in sizes.items()
    )
    return Package("m", "m", "/m", files, None, GoVersions("1.25", None, False, ""), "source")


def test_a_package_of_usual_size_is_one_share() -> None:
    package = _package({"a.go": SHARE_BYTES - 1, "b.go": 9 * SHARE_BYTES}, frozenset({"b.go"}))
    assert share_sizes(package) == [SHARE_BYTES - 1]
    assert files_of_others(package, 0) == frozenset()
    assert share_sizes(_package({})) == [0]


def test_each_file_belongs_to_one_share_and_neighbours_stay_together() -> None:
    names = [f"{letter}.go" for letter in "hgfedcba"]
    package = _package(dict.fromkeys(names, SHARE_BYTES // 2 - 1))
    sizes = share_sizes(package)
    assert sizes == [2 * (SHARE_BYTES // 2 - 1)] * 4
    own = [sorted(set(names) - files_of_others(package, share)) for share in range(len(sizes))]
    assert own == [["a.go", "b.go"], ["c.go", "d.go"], ["e.go", "f.go"], ["g.go", "h.go"]]


def test_one_file_may_be_larger_than_a_share() -> None:
    package = _package({"a.go": 10, "b.go": 5 * SHARE_BYTES, "c.go": 10})
    sizes = share_sizes(package)
    assert len(sizes) == 6 and sum(sizes) == 5 * SHARE_BYTES + 20
    shared = [{"a.go", "b.go", "c.go"} - files_of_others(package, share) for share in range(6)]
    assert sorted(path for each in shared for path in each) == ["a.go", "b.go", "c.go"]


def _said(report: Report) -> list[tuple[object, ...]]:
    return [(one.rule, one.at, one.severity, one.message, one.fingerprint) for one in report.findings]


@pytest.mark.parametrize(
    "folder", ["callers", "clients", "patterns", "pollers", "senders", "tests", "kernels", "holders"]
)
def test_a_package_in_shares_has_the_findings_it_has_whole(
    monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    whole = analysed(TESTDATA, paths=(f"./{folder}/...",))
    monkeypatch.setattr(shares, "SHARE_BYTES", 3_000)
    parts = analysed(TESTDATA, paths=(f"./{folder}/...",))
    assert _said(parts) == _said(whole) and whole.findings
    assert parts.stats.functions == whole.stats.functions
    assert sorted(map(str, parts.gaps)) == sorted(map(str, whole.gaps))


CODE = """package m

func Ask{n}() {{
	ch := Made{other}()
	go func() {{ ch <- 1 }}()
}}

func Made{n}() chan int {{
	return make(chan int)
}}
"""


def test_shares_are_the_same_side_by_side_and_from_the_cache(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    filler = "// filler, filler, filler, filler, filler, filler, filler, filler, filler\n"
    count = 4
    for n in range(count):
        text = CODE.format(n=n, other=(n + 1) % count) + filler * (SHARE_BYTES // len(filler))
        (tmp_path / f"f{n}.go").write_text(text)
    one = run(tmp_path, 1, "--no-cache")
    assert one.stdout.count("abandoned-sender") >= count
    cache = ("--cache-dir", str(tmp_path / "cache"), "--stats")
    cold, warm = run(tmp_path, 2, *cache), run(tmp_path, 2, *cache)
    assert one.stdout == cold.stdout == warm.stdout
    assert " 0 packages from the cache" in cold.stderr and " 1 packages from the cache" in warm.stderr
