"""Compiles the sources to bytecode when they are installed editable.

pip does that for wheels. Without it each start of an editable install costs a third of a second more where
Python is told not to write bytecode itself (PYTHONDONTWRITEBYTECODE, as many containers have it).
"""

from __future__ import annotations

import compileall
import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BytecodeHook(BuildHookInterface):
    """Runs for the build target `wheel`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is that of the target: "standard" or "editable". What cannot be written is left out."""
        if version == "editable":
            compileall.compile_dir(os.path.join(self.root, "src"), quiet=2)
