"""What building the package does beside packing it (hatch_build.py)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOOK = Path(__file__).parent.parent / "hatch_build.py"


def _hook(root: Path) -> BuildHookInterface:
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.BytecodeHook(str(root), {}, None, None, "", "wheel")


@pytest.mark.parametrize(("version", "compiled"), [("editable", 1), ("standard", 0)])
def test_an_editable_install_has_bytecode(tmp_path: Path, version: str, compiled: int) -> None:
    package = tmp_path / "src" / "package"
    package.mkdir(parents=True)
    (package / "good.py").write_text("x = 1\n")
    (package / "bad.py").write_text("x = = 1\n")  # the install goes on
    _hook(tmp_path).initialize(version, {})
    assert len(list(package.rglob("*.pyc"))) == compiled
