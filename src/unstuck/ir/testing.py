"""Tests as roots: the model of package testing runs them, so that Cleanup, Context and parallel subtests
come in their order."""

from __future__ import annotations

from unstuck.ir import instr
from unstuck.ir.code import Lowered
from unstuck.ir.instr import Function
from unstuck.ir.literals import function_id
from unstuck.types.model import FuncRef

_PLAYERS = {"testing.T": "play", "testing.B": "measure"}
"""The model's function that runs a function of a *T or a *B."""


def test_root(ref: FuncRef, test: Function) -> Lowered | None:
    """A root that runs a test or a benchmark; None when it is neither."""
    elem = test.params[0].elem if len(test.params) == 1 else None
    player = _PLAYERS.get(elem.name) if elem is not None else None
    if player is None:
        return None
    play = FuncRef("testing", "", player)
    at = test.at
    code = (
        instr.MakeClosure(at, 0, test.id, ()),
        instr.Call(at, (), function_id(play), (0,), (), ()),
        instr.Return(at, ()),
    )
    root = Function(
        id=f"{test.id}$run",
        package=test.package,
        outer=test.outer,
        path=test.path,
        params=(),
        registers=1,
        results=(),
        cells=(),
        result_descs=(),
        code=code,
        at=at,
        hidden=True,
    )
    return Lowered((root,), ((test.id, ref), (function_id(play), play)), True, len(code))
