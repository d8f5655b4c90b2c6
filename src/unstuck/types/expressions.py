"""Expressions other than calls and literals (Go spec: "Expressions")."""

from __future__ import annotations

from unstuck.syntax import ast
from unstuck.types import constant
from unstuck.types.context import EXPRESSIONS, Context, expr, find
from unstuck.types.model import (
    BOOL,
    STRING,
    UNKNOWN,
    UNTYPED_NIL,
    Array,
    Basic,
    Chan,
    Const,
    Func,
    Map,
    Nil,
    Object,
    PackageName,
    Pointer,
    Selection,
    Signature,
    Slice,
    Tuple,
    Type,
    TypeName,
    Var,
)
from unstuck.types.typexpr import is_type, partial, type_expr
from unstuck.types.universe import INTEGER_BITS, UINT8, UNTYPED_BOOL, UNTYPED_INT, is_untyped

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
_KIND_RANK = {"untyped int": 0, "untyped rune": 1, "untyped float": 2, "untyped complex": 3}


def value_of(ctx: Context, node: ast.Expr, obj: Object) -> Type:
    """Type of the expression `node` that refers to `obj`; records a constant's value."""
    if obj.__class__ is Const:
        if obj.value is not None:
            ctx.constants[node] = obj.value
        return obj.type
    if isinstance(obj, (Var, Func, TypeName)):
        return obj.type
    return UNTYPED_NIL if obj.__class__ is Nil else UNKNOWN


def ident(ctx: Context, node: ast.Ident) -> Type:
    """An identifier; what it refers to goes to `uses`."""
    name = node.name
    obj = ctx.names.get(name)
    if obj is None:
        obj = ctx.scope.names.get(name)
        if obj is None:
            obj = ctx.world.find(ctx.scope, name)
            if obj is None:
                return UNKNOWN
    ctx.uses[node] = obj
    if obj.__class__ is Var:
        return obj.type
    return value_of(ctx, node, obj)


def selector(ctx: Context, node: ast.Selector) -> Type:
    """`x.sel`: a qualified identifier, a field, a method value or a method expression."""
    x = node.x
    if x.__class__ is ast.Ident:
        obj = find(ctx, x.name)
        if obj is None:
            obj = ctx.world.find_package(ctx.scope, x.name)
        if obj.__class__ is PackageName:
            return qualified(ctx, node, obj)
        if obj.__class__ is TypeName:
            return _method_expression(ctx, node)
    elif x.__class__ is not ast.Call and is_type(ctx, x):
        return _method_expression(ctx, node)
    t = expr(ctx, x)
    found = ctx.world.lookup(t, node.sel.name, ctx.package)
    if found is None:
        return UNKNOWN
    ctx.info.selections[node] = found
    return found.type


def qualified(ctx: Context, node: ast.Selector, package: PackageName) -> Type:
    """`pkg.Name`; recorded at the name."""
    assert isinstance(node.x, ast.Ident)
    ctx.uses[node.x] = package
    obj = ctx.world.member(package, node.sel.name)
    if obj is None:
        return UNKNOWN
    ctx.uses[node.sel] = obj
    return value_of(ctx, node, obj)


def _method_expression(ctx: Context, node: ast.Selector) -> Type:
    t = type_expr(ctx, node.x)
    found = ctx.world.lookup(t, node.sel.name, ctx.package)
    if found is None or not isinstance(found.type, Signature):
        return UNKNOWN
    whole = Signature((t, *found.type.params), found.type.results, found.type.variadic)
    ctx.info.selections[node] = Selection("method-expr", found.path, whole, found.method, found.interface)
    return whole


def paren(ctx: Context, node: ast.Paren) -> Type:
    """`(x)`."""
    t = expr(ctx, node.x)
    if node.x in ctx.constants:
        ctx.constants[node] = ctx.constants[node.x]
    return t


def index(ctx: Context, node: ast.Index) -> Type:
    """`x[i]`, an instantiated function, or an instantiated type."""
    x = node.x
    if is_type(ctx, x):
        return type_expr(ctx, node)
    t = expr(ctx, x)
    called = generic_function(ctx, x)
    if called is not None and called.type_params:
        return partial(ctx, called, tuple([type_expr(ctx, arg) for arg in node.indices]))
    for arg in node.indices:
        expr(ctx, arg)
    return element(ctx, t)


def generic_function(ctx: Context, node: ast.Expr) -> Func | None:
    """The declared function an inferred `F` or `pkg.F` refers to."""
    name = node.sel if isinstance(node, ast.Selector) else node
    obj = ctx.uses.get(name) if isinstance(name, ast.Ident) else None
    return obj if isinstance(obj, Func) else None


def element(ctx: Context, t: Type) -> Type:
    """Type of an element of an indexable type."""
    u = ctx.world.underlying(t)
    if isinstance(u, Pointer):
        u = ctx.world.underlying(u.elem)
    if isinstance(u, (Slice, Array, Map)):
        return u.elem
    return UINT8 if isinstance(u, Basic) and u.name in ("string", "untyped string") else UNKNOWN


