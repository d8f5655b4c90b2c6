"""The state of inferring one declaration, and the way from a node to the function that infers it.

A `Context` knows the names in sight: those of the function's own blocks in `names`, all others through its
file. Leaving a block restores what the block hid, so looking a name up is one dictionary access.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from unstuck.syntax import ast
from unstuck.types.model import (
    UNKNOWN,
    Info,
    Named,
    Object,
    PackageName,
    Selection,
    Type,
    TypeParam,
    Var,
)
from unstuck.types.unit import FileScope


class Knowledge(Protocol):
    """What inference asks of the program around a declaration; `World` answers."""

    def find(self, scope: FileScope, name: str) -> Object | None:
        """What a name means outside of any function of a file: package, imports, universe."""

    def find_package(self, scope: FileScope, name: str) -> PackageName | None:
        """The package that an undeclared name in front of a dot stands for (universe.WELL_KNOWN)."""

    def member(self, package: PackageName, name: str) -> Object | None:
        """What an imported package declares under a name."""

    def missing(self, path: str) -> bool:
        """Whether nothing of the package can be read, neither source nor model."""

    def underlying(self, t: Type) -> Type:
        """See World.underlying."""

    def lookup(self, t: Type, name: str, package: str) -> Selection | None:
        """See World.lookup."""

    def type_params(self, t: Named) -> tuple[TypeParam, ...]:
        """Type parameters of the declaration of a generic type."""

    def add_local(self, t: Named, underlying: Type) -> None:
        """Remember the underlying type of a type declared inside a function."""


@dataclass(slots=True, eq=False)
class Context:
    """Names in sight and what was found so far. `types`, `uses` and `constants` are those of `info`."""

    world: Knowledge
    scope: FileScope
    info: Info
    prefix: str
    """Name of the function, in front of the names of its local types."""
    package: str
    path: str
    types: dict[ast.Expr, Type]
    uses: dict[ast.Ident, Object]
    constants: dict[ast.Expr, int | bool | str | float]
    names: dict[str, Object] = field(default_factory=dict)
    block: dict[str, Object | None] = field(default_factory=dict)
    """Names the innermost block declares, with what they meant outside of it."""
    locals: dict[str, int] = field(default_factory=dict)
    """How many local types of each name there were."""
    shallow: bool = False
    """Only the type of the outermost expression is wanted: bodies of literals are not entered."""


def context(world: Knowledge, scope: FileScope, prefix: str) -> Context:
    """A context with nothing declared."""
    info = Info()
    return Context(
        world,
        scope,
        info,
        prefix,
        scope.unit.path,
        scope.file.path,
        info.types,
        info.uses,
        info.constants,
    )


def open_block(ctx: Context) -> dict[str, Object | None]:
    """Enter a block; give the result to `close_block`."""
    outer = ctx.block
    ctx.block = {}
    return outer


def close_block(ctx: Context, outer: dict[str, Object | None]) -> None:
    """Leave the innermost block."""
    names = ctx.names
    for name, hidden in ctx.block.items():
        if hidden is None:
            del names[name]
        else:
            names[name] = hidden
    ctx.block = outer


def declare(ctx: Context, name: str, obj: Object) -> None:
    """Declare a name in the innermost block."""
    if name not in ctx.block:
        ctx.block[name] = ctx.names.get(name)
    ctx.names[name] = obj


def define(ctx: Context, ident: ast.Ident, t: Type, kind: str) -> Var:
    """Declare a variable at its identifier; `_` makes one that nothing can name."""
    name = ident.name
    var = Var(name, t, kind, ctx.path, ident.start, ctx.package)
    ctx.info.defs[ident] = var
    ctx.types[ident] = t
    if name != "_":
        block = ctx.block
        if name not in block:
            block[name] = ctx.names.get(name)
        ctx.names[name] = var
    return var


def find(ctx: Context, name: str) -> Object | None:
    """What a name means here."""
    obj = ctx.names.get(name)
    if obj is not None:
        return obj
    obj = ctx.scope.names.get(name)
    return obj if obj is not None else ctx.world.find(ctx.scope, name)


EXPRESSIONS: dict[type, Callable[[Context, Any], Type]] = {}
"""Node class -> what infers it as an expression. Filled by expressions.py, calls.py and typexpr.py."""
STATEMENTS: dict[type, Callable[[Context, Any], None]] = {}
"""Node class -> what infers a statement. Filled by statements.py."""


def expr(ctx: Context, node: ast.Expr) -> Type:
    """Infer an expression (or type) with all it contains, and record its type."""
    t = EXPRESSIONS[node.__class__](ctx, node)
    ctx.types[node] = t
    return t


def nothing(ctx: Context, node: object) -> Type:
    """For nodes that say nothing about types."""
    return UNKNOWN
