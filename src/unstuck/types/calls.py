"""Calls, conversions and built-in functions (Go spec: "Calls", "Conversions", "Built-in functions")."""

from __future__ import annotations

from collections.abc import Callable

from unstuck.syntax import ast
from unstuck.types import constant
from unstuck.types.context import EXPRESSIONS, Context, expr, find
from unstuck.types.expressions import common, generic_function
from unstuck.types.generic import bind, infer, substitute
from unstuck.types.model import (
    INT,
    STRING,
    UNKNOWN,
    Array,
    Basic,
    Builtin,
    Func,
    FuncRef,
    Named,
    PackageName,
    Pointer,
    Selection,
    Signature,
    Slice,
    Tuple,
    Type,
    TypeName,
    TypeParam,
)
from unstuck.types.typexpr import denoted, is_type, type_expr
from unstuck.types.universe import ANY, FLOAT64, UINT8, UINTPTR, UNSAFE_POINTER, default, is_untyped

NO_RESULT = Tuple(())


def call(ctx: Context, node: ast.Call) -> Type:
    """A call, a conversion or a use of a built-in function."""
    fun = node.fun
    if fun.__class__ is ast.Ident:
        obj = find(ctx, fun.name)
        if obj.__class__ is Builtin:
            ctx.uses[fun] = obj
            return _builtin(ctx, node, obj.name)
        if obj.__class__ is TypeName:
            return _conversion(ctx, node)
        t = expr(ctx, fun)
        params = obj.type_params if obj.__class__ is Func else ()
    elif fun.__class__ is ast.Selector:
        t = expr(ctx, fun)
        selection = ctx.info.selections.get(fun)
        if selection is not None:
            return _finish(ctx, node, t, selection.type_params, {})
        obj = ctx.uses.get(fun.sel)
        if obj.__class__ is TypeName:
            return _conversion(ctx, node)
        if obj.__class__ is Builtin:
            return _builtin(ctx, node, obj.name)
        if obj is None:
            _name_callee(ctx, fun)
        params = obj.type_params if obj.__class__ is Func else ()
    else:
        return _call_other(ctx, node)
    return _finish(ctx, node, t, params, {})


def _call_other(ctx: Context, node: ast.Call) -> Type:
    """A call of what is no plain or dotted name."""
    fun = node.fun
    if fun.__class__ is not ast.FuncLit and is_type(ctx, fun):
        return _conversion(ctx, node)
    t = expr(ctx, fun)
    if isinstance(fun, ast.Index) and isinstance(fun.x, ast.Selector) and _is_nothing(ctx, fun.x):
        _name_callee(ctx, fun.x)
    params, bound = _explicit(ctx, fun)
    return _finish(ctx, node, t, params, bound)


def _finish(
    ctx: Context, node: ast.Call, t: Type, params: tuple[TypeParam, ...], bound: dict[str, Type]
) -> Type:
    """Infer the arguments; the results of a call of a value of type `t`."""
    args = _arguments(ctx, node)
    if t.__class__ is not Signature:
        t = ctx.world.underlying(t)
        if not isinstance(t, Signature):
            return UNKNOWN
    if params:
        t = _instantiate(ctx, node.fun, t, params, bound, args)
    results = t.results
    return results[0] if len(results) == 1 else Tuple(results)


def _arguments(ctx: Context, node: ast.Call) -> list[Type]:
    types = [expr(ctx, arg) for arg in node.args]
    if len(types) == 1 and types[0].__class__ is Tuple:
        return list(types[0].items)
    return types


def _explicit(ctx: Context, fun: ast.Expr) -> tuple[tuple[TypeParam, ...], dict[str, Type]]:
    """Type parameters of the called function, and the explicit type arguments."""
    indices: tuple[ast.Expr, ...] = ()
    while isinstance(fun, (ast.Paren, ast.Index)):
        indices = fun.indices if isinstance(fun, ast.Index) else indices
        fun = fun.x
    func = generic_function(ctx, fun)
    if func is not None:
        params = func.type_params
    elif indices and isinstance(fun, ast.Selector) and fun in ctx.info.selections:
        params = ctx.info.selections[fun].type_params
    else:
        return (), {}
    return params, bind(params, [ctx.types.get(arg, UNKNOWN) for arg in indices])


def _instantiate(
    ctx: Context,
    fun: ast.Expr,
    t: Signature,
    params: tuple[TypeParam, ...],
    bound: dict[str, Type],
    args: list[Type],
) -> Signature:
    """The signature with its type arguments; recorded as the type of what is called."""
    bindings = infer(params, t, args, bound, ctx.world.underlying)
    made = substitute(t, bindings)
    assert isinstance(made, Signature)
    ctx.types[fun] = made
    return made


def _is_nothing(ctx: Context, name: ast.Selector) -> bool:
    return ctx.uses.get(name.sel) is None and name not in ctx.info.selections


