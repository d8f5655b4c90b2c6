"""source/resolve: where imports lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from test_workspace import LINUX, names, run, write
from unstuck.source.workspace import Package, Workspace


@pytest.fixture
def goroot(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "src/go.mod": "module std\n\ngo 1.26\n",
        "src/runtime/r.go": "package runtime\n",
        "src/net/http/h.go": "package http\n",
        "src/net/http/h_test.go": "package http\n",
        "src/net/http/h_windows.go": "package http\n",
        "src/net/http/new.go": "//go:build go1.25\n\npackage http\n",
        "src/vendor/modules.txt": "# golang.org/x/net v1\ngolang.org/x/net/html\n",
        "src/vendor/golang.org/x/net/html/x.go": "package html\n",
        "src/cmd/go.mod": "module cmd\n\ngo 1.26\n",
        "src/cmd/go/main.go": "package main\n",
        "src/cmd/vendor/modules.txt": "# golang.org/x/mod v1\n",
        "src/cmd/vendor/golang.org/x/mod/m.go": "package mod\n",
    }
    return write(tmp_path / "goroot", files)


def place(workspace: Workspace, path: str, importer: Package) -> tuple[str, str, str] | None:
    found = workspace.resolve(path, importer)
    return None if found is None else (found.path, found.origin, found.versions.language)


def test_standard_library(tmp_path: Path, goroot: Path) -> None:
    root = write(tmp_path / "m", {"go.mod": "module m\ngo 1.22\n", "a.go": "package m\n"})
    workspace = run(root, goroot=str(goroot))
    (package,) = workspace.packages
    http = workspace.resolve("net/http", package)
    assert http is not None and (http.origin, http.versions.language) == ("goroot", "1.26")
    assert [Path(each.file.path).name for each in http.files] == ["h.go", "new.go"]
    assert http.versions.old_timers
    assert workspace.resolve("net/http", http) is http
    assert place(workspace, "golang.org/x/net/html", http) == (
        "vendor/golang.org/x/net/html",
        "goroot",
        "1.26",
    )
    assert workspace.resolve("golang.org/x/net/html", package) is None
    assert [workspace.resolve(path, package) for path in ("C", "", "../../etc", "nope", "a//b", "x\0")] == [
        None
    ] * 6


def test_goroot_is_a_module_of_its_own(goroot: Path) -> None:
    workspace = run(goroot / "src")
    assert list(names(workspace)) == ["net/http", "runtime"]
    http = workspace.packages[0]
    assert place(workspace, "golang.org/x/net/html", http) == (
        "vendor/golang.org/x/net/html",
        "goroot",
        "1.26",
    )
    assert workspace.resolve("runtime", http) is workspace.packages[1]
    assert list(names(run(goroot / "src", "./vendor/..."))) == ["vendor/golang.org/x/net/html"]
    workspace = run(goroot / "src/cmd")
    assert list(names(workspace)) == ["cmd/go"]
    (command,) = workspace.packages
    assert place(workspace, "golang.org/x/mod", command) == ("cmd/vendor/golang.org/x/mod", "goroot", "1.26")
    assert place(workspace, "net/http", command) == ("net/http", "goroot", "1.26")


def test_module_cache_and_replace(tmp_path: Path) -> None:
    cache: dict[str, str | bytes] = {
        "cache/github.com/!big/dep@v1.2.0/go.mod": "module github.com/Big/dep\ngo 1.18\n"
        "require deep.org/d v0.1.0\n",
        "cache/github.com/!big/dep@v1.2.0/sub/s.go": "package sub\n",
        "cache/github.com/!big/dep/sub/inner@v0.3.0/i.go": "package inner\n",
        "cache/deep.org/d@v0.1.0/d.go": "package d\n",
        "cache/fork.org/f@v2.0.0+incompatible/f.go": "package f\n",
    }
    module: dict[str, str | bytes] = {
        "m/go.mod": "module example.com/m\ngo 1.23\n"
        'require (\n\t"github.com/Big/dep" v1.2.0 // indirect\n'
        "\tgithub.com/Big/dep/sub/inner v0.3.0\n\tlocal.org/l v1.0.0\n\torig.org/o v1.0.0\n)\n"
        "replace local.org/l => ./l\n"
        "replace orig.org/o v1.0.0 => fork.org/f v2.0.0+incompatible\n",
        "m/a.go": "package m\n",
        "m/l/go.mod": "module local.org/l\ngo 1.20\n",
        "m/l/l.go": "package l\n",
    }
    write(tmp_path, {**cache, **module})
    workspace = run(tmp_path / "m", modcache=str(tmp_path / "cache"))
    (package,) = workspace.packages
    assert place(workspace, "github.com/Big/dep/sub", package) == (
        "github.com/Big/dep/sub",
        "modcache",
        "1.18",
    )
    assert place(workspace, "github.com/Big/dep/sub/inner", package) == (
        "github.com/Big/dep/sub/inner",
        "modcache",
        "1.16",
    )
    assert place(workspace, "local.org/l", package) == ("local.org/l", "source", "1.20")
    assert place(workspace, "orig.org/o", package) == ("orig.org/o", "modcache", "1.16")
    dep = workspace.resolve("github.com/Big/dep/sub", package)
    assert dep is not None and not dep.versions.old_timers
    assert workspace.resolve("deep.org/d", package) is None
    assert place(workspace, "deep.org/d", dep) == ("deep.org/d", "modcache", "1.16")
    assert workspace.resolve("example.com/m/l", package) is None


def test_vendor(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "go.mod": "module m\ngo 1.22\nrequire dep.org/d v1.0.0\n",
        "a.go": "package m\n",
        "vendor/modules.txt": "# dep.org/d v1.0.0\n## explicit; go 1.19\ndep.org/d\n",
        "vendor/dep.org/d/d.go": "package d\n",
    }
    workspace = run(write(tmp_path, files))
    (package,) = workspace.packages
    assert package.module is not None and package.module.vendored
    assert place(workspace, "dep.org/d", package) == ("dep.org/d", "vendor", "1.19")


def test_workspace_modules_see_each_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "go.work": "go 1.23\n\nuse (\n\t./a\n\t./b\n)\n",
        "a/go.mod": "module example.com/a\ngo 1.20\n",
        "a/a.go": "package a\n",
        "b/go.mod": "module example.com/b\ngo 1.22\n",
        "b/in/b.go": "package in\n",
        "other/go.mod": "module other\n",
        "other/o.go": "package o\n",
    }
    write(tmp_path, files)
    workspace = run(tmp_path)
    assert list(names(workspace)) == ["example.com/a", "example.com/b/in"]
    a, b = workspace.packages
    assert workspace.resolve("example.com/b/in", a) is b
    assert (a.versions.language, a.versions.old_timers) == ("1.20", False) and "go.work" in a.versions.why
    workspace = run(tmp_path / "a")
    assert place(workspace, "example.com/b/in", workspace.packages[0]) == (
        "example.com/b/in",
        "source",
        "1.22",
    )
    assert run(tmp_path, "./other").packages[0].versions.old_timers


def test_external_test_sees_the_package_with_its_tests(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "go.mod": "module m\n",
        "a.go": "package m\n",
        "export_test.go": "package m\n",
        "x_test.go": "package m_test\n",
    }
    workspace = run(write(tmp_path, files))
    assert workspace.resolve("m", workspace.packages[1]) is workspace.packages[0]
    assert len(workspace.packages[0].files) == 2


def test_blocks_are_judged_like_their_folder(tmp_path: Path) -> None:
    write(tmp_path, {"go.mod": "module m\ngo 1.23\n", "a/a.go": "package a\n", "doc/n.md": "x"})
    workspace = run(tmp_path, "doc/n.md")
    from unstuck.source.file import SourceFile

    block = workspace.block(SourceFile("doc/n.md", b"package main\n"), "doc/n.md#1", "main")
    assert not block.versions.old_timers and block.files[0].language == "1.23"
    assert place(workspace, "m/a", block) == ("m/a", "source", "1.23")
    assert LINUX.cgo


def test_import_relative_to_its_folder_works_only_without_a_module(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "m/go.mod": "module m\n",
        "m/a/a.go": "package a\n",
        "m/b/b.go": "package b\n",
        "plain/a/a.go": "package a\n",
        "plain/b/b.go": "package b\n",
    }
    top = write(tmp_path, files)
    (inside,) = run(top / "m", "./a").packages
    assert run(top / "m", "./a").resolve("../b", inside) is None
    workspace = run(top / "plain", "a/a.go")
    (plain,) = workspace.packages
    found = workspace.resolve("../b", plain)
    assert found is not None and found.name == "b"
