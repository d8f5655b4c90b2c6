"""The cache: the same report with it and without, after every change, and whatever happens to its files."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from test_workspace import run as workspace
from unstuck.analysis import CheckOptions, check
from unstuck.cache import codec, store
from unstuck.cache.impact import tree_of
from unstuck.findings import Report
from unstuck.parts import Part
from unstuck.report import View
from unstuck.report.json import render
from unstuck.source.imports import import_paths

SRC = Path(__file__).parent.parent / "src"
FILES = {
    "go.mod": "module example.com/m\n\ngo 1.24\n",
    "a/a.go": """package a

import "fmt"

// Make makes.
func Make() chan int { return make(chan int) }

func Other() {
	fmt.Println("x")
}

type T struct{ ch chan int }

func (t *T) Close() { close(t.ch) }
""",
    "b/b.go": """package b

import "example.com/m/a"

func Ask() int {
	ch := a.Make()
	go func() { ch <- 1 }()
	return 0
}
""",
    "c/c.go": """package c

import "example.com/m/b"

func Go() int {
	done := make(chan int)
	go func() { done <- b.Ask() }()
	return <-done
}
""",
    "d/d.go": """package d

import "example.com/m/a"

func Go() {
	a.Other()
	ch := make(chan int)
	go func() { ch <- 1 }()
}
""",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A module of four packages."""
    top = tmp_path / "m"
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


def run(tree: Path, cache: Path | None, *paths: str) -> Report:
    """Check in this process."""
    return check(
        CheckOptions(
            paths=paths or ("./...",),
            tests=True,
            generated=False,
            goos="linux",
            goarch="amd64",
            tags=(),
            go_version=None,
            toolchain=None,
            jobs=1,
            config_path=None,
            stdin=lambda: b"",
            cwd=str(tree),
            cache_dir=None if cache is None else str(cache),
        ),
        lambda *_: None,
    )


def text(report: Report) -> str:
    """The report as bytes that are compared."""
    return render(report, View())


def edit(tree: Path, name: str, old: str, new: str) -> None:
    """Replace a text in a file, which must have it."""
    path = tree / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def anew(tree: Path, cache: Path) -> int:
    """Check with the cache and without; both say the same. How many packages were analysed anew."""
    cold = run(tree, None)
    warm = run(tree, cache)
    assert text(warm) == text(cold)
    return cold.stats.packages - warm.recalled


def test_second_run_recalls_everything(tree: Path, tmp_path: Path) -> None:
    cold = run(tree, tmp_path / "cache")
    assert cold.recalled == 0
    assert len([one for one in cold.findings if one.rule == "abandoned-sender"]) == 2
    warm = run(tree, tmp_path / "cache")
    assert warm.recalled >= 4
    assert text(warm) == text(cold) == text(run(tree, None))


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("d/d.go", "ch <- 1", "ch <- 2", 1),
        ("a/a.go", 'Println("x")', 'Println("y")', 2),  # d calls it, b and c do not
        ("a/a.go", "make(chan int)", "make(chan int, 1)", 3),  # b, and c through b
        ("a/a.go", "// Make makes.\n", "// Make makes.\n// It does.\n", 3),  # b tells where it stands
        ("a/a.go", "close(t.ch)", "t.ch <- 1", 1),
        ("b/b.go", "return 0", "return 1", 2),
        ("go.mod", "go 1.24", "go 1.20", 4),
    ],
)
def test_change_reaches_only_what_depends_on_it(
    tree: Path, tmp_path: Path, name: str, old: str, new: str, expected: int
) -> None:
    run(tree, tmp_path / "cache")
    edit(tree, name, old, new)
    assert anew(tree, tmp_path / "cache") == expected
    assert anew(tree, tmp_path / "cache") == 0


def test_text_like_a_path_is_no_import_in_a_module(tree: Path, tmp_path: Path) -> None:
    edit(tree, "d/d.go", "func Go() {", 'var up = "../d"\n\nfunc Go() {')
    packages = workspace(tree, "./...").packages
    found = tree_of(packages, {package.path: "" for package in packages})
    assert found.direct["example.com/m/d"] == ("example.com/m/a",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('package p\n\nimport "a"\n\nvar table = []string{"b", "c/d"}\n', {"a"}),
        ('package p\n\nvar table = []string{"b"}\n\nfunc f() { g("c") }\n', set()),
        ('package p\n\n// Use "b".\nimport (\n\t"a"\n)\n\nconst c = "d"\n', {"a", "b"}),
        ('package p\n\ntype t int\n\nimport "a"\n', {"a"}),  # damaged, and read all the same
    ],
)
def test_what_a_file_may_import(tmp_path: Path, text: str, found: set[str]) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (tmp_path / "p.go").write_text(text)
    (package,) = workspace(tmp_path, "./...").packages
    assert import_paths(package) == found


