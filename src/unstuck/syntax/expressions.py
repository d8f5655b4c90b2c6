"""Expressions and types: grammar nodes -> `ast` nodes.

Go spec: "Expressions", "Types". `expression` takes any node and never fails: what is not an expression
becomes a BadExpr of the same extent. Comments and errors may stand between any two children, therefore
children are found by field, or by place only when their number is as expected.
"""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from unstuck.syntax import ast
from unstuck.syntax.grammar import KIND_NAMES, field, kind, token
from unstuck.syntax.reader import COMMENT, MAX_DEPTH, Reader, ident, significant, token_start

MAX_CHAIN = 60
"""A chain `a + b + ...` of more operands than this is handed out as a balanced tree (same order of
operands, same value) so that its depth does not grow with its length."""

NAMES = frozenset(
    kind(name)
    for name in (
        "identifier",
        "type_identifier",
        "field_identifier",
        "package_identifier",
        "blank_identifier",
        "label",
    )
)

_ASSOCIATIVE = frozenset({"+", "*", "&", "|", "^", "&&", "||"})
_BINARY = kind("binary_expression")
_ELLIPSIS = token("...")
_ARROW = token("<-")
_CLOSE = token(")")
_COLON = token(":")
_METHOD_ELEM = kind("method_elem")
_FIELD_DECLARATION = kind("field_declaration")
_PARAMETERS = kind("parameters")
_PARAMETER = kind("parameter_declaration")
_TYPE_PARAMETER = kind("type_parameter_declaration")
_KEYED = kind("keyed_element")
_PUNCTUATION = frozenset({COMMENT, *(token(text) for text in ("(", ")", "[", "]", "{", "}", ",", ":", ";"))})

_F_BODY = field("body")
_F_CONSTRAINT = field("constraint")
_F_ELEMENT = field("element")
_F_FIELD = field("field")
_F_HIGH = field("high")
_F_KEY = field("key")
_F_LENGTH = field("length")
_F_LOW = field("low")
_F_MAX = field("max")
_F_NAME = field("name")
_F_OPERAND = field("operand")
_F_PACKAGE = field("package")
_F_PARAMETERS = field("parameters")
_F_RESULT = field("result")
_F_TYPE = field("type")
_F_TYPE_ARGUMENTS = field("type_arguments")
_F_TYPE_PARAMETERS = field("type_parameters")
_F_VALUE = field("value")


def expression(r: Reader, n: Node) -> ast.Expr:
    """The expression or type that `n` is."""
    number = n.kind_id
    if number in NAMES:
        start = n.start_byte
        end = n.end_byte
        if start == end:
            return ast.BadExpr(start, end)
        return ast.Ident(start, end, r.string(start, end))
    handler = _HANDLERS.get(number)
    if handler is None or r.depth >= MAX_DEPTH:
        return ast.BadExpr(n.start_byte, n.end_byte)
    r.depth += 1
    made = handler(r, n)
    r.depth -= 1
    return made


def optional(r: Reader, n: Node | None) -> ast.Expr | None:
    """The expression that `n` is, if any."""
    return None if n is None else expression(r, n)


def required(r: Reader, n: Node | None, at: Node) -> ast.Expr:
    """The expression that `n` is; a BadExpr at the end of `at` when the text lacks it."""
    return ast.BadExpr(at.end_byte, at.end_byte) if n is None else expression(r, n)


def expressions(r: Reader, n: Node | None) -> tuple[ast.Expr, ...]:
    """The elements of a list of expressions."""
    if n is None:
        return ()
    if n.child_count == 1 and (only := n.child(0)) is not None:
        return (expression(r, only),)
    return _items(r, n.children)


def signature(r: Reader, n: Node, start: int) -> ast.FuncType:
    """The signature of a function type, literal, declaration or interface method, `start` at its `func`."""
    params = n.child_by_field_id(_F_PARAMETERS)
    result = n.child_by_field_id(_F_RESULT)
    type_params = n.child_by_field_id(_F_TYPE_PARAMETERS)
    last = result or params or n
    return ast.FuncType(
        start,
        last.end_byte,
        type_parameters(r, type_params),
        () if params is None else parameters(r, params),
        () if result is None else _results(r, result),
    )