def slice_expr(ctx: Context, node: ast.SliceExpr) -> Type:
    """`x[lo:hi:max]`: a slice of an array, else the type of x."""
    t = expr(ctx, node.x)
    for bound in (node.lo, node.hi, node.max):
        if bound is not None:
            expr(ctx, bound)
    u = ctx.world.underlying(t)
    if isinstance(u, Pointer):
        u = ctx.world.underlying(u.elem)
    if isinstance(u, Array):
        return Slice(u.elem)
    return STRING if is_untyped(t) else t


def type_assert(ctx: Context, node: ast.TypeAssert) -> Type:
    """`x.(T)`."""
    t = expr(ctx, node.x)
    return t if node.type is None else type_expr(ctx, node.type)


def star(ctx: Context, node: ast.Star) -> Type:
    """`*x`: dereference, or a pointer type."""
    if is_type(ctx, node.x):
        return type_expr(ctx, node)
    u = ctx.world.underlying(expr(ctx, node.x))
    return u.elem if isinstance(u, Pointer) else UNKNOWN


def unary(ctx: Context, node: ast.Unary) -> Type:
    """`op x`, receive and address included."""
    t = expr(ctx, node.x)
    op = node.op
    if op == "&":
        return Pointer(t)
    if op == "<-":
        u = ctx.world.underlying(t)
        return u.elem if isinstance(u, Chan) else UNKNOWN
    value = ctx.constants.get(node.x)
    if value is not None:
        result = constant.unary(op, value, _basic_name(ctx, t))
        if result is not None:
            ctx.constants[node] = result
    return t


def _basic_name(ctx: Context, t: Type) -> str:
    u = ctx.world.underlying(t)
    return u.name if isinstance(u, Basic) else ""


def binary(ctx: Context, node: ast.Binary) -> Type:
    """`x op y`. A chain `a + b + c` nests to the left: it is walked, not recursed into."""
    chain = [node]
    while isinstance(chain[-1].x, ast.Binary):
        chain.append(chain[-1].x)
    t = expr(ctx, chain[-1].x)
    for link in reversed(chain):
        t = _operate(ctx, link, t)
        ctx.types[link] = t
    return t


def _operate(ctx: Context, node: ast.Binary, x: Type) -> Type:
    y = expr(ctx, node.y)
    op = node.op
    t = x if op in ("<<", ">>") else _common(x, y)
    a = ctx.constants.get(node.x)
    if a is not None:
        b = ctx.constants.get(node.y)
        if b is not None:
            _fold(ctx, node, t, a, b)
    if op not in _COMPARISONS:
        return t
    return UNTYPED_BOOL if node in ctx.constants else BOOL


def _fold(ctx: Context, node: ast.Binary, t: Type, a: constant.Value, b: constant.Value) -> None:
    name = _basic_name(ctx, t)
    value = constant.binary(node.op, a, b, name in INTEGER_BITS)
    if value is not None:
        ctx.constants[node] = value


def _common(x: Type, y: Type) -> Type:
    """Type of `x op y` for operators other than shifts: the typed side's, else the larger untyped kind."""
    if x.__class__ is not Basic or x is y:
        return x if x != UNKNOWN else (UNKNOWN if is_untyped(y) else y)
    rank = _KIND_RANK.get(x.name)
    if rank is None:
        return y if is_untyped(x) and not is_untyped(y) else x
    if isinstance(y, Basic) and is_untyped(y):
        return y if _KIND_RANK.get(y.name, 0) > rank else x
    return y


def common(x: Type, y: Type) -> Type:
    """Type that two operands of min or max have together."""
    return _common(x, y)


def single(t: Type) -> Type:
    """The value of an expression used as one value."""
    if isinstance(t, Tuple):
        return t.items[0] if t.items else UNKNOWN
    return t


def comma_ok(ctx: Context, node: ast.Expr) -> bool:
    """Whether an inferred expression can give `value, ok`."""
    while isinstance(node, ast.Paren):
        node = node.x
    if isinstance(node, ast.Unary):
        return node.op == "<-"
    return isinstance(node, (ast.TypeAssert, ast.Index))


def literal(ctx: Context, node: ast.BasicLit) -> Type:
    """A literal: an untyped constant."""
    value = constant.literal(node.kind, node.text)
    if value is not None:
        ctx.constants[node] = value
    return constant.LITERAL_TYPES.get(node.kind, UNTYPED_INT)


EXPRESSIONS.update(
    {
        ast.Ident: ident,
        ast.BasicLit: literal,
        ast.Selector: selector,
        ast.Paren: paren,
        ast.Index: index,
        ast.SliceExpr: slice_expr,
        ast.TypeAssert: type_assert,
        ast.Star: star,
        ast.Unary: unary,
        ast.Binary: binary,
    }
)
