"""Package-level variables that keep the value they are declared with.

`var errClosed = errors.New("closed")` is never nil, `var now = time.Now` is that function, `var debug =
false` is false, as long as no code assigns them. Whether any does is asked of the text of the package: a
name in front of an assignment operator, with `++`, or behind `&` counts, whatever it stands for there, so
that an answer "kept" is right and an answer "not kept" may be too careful. Other packages can assign
exported names; they are believed not to do that to errors.
"""

from __future__ import annotations

import re

from unstuck.syntax import ast
from unstuck.types.model import ERROR, Func, Kept, Var
from unstuck.types.unit import GlobalInit
from unstuck.types.words import occurrences
from unstuck.types.world import World


def kept(world: World, var: Var) -> Kept | None:
    """What a package-level variable always is; None where it may change or nothing is known."""
    known = world.kept_globals.get(var)
    if known is None:
        known = world.kept_globals[var] = (_kept(world, var),)
    return known[0]


def _kept(world: World, var: Var) -> Kept | None:
    is_error = var.type == ERROR
    if not is_error and var.name[:1].isupper():
        return None
    declared = world.global_init(var)
    if declared is None or declared.value is None:
        return None
    found = _value(world, declared, declared.value)
    if found is None or _assigned(world, var):
        return None
    return found


def _value(world: World, declared: GlobalInit, value: ast.Expr) -> Kept | None:
    match value:
        case ast.Paren():
            return _value(world, declared, value.x)
        case ast.Ident(name="true" | "false"):
            return Kept(constant=value.name == "true")
        case ast.BasicLit(kind="int") if value.text.isdigit() and not value.text.startswith("0"):
            return Kept(constant=int(value.text))
        case ast.FuncLit() | ast.CompositeLit():
            return Kept(non_nil=True)
        case ast.Unary(op="&"):
            return Kept(non_nil=True)
        case ast.Ident() | ast.Selector():
            name = value if isinstance(value, ast.Ident) else value.sel
            used = declared.info.uses.get(name)
            return Kept(non_nil=True, func=used.ref) if isinstance(used, Func) else None
        case ast.Call() if _makes_error(value.fun):
            return Kept(non_nil=True)
        case _:
            return None


def _makes_error(fun: ast.Expr) -> bool:
    match fun:
        case ast.Selector(x=ast.Ident(name=package), sel=ast.Ident(name=name)):
            return (package, name) in (("errors", "New"), ("fmt", "Errorf"))
        case _:
            return False


def _assigned(world: World, var: Var) -> bool:
    name = var.name.encode("utf-8", "surrogateescape")
    for file in world.texts(var.package):
        for at in occurrences(file.data, name):
            if _is_assigned(file.data, at, at + len(name)) and (file.path, at) != (var.path, var.start):
                return True
    return False


_OPERATOR = re.compile(rb"[ \t]*(?:,[^=\n;]*)?(?:\+\+|--|(?:[-+*/%&|^]|<<|>>|&\^)?=(?!=))")


def _is_assigned(text: bytes, start: int, end: int) -> bool:
    """A word is assigned, or its address is taken; not one behind a dot."""
    if text[start - 1 : start] == b".":
        return False
    before = text[max(0, start - 20) : start].rstrip(b" \t")
    return (before[-1:] == b"&" and before[-2:-1] != b".") or _OPERATOR.match(text, end) is not None
