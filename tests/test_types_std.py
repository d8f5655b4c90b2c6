"""Packages of the Go distribution, when it is there: nearly everything in them has a type."""

from __future__ import annotations

import os

import pytest

from unstuck.source.options import LoadOptions, find_goroot
from unstuck.source.workspace import Target
from unstuck.source.workspace import load as load_workspace
from unstuck.syntax import ast
from unstuck.types.model import UNKNOWN
from unstuck.types.world import World

GOROOT = find_goroot()


@pytest.mark.skipif(GOROOT is None, reason="no Go distribution")
@pytest.mark.parametrize("path", ["context", "sync", "slices", "os/exec"])
def test_standard_packages(path: str) -> None:
    options = LoadOptions(cwd=os.path.join(str(GOROOT), "src", path), include_tests=False, goroot=GOROOT)
    workspace = load_workspace(["."], Target("linux", "amd64", ()), options)
    world = World(workspace, lambda _: None)
    for package in workspace.packages:
        world.add(package)
    (package,) = workspace.packages
    calls, idents, known = 0, 0, 0
    for function in map(world.function, world.functions(package.path)):
        assert function is not None
        for node, t in function.info.types.items():
            if isinstance(node, ast.Call):
                calls, known = calls + 1, known + (t != UNKNOWN)
            elif isinstance(node, ast.Ident):
                found = node in function.info.uses or node in function.info.defs
                idents, known = idents + 1, known + found
    assert idents > 300
    assert known > 0.98 * (calls + idents)
