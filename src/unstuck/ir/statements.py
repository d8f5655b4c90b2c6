"""Statements to IR. Go spec: "Statements"."""

from __future__ import annotations

from typing import assert_never

from unstuck.ir import calls, expressions, instr, loops, wholes
from unstuck.ir.builder import Builder, Label, Target
from unstuck.ir.instr import NONE, UNKNOWN_DESC, Reg
from unstuck.syntax import ast
from unstuck.types import model

at = expressions.at


def block(b: Builder, node: ast.Block) -> None:
    """A block."""
    for stmt in node.stmts:
        statement(b, stmt)


def statement(b: Builder, node: ast.Stmt) -> None:
    """One statement."""
    label, b.pending_label = b.pending_label, ""
    match node:  # the most frequent first
        case ast.Assign():
            _assign(b, node)
        case ast.ExprStmt():
            _expression(b, node.x)
        case ast.If():
            _if(b, node)
        case ast.Return():
            leave_function(b, at(node), tuple(_results(b, node)))
        case ast.Block():
            block(b, node)
        case ast.SendStmt():
            channel, value = expressions.expr(b, node.chan), expressions.expr(b, node.value)
            holds = expressions.holds(b, expressions.type_of(b, node.value))
            b.emit(instr.Send(at(node), channel, value, holds))
        case ast.IncDec():
            _update(b, node.x, node.op[0], b.const(at(node), 1), node)
        case ast.GoStmt():
            callee, args, _ = calls.closure_of(b, node.call)
            b.emit(instr.Go(at(node), callee, args))
        case ast.DeferStmt():
            callee, args, _ = calls.closure_of(b, node.call)
            b.emit(instr.Defer(at(node), callee, args))
        case ast.Branch():
            _branch(b, node)
        case ast.Switch():
            _switch(b, node, label)
        case ast.TypeSwitch():
            _type_switch(b, node, label)
        case ast.Select():
            _select(b, node, label)
        case ast.For():
            loops.for_loop(b, node, label)
        case ast.Range():
            loops.range_loop(b, node, label)
        case ast.Labeled():
            b.place(_named(b, node.label.name))
            b.pending_label = node.label.name
            statement(b, node.stmt)
            b.pending_label = ""
        case ast.DeclStmt():
            _declare(b, node)
        case ast.EmptyStmt() | ast.BadStmt():
            pass
        case _:
            assert_never(node)


def _expression(b: Builder, e: ast.Expr) -> None:
    while isinstance(e, ast.Paren):
        e = e.x
    if isinstance(e, ast.Unary) and e.op == "<-":
        b.emit(instr.Recv(at(e), NONE, NONE, expressions.expr(b, e.x), expressions.element(b, e.x)))
    elif isinstance(e, ast.Call):
        calls.call(b, e, 0)
    else:
        expressions.expr(b, e)


def leave_function(b: Builder, where: instr.At, values: tuple[Reg, ...]) -> None:
    """return values; out of the body of a range over a function by way of the loop."""
    if b.leave is None:
        b.emit(instr.Return(where, values))
        return
    for cell, value, desc in zip(b.leave.results, values, b.result_descs):
        b.emit(instr.Store(where, cell, value, desc))
    b.emit(instr.Store(where, b.leave.code, b.const(where, 1), instr.INT_DESC, False))
    b.emit(instr.Return(where, (b.const(where, False),)))


def _results(b: Builder, node: ast.Return) -> list[Reg]:
    if len(node.results) == 1 and isinstance(node.results[0], ast.Call):
        type_ = expressions.type_of(b, node.results[0])
        if isinstance(type_, model.Tuple) and len(type_.items) > 1:
            return expressions.values(b, node.results, len(type_.items))
    return [expressions.expr(b, e) for e in node.results]


def _named(b: Builder, name: str) -> Label:
    if name not in b.named:
        b.named[name] = b.label()
    return b.named[name]


def _branch(b: Builder, node: ast.Branch) -> None:
    if node.token == "goto" and node.label is not None:
        b.jump(at(node), _named(b, node.label.name))
        return
    if node.token == "fallthrough":
        return  # the switch places the next body right behind
    for target in reversed(b.targets):
        if node.label is not None and target.label != node.label.name:
            continue
        goal = target.on_break if node.token == "break" else target.on_continue
        if goal >= 0:
            b.jump(at(node), goal)
            return


