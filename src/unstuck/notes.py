"""Markdown notes as packages: each block of Go is one."""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.syntax.notes import blocks
from unstuck.syntax.parse import parse


def note_packages(space: Workspace, notes: Iterable[tuple[str, bytes]]) -> tuple[Package, ...]:
    """A package for each Go block of some notes: how reports name them, and their bytes."""
    made: list[Package] = []
    for path, text in notes:
        for number, block in enumerate(blocks(path, text), 1):
            name = parse(block.file).package or "note"
            made.append(space.block(block.file, f"{path}#{number}", name))
    return tuple(made)
