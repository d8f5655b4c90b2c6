"""What functions and initial values do with names, as written: nothing is inferred, and a local variable of
the same name counts as the variable itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.words import has_word
from unstuck.types.world import World

_MUTATORS = ("delete", "clear", "copy")


@dataclass(frozen=True, slots=True)
class Usage:
    """What is done with names in one of them. All sets are for membership only."""

    changed: frozenset[str]
    """What may be assigned to, in part or by its address."""
    changed_by_code: frozenset[str]
    """The same, but for addresses that are given to say where an option goes: `flag.IntVar(&port, ...)`."""
    not_read: frozenset[str]
    """What stands elsewhere than in `*name`."""
    not_asked: frozenset[str]
    """What stands elsewhere than in `name[...]`, `len(name)` and behind `range`."""


def usages(world: World, package: str, name: str) -> Iterator[Usage]:
    """For each function and initial value of a package in whose text the name stands."""
    word = name.encode("utf-8", "surrogateescape")
    for key, body in world.bodies(package, lambda text: has_word(text, word)):
        known = world.usages.get(key)
        if known is None:
            known = world.usages[key] = _usage(body())
        yield known


def _usage(body: ast.Node) -> Usage:
    changed: set[str] = set()
    by_code: set[str] = set()
    options: set[ast.Node] = set()
    named: Counter[str] = Counter()
    read: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for node in walk(body):
        match node:
            case ast.Ident():
                named[node.name] += 1
            case ast.Star(x=ast.Ident(name=name)):
                read[name] += 1
            case ast.Index(x=ast.Ident(name=name)) | ast.Range(x=ast.Ident(name=name)):
                asked[name] += 1
            case ast.Call(fun=ast.Ident(name="len"), args=(ast.Ident(name=name),)):
                asked[name] += 1
            case ast.Call(fun=ast.Selector(sel=ast.Ident(name=name))) if name.rstrip("P").endswith("Var"):
                options.update(node.args[:1])
            case _:
                pass
        roots = [_root(target) for target in _targets(node)]
        changed.update(roots)
        if node not in options:
            by_code.update(roots)
    return Usage(
        frozenset(changed),
        frozenset(by_code),
        frozenset(name for name, count in named.items() if count != read[name]),
        frozenset(name for name, count in named.items() if count > asked[name]),
    )


def _targets(node: ast.Node) -> Iterator[ast.Expr]:
    match node:
        case ast.Assign():
            yield from node.lhs
        case ast.IncDec():
            yield node.x
        case ast.Unary(op="&"):
            yield node.x
        case ast.Range():
            yield from (item for item in (node.key, node.value) if item is not None)
        case ast.Call(fun=ast.Ident(name=called)) if called in _MUTATORS and node.args:
            yield node.args[0]
        case _:
            pass


def _root(expr: ast.Expr) -> str:
    """The variable that an expression denotes, or a part of."""
    while True:
        match expr:
            case ast.Paren() | ast.Index() | ast.Selector() | ast.SliceExpr() | ast.Star():
                expr = expr.x
            case ast.Ident():
                return expr.name
            case _:
                return ""
