"""How often a loop runs, as far as its head says."""

from __future__ import annotations

from unstuck.flow.paths import writes
from unstuck.flow.places import bare, variable
from unstuck.rules.subject import Subject, loop_around
from unstuck.syntax import ast
from unstuck.syntax.walk import walk

FEW = 16
"""What a loop over constants that runs no more often than this leaves behind is bounded."""


def runs_few(subject: Subject, node: ast.Node) -> bool:
    """Whether the loop around counts to a small constant, or goes through a few literal elements."""
    loop = loop_around(subject, node)
    constants = subject.function.info.constants
    if isinstance(loop, ast.Range):
        what = bare(loop.x)
        if isinstance(what, ast.CompositeLit):
            return len(what.elements) <= FEW
        if isinstance(what, ast.Ident) and _few_elements(subject, what):
            return True
        return _small(constants.get(loop.x))
    if isinstance(loop, ast.For) and isinstance(loop.cond, ast.Binary) and loop.cond.op in ("<", "<="):
        return _small(constants.get(loop.cond.y))
    return False


def _few_elements(subject: Subject, ident: ast.Ident) -> bool:
    """Whether a variable only ever gets literals of few elements."""
    info = subject.function.info
    var = variable(info, ident)
    if var is None or var.kind != "local":
        return False
    found = False
    for node in walk(subject.function.decl):
        for target, value in writes(node):
            if not isinstance(target, ast.Ident) or variable(info, target) is not var:
                continue
            if isinstance(node, ast.VarSpec) and value is None and not node.values:
                continue
            literal = bare(value) if value is not None else None
            if not isinstance(literal, ast.CompositeLit) or len(literal.elements) > FEW:
                return False
            found = True
    return found


def _small(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= FEW
