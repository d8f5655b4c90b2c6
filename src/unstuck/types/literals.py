"""Composite literals and function literals (Go spec: "Composite literals", "Function literals")."""

from __future__ import annotations

from unstuck.syntax import ast
from unstuck.types.context import (
    EXPRESSIONS,
    STATEMENTS,
    Context,
    close_block,
    define,
    expr,
    open_block,
)
from unstuck.types.model import UNKNOWN, Array, Map, Pointer, Signature, Slice, Struct, Type
from unstuck.types.typexpr import signature, type_expr


def composite(ctx: Context, node: ast.CompositeLit) -> Type:
    """`T{...}`."""
    if node.type is None:
        return _filled(ctx, node, UNKNOWN)
    t = type_expr(ctx, node.type)
    if ctx.shallow and not _counts(node):
        return t
    filled = _filled(ctx, node, t)
    if filled is not t:
        ctx.types[node.type] = filled
    return filled


def _filled(ctx: Context, node: ast.CompositeLit, t: Type) -> Type:
    """Infer the elements of a literal of type `t`. Where `t` is a pointer, the literal has the type it points
    to and `&` was left out. Returns `t`, with its length for `[...]T`."""
    u = ctx.world.underlying(t)
    if isinstance(u, Pointer):
        u = ctx.world.underlying(u.elem)
    if isinstance(u, Struct):
        for element in node.elements:
            expr(ctx, element.value)
        return t
    key: Type = UNKNOWN
    elem: Type = UNKNOWN
    if isinstance(u, (Map, Slice, Array)):
        key, elem = u.key if isinstance(u, Map) else UNKNOWN, u.elem
    for element in node.elements:
        if element.key is not None and not (u == UNKNOWN and isinstance(element.key, ast.Ident)):
            _element(ctx, element.key, key)
        _element(ctx, element.value, elem)
    if _counts(node):
        return Array(_count(ctx, node), elem)
    return t


def _element(ctx: Context, node: ast.Expr, hint: Type) -> None:
    if isinstance(node, ast.CompositeLit) and node.type is None:
        ctx.types[node] = hint
        _filled(ctx, node, hint)
    else:
        expr(ctx, node)


def _counts(node: ast.CompositeLit) -> bool:
    """Whether the literal is `[...]T{...}`."""
    return isinstance(node.type, ast.ArrayType) and isinstance(node.type.length, ast.Ellipsis)


def _count(ctx: Context, node: ast.CompositeLit) -> int | None:
    """Length of `[...]T{...}`: the largest index and one; None when a key is not a known constant."""
    at = longest = 0
    for element in node.elements:
        if element.key is not None:
            value = ctx.constants.get(element.key)
            if not isinstance(value, int):
                return None
            at = value
        at += 1
        longest = max(longest, at)
    return longest


def func_lit(ctx: Context, node: ast.FuncLit) -> Type:
    """A function literal, and its body unless only the type is wanted."""
    if ctx.shallow:
        return signature(ctx, node.type)
    outer = open_block(ctx)
    t = parameters(ctx, node.type)
    statements(ctx, node.body.stmts)
    close_block(ctx, outer)
    return t


def parameters(ctx: Context, node: ast.FuncType) -> Signature:
    """Declare parameters and results in the innermost block. Returns the signature."""
    t = signature(ctx, node)
    ctx.types[node] = t
    _declare_all(ctx, node.params, t.params, "param")
    _declare_all(ctx, node.results, t.results, "result")
    return t


def _declare_all(ctx: Context, params: tuple[ast.Param, ...], types: tuple[Type, ...], kind: str) -> None:
    at = 0
    for param in params:
        for ident in param.names:
            define(ctx, ident, types[at], kind)
            at += 1
        at += not param.names


def statements(ctx: Context, nodes: tuple[ast.Stmt, ...]) -> None:
    """Infer statements of one block, in order."""
    for node in nodes:
        STATEMENTS[node.__class__](ctx, node)


EXPRESSIONS[ast.CompositeLit] = composite
EXPRESSIONS[ast.FuncLit] = func_lit
