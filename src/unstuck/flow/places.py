"""What expressions name: variables and fields of variables, called functions, conditions.

A place is a variable, or fields reached from it: `t`, `s.timer`. Two places with different roots may be the
same memory; whoever asks has to be content with a missed alarm then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.syntax import ast
from unstuck.syntax.walk import children
from unstuck.types.model import Builtin, Func, FuncRef, Info, Named, Nil, Pointer, Type, Var
from unstuck.types.world import Function


@dataclass(frozen=True, slots=True)
class Place:
    """A variable and the fields to go through from it, embedded ones included."""

    root: Var
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition that can be asked again: whether `left` equals `right`, as source text, or `left` holds."""

    left: str
    right: str
    """"" for a condition that is a value itself, an operator for other comparisons (all of it is in left)."""
    roots: tuple[Var, ...]
    """The variables it mentions."""

    @property
    def shared(self) -> bool:
        """Whether it reads fields or globals, which other code may write."""
        return "." in self.left or "." in self.right or any(var.kind == "global" for var in self.roots)


def bare(expr: ast.Expr) -> ast.Expr:
    """Without parentheses around it."""
    while isinstance(expr, ast.Paren):
        expr = expr.x
    return expr


def variable(info: Info, ident: ast.Ident) -> Var | None:
    """The variable an identifier refers to or declares."""
    found = info.uses.get(ident)
    if found is None:
        return info.defs.get(ident)
    return found if isinstance(found, Var) else None


def parameter(function: Function, number: int) -> Var | None:
    """The variable of a parameter; -1 is the receiver. None where it has no name."""
    if number < 0:
        params = [function.decl.recv] if function.decl.recv is not None else []
        number = 0
    else:
        params = list(function.decl.type.params)
    names = [ident for param in params for ident in param.names]
    return function.info.defs.get(names[number]) if number < len(names) else None


def place_of(info: Info, expr: ast.Expr) -> Place | None:
    """The place an expression names; None for all that is no variable or field of one."""
    expr = bare(expr)
    if isinstance(expr, ast.Ident):
        var = variable(info, expr)
        return Place(var) if var is not None else None
    if isinstance(expr, ast.Star):
        return place_of(info, expr.x)
    if not isinstance(expr, ast.Selector):
        return None
    selection = info.selections.get(expr)
    if selection is not None and selection.kind == "field":
        base = place_of(info, expr.x)
        return Place(base.root, (*base.fields, *selection.path)) if base is not None else None
    found = info.uses.get(expr.sel)
    return Place(found) if isinstance(found, Var) else None


def callee(info: Info, call: ast.Call) -> FuncRef | None:
    """The declared function or method a call names; of an interface method a reference with the interface's
    package and name as receiver. None for function values, conversions and builtins."""
    fun = bare(call.fun)
    if isinstance(fun, ast.Index):
        fun = bare(fun.x)
    if isinstance(fun, ast.Ident):
        found = info.uses.get(fun)
        return found.ref if isinstance(found, Func) else None
    if not isinstance(fun, ast.Selector):
        return None
    selection = info.selections.get(fun)
    if selection is None:
        found = info.uses.get(fun.sel)
        return found.ref if isinstance(found, Func) else None
    if selection.method is not None:
        return selection.method
    if selection.interface is not None and isinstance(selection.interface, Named):
        return FuncRef(selection.interface.package, selection.interface.name, fun.sel.name)
    return None


def named(ref: FuncRef | None) -> str:
    """ "time.After", "time.Timer.Stop", "" for None."""
    if ref is None:
        return ""
    return f"{ref.package}.{ref.recv}.{ref.name}" if ref.recv else f"{ref.package}.{ref.name}"


def builtin(info: Info, call: ast.Call) -> str:
    """The name of the builtin that is called, "" for other calls."""
    fun = bare(call.fun)
    found = info.uses.get(fun) if isinstance(fun, ast.Ident) else None
    return found.name if isinstance(found, Builtin) else ""


def is_nil(info: Info, expr: ast.Expr) -> bool:
    """Whether an expression is the predeclared nil."""
    expr = bare(expr)
    return isinstance(expr, ast.Ident) and (
        isinstance(info.uses.get(expr), Nil) or (expr.name == "nil" and expr not in info.uses)
    )