def parameters(r: Reader, n: Node) -> tuple[ast.Param, ...]:
    """The declarations between the parentheses of a parameter list."""
    made = []
    for child in n.children:
        if child.kind_id == _PARAMETER:
            names, variadic = [], False
            for part in child.children_by_field_id(_F_NAME):
                names.append(ident(r, part))
            for part in child.children:
                variadic = variadic or part.kind_id == _ELLIPSIS
            elem = required(r, child.child_by_field_id(_F_TYPE), child)
            made.append(ast.Param(child.start_byte, child.end_byte, tuple(names), elem, variadic))
    return tuple(made)


def type_parameters(r: Reader, n: Node | None) -> tuple[ast.Param, ...]:
    """The declarations between the brackets of a type parameter list."""
    if n is None:
        return ()
    made = []
    for child in n.children:
        if child.kind_id == _TYPE_PARAMETER:
            names = tuple(ident(r, name) for name in child.children_by_field_id(_F_NAME))
            constraint = required(r, child.child_by_field_id(_F_CONSTRAINT), child)
            made.append(ast.Param(child.start_byte, child.end_byte, names, constraint, False))
    return tuple(made)


def _items(r: Reader, children: list[Node]) -> tuple[ast.Expr, ...]:
    made = []
    for child in children:
        if child.kind_id not in _PUNCTUATION:
            made.append(expression(r, child))
    return tuple(made)


def _results(r: Reader, n: Node) -> tuple[ast.Param, ...]:
    if n.kind_id == _PARAMETERS:
        return parameters(r, n)
    return (ast.Param(n.start_byte, n.end_byte, (), expression(r, n), False),)


def _bad(n: Node) -> ast.BadExpr:
    return ast.BadExpr(n.start_byte, n.end_byte)


# Operators.


def _binary(r: Reader, n: Node) -> ast.Expr:
    """Left-deep chains are walked by a loop: generated code has thousands of operands."""
    whole = n
    operators: list[tuple[str, int]] = []
    rights: list[Node] = []
    while n.kind_id == _BINARY:
        kids = n.children
        if len(kids) != 3:
            kids = significant(n)
            if len(kids) != 3:
                break
        operators.append((KIND_NAMES[kids[1].kind_id], kids[1].start_byte))
        rights.append(kids[2])
        n = kids[0]
    if not rights:
        return _bad(whole)
    operators.reverse()
    rights.reverse()
    deeper = len(rights) if len(rights) <= MAX_CHAIN else len(rights).bit_length()
    r.depth += deeper
    first = _bad(n) if n.kind_id == _BINARY else expression(r, n)
    r.depth -= deeper
    return _chain(r, whole, [first, *[expression(r, right) for right in rights]], operators)


def _chain(r: Reader, n: Node, operands: list[ast.Expr], operators: list[tuple[str, int]]) -> ast.Expr:
    if len(operators) <= MAX_CHAIN and r.depth + len(operators) <= MAX_DEPTH:
        left = operands[0]
        for (op, at), right in zip(operators, operands[1:]):
            left = ast.Binary(left.start, right.end, op, at, left, right)
        return left
    op = operators[0][0]
    if op not in _ASSOCIATIVE or any(other != op for other, _ in operators):
        return _bad(n)
    while len(operands) > 1:
        joined: list[ast.Expr] = []
        for index in range(0, len(operands) - 1, 2):
            left, right = operands[index], operands[index + 1]
            joined.append(ast.Binary(left.start, right.end, op, operators[index][1], left, right))
        if len(operands) % 2:
            joined.append(operands[-1])
        operators = operators[1::2]
        operands = joined
    return operands[0]


def _unary(r: Reader, n: Node) -> ast.Expr:
    kids = n.children if n.child_count == 2 else significant(n)
    if len(kids) != 2:
        return _bad(n)
    op = KIND_NAMES[kids[0].kind_id]
    x = expression(r, kids[1])
    if op == "*":
        return ast.Star(n.start_byte, n.end_byte, x)
    return ast.Unary(n.start_byte, n.end_byte, op, x)


# Primary expressions.


def _call(r: Reader, n: Node) -> ast.Expr:
    kids = n.children if n.child_count == 2 else significant(n)
    if len(kids) != 2:
        return _bad(n)
    fun = expression(r, kids[0])
    args = []
    spread = False
    children = kids[1].children
    for child in children:
        number = child.kind_id
        if number == _ELLIPSIS:
            spread = True
        elif number not in _PUNCTUATION:
            args.append(expression(r, child))
    end = n.end_byte
    closed = bool(children) and children[-1].kind_id == _CLOSE and not children[-1].is_missing
    return ast.Call(n.start_byte, end, fun, tuple(args), spread, end - 1 if closed else end)