def _if(b: Builder, node: ast.If) -> None:
    if node.init is not None:
        statement(b, node.init)
    then, orelse, after = b.label(), b.label(), b.label()
    expressions.condition(b, node.cond, then, orelse)
    b.place(then)
    block(b, node.body)
    b.jump(at(node.cond), after)
    b.place(orelse)
    if node.orelse is not None:
        statement(b, node.orelse)
    b.place(after)


# Variables and assignment.


def declare(b: Builder, var: model.Var, src: Reg, node: ast.Node) -> None:
    """A new variable holding src (its zero value when src is none)."""
    desc = b.shared.descs.of(var.type)
    if b.in_cell(var):
        reg = b.reg()
        b.emit(instr.New(at(node), reg, src, desc))
        b.storage[var] = (reg, True)
        return
    reg = b.reg()
    b.emit(instr.Zero(at(node), reg, desc) if src == NONE else instr.Copy(at(node), reg, src))
    b.storage[var] = (reg, False)


def _declare(b: Builder, node: ast.DeclStmt) -> None:
    for spec in node.specs:
        if not isinstance(spec, ast.VarSpec):
            continue
        sources = expressions.values(b, spec.values, len(spec.names)) if spec.values else []
        for index, name in enumerate(spec.names):
            var = b.shared.info.defs.get(name)
            if var is not None:
                declare(b, var, sources[index] if index < len(sources) else NONE, name)


def _assign(b: Builder, node: ast.Assign) -> None:
    if node.op not in ("=", ":="):
        _update(b, node.lhs[0], node.op[:-1], expressions.expr(b, node.rhs[0]), node)
        return
    if len(node.lhs) == 1 and len(node.rhs) == 1:
        assign(b, node.lhs[0], expressions.expr(b, node.rhs[0]), node.op == ":=")
        return
    sources = expressions.values(b, node.rhs, len(node.lhs))
    if len(node.rhs) > 1:
        sources = [_copied(b, src, node) for src in sources]
    for target, src in zip(node.lhs, sources):
        assign(b, target, src, node.op == ":=")


def _copied(b: Builder, src: Reg, node: ast.Assign) -> Reg:
    dst = b.reg()
    b.emit(instr.Copy(at(node), dst, src))
    return dst


def assign(b: Builder, target: ast.Expr, src: Reg, define: bool) -> None:
    """target = src, or target := src."""
    while isinstance(target, ast.Paren):
        target = target.x
    if isinstance(target, ast.Ident):
        if target.name == "_":
            return
        var = b.shared.info.defs.get(target)
        if define and var is not None:
            declare(b, var, src, target)
            return
        used = b.shared.info.uses.get(target)
        stored = b.storage.get(used) if isinstance(used, model.Var) else None
        if stored is not None and not stored[1]:
            b.emit(instr.Copy(at(target), stored[0], src))
            return
    if isinstance(target, ast.Index):
        under = expressions.underlying(b, target.x)
        if isinstance(under, model.Map):
            x, key = expressions.expr(b, target.x), wholes.whole(b, target.indices[0])
            b.emit(instr.MapSet(at(target), x, key, src, expressions.holds(b, under.elem)))
            return
    pointer = expressions.address(b, target)
    holds = expressions.holds(b, expressions.type_of(b, target))
    b.emit(instr.Store(at(target), pointer, src, expressions.desc_of(b, target), holds))


def _update(b: Builder, target: ast.Expr, op: str, operand: Reg, node: ast.Stmt) -> None:
    dst = b.reg()
    desc = expressions.desc_of(b, target)
    old = expressions.expr(b, target)
    if desc.kind == "int":
        b.emit(instr.Binary(at(node), dst, op, old, operand))
    else:
        b.emit(instr.Fresh(at(node), dst, desc))
    assign(b, target, dst, define=False)


# switch and select.


def _switch(b: Builder, node: ast.Switch, label: str) -> None:
    if node.init is not None:
        statement(b, node.init)
    tag = wholes.whole(b, node.tag) if node.tag is not None else NONE
    after = b.label()
    bodies = [b.label() for _ in node.cases]
    default = after
    for body, case in zip(bodies, node.cases):
        if case.exprs is None:
            default = body
            continue
        for e in case.exprs:
            _case_test(b, e, tag, body)
    b.jump(at(node), default)
    b.targets.append(Target(label, after, -1))
    for body, case in zip(bodies, node.cases):
        b.place(body)
        for stmt in case.body:
            statement(b, stmt)
        if not (case.body and isinstance(case.body[-1], ast.Branch) and case.body[-1].token == "fallthrough"):
            b.jump(at(case), after)
    b.targets.pop()
    b.place(after)