def _name_callee(ctx: Context, fun: ast.Selector) -> None:
    """A call into a package that is not there: say at least which function or method is meant."""
    package = ctx.uses.get(fun.x) if isinstance(fun.x, ast.Ident) else None
    if isinstance(package, PackageName):
        if ctx.world.missing(package.path):
            ctx.uses[fun.sel] = Func(FuncRef(package.path, "", fun.sel.name), UNKNOWN)
        return
    t = ctx.types.get(fun.x, UNKNOWN)
    pointer = isinstance(t, Pointer)
    base = t.elem if isinstance(t, Pointer) else t
    if isinstance(base, Named) and base.package and ctx.world.missing(base.package):
        ref = FuncRef(base.package, base.name, fun.sel.name, pointer)
        ctx.info.selections[fun] = Selection("method", (), UNKNOWN, ref)


def _conversion(ctx: Context, node: ast.Call) -> Type:
    t = type_expr(ctx, node.fun)
    ctx.info.conversions.add(node)
    for arg in node.args:
        expr(ctx, arg)
    if len(node.args) == 1 and node.args[0] in ctx.constants:
        u = ctx.world.underlying(t)
        value = constant.convert(ctx.constants[node.args[0]], u.name) if isinstance(u, Basic) else None
        if value is not None:
            ctx.constants[node] = value
    return t


def _builtin(ctx: Context, node: ast.Call, name: str) -> Type:
    args = node.args
    if name in ("make", "new"):
        t = denoted(ctx, args[0]) if args else UNKNOWN
        if t is None:
            t = default(expr(ctx, args[0]))
        for arg in args[1:]:
            expr(ctx, arg)
        return Pointer(t) if name == "new" else t
    types = _arguments(ctx, node)
    if name in ("len", "cap"):
        return _length(ctx, node, types[0] if types else UNKNOWN)
    if name in ("min", "max"):
        return _extreme(ctx, node, name, types)
    if name == "append":
        return types[0] if types and not is_untyped(types[0]) else UNKNOWN
    fixed = _RESULTS.get(name)
    if fixed is not None:
        return fixed
    return _BY_ARGUMENT[name](ctx, types[0] if types else UNKNOWN) if name in _BY_ARGUMENT else UNKNOWN


def _length(ctx: Context, node: ast.Call, t: Type) -> Type:
    """Constant for a constant string and for arrays whose expression neither calls nor receives."""
    value = ctx.constants.get(node.args[0]) if node.args else None
    if isinstance(value, str):
        ctx.constants[node] = constant.length(value)
        return INT
    u = ctx.world.underlying(t)
    if isinstance(u, Pointer):
        u = ctx.world.underlying(u.elem)
    if isinstance(u, Array) and u.length is not None and _is_quiet(node.args[0]):
        ctx.constants[node] = u.length
    return INT


def _is_quiet(node: ast.Expr) -> bool:
    while isinstance(node, (ast.Selector, ast.Index, ast.Paren, ast.Star)):
        if isinstance(node, ast.Index) and not all(_is_quiet(index) for index in node.indices):
            return False
        node = node.x
    return isinstance(node, (ast.Ident, ast.BasicLit))


def _extreme(ctx: Context, node: ast.Call, name: str, types: list[Type]) -> Type:
    if not types:
        return UNKNOWN
    t = types[0]
    for other in types[1:]:
        t = common(t, other)
    values = [ctx.constants.get(arg) for arg in node.args]
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if numbers and len(numbers) == len(values):
        ctx.constants[node] = min(numbers) if name == "min" else max(numbers)
    return t


def _complex(ctx: Context, t: Type) -> Type:
    u = ctx.world.underlying(t)
    return Basic("complex64") if isinstance(u, Basic) and u.name == "float32" else Basic("complex128")


def _part(ctx: Context, t: Type) -> Type:
    u = ctx.world.underlying(t)
    return Basic("float32") if isinstance(u, Basic) and u.name == "complex64" else FLOAT64


def _unsafe_slice(ctx: Context, t: Type) -> Type:
    u = ctx.world.underlying(t)
    return Slice(u.elem) if isinstance(u, Pointer) else UNKNOWN


def _unsafe_data(ctx: Context, t: Type) -> Type:
    u = ctx.world.underlying(t)
    return Pointer(u.elem) if isinstance(u, Slice) else UNKNOWN


_RESULTS: dict[str, Type] = {
    "copy": INT,
    "delete": NO_RESULT,
    "close": NO_RESULT,
    "clear": NO_RESULT,
    "panic": NO_RESULT,
    "print": NO_RESULT,
    "println": NO_RESULT,
    "recover": ANY,
    "unsafe.Sizeof": UINTPTR,
    "unsafe.Offsetof": UINTPTR,
    "unsafe.Alignof": UINTPTR,
    "unsafe.Add": UNSAFE_POINTER,
    "unsafe.String": STRING,
    "unsafe.StringData": Pointer(UINT8),
}

_BY_ARGUMENT: dict[str, Callable[[Context, Type], Type]] = {
    "complex": _complex,
    "real": _part,
    "imag": _part,
    "unsafe.Slice": _unsafe_slice,
    "unsafe.SliceData": _unsafe_data,
}

EXPRESSIONS[ast.Call] = call
