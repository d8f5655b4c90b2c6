"""What exploring packages shares, and which functions of a package are roots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unstuck.callers import Calls
from unstuck.config import Settings
from unstuck.findings import RootKind
from unstuck.ir import instr
from unstuck.ir.code import Code
from unstuck.ir.desc import Descs
from unstuck.ir.instr import Function
from unstuck.models.loader import MACHINE, is_played, model
from unstuck.source.file import SourceFile
from unstuck.source.package import Package
from unstuck.source.workspace import Workspace
from unstuck.types import facts
from unstuck.types.model import FuncRef
from unstuck.types.world import World

_MAKES = (
    instr.MakeChan,
    instr.Go,
    instr.Lock,
    instr.WaitGroup,
    instr.Cond,
    instr.MakeContext,
    instr.MakeTimer,
)
_SIGNS = (
    rb"chan(?<!\wchan)\b",
    rb"<-",
    rb"go(?<!\wgo)[ \t]",
    rb"lock\(\)",
    rb"Lock\(\)",
    rb"Wait",
    rb"\.Done\(\)",
    rb"Broadcast\(\)",
    rb"sync\.",
    rb"context\.(?:With|After|Background|TODO)",
    rb"time\.(?:After|New|Tick)",
    rb"errgroup",
    rb"singleflight\.",
    rb"semaphore\.",
    rb"signal\.",
    rb"Pipe\(\)",
)
"""What the text of a function that makes or locks something has in it, itself or by a library's model. Each
begins with letters or signs: such alternatives are found several times faster."""


@dataclass(slots=True)
class Explorer:
    """What exploring packages shares within one process."""

    packages: tuple[Package, ...]
    world: World
    code: Code
    settings: Settings
    sources: Mapping[str, SourceFile]
    """Files of all packages, as reports name them. Blocks of one note share a name: each package's own
    files come first."""
    folders: Mapping[str, str]
    """Folder of each package relative to its module."""
    hidden: frozenset[str]
    """Generated files, whose findings nobody wants."""
    _calls: Calls | None = None
    """Of the package that was asked about last."""

    def calls(self, package: Package) -> Calls:
        """Who calls whom in a package, by the text."""
        if self._calls is None or self._calls.package is not package:
            self._calls = Calls(self.world, package)
        return self._calls


def explorer(
    packages: Sequence[Package], space: Workspace, settings: Settings, like: World | None = None
) -> Explorer:
    """Makes ready to explore some of `packages`; all of them are in sight.

    `like` has read another version of the same program: what did not change is not read again.
    """
    world = World(space, model)
    for package in packages:
        if package.path not in MACHINE:
            world.add(package)
    if like is not None:
        world.adopt(like)
    own = tuple(package.path for package in packages if not is_played(package.path))
    code = Code(world, Descs(world), own, lambda path: model(path) is not None)
    items = [item for package in packages for item in package.files]
    return Explorer(
        tuple(packages),
        world,
        code,
        settings,
        {item.file.path: item.file for item in items},
        {package.path: _folder(package) for package in packages},
        frozenset(item.file.path for item in items if item.generated and not settings.generated),
    )


def _folder(package: Package) -> str:
    if package.module is None:
        return ""
    return package.path.removeprefix(package.module.path).strip("/")


def is_root(explorer: Explorer, ref: FuncRef) -> bool:
    """It, or library code that it calls, makes a concurrency object, starts a goroutine or locks."""
    code = explorer.code
    lowered = code.lowered(ref)
    if lowered is None:
        return False
    if any(makes(explorer, function) for function in lowered.functions):
        return True
    library = [code.lowered(callee) for _, callee in lowered.refs if not code.own(callee.package)]
    return any(makes(explorer, function) for each in library if each for function in each.functions)


def is_maker(explorer: Explorer, signs: re.Pattern[bytes], ref: FuncRef) -> bool:
    """Exploring starts at the function of a package with these signs (`signs_of`)."""
    return promising(explorer.world, ref, signs) and is_root(explorer, ref)


def is_caller(
    explorer: Explorer, signs: re.Pattern[bytes], targets: frozenset[FuncRef], ref: FuncRef
) -> bool:
    """It calls one of the targets, and is no maker, which is explored already with what it calls."""
    lowered = explorer.code.lowered(ref)
    if lowered is None or not any(callee in targets for _, callee in lowered.refs):
        return False
    return not is_maker(explorer, signs, ref)


def promising(world: World, ref: FuncRef, signs: re.Pattern[bytes]) -> bool:
    """The text of a function mentions concurrency."""
    declared = world.declared(ref)
    return declared is not None and signs.search(declared.file.data, declared.start, declared.end) is not None


_STRUCT = re.compile(rb"^type\s+(\w+)[^\n{]*struct\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)


def signs_of(package: Package) -> re.Pattern[bytes]:
    """What tells in the text of a function of the package that it may be a root: words of the language and of
    libraries, and where the package's structs that have a lock or such in them may be made. A pointer to one
    (`*T`) is not enough."""
    found: dict[bytes, None] = {}
    for item in package.files:
        for match in _STRUCT.finditer(item.file.data) if b"sync." in item.file.data else ():
            if b"sync." in match[2]:
                found[match[1]] = None
    made = [name + rb"(?<![\w*.]" + name + rb")\b" for name in found]
    return re.compile(rb"|".join((*_SIGNS, *made)))


def is_model(world: World, ref: FuncRef) -> bool:
    """The function is a library model's, not real source."""
    declared = world.declared(ref)
    return declared is not None and declared.stub


def makes(explorer: Explorer, function: Function) -> bool:
    """It makes a concurrency object (a struct that has one inside counts), starts a goroutine or locks."""
    for item in function.code:
        if isinstance(item, _MAKES):
            return True
        if isinstance(item, instr.FieldAddr) and item.flag.startswith("chan"):
            return True
        if isinstance(item, instr.New | instr.Zero) and _has_sync(explorer, item.desc.name):
            return True
    return False


def _has_sync(explorer: Explorer, name: str) -> bool:
    named = explorer.code.descs.named.get(name)
    if named is None or not (explorer.code.own(named.package) or named.package == "sync"):
        return False
    return facts.contains_sync(explorer.world, named)


def root_kind(world: World, package: Package, ref: FuncRef) -> RootKind:
    """Who runs the function: the program's start, the test runner, or anybody."""
    if not ref.recv and ref.name == "main" and package.name == "main":
        return RootKind.MAIN
    if not ref.recv and ref.name.split("#")[0] == "init":
        return RootKind.MAIN
    declared = world.declared(ref)
    tests = {item.file.path for item in package.files if item.test}
    named = ref.name.startswith(("Test", "Benchmark", "Fuzz", "Example")) and not ref.recv
    if named and declared is not None and declared.file.path in tests:
        return RootKind.TEST
    return RootKind.FUNCTION
