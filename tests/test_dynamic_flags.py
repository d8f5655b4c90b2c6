"""Arguments of go test, the choice of a go command, overlays."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from unstuck.cli.arguments import parse
from unstuck.dynamic import goflags
from unstuck.dynamic.golang import GoError, Method, experiment, find_go
from unstuck.dynamic.overlay import OverlayError, read_overlay, write_overlay


def test_our_options_are_taken_from_anywhere_before_the_dashes() -> None:
    options = parse(["test", "-v", "--go", "mygo", "./...", "-run", "X", "--gaps", "--", "--gaps", "-race"])
    assert (options.go, options.gaps) == ("mygo", True)
    assert options.go_args == ("-v", "./...", "-run", "X", "--gaps", "-race")


def test_packages_are_told_from_values_of_flags() -> None:
    found = goflags.understand(["-run", "TestX", "-v", "./a", "./b", "-count", "2", "rest", "-args", "./c"])
    assert found.packages == ("./a", "./b")
    assert found.has("count") and found.has("v") and not found.has("race")
    assert found.without("count")[-3:] == ("rest", "-args", "./c")


def test_folder_and_overlay_are_taken_out() -> None:
    found = goflags.understand(["-C", "sub", "-overlay=o.json", "-tags=x", "--race", "."])
    assert (found.value("C"), found.value("overlay")) == ("sub", "o.json")
    assert found.without("C", "overlay") == ("-tags=x", "--race", ".")
    assert found.for_list() == ("-tags=x", "-race")


def test_goflags_may_name_an_overlay() -> None:
    assert goflags.overlay_in("-mod=mod '-overlay=/tmp/a b.json'") == "/tmp/a b.json"
    assert goflags.overlay_in("-mod=mod") == ""


def _fake_go(folder: Path, version: str, name: str = "go", **more: str) -> Path:
    told = {"GOVERSION": version, "GOROOT": str(folder / "none"), "GOMODCACHE": "", "GOFLAGS": ""} | more
    script = folder / name
    script.write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{json.dumps(told)}\nEND\n")
    script.chmod(0o755)
    return script


@pytest.mark.parametrize(
    ("version", "says"), [("go1.19.3", "too old"), ("devel +abc", "no released Go"), ("", "no released Go")]
)
def test_a_go_that_is_too_old_or_odd(tmp_path: Path, version: str, says: str) -> None:
    go = _fake_go(tmp_path, version)
    with pytest.raises(GoError, match=says):
        find_go(str(go), str(tmp_path), os.environ, str(tmp_path))


def test_no_go_at_all(tmp_path: Path) -> None:
    with pytest.raises(GoError, match="there is no such command"):
        find_go(str(tmp_path / "go"), str(tmp_path), os.environ, str(tmp_path))


def test_the_go_on_the_path_comes_first(tmp_path: Path) -> None:
    _fake_go(tmp_path, "go1.24.11")
    found = find_go(None, str(tmp_path), {"PATH": str(tmp_path)}, str(tmp_path))
    assert (found.version, found.method) == ("go1.24.11", Method.STACKS)


def test_the_experiment_is_switched_on_where_it_is_one(tmp_path: Path) -> None:
    def switched(version: str) -> dict[str, str]:
        go = _fake_go(tmp_path, version, GOEXPERIMENT="rangefunc")
        return experiment(find_go(str(go), str(tmp_path), {}, str(tmp_path)))

    assert switched("go1.26.6")["GOEXPERIMENT"] == "rangefunc,goroutineleakprofile"
    assert switched("go1.27.0") == switched("go1.25.5") == {}


def test_a_goroot_in_the_module_cache_is_reached_by_a_link(tmp_path: Path) -> None:
    root = tmp_path / "mod" / "toolchain"
    (root / "bin").mkdir(parents=True)
    go = _fake_go(root / "bin", "go1.25.5", GOROOT=str(root), GOMODCACHE=str(tmp_path / "mod"))
    found = find_go(str(go), str(tmp_path), os.environ, str(tmp_path / "cache"))
    assert os.path.realpath(found.goroot) == str(root.resolve())
    assert not found.goroot.startswith(str(tmp_path / "mod"))
    assert dict(found.environment)["GOROOT"] == found.goroot


def _goroot(folder: Path) -> Path:
    testing = folder / "src" / "testing"
    testing.mkdir(parents=True)
    (testing / "testing.go").write_text(
        "package testing\n"
        "func MainStart(deps testDeps, tests int) *M {\n}\n"
        "func (m *M) Run() (code int) {\n}\n"
        "func (m *M) before() {\n}\n"
        "func (m *M) startAlarm() time.Time {\n}\n"
        "func (m *M) stopAlarm() {\n}\n"
        "func tRunner(t *T, fn func(t *T)) {\n}\n"
    )
    (testing / "benchmark.go").write_text("func (b *B) runN(n int) {\n}\n")
    (testing / "run_example.go").write_text("func runExample(eg InternalExample) (ok bool) {\n}\n")
    return folder


def test_no_line_moves_and_the_users_overlay_is_kept(tmp_path: Path) -> None:
    root = _goroot(tmp_path / "go")
    original = root / "src" / "testing" / "benchmark.go"
    theirs = tmp_path / "theirs.go"
    theirs.write_text("// theirs\nfunc (b *B) runN(n int) {\n}\n")
    mine = {str(original): str(theirs), "/elsewhere.go": ""}
    path = write_overlay(str(root), str(tmp_path), mine)
    replace = json.loads(Path(path).read_text())["Replace"]
    assert replace["/elsewhere.go"] == ""
    text = Path(replace[str(original)]).read_text()
    assert text.startswith("// theirs\nfunc (b *B) runN(n int) { defer unstuck")
    assert text.count("\n") == theirs.read_text().count("\n")


def test_a_testing_package_of_another_shape_is_refused(tmp_path: Path) -> None:
    root = _goroot(tmp_path / "go")
    (root / "src" / "testing" / "benchmark.go").write_text("package testing\n")
    with pytest.raises(OverlayError, match="not as expected"):
        write_overlay(str(root), str(tmp_path), {})


def test_a_broken_overlay_is_named(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text("{")
    with pytest.raises(OverlayError, match=r"o\.json"):
        read_overlay(str(tmp_path / "o.json"), str(tmp_path))
