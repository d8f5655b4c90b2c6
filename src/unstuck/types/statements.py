"""Statements and local declarations (Go spec: "Statements", "Declarations and scope")."""

from __future__ import annotations

from unstuck.syntax import ast
from unstuck.types import constant
from unstuck.types.context import (
    STATEMENTS,
    Context,
    close_block,
    declare,
    define,
    expr,
    open_block,
)
from unstuck.types.expressions import comma_ok, single
from unstuck.types.generic import too_large
from unstuck.types.literals import statements
from unstuck.types.model import (
    BOOL,
    INT,
    UNKNOWN,
    UNTYPED_NIL,
    Array,
    Basic,
    Chan,
    Const,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Tuple,
    Type,
    TypeName,
    Var,
)
from unstuck.types.typexpr import declare_type_params, type_expr
from unstuck.types.universe import INT32, UNTYPED_INT, default, is_untyped


def values(ctx: Context, nodes: tuple[ast.Expr, ...], count: int) -> list[Type]:
    """Types of `count` values given by expressions: a call with several results, `v, ok`, or one each."""
    types = [expr(ctx, node) for node in nodes]
    if len(types) == 1 and count > 1:
        t = types[0]
        if isinstance(t, Tuple):
            types = list(t.items)
        elif count == 2 and comma_ok(ctx, nodes[0]):
            types = [t, BOOL]
    types.extend([UNKNOWN] * (count - len(types)))
    return types


def variable_type(t: Type) -> Type:
    """The type of a variable that is declared with a value of type `t`."""
    if t is UNTYPED_NIL:
        return UNKNOWN
    return default(t if t.__class__ is not Tuple else single(t))


def _assign(ctx: Context, node: ast.Assign) -> None:
    lhs = node.lhs
    types = values(ctx, node.rhs, len(lhs))
    if node.op != ":=":
        for target in lhs:
            if not (target.__class__ is ast.Ident and target.name == "_"):
                expr(ctx, target)
        return
    block = ctx.block
    fresh = [
        target.__class__ is not ast.Ident or target.name not in block or target.name == "_" for target in lhs
    ]
    for target, t, new in zip(lhs, types, fresh):
        if new and target.__class__ is ast.Ident:
            define(ctx, target, variable_type(t), "local")
        else:
            expr(ctx, target)


def _expression(ctx: Context, node: ast.ExprStmt | ast.IncDec) -> None:
    expr(ctx, node.x)


def _send(ctx: Context, node: ast.SendStmt) -> None:
    expr(ctx, node.chan)
    expr(ctx, node.value)


def _call(ctx: Context, node: ast.GoStmt | ast.DeferStmt) -> None:
    expr(ctx, node.call)


def _return(ctx: Context, node: ast.Return) -> None:
    for result in node.results:
        expr(ctx, result)


def _block(ctx: Context, node: ast.Block) -> None:
    outer = open_block(ctx)
    statements(ctx, node.stmts)
    close_block(ctx, outer)


def _statement(ctx: Context, node: ast.Stmt) -> None:
    STATEMENTS[node.__class__](ctx, node)


def _if(ctx: Context, node: ast.If) -> None:
    """A chain of `else if` nests to the right: it is walked, not recursed into."""
    opened = []
    current: ast.Block | ast.If | None = node
    while isinstance(current, ast.If):
        opened.append(open_block(ctx))
        if current.init is not None:
            _statement(ctx, current.init)
        expr(ctx, current.cond)
        _block(ctx, current.body)
        current = current.orelse
    if current is not None:
        _block(ctx, current)
    for outer in reversed(opened):
        close_block(ctx, outer)


def _switch(ctx: Context, node: ast.Switch) -> None:
    outer = open_block(ctx)
    if node.init is not None:
        _statement(ctx, node.init)
    if node.tag is not None:
        expr(ctx, node.tag)
    for case in node.cases:
        for guard in case.exprs or ():
            expr(ctx, guard)
        inner = open_block(ctx)
        statements(ctx, case.body)
        close_block(ctx, inner)
    close_block(ctx, outer)


def _type_switch(ctx: Context, node: ast.TypeSwitch) -> None:
    """Each clause declares its own variable: of the clause's type when it names exactly one."""
    outer = open_block(ctx)
    if node.init is not None:
        _statement(ctx, node.init)
    whole = expr(ctx, node.x)
    for case in node.cases:
        types = [type_expr(ctx, guard) for guard in case.exprs or ()]
        inner = open_block(ctx)
        if node.bind is not None:
            one = types[0] if len(types) == 1 and types[0] is not UNTYPED_NIL else whole
            var = Var(node.bind.name, one, "local", ctx.path, case.start, ctx.package)
            ctx.info.implicits[case] = var
            declare(ctx, var.name, var)
        statements(ctx, case.body)
        close_block(ctx, inner)
    close_block(ctx, outer)


def _select(ctx: Context, node: ast.Select) -> None:
    for case in node.cases:
        outer = open_block(ctx)
        if case.comm is not None:
            _statement(ctx, case.comm)
        statements(ctx, case.body)
        close_block(ctx, outer)


def _for(ctx: Context, node: ast.For) -> None:
    outer = open_block(ctx)
    if node.init is not None:
        _statement(ctx, node.init)
    if node.cond is not None:
        expr(ctx, node.cond)
    if node.post is not None:
        _statement(ctx, node.post)
    _block(ctx, node.body)
    close_block(ctx, outer)


