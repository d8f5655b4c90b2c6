"""Where a function names its variables, gathered once, however many rules ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from unstuck.flow.paths import writes
from unstuck.flow.places import bare, variable
from unstuck.syntax import ast
from unstuck.types.model import Info, Var


class Names:
    """Where a function names its variables, and the literals that it assigns to them; in the order of the
    text. Gathered when somebody first asks."""

    def __init__(self, info: Info, parents: Mapping[ast.Node, ast.Node]) -> None:
        """`parents`: the nodes of the function, and what each stands in."""
        self._info, self._parents = info, parents
        self._found: _Found | None = None

    def inside(self, node: ast.Node, var: Var) -> Iterator[ast.Ident]:
        """The occurrences of a variable below a node of the function, those in literals too."""
        for ident in self._gathered().idents.get(var, ()):
            if node.start <= ident.start < node.end:
                yield ident

    def literals(self, var: Var) -> Sequence[ast.FuncLit]:
        """The literals assigned to a variable."""
        return self._gathered().literals.get(var, ())

    def _gathered(self) -> _Found:
        if self._found is None:
            self._found = _gather(self._info, self._parents)
        return self._found


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    idents: Mapping[Var, Sequence[ast.Ident]]
    literals: Mapping[Var, Sequence[ast.FuncLit]]


def _gather(info: Info, parents: Mapping[ast.Node, ast.Node]) -> _Found:
    idents: dict[Var, list[ast.Ident]] = {}
    literals: dict[Var, list[ast.FuncLit]] = {}
    for node, parent in parents.items():
        if isinstance(node, ast.Ident):
            var = variable(info, node)
            if var is not None:
                idents.setdefault(var, []).append(node)
        elif isinstance(node, ast.FuncLit):
            var = literal_variable(info, parent, node)
            if var is not None:
                literals.setdefault(var, []).append(node)
    for named in idents.values():
        named.sort(key=_start)
    for assigned in literals.values():
        assigned.sort(key=_start)
    return _Found(idents, literals)


def literal_called(info: Info, named: Names, call: ast.Call) -> ast.FuncLit | None:
    """The literal that a call of a local function variable runs: the last one assigned to it before, in the
    order of the text."""
    var = _called_variable(info, call)
    literals = named.literals(var) if var is not None else ()
    return next((literal for literal in reversed(literals) if literal.end <= call.start), None)


def literal_called_in(info: Info, parents: Mapping[ast.Node, ast.Node], call: ast.Call) -> ast.FuncLit | None:
    """The same in a function of which nothing is gathered."""
    if _called_variable(info, call) is None:
        return None
    return literal_called(info, Names(info, parents), call)


def _called_variable(info: Info, call: ast.Call) -> Var | None:
    """The local variable that a call names."""
    fun = bare(call.fun)
    var = variable(info, fun) if isinstance(fun, ast.Ident) else None
    return var if var is not None and var.kind == "local" else None


def literal_variable(info: Info, parent: ast.Node | None, literal: ast.FuncLit) -> Var | None:
    """The variable that a literal is assigned to."""
    for target, value in writes(parent) if parent is not None else ():
        if value is literal and isinstance(target, ast.Ident):
            return variable(info, target)
    return None


def _start(node: ast.Node) -> int:
    return node.start