def _selector(r: Reader, n: Node) -> ast.Expr:
    x = n.child_by_field_id(_F_OPERAND)
    sel = n.child_by_field_id(_F_FIELD)
    if x is None or sel is None:
        return _bad(n)
    return ast.Selector(n.start_byte, n.end_byte, expression(r, x), ident(r, sel))


def _qualified(r: Reader, n: Node) -> ast.Expr:
    package = n.child_by_field_id(_F_PACKAGE)
    name = n.child_by_field_id(_F_NAME)
    if package is None or name is None:
        return _bad(n)
    return ast.Selector(n.start_byte, n.end_byte, ident(r, package), ident(r, name))


def _index(r: Reader, n: Node) -> ast.Expr:
    kids = significant(n)
    if len(kids) < 3:
        return _bad(n)
    return ast.Index(n.start_byte, n.end_byte, expression(r, kids[0]), _items(r, kids[1:]))


def _generic(r: Reader, n: Node) -> ast.Expr:
    base = n.child_by_field_id(_F_TYPE)
    arguments = n.child_by_field_id(_F_TYPE_ARGUMENTS)
    if base is None or arguments is None:
        return _bad(n)
    return ast.Index(n.start_byte, n.end_byte, expression(r, base), _items(r, arguments.children))


def _slice(r: Reader, n: Node) -> ast.Expr:
    return ast.SliceExpr(
        n.start_byte,
        n.end_byte,
        required(r, n.child_by_field_id(_F_OPERAND), n),
        optional(r, n.child_by_field_id(_F_LOW)),
        optional(r, n.child_by_field_id(_F_HIGH)),
        optional(r, n.child_by_field_id(_F_MAX)),
    )


def _type_assertion(r: Reader, n: Node) -> ast.Expr:
    x = required(r, n.child_by_field_id(_F_OPERAND), n)
    return ast.TypeAssert(n.start_byte, n.end_byte, x, optional(r, n.child_by_field_id(_F_TYPE)))


def _paren(r: Reader, n: Node) -> ast.Expr:
    inner = _items(r, n.children)
    return ast.Paren(n.start_byte, n.end_byte, inner[0]) if len(inner) == 1 else _bad(n)


def _function_literal(r: Reader, n: Node) -> ast.Expr:
    body = n.child_by_field_id(_F_BODY)
    if body is None:
        return _bad(n)
    return ast.FuncLit(n.start_byte, n.end_byte, signature(r, n, n.start_byte), r.block(r, body))


def _composite(r: Reader, n: Node) -> ast.Expr:
    value = n.child_by_field_id(_F_VALUE)
    of = optional(r, n.child_by_field_id(_F_TYPE))
    return ast.CompositeLit(n.start_byte, n.end_byte, of, _elements(r, value) if value else ())


def _elided(r: Reader, n: Node) -> ast.Expr:
    return ast.CompositeLit(n.start_byte, n.end_byte, None, _elements(r, n))


def _elements(r: Reader, n: Node) -> tuple[ast.Element, ...]:
    made = []
    for child in n.children:
        number = child.kind_id
        if number in _PUNCTUATION:
            continue
        key = None
        value: Node | None = child
        if number == _KEYED:
            key = optional(r, child.child_by_field_id(_F_KEY))
            value = child.child_by_field_id(_F_ELEMENT)
        made.append(ast.Element(child.start_byte, child.end_byte, key, required(r, value, child)))
    return tuple(made)


def _literal(word: str) -> Callable[[Reader, Node], ast.Expr]:
    def convert(r: Reader, n: Node) -> ast.Expr:
        start, end = n.start_byte, n.end_byte
        return ast.BasicLit(start, end, word, r.text[start:end].decode("utf-8", "replace"))

    return convert


# Types.


def _pointer(r: Reader, n: Node) -> ast.Expr:
    inner = significant(n)
    return ast.Star(n.start_byte, n.end_byte, expression(r, inner[-1])) if len(inner) == 2 else _bad(n)


def _array(r: Reader, n: Node) -> ast.Expr:
    length = required(r, n.child_by_field_id(_F_LENGTH), n)
    return ast.ArrayType(n.start_byte, n.end_byte, length, required(r, n.child_by_field_id(_F_ELEMENT), n))