def test_change_and_back(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path / "cache")
    edit(tree, "a/a.go", "make(chan int)", "make(chan int, 1)")
    assert anew(tree, tmp_path / "cache") == 3
    edit(tree, "a/a.go", "make(chan int, 1)", "make(chan int)")
    assert anew(tree, tmp_path / "cache") <= 2


def test_package_outside_of_what_is_analysed(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert text(run(tree, cache, "./b")) == text(run(tree, cache, "./b"))
    edit(tree, "a/a.go", "chan int { return make(chan int)", "chan bool { return make(chan bool)")
    warm = run(tree, cache, "./b")
    assert warm.recalled == 0
    assert text(warm) == text(run(tree, None, "./b"))


def test_package_that_comes_and_goes(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path / "cache")
    kept = (tree / "a" / "a.go").read_text()
    shutil.rmtree(tree / "a")
    anew(tree, tmp_path / "cache")
    (tree / "a").mkdir()
    (tree / "a" / "a.go").write_text(kept)
    anew(tree, tmp_path / "cache")


def test_implementation_elsewhere(tree: Path, tmp_path: Path) -> None:
    """An interface is followed to the one type that has its methods, though that is not imported."""
    (tree / "e").mkdir()
    (tree / "e" / "e.go").write_text(
        "package e\n\ntype Ender interface{ Finish() }\n\n"
        "func Wait(e Ender) {\n\tdone := make(chan int)\n\tgo func() { e.Finish(); done <- 1 }()\n}\n"
    )
    (tree / "f").mkdir()
    (tree / "f" / "f.go").write_text("package f\n\ntype T struct{}\n\nfunc (T) Finish() {}\n")
    run(tree, tmp_path / "cache")
    edit(tree, "f/f.go", "Finish() {}", "Finish() { select {} }")
    assert anew(tree, tmp_path / "cache") == 2
    edit(tree, "f/f.go", "Finish", "Begin")
    assert anew(tree, tmp_path / "cache") == 2


def test_any_edit_gives_what_a_run_without_cache_gives(tree: Path, tmp_path: Path) -> None:
    chance = random.Random(1)
    edits = [
        ("a/a.go", "make(chan int)", "make(chan int, 1)"),
        ("a/a.go", "make(chan int, 1)", "make(chan int)"),
        ("a/a.go", "func Other() {", "func Other() {\n\t_ = Make()"),
        ("a/a.go", "func Other() {\n\t_ = Make()", "func Other() {"),
        ("a/a.go", "package a\n", "package a\n\nvar on = true\n"),
        ("a/a.go", "{ return make", "{ if on { return nil }; return make"),
        ("a/a.go", "var on = true", "var on = false"),
        ("a/a.go", "func Other() {", "func Other() {\n\ton = false"),
        ("b/b.go", "ch <- 1", "ch <- 2"),
        ("b/b.go", "func Ask", "\n\nfunc Ask"),
        ("c/c.go", "return <-done", "return 0"),
        ("d/d.go", "a.Other()\n", "a.Other()\n\t_ = a.Make()\n"),
    ]
    for _ in range(12):
        name, old, new = chance.choice(edits)
        path = tree / name
        path.write_text(path.read_text().replace(old, new, 1))
        anew(tree, tmp_path / "cache")


def entries(cache: Path) -> list[Path]:
    """All files of the cache."""
    return sorted(path for path in cache.rglob("*") if path.is_file() and len(path.name) == 32)


@pytest.mark.parametrize("damage", [b"", b"{", b"\x80\x04.", b"x" * 40 + b"\n[]", b"[" * 100_000])
def test_damaged_entries_count_as_absent(tree: Path, tmp_path: Path, damage: bytes) -> None:
    cold = run(tree, tmp_path / "cache")
    for path in entries(tmp_path / "cache"):
        path.write_bytes(damage)
    warm = run(tree, tmp_path / "cache")
    assert warm.recalled == 0
    assert text(warm) == text(cold)
    assert run(tree, tmp_path / "cache").recalled >= 4


def test_crafted_entries_count_as_absent(tree: Path, tmp_path: Path) -> None:
    """With a right checksum, of another shape."""
    cold = run(tree, tmp_path / "cache")
    opened = store.open_store(str(tmp_path / "cache"))
    assert opened is not None
    for crafted in (["cos\nsystem\n(S'true'\ntR."], {"__class__": "os.system"}, [[]] * 5, 7, "x", None):
        for path in entries(tmp_path / "cache"):
            store.put(opened, path.name, crafted)
        warm = run(tree, tmp_path / "cache")
        assert text(warm) == text(cold)


def test_deep_entry(tmp_path: Path) -> None:
    opened = store.open_store(str(tmp_path))
    assert opened is not None
    deep = zlib.compress(b"[" * 200_000 + b"]" * 200_000)
    path = tmp_path / "v1" / "aa" / "aab"
    path.parent.mkdir(parents=True)
    path.write_bytes(store._checksum(deep) + b"\n" + deep)
    assert store.get(opened, "aab") is None
    bomb = zlib.compress(b" " * (store.MAX_ENTRY + 1))
    path.write_bytes(store._checksum(bomb) + b"\n" + bomb)
    assert store.get(opened, "aab") is None


def test_parts_survive_the_way_to_plain_data_and_back(tree: Path) -> None:
    part = Part(functions=3, states=9, failed=True)
    assert codec.from_plain(Part, json.loads(json.dumps(codec.to_plain(part)))) == part
    with pytest.raises(codec.BadEntryError):
        codec.from_plain(Part, codec.to_plain(part)[:-1])


def test_cache_that_cannot_be_written(tree: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert text(run(tree, in_the_way)) == text(run(tree, None))
    assert text(run(tree, in_the_way / "below")) == text(run(tree, None))


def test_full_disk(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", full)
    assert text(run(tree, tmp_path / "cache")) == text(run(tree, None))
    assert entries(tmp_path / "cache") == []
    assert list((tmp_path / "cache").rglob(".new-*")) == []
    monkeypatch.undo()
    assert run(tree, tmp_path / "cache").recalled == 0


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
sys.argv = ["unstuck", "check", "--format", "json", "--cache-dir", sys.argv[1]]
from unstuck.cli import main
sys.exit(main())
"""


def test_no_room_for_entries(tree: Path, tmp_path: Path) -> None:
    """Every write stops in the middle of an entry, as on a full disk."""
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    command = [sys.executable, "-c", FULL, str(tmp_path / "cache")]
    told = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (1, "")
    assert json.loads(told.stdout)["findings"]
    assert list((tmp_path / "cache").rglob(".new-*")) == []
    assert anew(tree, tmp_path / "cache") > 0


def test_pipes_and_folders_where_entries_were(tree: Path, tmp_path: Path) -> None:
    run(tree, tmp_path / "cache")
    for number, path in enumerate(entries(tmp_path / "cache")):
        path.unlink()
        path.mkdir() if number % 2 else os.mkfifo(path)
    assert anew(tree, tmp_path / "cache") == 4


def test_links_in_the_folder_lead_nowhere(tmp_path: Path) -> None:
    """A folder that came with somebody's tree, say."""
    mine = tmp_path / "mine"
    for name in ("aa/" + "a" * 32, "notes/text", "file"):
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).write_text("mine")
        os.utime(mine / name, (1, 1))
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "v1").symlink_to(mine)
    assert store.open_store(str(tmp_path / "whole")) is None
    parts = tmp_path / "parts"
    (parts / "v1").mkdir(parents=True)
    (parts / "CACHEDIR.TAG").symlink_to(mine / "new")
    (parts / "v1" / "trimmed").symlink_to(mine / "file")
    (parts / "v1" / "ab").symlink_to(mine / "aa")
    (parts / "v1" / "notes").mkdir()
    (parts / "v1" / "notes" / "old").write_text("not an entry")
    os.utime(parts / "v1" / "notes" / "old", (1, 1))
    opened = store.open_store(str(parts))
    assert opened is not None
    store.trim(opened, now=True)
    assert (parts / "v1" / "notes" / "old").exists()
    assert sorted(path.read_text() for path in mine.rglob("*") if path.is_file()) == ["mine"] * 3


def test_trim_takes_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = store.open_store(str(tmp_path))
    assert opened is not None
    now = time.time()
    for number in range(6):
        store.put(opened, f"{number}" * 32, [os.urandom(500).hex()])
        os.utime(tmp_path / "v1" / f"{number}{number}" / (f"{number}" * 32), (now - 100 + number,) * 2)
    monkeypatch.setattr(store, "MAX_BYTES", 2_400)
    store.trim(opened, now=True)
    assert [path.name[0] for path in entries(tmp_path)] == ["3", "4", "5"]
    monkeypatch.setattr(store, "MAX_AGE", 50)
    store.trim(opened, now=True)
    assert entries(tmp_path) == []


def command(tree: Path, cache: Path) -> subprocess.Popen[str]:
    """A run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "unstuck", "check", "--format", "json", "--cache-dir", str(cache)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(SRC)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_runs_at_once(tree: Path, tmp_path: Path) -> None:
    runs = [command(tree, tmp_path / "cache") for _ in range(2)]
    told = [each.communicate(timeout=120) for each in runs]
    assert told[0] == told[1]
    assert run(tree, tmp_path / "cache").recalled >= 4


def test_killed_run_leaves_a_good_cache(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    killed = command(tree, cache)
    deadline = time.monotonic() + 60
    while not entries(cache) and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    assert text(run(tree, cache)) == text(run(tree, None))
