"""Go source in memory, or on disk, as sliced programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from types_program import package
from unstuck.ir.code import Code, Lowered
from unstuck.ir.desc import Descs
from unstuck.ir.instr import Program
from unstuck.ir.program import grown, program
from unstuck.ir.slice import sliced
from unstuck.models.loader import model
from unstuck.source import workspace
from unstuck.source.options import LoadOptions
from unstuck.source.package import Package
from unstuck.types.world import World


class _Alone:
    """Nothing can be imported but library models."""

    def resolve(self, import_path: str, importer: Package) -> Package | None:
        return None


def lowered(text: str, root: str = "f") -> Program:
    """The fragment of function `root` of a file, not sliced; `text` has no package clause."""
    code, first = code_of(text, root)
    return grown(code, first)


def code_of(text: str, root: str) -> tuple[Code, Lowered]:
    """The code of such a file, and function `root` of it."""
    world = World(_Alone(), model)
    world.add(package("m", "package m\n" + text))
    code = _code(world, ("m",))
    first = code.lowered(next(ref for ref in world.functions("m") if ref.name == root))
    assert first is not None
    return code, first


def fragment(text: str, root: str = "f") -> Program:
    """The same, sliced."""
    return sliced(lowered(text, root))


def fragments(folder: Path) -> Iterator[Program]:
    """The fragments of all functions below a module's folder, not sliced."""
    space = workspace.load(("./...",), workspace.Target("linux", "amd64", ()), LoadOptions(cwd=str(folder)))
    world = World(space, model)
    for each in space.packages:
        world.add(each)
    code = _code(world, tuple(each.path for each in space.packages))
    for each in space.packages:
        for ref in world.functions(each.path):
            made = program(code, ref)
            if made is not None:
                yield made


def _code(world: World, packages: tuple[str, ...]) -> Code:
    return Code(world, Descs(world), packages, lambda path: model(path) is not None)
