"""Statements: grammar nodes -> `ast` nodes.

Go spec: "Statements". What does not parse as a statement becomes a BadStmt of the same extent; the rest of
the block is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tree_sitter import Node

from unstuck.syntax import ast
from unstuck.syntax.declarations import specs_of
from unstuck.syntax.expressions import NAMES, expression, expressions, optional, required
from unstuck.syntax.grammar import ERROR, KIND_NAMES, field, kind, syntax_root, token
from unstuck.syntax.reader import COMMENT, MAX_DEPTH, Reader, ident, significant, token_start

_CLOSE_BRACE = token("}")
_COLON = token(":")
_DEFINE = token(":=")
_EXPRESSION_CASE = kind("expression_case_clause")
_TYPE_CASE = kind("type_case_clause")
_COMM_CASE = kind("communication_clause")
_FOR_CLAUSE = kind("for_clause")
_RANGE_CLAUSE = kind("range_clause")
_GO_OR_DEFER = frozenset({kind("go_statement"), kind("defer_statement")})
_EXPRESSION = kind("expression_statement")
_DEFAULT = token("default")

_F_BODY = field("body")
_F_CALL = field("call")
_F_CHANNEL = field("channel")
_F_COMMUNICATION = field("communication")
_F_CONDITION = field("condition")
_F_ELSE = field("else")
_F_INIT = field("init_statement")
_F_LABEL = field("label")
_F_LEFT = field("left")
_F_NAME = field("name")
_F_OPERAND = field("operand")
_F_POST = field("post_statement")
_F_RESULT = field("result")
_F_RIGHT = field("right")
_F_STATEMENT = field("statement")
_F_VALUE = field("value")


def block(r: Reader, n: Node) -> ast.Block:
    """The block that `n` is."""
    stmts = statements(r, n.children)
    return ast.Block(n.start_byte, n.end_byte, stmts, token_start(n, _CLOSE_BRACE))


def statements(r: Reader, nodes: Iterable[Node]) -> tuple[ast.Stmt, ...]:
    """The statements among `nodes`, in order; tokens and comments are skipped, errors are BadStmts."""
    made: list[ast.Stmt] = []
    for node in nodes:
        number = node.kind_id
        if number == ERROR or (number in _GO_OR_DEFER and node.has_error):
            made += _uncalled(r, node) or (statement(r, node),)
        elif number in _HANDLERS:
            made.append(statement(r, node))
    return tuple(made)


def statement(r: Reader, n: Node) -> ast.Stmt:
    """The statement that `n` is."""
    handler = _HANDLERS.get(n.kind_id)
    if handler is None or r.depth >= MAX_DEPTH:
        return _bad(n)
    r.depth += 1
    made = handler(r, n)
    r.depth -= 1
    return made


def _bad(n: Node) -> ast.BadStmt:
    return ast.BadStmt(n.start_byte, n.end_byte)


def _optional(r: Reader, n: Node | None) -> ast.Stmt | None:
    return None if n is None else statement(r, n)


def _body(r: Reader, n: Node) -> ast.Block:
    body = n.child_by_field_id(_F_BODY)
    return ast.Block(n.end_byte, n.end_byte, (), n.end_byte) if body is None else block(r, body)


def _uncalled(r: Reader, n: Node) -> tuple[ast.Stmt, ...] | None:
    """`go f` without a call, at the end of a line: the grammar takes the next line for its call.

    Read the two lines apart. None when `n`, a go or defer statement or an error, is something else.
    """
    first = n.children[0] if n.children else None
    if first is None or KIND_NAMES[first.kind_id] not in ("go", "defer") or r.depth >= MAX_DEPTH:
        return None
    line_end = n.end_byte if n.kind_id == ERROR else _broken_line_end(n, r.text)
    root = syntax_root(r.text, first.end_byte, line_end)
    called = [child for child in root.children if child.kind_id != COMMENT]
    if len(called) != 1 or called[0].kind_id != _EXPRESSION or root.has_error:
        return None
    r.depth += 1
    what = expression(r, significant(called[0])[0])
    rest = statements(r, syntax_root(r.text, line_end, n.end_byte).children)
    r.depth -= 1
    made = ast.GoStmt if KIND_NAMES[first.kind_id] == "go" else ast.DeferStmt
    return (made(n.start_byte, what.end, what), *rest)


def _broken_line_end(n: Node, text: bytes) -> int:
    """Where the first line end inside an error in `n` is; the end of `n` when there is none."""
    waiting = [n]
    while waiting:
        node = waiting.pop()
        if node.kind_id == ERROR:
            at = text.find(b"\n", node.start_byte, node.end_byte)
            if at >= 0:
                return at
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return n.end_byte


# Simple statements.


def _expression(r: Reader, n: Node) -> ast.Stmt:
    kids = significant(n)
    return ast.ExprStmt(n.start_byte, n.end_byte, expression(r, kids[0])) if kids else _bad(n)


def _send(r: Reader, n: Node) -> ast.Stmt:
    channel = required(r, n.child_by_field_id(_F_CHANNEL), n)
    return ast.SendStmt(n.start_byte, n.end_byte, channel, required(r, n.child_by_field_id(_F_VALUE), n))


def _inc_dec(r: Reader, n: Node) -> ast.Stmt:
    kids = significant(n)
    if len(kids) != 2:
        return _bad(n)
    return ast.IncDec(n.start_byte, n.end_byte, expression(r, kids[0]), KIND_NAMES[kids[1].kind_id])


def _assign(r: Reader, n: Node) -> ast.Stmt:
    kids = n.children if n.child_count == 3 else significant(n)
    if len(kids) != 3:
        return _bad(n)
    left, right = expressions(r, kids[0]), expressions(r, kids[2])
    return ast.Assign(n.start_byte, n.end_byte, left, KIND_NAMES[kids[1].kind_id], right)


def _empty(r: Reader, n: Node) -> ast.Stmt:
    return ast.EmptyStmt(n.start_byte, n.end_byte)


def _go(r: Reader, n: Node) -> ast.Stmt:
    return ast.GoStmt(n.start_byte, n.end_byte, required(r, n.child_by_field_id(_F_CALL), n))


def _defer(r: Reader, n: Node) -> ast.Stmt:
    return ast.DeferStmt(n.start_byte, n.end_byte, required(r, n.child_by_field_id(_F_CALL), n))


def _return(r: Reader, n: Node) -> ast.Stmt:
    return ast.Return(n.start_byte, n.end_byte, expressions(r, n.child_by_field_id(_F_RESULT)))


def _branch(word: str) -> Callable[[Reader, Node], ast.Stmt]:
    def convert(r: Reader, n: Node) -> ast.Stmt:
        label = n.child_by_field_id(_F_LABEL)
        return ast.Branch(n.start_byte, n.end_byte, word, None if label is None else ident(r, label))

    return convert


def _labeled(r: Reader, n: Node) -> ast.Stmt:
    label = n.child_by_field_id(_F_LABEL)
    if label is None:
        return _bad(n)
    inner = n.child_by_field_id(_F_STATEMENT)
    stmt = ast.EmptyStmt(n.end_byte, n.end_byte) if inner is None else statement(r, inner)
    return ast.Labeled(n.start_byte, n.end_byte, ident(r, label), stmt)


def _declaration(r: Reader, n: Node) -> ast.Stmt:
    return ast.DeclStmt(n.start_byte, n.end_byte, specs_of(r, n))


# Compound statements.


def _if(r: Reader, n: Node) -> ast.Stmt:
    init = _optional(r, n.child_by_field_id(_F_INIT))
    cond = required(r, n.child_by_field_id(_F_CONDITION), n)
    return ast.If(n.start_byte, n.end_byte, init, cond, _body(r, n), _else(r, n))


def _else(r: Reader, n: Node) -> ast.Block | ast.If | None:
    orelse = n.child_by_field_id(_F_ELSE)
    if orelse is None:
        return None
    made = statement(r, orelse)
    if isinstance(made, ast.Block | ast.If):
        return made
    return ast.Block(made.start, made.end, (made,), made.end)


def _for(r: Reader, n: Node) -> ast.Stmt:
    for child in n.children:
        if child.kind_id == _RANGE_CLAUSE:
            return _range(r, n, child)
        if child.kind_id == _FOR_CLAUSE:
            init = _optional(r, child.child_by_field_id(_F_INIT))
            cond = optional(r, child.child_by_field_id(_F_CONDITION))
            post = _optional(r, child.child_by_field_id(_F_POST))
            return ast.For(n.start_byte, n.end_byte, init, cond, post, _body(r, n))
    condition = optional(r, n.child_by_field_id(_F_CONDITION))
    return ast.For(n.start_byte, n.end_byte, None, condition, None, _body(r, n))


def _range(r: Reader, n: Node, clause: Node) -> ast.Stmt:
    left = expressions(r, clause.child_by_field_id(_F_LEFT))
    key = left[0] if left else None
    value = left[1] if len(left) > 1 else None
    define = any(child.kind_id == _DEFINE for child in clause.children)
    over = required(r, clause.child_by_field_id(_F_RIGHT), clause)
    return ast.Range(n.start_byte, n.end_byte, key, value, define, over, _body(r, n))


def _switch(r: Reader, n: Node) -> ast.Stmt:
    init = _optional(r, n.child_by_field_id(_F_INIT))
    tag = optional(r, n.child_by_field_id(_F_VALUE))
    cases = tuple(_case(r, child) for child in n.children if child.kind_id == _EXPRESSION_CASE)
    return ast.Switch(n.start_byte, n.end_byte, init, tag, cases, token_start(n, _CLOSE_BRACE))


def _type_switch(r: Reader, n: Node) -> ast.Stmt:
    init = _optional(r, n.child_by_field_id(_F_INIT))
    name = n.child_by_field_id(_F_NAME)
    bind = None if name is None or name.kind_id not in NAMES else ident(r, name)
    x = required(r, n.child_by_field_id(_F_OPERAND), n)
    cases = tuple(_case(r, child) for child in n.children if child.kind_id == _TYPE_CASE)
    return ast.TypeSwitch(n.start_byte, n.end_byte, init, bind, x, cases, token_start(n, _CLOSE_BRACE))


def _case(r: Reader, n: Node) -> ast.Case:
    head, body = _clause(n)
    if any(child.kind_id == _DEFAULT for child in head):
        return ast.Case(n.start_byte, n.end_byte, None, statements(r, body))
    if n.kind_id == _EXPRESSION_CASE:
        exprs = expressions(r, n.child_by_field_id(_F_VALUE))
    else:
        exprs = tuple(expression(r, child) for child in n.children_by_field_name("type") if child.is_named)
    return ast.Case(n.start_byte, n.end_byte, exprs, statements(r, body))


def _select(r: Reader, n: Node) -> ast.Stmt:
    cases = tuple(_comm_case(r, child) for child in n.children if child.kind_id == _COMM_CASE)
    return ast.Select(n.start_byte, n.end_byte, cases, token_start(n, _CLOSE_BRACE))


def _comm_case(r: Reader, n: Node) -> ast.CommCase:
    head, body = _clause(n)
    if any(child.kind_id == _DEFAULT for child in head):
        return ast.CommCase(n.start_byte, n.end_byte, None, statements(r, body))
    what = n.child_by_field_id(_F_COMMUNICATION)
    comm: ast.Stmt
    if what is None:
        comm = ast.BadStmt(n.start_byte, head[-1].end_byte if head else n.end_byte)
    else:
        comm = statement(r, what)
    return ast.CommCase(n.start_byte, n.end_byte, comm, statements(r, body))


def _clause(n: Node) -> tuple[list[Node], list[Node]]:
    """The children of a clause up to its colon, and those after it."""
    children = n.children
    for index, child in enumerate(children):
        if child.kind_id == _COLON:
            return children[: index + 1], children[index + 1 :]
    return children, []


def _receive(r: Reader, n: Node) -> ast.Stmt:
    """The receive of a select case. Go spec, "Select statements": only a receive may stand on the right."""
    value = required(r, n.child_by_field_id(_F_RIGHT), n)
    if not _is_receive(value):
        return _bad(n)
    left = expressions(r, n.child_by_field_id(_F_LEFT))
    if not left:
        return ast.ExprStmt(n.start_byte, n.end_byte, value)
    define = any(child.kind_id == _DEFINE for child in n.children)
    return ast.Assign(n.start_byte, n.end_byte, left, ":=" if define else "=", (value,))


def _is_receive(x: ast.Expr) -> bool:
    while isinstance(x, ast.Paren):
        x = x.x
    return isinstance(x, ast.Unary) and x.op == "<-"


_HANDLERS: dict[int, Callable[[Reader, Node], ast.Stmt]] = {
    kind(name): handler
    for name, handler in (
        ("assignment", _assign),
        ("block", block),
        ("break_statement", _branch("break")),
        ("const_declaration", _declaration),
        ("continue_statement", _branch("continue")),
        ("defer_statement", _defer),
        ("empty_statement", _empty),
        ("expression_statement", _expression),
        ("expression_switch_statement", _switch),
        ("fallthrough_statement", _branch("fallthrough")),
        ("for_statement", _for),
        ("go_statement", _go),
        ("goto_statement", _branch("goto")),
        ("if_statement", _if),
        ("inc_dec_statement", _inc_dec),
        ("labeled_statement", _labeled),
        ("receive_statement", _receive),
        ("return_statement", _return),
        ("select_statement", _select),
        ("send_statement", _send),
        ("short_var_declaration", _assign),
        ("type_declaration", _declaration),
        ("type_switch_statement", _type_switch),
        ("var_declaration", _declaration),
    )
}
"""How each kind of statement is converted."""