def type_name(t: Type | None) -> str:
    """ "time.Timer" for time.Timer and for a pointer to it, "" for types without a name."""
    while isinstance(t, Pointer):
        t = t.elem
    return f"{t.package}.{t.name}" if isinstance(t, Named) else ""


def evaluated(node: ast.Node) -> Iterator[ast.Node]:
    """The node and everything below it that runs with it, operands first; literals are not entered."""
    found: list[ast.Node] = []
    stack = [node]
    while stack:  # the node first and operands last to first, turned round at the end
        item = stack.pop()
        found.append(item)
        if not isinstance(item, ast.FuncLit):
            stack.extend(children(item))
    return reversed(found)


def point_nodes(kind: str, node: ast.Node | None) -> Iterator[ast.Node]:
    """What runs at a point of a graph, operands first."""
    if node is None:
        return
    if kind == "select" and isinstance(node, ast.Select):
        for case in node.cases:
            yield from _operands(case.comm)
    elif kind == "comm" and isinstance(node, ast.CommCase):
        if node.comm is not None:
            yield node.comm
    elif kind == "range":
        yield node
    else:
        yield from evaluated(node)


def received(stmt: ast.Stmt | None) -> ast.Unary | None:
    """The receive that a case of a select is, None for a send and for default."""
    expr: ast.Expr | None = None
    if isinstance(stmt, ast.ExprStmt):
        expr = bare(stmt.x)
    elif isinstance(stmt, ast.Assign) and stmt.rhs:
        expr = bare(stmt.rhs[0])
    return expr if isinstance(expr, ast.Unary) and expr.op == "<-" else None


def fact_of(info: Info, data: bytes, cond: ast.Expr) -> tuple[Fact, bool] | None:
    """What a leaf of a condition asks, and the sign with which it holds; None where asking again may give
    another answer."""
    cond = bare(cond)
    if isinstance(cond, ast.Binary) and cond.op in ("==", "!="):
        left, right = bare(cond.x), bare(cond.y)
        if not (_repeatable(left) and _repeatable(right)):
            return None
        texts = sorted((_text(data, left), _text(data, right)), key=lambda text: text == "nil")
        return Fact(texts[0], texts[1], roots(info, cond)), cond.op == "=="
    if isinstance(cond, (ast.Ident, ast.Selector)) and _repeatable(cond):
        return Fact(_text(data, cond), "", roots(info, cond)), True
    if isinstance(cond, ast.Binary) and _repeatable(cond.x) and _repeatable(cond.y):
        return Fact(_text(data, cond), cond.op, roots(info, cond)), True
    return None


def roots(info: Info, expr: ast.Node) -> tuple[Var, ...]:
    """The variables an expression mentions, in order."""
    found = []
    for node in evaluated(expr):
        if isinstance(node, ast.Ident):
            var = variable(info, node)
            if var is not None:
                found.append(var)
    return tuple(found)


def _operands(comm: ast.Stmt | None) -> Iterator[ast.Node]:
    unary = received(comm)
    if unary is not None:
        yield from evaluated(unary.x)
    elif isinstance(comm, ast.SendStmt):
        yield from evaluated(comm.chan)
        yield from evaluated(comm.value)


def _repeatable(expr: ast.Expr) -> bool:
    """Whether it only reads: variables, fields, constants, arithmetic."""
    match bare(expr):
        case ast.Ident() | ast.BasicLit():
            return True
        case ast.Selector() as selector:
            return _repeatable(selector.x)
        case ast.Unary(op="-" | "!" | "+" | "^" | "&") as unary:
            return _repeatable(unary.x)
        case ast.Star() as star:
            return _repeatable(star.x)
        case ast.Binary() as binary:
            return _repeatable(binary.x) and _repeatable(binary.y)
        case ast.Call(fun=ast.Ident(name="len" | "cap")) as call:
            return len(call.args) == 1 and _repeatable(call.args[0])
        case _:
            return False


def _text(data: bytes, expr: ast.Expr) -> str:
    return data[expr.start : expr.end].decode("utf-8", "replace")
