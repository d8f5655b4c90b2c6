"""Types as the code of one file would write them."""

from __future__ import annotations

from unstuck.fixes.case import Sight
from unstuck.syntax import ast
from unstuck.syntax.parse import parse
from unstuck.types.model import Array, Basic, Chan, Map, Named, Pointer, Slice, Struct, Type, TypeParam

_CHAN = {"both": "chan ", "send": "chan<- ", "recv": "<-chan "}


def type_text(sight: Sight, type_: Type) -> str | None:
    """`type_` as source of this file; None where it has no short name there."""
    match type_:
        case Basic(name) if not name.startswith("untyped"):
            return name
        case TypeParam(name):
            return name
        case Named(package, name, ()) if "." not in name:
            return _named(sight, package, name)
        case Pointer(elem):
            return _with("*", type_text(sight, elem))
        case Slice(elem):
            return _with("[]", type_text(sight, elem))
        case Array(length, elem) if length is not None:
            return _with(f"[{length}]", type_text(sight, elem))
        case Chan(direction, elem):
            return _with(_CHAN[direction], type_text(sight, elem))
        case Map(key, elem):
            spelled = type_text(sight, key)
            return _with(f"map[{spelled}]", type_text(sight, elem)) if spelled is not None else None
        case Struct(()):
            return "struct{}"
        case _:
            return None


def _with(prefix: str, text: str | None) -> str | None:
    return None if text is None else prefix + text


def _named(sight: Sight, package: str, name: str) -> str | None:
    if package in ("", sight.package.path):
        return name
    imported = imports(sight).get(package)
    return f"{imported}.{name}" if imported is not None else None


def imports(sight: Sight) -> dict[str, str]:
    """Names of the packages that the file imports, by path; a guess where the import has no name."""
    found: dict[str, str] = {}
    for spec in parse(sight.file).imports:
        if spec.name not in ("_", "."):
            found[spec.path] = spec.name or spec.path.rpartition("/")[2]
    return found


def method_call(sight: Sight, node: ast.Node) -> tuple[str, str] | None:
    """("s.mu", "Lock") for the statement or call `s.mu.Lock()`."""
    call = node.x if isinstance(node, ast.ExprStmt) else node
    if not isinstance(call, ast.Call) or not isinstance(call.fun, ast.Selector):
        return None
    return sight.text(call.fun.x), call.fun.sel.name


def tight(sight: Sight, expr: ast.Expr) -> str:
    """An expression as gofmt writes it as one of several arguments: no space around its operators."""
    match expr:
        case ast.Binary():
            return f"{tight(sight, expr.x)}{expr.op}{tight(sight, expr.y)}"
        case ast.Paren():
            return f"({tight(sight, expr.x)})"
        case _:
            return sight.text(expr)
