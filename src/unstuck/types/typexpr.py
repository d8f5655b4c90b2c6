"""Type expressions -> types (Go spec: "Types"), and telling types from values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unstuck.syntax import ast
from unstuck.types.context import EXPRESSIONS, Context, declare, expr, find, nothing
from unstuck.types.generic import bind, substitute, too_large
from unstuck.types.model import (
    STRING,
    UNKNOWN,
    UNTYPED_NIL,
    Array,
    Chan,
    Field,
    Func,
    Interface,
    Map,
    Named,
    Nil,
    PackageName,
    Pointer,
    Signature,
    Slice,
    Struct,
    Type,
    TypeName,
    TypeParam,
)
from unstuck.types.universe import UINT8

_BYTES = Slice(UINT8)


def type_expr(ctx: Context, node: ast.Expr) -> Type:
    """The type that `node` denotes; Unknown when it denotes none."""
    resolve = _TYPES.get(node.__class__)
    if resolve is None:
        return UNKNOWN
    t = resolve(ctx, node)
    ctx.types[node] = t
    return t


def denoted(ctx: Context, node: ast.Expr) -> Type | None:
    """The type that `node` denotes, None when it is a value. Records only in the first case."""
    if is_type(ctx, node):
        return type_expr(ctx, node)
    return None


def is_type(ctx: Context, node: ast.Expr) -> bool:
    """Whether an expression denotes a type."""
    while isinstance(node, (ast.Paren, ast.Star, ast.Index)):
        node = node.x
    if isinstance(node, ast.Ident):
        return isinstance(find(ctx, node.name), TypeName)
    if isinstance(node, ast.Selector):
        return _is_qualified_type(ctx, node)
    return node.__class__ in _LITERAL_TYPES


def package_of(ctx: Context, node: ast.Expr) -> PackageName | None:
    """The package that `node` names, as in front of the dot of a qualified identifier."""
    if not isinstance(node, ast.Ident):
        return None
    obj = find(ctx, node.name)
    if obj is None:
        obj = ctx.world.find_package(ctx.scope, node.name)
    return obj if isinstance(obj, PackageName) else None


def signature(ctx: Context, node: ast.FuncType) -> Signature:
    """The signature of a function type (its type parameters are declared by the caller)."""
    params: list[Type] = []
    variadic = False
    for param in node.params:
        t = type_expr(ctx, param.type)
        if param.variadic:
            t, variadic = Slice(t), True
        params.extend([t] * (len(param.names) or 1))
    results: list[Type] = []
    for param in node.results:
        results.extend([type_expr(ctx, param.type)] * (len(param.names) or 1))
    return Signature(tuple(params), tuple(results), variadic)


def declare_type_params(ctx: Context, params: tuple[ast.Param, ...]) -> tuple[TypeParam, ...]:
    """Declare type parameters in the innermost block. Inside their constraints they are without constraints,
    but for one level."""
    if not params:
        return ()
    names = [ident.name for param in params for ident in param.names]
    for name in names:
        declare(ctx, name, TypeName(name, TypeParam(name)))
    limits = [limit for param in params for limit in [constraint(ctx, param.type)] * len(param.names)]
    plain = {name: TypeParam(name, limit) for name, limit in zip(names, limits)}
    made = [TypeParam(name, substitute(limit, plain)) for name, limit in zip(names, limits)]
    for one in made:
        declare(ctx, one.name, TypeName(one.name, one))
    return tuple(made)


def constraint(ctx: Context, node: ast.Expr) -> Type:
    """A constraint; `~[]E` alone stands for `interface{ ~[]E }`. A union has its core type as only term."""
    if isinstance(node, (ast.Unary, ast.Binary)):
        return Interface((), (_term(ctx, node),))
    t = type_expr(ctx, node)
    if isinstance(ctx.world.underlying(t), Interface) or t == UNKNOWN:
        return t
    return Interface((), (t,))


def _term(ctx: Context, node: ast.Expr) -> Type:
    while isinstance(node, (ast.Paren, ast.Unary)):
        node = node.x
    if isinstance(node, ast.Binary):
        return _union(ctx, _term(ctx, node.x), _term(ctx, node.y))
    return type_expr(ctx, node)


def _union(ctx: Context, x: Type, y: Type) -> Type:
    """The core type of a union of terms (Go spec: "Core types"), Unknown when it has none."""
    a, b = ctx.world.underlying(x), ctx.world.underlying(y)
    if a == b:
        return x
    if isinstance(a, Chan) and isinstance(b, Chan) and a.elem == b.elem:
        return b if a.dir == "both" else a
    both = (a, b)
    return _BYTES if _BYTES in both and STRING in both else UNKNOWN


def _ident(ctx: Context, node: ast.Ident) -> Type:
    obj = find(ctx, node.name)
    if obj is None:
        return UNKNOWN
    ctx.uses[node] = obj
    if isinstance(obj, TypeName):
        return obj.type
    return UNTYPED_NIL if isinstance(obj, Nil) else UNKNOWN


def _selector(ctx: Context, node: ast.Selector) -> Type:
    package = package_of(ctx, node.x)
    if package is None:
        return UNKNOWN
    assert isinstance(node.x, ast.Ident)
    ctx.uses[node.x] = package
    obj = ctx.world.member(package, node.sel.name)
    if obj is None and ctx.world.missing(package.path):
        obj = TypeName(node.sel.name, Named(package.path, node.sel.name))
    if obj is None:
        return UNKNOWN
    ctx.uses[node.sel] = obj
    return obj.type if isinstance(obj, TypeName) else UNKNOWN


def _is_qualified_type(ctx: Context, node: ast.Selector) -> bool:
    package = package_of(ctx, node.x)
    return package is not None and isinstance(ctx.world.member(package, node.sel.name), TypeName)


def _paren(ctx: Context, node: ast.Paren) -> Type:
    return type_expr(ctx, node.x)


def _star(ctx: Context, node: ast.Star) -> Type:
    return Pointer(type_expr(ctx, node.x))


def _index(ctx: Context, node: ast.Index) -> Type:
    """An instantiated type. The type of a generic alias was resolved with its own parameters in place."""
    base = type_expr(ctx, node.x)
    args = tuple([type_expr(ctx, arg) for arg in node.indices])
    name = node.x.sel if isinstance(node.x, ast.Selector) else node.x
    obj = ctx.uses.get(name) if isinstance(name, ast.Ident) else None
    if isinstance(obj, TypeName) and obj.type_params:
        made = substitute(base, bind(obj.type_params, args))
    else:
        made = Named(base.package, base.name, args) if isinstance(base, Named) else UNKNOWN
    return UNKNOWN if too_large(made) else made


def _array(ctx: Context, node: ast.ArrayType) -> Type:
    length = node.length
    if length is None:
        return Slice(type_expr(ctx, node.elem))
    if not isinstance(length, ast.Ellipsis):
        expr(ctx, length)
    value = ctx.constants.get(length)
    size = value if isinstance(value, int) and 0 <= value < 1 << 63 else None
    return Array(size, type_expr(ctx, node.elem))


def _map(ctx: Context, node: ast.MapType) -> Type:
    return Map(type_expr(ctx, node.key), type_expr(ctx, node.value))


def _chan(ctx: Context, node: ast.ChanType) -> Type:
    return Chan(node.dir, type_expr(ctx, node.elem))


def _struct(ctx: Context, node: ast.StructType) -> Type:
    fields: list[Field] = []
    for declared in node.fields:
        t = type_expr(ctx, declared.type)
        if declared.names:
            fields.extend([Field(ident.name, t) for ident in declared.names])
        else:
            fields.append(Field(embedded_name(declared.type), t, True))
    return Struct(tuple(fields))


def embedded_name(node: ast.Expr) -> str:
    """The field name of an embedded type: its bare name."""
    while isinstance(node, (ast.Star, ast.Paren, ast.Index)):
        node = node.x
    if isinstance(node, ast.Selector):
        return node.sel.name
    return node.name if isinstance(node, ast.Ident) else ""


def _interface(ctx: Context, node: ast.InterfaceType) -> Type:
    methods = tuple([(method.name.name, signature(ctx, method.type)) for method in node.methods])
    return Interface(methods, tuple([_term(ctx, embed) for embed in node.embeds]))


_LITERAL_TYPES: dict[type, Callable[[Context, Any], Type]] = {
    ast.ArrayType: _array,
    ast.MapType: _map,
    ast.ChanType: _chan,
    ast.FuncType: signature,
    ast.StructType: _struct,
    ast.InterfaceType: _interface,
}

_TYPES: dict[type, Callable[[Context, Any], Type]] = {
    ast.Ident: _ident,
    ast.Selector: _selector,
    ast.Paren: _paren,
    ast.Star: _star,
    ast.Index: _index,
    **_LITERAL_TYPES,
}

EXPRESSIONS.update(_LITERAL_TYPES)
EXPRESSIONS.update({ast.BadExpr: nothing, ast.Ellipsis: nothing})


def partial(ctx: Context, func: Func, args: tuple[Type, ...]) -> Type:
    """The signature of a generic function with its first type arguments given."""
    if isinstance(func.type, Signature):
        return substitute(func.type, bind(func.type_params, args))
    return func.type
