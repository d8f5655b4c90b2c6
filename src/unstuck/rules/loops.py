"""How often a loop runs, as far as its head says."""

from __future__ import annotations

from unstuck.flow.places import bare
from unstuck.rules.subject import Subject, loop_around
from unstuck.syntax import ast

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
        return _small(constants.get(loop.x))
    if isinstance(loop, ast.For) and isinstance(loop.cond, ast.Binary) and loop.cond.op in ("<", "<="):
        return _small(constants.get(loop.cond.y))
    return False


def _small(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= FEW
