"""Where the channel of a finding is used: its variable, its sends, who starts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.fixes.case import Case, Sight, body_around, place_in, type_of, upward
from unstuck.flow.places import Place, builtin, callee
from unstuck.syntax import ast
from unstuck.syntax.walk import parents_of, walk
from unstuck.types.model import Named, Pointer


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A node that uses the channel, under the name it has there."""

    sight: Sight
    node: ast.Node
    name: str


def owner(case: Case) -> tuple[Sight, ast.Stmt, str, Place] | None:
    """Where the channel is made and put into a variable: the statement, its name, the variable."""
    made = case.made
    if made is None or not isinstance(made.node, ast.Call):
        return None
    sight, call = made.sight, made.node
    parent = sight.parents.get(call)
    if isinstance(parent, ast.Assign) and call in parent.rhs and len(parent.lhs) == len(parent.rhs):
        target = parent.lhs[parent.rhs.index(call)]
        place = place_in(sight, target)
        return (sight, parent, sight.text(target), place) if place is not None else None
    if isinstance(parent, ast.VarSpec) and len(parent.names) == 1:
        declaration = sight.parents.get(parent)
        var = sight.info.defs.get(parent.names[0])
        if isinstance(declaration, ast.DeclStmt) and var is not None:
            return sight, declaration, parent.names[0].name, Place(var)
    return None


def is_same(sight: Sight, expr: ast.Expr, place: Place) -> bool:
    """An expression names a place."""
    found = place_in(sight, expr)
    return found is not None and found.root is place.root and found.fields == place.fields


def sends(sight: Sight, place: Place) -> Iterator[Use]:
    """Send statements on a place, cases of selects too."""
    for node in walk(sight.function.decl):
        if isinstance(node, ast.SendStmt) and is_same(sight, node.chan, place):
            yield Use(sight, node, sight.text(node.chan))


def closes(sight: Sight, place: Place) -> Iterator[ast.Call]:
    """Calls of close on a place."""
    for node in walk(sight.function.decl):
        closing = isinstance(node, ast.Call) and builtin(sight.info, node) == "close" and len(node.args) == 1
        if isinstance(node, ast.Call) and closing and is_same(sight, node.args[0], place):
            yield node


def passed(sight: Sight, place: Place) -> Iterator[tuple[ast.Call, Sight, Place, str]]:
    """Functions in sight that get the channel as an argument: the call, the function, its parameter."""
    for node in walk(sight.function.decl):
        if not isinstance(node, ast.Call):
            continue
        for number, arg in enumerate(node.args):
            if not is_same(sight, arg, place):
                continue
            ref = callee(sight.info, node)
            function = sight.world.function(ref) if ref is not None else None
            if function is not None and function.package is not None and not function.stub:
                idents = [ident for param in function.decl.type.params for ident in param.names]
                inner = Sight(sight.world, function.package, function, parents_of(function.decl))
                if number < len(idents):
                    var = function.info.defs.get(idents[number])
                    if var is not None:
                        yield node, inner, Place(var), idents[number].name
            literal = node.fun
            if isinstance(literal, ast.FuncLit):
                idents = [ident for param in literal.type.params for ident in param.names]
                var = sight.info.defs.get(idents[number]) if number < len(idents) else None
                if var is not None:
                    yield node, sight, Place(var), idents[number].name


def started(sight: Sight, node: ast.Node) -> ast.GoStmt | None:
    """The go statement whose literal a node is in."""
    body = body_around(sight, node)
    parent = sight.parents.get(body)
    if isinstance(parent, ast.Call) and parent.fun is body:
        above = sight.parents.get(parent)
        return above if isinstance(above, ast.GoStmt) else None
    return None


def in_loop(sight: Sight, node: ast.Node) -> bool:
    """A loop of the same body is around a node."""
    for each in sight.above(node):
        if isinstance(each, (ast.FuncDecl, ast.FuncLit)):
            return False
        if isinstance(each, (ast.For, ast.Range)):
            return True
    return False


def outermost(sight: Sight, node: ast.Node, block: ast.Node) -> ast.Stmt | None:
    """The statement of a block that a node is in."""
    at: ast.Node | None = node
    while at is not None and sight.parents.get(at) is not block:
        at = sight.parents.get(at)
    return at  # type: ignore[return-value]


def package_sights(case: Case) -> list[Sight]:
    """All functions of the package of a finding."""
    sight = case.at.sight
    found = (sight.world.function(ref) for ref in sight.world.functions(sight.package.path))
    return [case.sights.sight(sight.package, function) for function in found if function is not None]


def fills(sight: Sight, kept: Named, name: str) -> bool:
    """A function sends on the field of a type, or closes it."""
    for node in walk(sight.function.decl):
        used: ast.Expr | None = None
        if isinstance(node, ast.SendStmt):
            used = node.chan
        elif isinstance(node, ast.Call) and builtin(sight.info, node) == "close" and node.args:
            used = node.args[0]
        if isinstance(used, ast.Selector) and used.sel.name == name and is_of(sight, used.x, kept):
            return True
    return False


def is_of(sight: Sight, expr: ast.Expr, kept: Named) -> bool:
    """An expression is a value of a type, or points to one."""
    found = type_of(sight, expr)
    return (found.elem if isinstance(found, Pointer) else found) == kept


def semaphore(case: Case) -> tuple[Sight, ast.SendStmt] | None:
    """The send of a finding, when it takes a place of a semaphore: the channel has a buffer, and each receive
    of the function that sends throws the value away. Its room says how many may do something at a time."""
    made, sent = case.made, upward(case.at, ast.SendStmt)
    if made is None or not isinstance(sent, ast.SendStmt) or not isinstance(made.node, ast.Call):
        return None
    sight, place = case.at.sight, place_in(case.at.sight, sent.chan)
    if place is None or builtin(made.sight.info, made.node) != "make" or len(made.node.args) != 2:
        return None
    received = [
        node
        for node in walk(sight.function.decl)
        if isinstance(node, (ast.Unary, ast.Range)) and is_same(sight, node.x, place)
    ]
    bare = all(isinstance(node, ast.Unary) and _is_thrown_away(sight, node) for node in received)
    return (sight, sent) if received and bare else None


def _is_thrown_away(sight: Sight, received: ast.Unary) -> bool:
    """A receive that is a statement, and no case of a select."""
    stmt = sight.parents.get(received)
    return isinstance(stmt, ast.ExprStmt) and not isinstance(sight.parents.get(stmt), ast.CommCase)