def _counted_array(r: Reader, n: Node) -> ast.Expr:
    start = token_start(n, _ELLIPSIS)
    elem = required(r, n.child_by_field_id(_F_ELEMENT), n)
    return ast.ArrayType(n.start_byte, n.end_byte, ast.Ellipsis(start, min(start + 3, n.end_byte)), elem)


def _slice_type(r: Reader, n: Node) -> ast.Expr:
    return ast.ArrayType(n.start_byte, n.end_byte, None, required(r, n.child_by_field_id(_F_ELEMENT), n))


def _map(r: Reader, n: Node) -> ast.Expr:
    key = required(r, n.child_by_field_id(_F_KEY), n)
    return ast.MapType(n.start_byte, n.end_byte, key, required(r, n.child_by_field_id(_F_ELEMENT), n))


def _channel(r: Reader, n: Node) -> ast.Expr:
    tokens = [child.kind_id for child in significant(n)[:2]]
    direction = "both"
    if _ARROW in tokens:
        direction = "recv" if tokens[0] == _ARROW else "send"
    elem = required(r, n.child_by_field_id(_F_ELEMENT), n)
    return ast.ChanType(n.start_byte, n.end_byte, direction, elem)


def _function_type(r: Reader, n: Node) -> ast.Expr:
    return signature(r, n, n.start_byte)


def _struct(r: Reader, n: Node) -> ast.Expr:
    fields = []
    for child in n.children:
        if child.kind_id == _FIELD_DECLARATION:
            names = tuple(ident(r, name) for name in child.children_by_field_id(_F_NAME))
            of = required(r, child.child_by_field_id(_F_TYPE), child)
            fields.append(ast.FieldDecl(child.start_byte, child.end_byte, names, of))
    return ast.StructType(n.start_byte, n.end_byte, tuple(fields))


def _interface(r: Reader, n: Node) -> ast.Expr:
    methods = []
    embeds = []
    for child in significant(n)[1:]:
        number = child.kind_id
        if number == _METHOD_ELEM:
            name = child.child_by_field_id(_F_NAME)
            if name is not None:
                of = signature(r, child, name.end_byte)
                methods.append(ast.MethodElem(child.start_byte, child.end_byte, ident(r, name), of))
        elif number not in _PUNCTUATION:
            embeds.append(expression(r, child))
    return ast.InterfaceType(n.start_byte, n.end_byte, tuple(methods), tuple(embeds))


def _type_set(r: Reader, n: Node) -> ast.Expr:
    """A constraint: one term, or a union of terms."""
    operands: list[ast.Expr] = []
    operators: list[tuple[str, int]] = []
    for child in significant(n):
        name = KIND_NAMES[child.kind_id]
        if name == "|":
            operators.append((name, child.start_byte))
        else:
            operands.append(expression(r, child))
    if len(operands) != len(operators) + 1:
        return _bad(n)
    return operands[0] if not operators else _chain(r, n, operands, operators)


_HANDLERS: dict[int, Callable[[Reader, Node], ast.Expr]] = {
    kind(name): handler
    for name, handler in (
        ("array_type", _array),
        ("binary_expression", _binary),
        ("call_expression", _call),
        ("channel_type", _channel),
        ("composite_literal", _composite),
        ("float_literal", _literal("float")),
        ("function_literal", _function_literal),
        ("function_type", _function_type),
        ("generic_type", _generic),
        ("imaginary_literal", _literal("imaginary")),
        ("implicit_length_array_type", _counted_array),
        ("index_expression", _index),
        ("int_literal", _literal("int")),
        ("interface_type", _interface),
        ("interpreted_string_literal", _literal("string")),
        ("literal_value", _elided),
        ("map_type", _map),
        ("parenthesized_expression", _paren),
        ("parenthesized_type", _paren),
        ("pointer_type", _pointer),
        ("qualified_identifier", _qualified),
        ("raw_string_literal", _literal("string")),
        ("rune_literal", _literal("rune")),
        ("selector_expression", _selector),
        ("slice_expression", _slice),
        ("slice_type", _slice_type),
        ("struct_type", _struct),
        ("type_assertion_expression", _type_assertion),
        ("type_elem", _type_set),
        ("unary_expression", _unary),
        ("underlying_type", _unary),
    )
}