def _range(ctx: Context, node: ast.Range) -> None:
    t = expr(ctx, node.x)
    outer = open_block(ctx)
    for target, item in zip((node.key, node.value), iteration(ctx, t)):
        if target is None:
            continue
        if node.define and isinstance(target, ast.Ident):
            define(ctx, target, item, "local")
        elif not (isinstance(target, ast.Ident) and target.name == "_"):
            expr(ctx, target)
    _block(ctx, node.body)
    close_block(ctx, outer)


def iteration(ctx: Context, t: Type) -> tuple[Type, Type]:
    """Types of the two iteration values of `range` over a value of type `t`."""
    u = ctx.world.underlying(t)
    if isinstance(u, Pointer):
        u = ctx.world.underlying(u.elem)
    if isinstance(u, (Slice, Array)):
        return INT, u.elem
    if isinstance(u, Map):
        return u.key, u.elem
    if isinstance(u, Chan):
        return u.elem, UNKNOWN
    if isinstance(u, Basic):
        return (INT, INT32) if u.name in ("string", "untyped string") else (default(t), UNKNOWN)
    if isinstance(u, Signature) and len(u.params) == 1:
        yields = ctx.world.underlying(u.params[0])
        if isinstance(yields, Signature):
            pair = (*yields.params, UNKNOWN, UNKNOWN)
            return pair[0], pair[1]
    return UNKNOWN, UNKNOWN


def _labeled(ctx: Context, node: ast.Labeled) -> None:
    _statement(ctx, node.stmt)


def _declaration(ctx: Context, node: ast.DeclStmt) -> None:
    for spec in node.specs:
        if isinstance(spec, ast.VarSpec):
            for ident, t in zip(spec.names, var_types(ctx, spec)):
                define(ctx, ident, t, "local")
        elif isinstance(spec, ast.ConstSpec):
            for made in constants(ctx, spec):
                declare(ctx, made.name, made)
        else:
            _local_type(ctx, spec)


def var_types(ctx: Context, spec: ast.VarSpec) -> list[Type]:
    """Types of the variables of a specification."""
    declared = type_expr(ctx, spec.type) if spec.type is not None else None
    count = len(spec.names)
    found = values(ctx, spec.values, count) if spec.values else [UNKNOWN] * count
    return [declared] * count if declared is not None else [variable_type(t) for t in found]


def constants(ctx: Context, spec: ast.ConstSpec) -> list[Const]:
    """The constants of a specification, their values computed."""
    return [constant_at(ctx, spec, at) for at in range(len(spec.names))]


def constant_at(ctx: Context, spec: ast.ConstSpec, at: int) -> Const:
    """The constant that a specification declares as its `at`-th."""
    name = spec.names[at].name
    outer = open_block(ctx)
    declare(ctx, "iota", Const("iota", UNTYPED_INT, spec.iota))
    declared = type_expr(ctx, spec.type) if spec.type is not None else None
    value, t = None, declared or UNKNOWN
    if at < len(spec.values):
        node = spec.values[at]
        ctx.constants.pop(node, None)
        found = expr(ctx, node)
        t = found if declared is None else declared
        value = _constant(ctx, node, t)
    close_block(ctx, outer)
    return Const(name, t, value)


def _constant(ctx: Context, node: ast.Expr, t: Type) -> constant.Value | None:
    value = ctx.constants.get(node)
    if value is None or is_untyped(t):
        return value
    u = ctx.world.underlying(t)
    return constant.convert(value, u.name) if isinstance(u, Basic) else None


def _local_type(ctx: Context, spec: ast.TypeSpec) -> None:
    """A local type gets the name `function.Name`, and `#2` ... when the function has several of that name."""
    name = spec.name.name
    if spec.alias:
        stands_for = type_expr(ctx, spec.type)
        declare(ctx, name, TypeName(name, UNKNOWN if too_large(stands_for) else stands_for))
        return
    count = ctx.locals[name] = ctx.locals.get(name, 0) + 1
    unique = f"{ctx.prefix}.{name}" + (f"#{count}" if count > 1 else "")
    t = Named(ctx.package, unique)
    declare(ctx, name, TypeName(name, t))
    outer = open_block(ctx)
    declare_type_params(ctx, spec.type_params)
    right = type_expr(ctx, spec.type)
    close_block(ctx, outer)
    ctx.world.add_local(t, right)


def _nothing(ctx: Context, node: ast.Stmt) -> None:
    """Statements that name nothing."""


STATEMENTS.update(
    {
        ast.Assign: _assign,
        ast.ExprStmt: _expression,
        ast.IncDec: _expression,
        ast.SendStmt: _send,
        ast.GoStmt: _call,
        ast.DeferStmt: _call,
        ast.Return: _return,
        ast.Block: _block,
        ast.If: _if,
        ast.Switch: _switch,
        ast.TypeSwitch: _type_switch,
        ast.Select: _select,
        ast.For: _for,
        ast.Range: _range,
        ast.Labeled: _labeled,
        ast.DeclStmt: _declaration,
        ast.BadStmt: _nothing,
        ast.EmptyStmt: _nothing,
        ast.Branch: _nothing,
    }
)
