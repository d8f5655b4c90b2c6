"""Which variables a piece of code can name, what there tells it to end, and how it would leave.

Go spec: "Declarations and scope". Only names declared before the place count, and of equal names the inner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.fixes.case import Sight, body_around
from unstuck.fixes.spelling import imports, type_text
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types.model import (
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Type,
    Var,
)

CONTEXT = Named("context", "Context")
_ENDS = ("done", "stop", "quit", "clos", "exit", "shut", "cancel", "finish", "kill", "abort")
"""What a channel is called that tells a goroutine to end."""


@dataclass(frozen=True, slots=True)
class End:
    """What tells the code to end: `wait` is what to receive from, `error` what to return."""

    wait: str
    error: str
    rank: int
    """0 for contexts, 1 for channels."""


def visible(sight: Sight, at: ast.Node) -> dict[str, Var]:
    """The variables that can be named in front of a statement, inner ones first."""
    found: dict[str, Var] = {}
    before = at.start
    for node in sight.above(at):
        for ident in reversed(list(_declares(node, before))):
            var = sight.info.defs.get(ident)
            if var is not None and ident.end <= before and ident.name != "_":
                found.setdefault(ident.name, var)
    for each in sight.world.globals(sight.package.path):
        for var in each.vars:
            found.setdefault(var.name, var)
    return found


def _declares(node: ast.Node, before: int) -> Iterator[ast.Ident]:
    """Names that a node declares for what is inside it, in order; by statements that end before an offset:
    what a statement declares means nothing inside it yet."""
    match node:
        case ast.FuncDecl() | ast.FuncLit():
            for param in (
                *((node.recv,) if isinstance(node, ast.FuncDecl) and node.recv else ()),
                *node.type.params,
            ):
                yield from param.names
            for param in node.type.results:
                yield from param.names
        case ast.Block():
            for stmt in node.stmts:
                yield from _declared_by(stmt, before)
        case ast.Case() | ast.CommCase():
            if isinstance(node, ast.CommCase) and node.comm is not None:
                yield from _declared_by(node.comm, before)
            for stmt in node.body:
                yield from _declared_by(stmt, before)
        case ast.If() | ast.For() | ast.Switch() | ast.TypeSwitch() if node.init is not None:
            yield from _declared_by(node.init, before)
        case ast.Range() if node.define:
            yield from (each for each in (node.key, node.value) if isinstance(each, ast.Ident))
        case _:
            pass


def _declared_by(stmt: ast.Stmt, before: int) -> Iterator[ast.Ident]:
    while isinstance(stmt, ast.Labeled):
        stmt = stmt.stmt
    if stmt.end > before:
        return
    match stmt:
        case ast.Assign() if stmt.op == ":=":
            yield from (each for each in stmt.lhs if isinstance(each, ast.Ident))
        case ast.DeclStmt():
            for spec in stmt.specs:
                if isinstance(spec, ast.VarSpec):
                    yield from spec.names
        case _:
            pass


def ends(sight: Sight, at: ast.Node, without: str = "") -> list[End]:
    """What tells code at `at` to end, likely ones first; not the channel with the text `without`."""
    found: dict[str, End] = {}
    for name, var in visible(sight, at).items():
        if var.kind == "global":
            continue
        _add(found, _end(sight, name, var.type, given=var.kind == "param"))
        _add(found, _method_end(sight, name, var.type))
        for field in sight.world.struct_fields(var.type):
            if not _is_in_reach(sight, var.type, field.name):
                continue
            _add(found, _end(sight, f"{name}.{field.name}", field.type, given=False))
            _add(found, _method_end(sight, f"{name}.{field.name}", field.type))
    own = sight.file.data[body_around(sight, at).start : at.start].replace(b" ", b"")
    kept = (end for end in found.values() if end.wait != without and f"close({end.wait})".encode() not in own)
    return sorted(kept, key=lambda end: end.rank)


def _is_in_reach(sight: Sight, type_: Type, name: str) -> bool:
    """A field or method that this package may name."""
    base = type_.elem if isinstance(type_, Pointer) else type_
    return name[:1].isupper() or not isinstance(base, Named) or base.package == sight.package.path


def _method_end(sight: Sight, text: str, type_: Type) -> End | None:
    """A method that gives what to wait for: `s.ShouldStop()`, `r.Context()`."""
    base = type_.elem if isinstance(type_, Pointer) else type_
    if not isinstance(base, Named) or not base.package or base == CONTEXT:
        return None
    for method in sight.world.methods(base):
        gives = method == "Context" and (base.package != "testing" or _has_test_contexts(sight))
        named = gives or any(word in method.lower() for word in _ENDS)
        if not named or not _is_in_reach(sight, type_, method):
            continue
        found = sight.world.lookup(type_, method, sight.package.path)
        signature = found.type if found is not None else None
        if not isinstance(signature, Signature) or signature.params or len(signature.results) != 1:
            continue
        result = signature.results[0]
        if gives and result == CONTEXT:
            return End(f"{text}.Context().Done()", f"{text}.Context().Err()", 0)
        if isinstance(result, Chan) and result.dir == "recv":
            return End(f"{text}.{method}()", "", 1)
    return None


def _has_test_contexts(sight: Sight) -> bool:
    """testing.T.Context is of Go 1.24."""
    minor = sight.package.versions.toolchain.split(".")[1:2]
    return bool(minor) and minor[0].isdigit() and int(minor[0]) >= 24


def _add(found: dict[str, End], end: End | None) -> None:
    if end is not None:
        found.setdefault(end.wait, end)


def _end(sight: Sight, text: str, type_: Type, *, given: bool) -> End | None:
    """An end: a context, or a channel without values that is called so, and that the package closes or that
    comes from outside."""
    name = text.rpartition(".")[2]
    if type_ == CONTEXT:
        return End(f"{text}.Done()", f"{text}.Err()", 0)
    if not isinstance(type_, Chan) or type_.dir == "send" or type_.elem != Struct(()):
        return None
    if not any(word in name.lower() for word in _ENDS):
        return None
    if not (given or type_.dir == "recv"):
        closing = re.compile(rb"\bclose\((?:[\w.]*\.)?" + re.escape(name.encode()) + rb"\)")
        if not any(closing.search(item.file.data) for item in sight.package.files):
            return None
    return End(text, "", 1)


def leave(sight: Sight, at: ast.Node, error: str) -> tuple[str, str] | None:
    """The statement that leaves the function around `at`, and a package to import for it, or ""; None where
    it is not clear what to return."""
    function = body_around(sight, at)
    results = [param for param in function.type.results for _ in (param.names or (None,))]
    needs = ""
    if not results:
        return "return", ""
    types = [sight.info.types.get(param.type) for param in results]
    fails = types[-1] == Named("", "error")
    if fails and not error:
        error, needs = _own_error(sight, at)
        if not error:
            return None
    zeros = [_zero(sight, each) for each in (types[:-1] if fails else types)]
    if any(zero is None for zero in zeros):
        return None
    values = [*(zero or "" for zero in zeros), *((error,) if fails else ())]
    return "return " + ", ".join(values), needs


def _own_error(sight: Sight, at: ast.Node) -> tuple[str, str]:
    """An error to return where the end has none, and the package to import for it; "" where there is none."""
    imported, taken = imports(sight), visible(sight, at)
    for path, text in (("errors", 'New("stopped")'), ("context", "Canceled")):
        name = imported.get(path, "")
        if name and name not in taken:
            return f"{name}.{text}", ""
    declared = {ref.name for ref in sight.world.functions(sight.package.path) if not ref.recv}
    free = not {"errors"} & (taken.keys() | declared | set(imported.values()))
    return ('errors.New("stopped")', "errors") if free else ("", "")


def _zero(sight: Sight, type_: Type | None) -> str | None:
    if type_ is None:
        return None
    match sight.world.underlying(type_):
        case Struct() | Array():
            spelled = type_text(sight, type_)
            return f"{spelled}{{}}" if spelled is not None else None
        case Basic("bool"):
            return "false"
        case Basic("string"):
            return '""'
        case Basic(name):
            return "nil" if name == "unsafe.Pointer" else "0"
        case Pointer() | Slice() | Map() | Chan() | Signature() | Interface():
            return "nil"
        case _:
            return None


def fresh(sight: Sight, *names: str) -> str:
    """The first of some names that nothing in the function or its package is called."""
    taken = {node.name for node in walk(sight.function.decl) if isinstance(node, ast.Ident)}
    taken |= {var.name for each in sight.world.globals(sight.package.path) for var in each.vars}
    taken |= {ref.name for ref in sight.world.functions(sight.package.path) if not ref.recv}
    for name in names:
        if name not in taken:
            return name
    number = 2
    while f"{names[0]}{number}" in taken:
        number += 1
    return f"{names[0]}{number}"


def stable(sight: Sight, expr: ast.Expr, at: ast.Node, until: ast.Node) -> bool:
    """Whether an expression that is read at `until` means the same at `at`.

    Its variables are in scope there, and not written in between.
    """
    names = visible(sight, at)
    written = {
        ident
        for node in walk(sight.function.decl)
        if at.start <= node.start < until.start
        for ident in _written(node)
    }
    for node in walk(expr):
        if isinstance(node, ast.Call) and not (
            isinstance(node.fun, ast.Ident) and node.fun.name in ("len", "cap")
        ):
            return False
        if isinstance(node, ast.Ident):
            obj = sight.info.uses.get(node)
            if isinstance(obj, Var) and (names.get(node.name) is not obj or node.name in written):
                return False
    return True


def _written(node: ast.Node) -> Iterator[str]:
    targets: tuple[ast.Expr, ...] = ()
    if isinstance(node, ast.Assign):
        targets = node.lhs
    elif isinstance(node, ast.IncDec):
        targets = (node.x,)
    for target in targets:
        if isinstance(target, ast.Ident):
            yield target.name


def handed_on(sight: Sight, var: Var) -> bool:
    """The value is returned, or stored in a field: somebody else is to close it."""
    for node in walk(sight.function.decl):
        if not isinstance(node, ast.Ident) or sight.info.uses.get(node) is not var:
            continue
        parent = sight.parents.get(node)
        if isinstance(parent, (ast.Return, ast.Element)):
            return True
        if isinstance(parent, ast.SendStmt) and parent.value is node:
            return True
        if isinstance(parent, ast.Assign) and node in parent.rhs:
            return True
    return False