def _case_test(b: Builder, e: ast.Expr, tag: Reg, body: Label) -> None:
    following = b.label()
    if tag == NONE:
        expressions.condition(b, e, body, following)
    else:
        dst = b.reg()
        b.emit(instr.Binary(at(e), dst, "==", tag, wholes.whole(b, e)))
        b.emit(instr.Branch(at(e), dst, body, following))
    b.place(following)


def _type_switch(b: Builder, node: ast.TypeSwitch, label: str) -> None:
    if node.init is not None:
        statement(b, node.init)
    x = expressions.expr(b, node.x)
    after = b.label()
    bodies = [b.label() for _ in node.cases]
    default = after
    for body, case in zip(bodies, node.cases):
        if case.exprs is None:
            default = body
            continue
        for e in case.exprs:
            _type_test(b, e, x, body)
    b.jump(at(node), default)
    b.targets.append(Target(label, after, -1))
    for body, case in zip(bodies, node.cases):
        b.place(body)
        var = b.shared.info.implicits.get(case)
        if var is not None:
            declare(b, var, x, case)
        for stmt in case.body:
            statement(b, stmt)
        b.jump(at(case), after)
    b.targets.pop()
    b.place(after)


def _type_test(b: Builder, e: ast.Expr, x: Reg, body: Label) -> None:
    following = b.label()
    dst = b.reg()
    if isinstance(e, ast.Ident) and isinstance(b.shared.info.uses.get(e), model.Nil):
        b.emit(instr.Binary(at(e), dst, "==", x, b.const(at(e), None)))
    else:
        b.emit(instr.TypeTest(at(e), dst, x, expressions.desc_of(b, e)))
    b.emit(instr.Branch(at(e), dst, body, following))
    b.place(following)


def _select(b: Builder, node: ast.Select, label: str) -> None:
    after = b.label()
    bodies = [b.label() for _ in node.cases]
    default = NONE
    cases: list[instr.SelectCase] = []
    bind: list[tuple[Reg, Reg]] = []
    for body, case in zip(bodies, node.cases):
        if case.comm is None:
            default = body
            bind.append((NONE, NONE))
            continue
        prepared = _communication(b, case, body)
        cases.append(prepared)
        bind.append((prepared.dst, prepared.ok))
    single = len(node.cases) == 1 and len(cases) == 1
    where = at(node.cases[0]) if single else (node.start, node.start + len("select"))
    b.emit(instr.Select(where, tuple(cases), default))
    b.targets.append(Target(label, after, -1))
    for body, case, received in zip(bodies, node.cases, bind):
        b.place(body)
        _bind_received(b, case, received)
        for stmt in case.body:
            statement(b, stmt)
        b.jump(at(case), after)
    b.targets.pop()
    b.place(after)


def _communication(b: Builder, case: ast.CommCase, body: Label) -> instr.SelectCase:
    comm = case.comm
    where = (case.start, comm.end if comm is not None else case.end)
    if isinstance(comm, ast.SendStmt):
        channel, value = expressions.expr(b, comm.chan), expressions.expr(b, comm.value)
        holds = expressions.holds(b, expressions.type_of(b, comm.value))
        return instr.SelectCase(where, True, channel, value, NONE, NONE, UNKNOWN_DESC, body, holds)
    received = _received(comm)
    channel = expressions.expr(b, received) if received is not None else b.const(where, None)
    elem = expressions.element(b, received) if received is not None else UNKNOWN_DESC
    dst = ok = NONE
    if isinstance(comm, ast.Assign):
        dst = b.reg()
        ok = b.reg() if len(comm.lhs) > 1 else NONE
    return instr.SelectCase(where, False, channel, NONE, dst, ok, elem, body)


def _received(comm: ast.Stmt | None) -> ast.Expr | None:
    match comm:
        case ast.ExprStmt():
            e = comm.x
        case ast.Assign() if comm.rhs:
            e = comm.rhs[0]
        case _:
            return None
    while isinstance(e, ast.Paren):
        e = e.x
    return e.x if isinstance(e, ast.Unary) and e.op == "<-" else None


def _bind_received(b: Builder, case: ast.CommCase, received: tuple[Reg, Reg]) -> None:
    if not isinstance(case.comm, ast.Assign):
        return
    for target, src in zip(case.comm.lhs, received):
        if src != NONE:
            assign(b, target, src, case.comm.op == ":=")
