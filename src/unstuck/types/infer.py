"""Whole declarations -> `Info`: function bodies and package-level initialisers."""

from __future__ import annotations

from contextlib import suppress

from unstuck.syntax import ast

# Imported for the tables they fill.
from unstuck.types import calls as calls
from unstuck.types import expressions as expressions
from unstuck.types.context import Context, Knowledge, context, declare, define, find
from unstuck.types.literals import parameters, statements
from unstuck.types.model import UNKNOWN, Info, Named, Pointer, Signature, Type, TypeName, TypeParam, Var
from unstuck.types.statements import var_types
from unstuck.types.typexpr import declare_type_params, signature, type_expr
from unstuck.types.unit import FileScope, GlobalInit


def infer_function(
    world: Knowledge, scope: FileScope, decl: ast.FuncDecl, name: str
) -> tuple[Info, Signature]:
    """Infer a declared function with its body. Nesting that Python cannot follow ends inference early: what
    was found so far is returned."""
    ctx = context(world, scope, name)
    found = Signature((), ())
    with suppress(RecursionError):
        _receiver(ctx, decl)
        declare_type_params(ctx, decl.type.type_params)
        found = parameters(ctx, decl.type)
        if decl.body is not None:
            statements(ctx, decl.body.stmts)
    return ctx.info, found


def infer_signature(
    world: Knowledge, scope: FileScope, decl: ast.FuncDecl
) -> tuple[Signature, tuple[TypeParam, ...]]:
    """Signature and own type parameters of a declared function or method."""
    ctx = context(world, scope, decl.name.name)
    _receiver(ctx, decl)
    params = declare_type_params(ctx, decl.type.type_params)
    return signature(ctx, decl.type), params


def infer_globals(
    world: Knowledge, scope: FileScope, spec: ast.VarSpec, variables: tuple[Var, ...]
) -> tuple[GlobalInit, ...]:
    """Infer a package-level variable specification; `variables` are its variables, with their types."""
    ctx = context(world, scope, "init")
    for var, ident in zip(variables, spec.names):
        ctx.info.defs[ident] = var
        ctx.types[ident] = var.type
    with suppress(RecursionError):
        var_types(ctx, spec)
    if len(spec.values) == len(variables):
        return tuple(
            GlobalInit((var,), node, ctx.info, scope.file) for var, node in zip(variables, spec.values)
        )
    return (GlobalInit(variables, spec.values[0] if spec.values else None, ctx.info, scope.file),)


def infer_global_types(world: Knowledge, scope: FileScope, spec: ast.VarSpec) -> list[Type]:
    """Types of the variables of a package-level specification, looking no deeper than needed: function
    literals are not entered (they may refer to the variables), nor composite literals that say their type."""
    ctx = context(world, scope, "init")
    ctx.shallow = True
    if spec.type is not None:
        return [type_expr(ctx, spec.type)] * len(spec.names)
    return var_types(ctx, spec)


def infer_type(world: Knowledge, scope: FileScope, spec: ast.TypeSpec) -> tuple[Type, tuple[TypeParam, ...]]:
    """The right side of a type declaration and its type parameters."""
    ctx = context(world, scope, spec.name.name)
    params = declare_type_params(ctx, spec.type_params)
    return type_expr(ctx, spec.type), params


def infer_type_params(world: Knowledge, scope: FileScope, spec: ast.TypeSpec) -> tuple[TypeParam, ...]:
    """The type parameters of a type declaration."""
    return declare_type_params(context(world, scope, spec.name.name), spec.type_params)


def receiver_params(decl: ast.FuncDecl) -> tuple[str, ...]:
    """The names a method gives to the type parameters of its receiver's type."""
    node = decl.recv.type if decl.recv is not None else None
    while isinstance(node, (ast.Star, ast.Paren)):
        node = node.x
    if not isinstance(node, ast.Index):
        return ()
    return tuple(arg.name if isinstance(arg, ast.Ident) else "_" for arg in node.indices)


def _receiver(ctx: Context, decl: ast.FuncDecl) -> None:
    if decl.recv is None:
        return
    node, depth = decl.recv.type, 0
    while isinstance(node, (ast.Star, ast.Paren)):
        depth += isinstance(node, ast.Star)
        node = node.x
    base: Type
    if isinstance(node, ast.Index):
        base = _generic_receiver(ctx, node, receiver_params(decl))
    else:
        base = type_expr(ctx, node)
    t = Pointer(base) if depth else base
    ctx.types[decl.recv.type] = t
    for ident in decl.recv.names:
        define(ctx, ident, t, "recv")


def _generic_receiver(ctx: Context, node: ast.Index, names: tuple[str, ...]) -> Type:
    obj = find(ctx, node.x.name) if isinstance(node.x, ast.Ident) else None
    if not (isinstance(obj, TypeName) and isinstance(obj.type, Named)):
        return UNKNOWN
    declared = ctx.world.type_params(obj.type)
    args = []
    for at, name in enumerate(names):
        limit = declared[at].constraint if at < len(declared) else UNKNOWN
        arg = TypeParam(name, limit)
        declare(ctx, name, TypeName(name, arg))
        args.append(arg)
    return Named(obj.type.package, obj.type.name, tuple(args))
