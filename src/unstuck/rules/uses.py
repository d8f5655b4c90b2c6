"""What is done with a variable that owns something: used, released, or handed on to somebody else.

A use is classified by what stands around it; calls of functions in sight are looked into. A release is given
by the way from the value to the call: ("Stop",) for `t.Stop()`, ("Body", "Close") for `r.Body.Close()`, ()
for a value that is called itself.

Not known: what code does that cannot be seen; handing on to it ends the duty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from unstuck.flow.graph import called_literal
from unstuck.flow.places import bare, builtin, callee, variable
from unstuck.rules.names import literal_called_in
from unstuck.syntax import ast
from unstuck.syntax.walk import children, walk
from unstuck.types.model import FuncRef, Info, Named, Pointer, Unknown, Var
from unstuck.types.world import World

Path = tuple[str, ...]


class Use(Enum):
    """What an occurrence of a variable does to the duty."""

    NOTHING = "nothing"
    RELEASE = "release"
    HAND_ON = "hand on"
    WRITE = "write"


ONLY_READ = (
    *("fmt", "log", "log/slog", "io", "io/ioutil", "bufio", "bytes", "strings", "errors"),
    *("encoding/json", "encoding/xml", "encoding/gob", "encoding/csv", "encoding/binary", "encoding/base64"),
    *("compress/gzip", "compress/zlib", "compress/flate", "compress/bzip2", "archive/tar", "mime/multipart"),
    *("golang.org/x/net/html", "net/http/httputil", "hash", "testing"),
)
"""Packages whose functions neither release what they get nor keep it longer than their result."""
_KEEPERS = ("NopCloser", "Cleanup")
"""But those."""
_MAX_DEPTH = 3
"""How deep calls are followed. Past it a call takes the duty over."""
_MAX_BYTES = 20_000
"""Longer functions take the duty over."""


def use_of(
    world: World,
    info: Info,
    parents: Mapping[ast.Node, ast.Node],
    ident: ast.Node,
    releases: Sequence[Path],
    depth: int = 0,
) -> Use:
    """What the expression `ident`, which is the thing itself, does."""
    expr: ast.Node = ident
    path: Path = ()
    while True:
        parent = parents.get(expr)
        match parent:
            case ast.Paren() | ast.Star():
                expr = parent
            case ast.Selector():
                step = _selected(world, info, parents, parent, path, releases, depth)
                if isinstance(step, Use):
                    return step
                expr, path = parent, step
            case ast.Call() if parent.fun is expr:
                return Use.RELEASE if path in releases else Use.NOTHING
            case ast.Call():
                return _argument(world, info, parents, parent, expr, path, releases, depth)
            case ast.Assign() | ast.VarSpec():
                return _assigned(parent, expr, path)
            case ast.Range():
                return Use.NOTHING if parent.x is expr else Use.WRITE
            case ast.Return() | ast.SendStmt() | ast.Element() | ast.TypeAssert():
                return Use.HAND_ON
            case ast.Unary(op="&"):
                return Use.HAND_ON
            case _:
                return Use.NOTHING


def uses_in(info: Info, node: ast.Node, var: Var) -> Iterator[ast.Ident]:
    """The occurrences of a variable, those in literals too."""
    for item in walk(node):
        if isinstance(item, ast.Ident) and variable(info, item) is var:
            yield item


def parents_of(node: ast.Node) -> dict[ast.Node, ast.Node]:
    """What each node below stands in."""
    parents: dict[ast.Node, ast.Node] = {}
    waiting = [node]
    while waiting:
        item = waiting.pop()
        for child in children(item):
            parents[child] = item
            waiting.append(child)
    return parents


def _selected(
    world: World,
    info: Info,
    parents: Mapping[ast.Node, ast.Node],
    selector: ast.Selector,
    path: Path,
    releases: Sequence[Path],
    depth: int,
) -> Use | Path:
    """The way behind a selector, or what it does."""
    way = (*path, selector.sel.name)
    if way in releases:
        up: ast.Node = selector
        while isinstance(parents.get(up), ast.Paren):
            up = parents[up]
        call = parents.get(up)
        return Use.RELEASE if isinstance(call, ast.Call) and bare(call.fun) is selector else Use.HAND_ON
    if any(release[: len(way)] == way for release in releases):
        return way
    selection = info.selections.get(selector)
    if selection is not None and selection.kind == "field":
        return Use.NOTHING
    called = isinstance(parents.get(selector), ast.Call)
    method = selection.method if selection is not None else None
    if called and method is not None and not method.name[0].isupper():
        left = tuple(release[len(path) :] for release in releases)
        return Use.RELEASE if _receiver_releases(world, method, left, depth + 1) else Use.NOTHING
    return Use.NOTHING if called or selection is None else Use.HAND_ON


def _assigned(parent: ast.Assign | ast.VarSpec, expr: ast.Node, path: Path) -> Use:
    targets = parent.lhs if isinstance(parent, ast.Assign) else parent.names
    values = parent.rhs if isinstance(parent, ast.Assign) else parent.values
    if any(target is expr for target in targets):
        return Use.WRITE if not path else Use.HAND_ON
    for target, value in zip(targets, values):
        if value is expr and isinstance(target, ast.Ident) and target.name == "_":
            return Use.NOTHING
    return Use.HAND_ON


def _literal_use(
    world: World,
    info: Info,
    parents: Mapping[ast.Node, ast.Node],
    literal: ast.FuncLit,
    number: int,
    releases: Sequence[Path],
    depth: int,
) -> Use:
    """What a literal does with its argument `number`."""
    names = [ident for param in literal.type.params for ident in param.names]
    var = info.defs.get(names[number]) if 0 <= number < len(names) else None
    if var is None or depth > _MAX_DEPTH:
        return Use.HAND_ON
    for ident in uses_in(info, literal.body, var):
        use = use_of(world, info, parents, ident, releases, depth)
        if use is not Use.NOTHING:
            return Use.HAND_ON if use is Use.WRITE else use
    return Use.NOTHING


def _argument(
    world: World,
    info: Info,
    parents: Mapping[ast.Node, ast.Node],
    call: ast.Call,
    expr: ast.Node,
    path: Path,
    releases: Sequence[Path],
    depth: int,
) -> Use:
    if builtin(info, call) in ("len", "cap", "print", "println", "delete"):
        return Use.NOTHING
    if builtin(info, call) == "close":
        return Use.RELEASE if path in releases else Use.HAND_ON
    ref = callee(info, call)
    if ref is None:
        literal = called_literal(call) or literal_called_in(info, parents, call)
        if literal is None:
            return Use.HAND_ON
        number = next((n for n, arg in enumerate(call.args) if arg is expr), -1)
        left = tuple(way[len(path) :] for way in releases)
        return _literal_use(world, info, parents, literal, number, left, depth + 1)
    if ref.package in ONLY_READ and ref.name not in _KEEPERS and ref.name[0].isupper():
        return Use.NOTHING
    number = next((n for n, arg in enumerate(call.args) if arg is expr), -1)
    return parameter_use(world, ref, number, tuple(way[len(path) :] for way in releases), depth + 1)


def _receiver_releases(world: World, ref: FuncRef, releases: Sequence[Path], depth: int) -> bool:
    """Whether a private method, which only its own package can call, releases what it is called on."""
    declared = world.declared(ref)
    if declared is None or depth > _MAX_DEPTH or declared.end - declared.start > _MAX_BYTES or declared.stub:
        return False
    function = world.function(ref)
    recv = function.decl.recv if function is not None else None
    if function is None or function.decl.body is None or recv is None or not recv.names:
        return False
    var, parents = function.info.defs.get(recv.names[0]), parents_of(function.decl)
    return var is not None and any(
        use_of(world, function.info, parents, ident, releases, depth) is Use.RELEASE
        for ident in uses_in(function.info, function.decl.body, var)
    )


def parameter_use(world: World, ref: FuncRef, number: int, releases: Sequence[Path], depth: int) -> Use:
    """What a function in sight does with its argument `number`."""
    declared = world.declared(ref)
    if declared is None or depth > _MAX_DEPTH or declared.end - declared.start > _MAX_BYTES or declared.stub:
        return Use.HAND_ON
    function = world.function(ref)
    if function is None or function.decl.body is None or number < 0:
        return Use.HAND_ON
    names = [ident for param in function.decl.type.params for ident in param.names or ()]
    if not names:
        return Use.NOTHING
    var = function.info.defs.get(names[min(number, len(names) - 1)])
    if var is None:
        return Use.NOTHING  # the blank identifier
    parents = parents_of(function.decl)
    for ident in uses_in(function.info, function.decl.body, var):
        use = use_of(world, function.info, parents, ident, releases, depth)
        if use is not Use.NOTHING:
            return Use.HAND_ON if use is Use.WRITE else use
    return Use.NOTHING


def is_error(world: World, info: Info, expr: ast.Expr) -> bool:
    """Whether an expression is of type error, or a pointer that is an error; where the type is not known its
    name tells."""
    t = info.types.get(expr)
    if t is None and isinstance(expr, ast.Ident):
        var = variable(info, expr)
        t = var.type if var is not None else None
    if isinstance(t, Named):
        return t.package == "" and t.name == "error"
    if isinstance(t, Pointer):
        found = world.lookup(t, "Error", "")
        return found is not None and found.method is not None
    return (
        (t is None or isinstance(t, Unknown)) and isinstance(expr, ast.Ident) and "err" in expr.name.lower()
    )
