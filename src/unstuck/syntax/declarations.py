"""Declarations: grammar nodes -> `ast` nodes.

Go spec: "Declarations and scope". A const line without values repeats the last values before it: it gets
nodes of its own at the same positions, because `iota` differs and later stages key what they know by node.
"""

from __future__ import annotations

from tree_sitter import Node

from unstuck.syntax import ast
from unstuck.syntax.expressions import expressions, optional, parameters, required, signature, type_parameters
from unstuck.syntax.grammar import field, kind, token
from unstuck.syntax.reader import Reader, ident

FUNCTION = kind("function_declaration")
METHOD = kind("method_declaration")
CONST = kind("const_declaration")
VAR = kind("var_declaration")
TYPE = kind("type_declaration")
IMPORT = kind("import_declaration")
CONST_SPEC = kind("const_spec")
VAR_SPEC = kind("var_spec")
TYPE_SPECS = frozenset({kind("type_definition"), kind("alias_declaration")})
IMPORT_SPEC = kind("import_spec")

_ALIAS = kind("alias_declaration")
_COMMA = token(",")

F_NAME = field("name")
F_BODY = field("body")
F_RECEIVER = field("receiver")
F_TYPE = field("type")
_F_PATH = field("path")
_F_TYPE_PARAMETERS = field("type_parameters")
_F_VALUE = field("value")


def function_of(r: Reader, n: Node) -> ast.FuncDecl:
    """The function or method that `n` declares, its body converted when `n` has one."""
    receiver = n.child_by_field_id(F_RECEIVER)
    name = n.child_by_field_id(F_NAME)
    body = n.child_by_field_id(F_BODY)
    receivers = () if receiver is None else parameters(r, receiver)
    return ast.FuncDecl(
        n.start_byte,
        n.end_byte,
        receivers[0] if receivers else None,
        ast.Ident(n.start_byte, n.start_byte, "") if name is None else ident(r, name),
        signature(r, n, n.start_byte),
        None if body is None else r.block(r, body),
    )


def specs_of(r: Reader, n: Node) -> tuple[ast.Spec, ...]:
    """What a const, var or type declaration declares, a line at a time."""
    if n.kind_id == CONST:
        return _consts(r, [child for child in n.children if child.kind_id == CONST_SPEC])
    made: list[ast.Spec] = []
    for child in n.children:
        if child.kind_id == VAR_SPEC:
            of = optional(r, child.child_by_field_id(F_TYPE))
            values = expressions(r, child.child_by_field_id(_F_VALUE))
            made.append(ast.VarSpec(child.start_byte, child.end_byte, spec_names(r, child), of, values))
        elif child.kind_id in TYPE_SPECS:
            made.append(_type(r, child))
    return tuple(made)


def import_of(r: Reader, n: Node) -> ast.ImportSpec:
    """One line of an import declaration."""
    name = n.child_by_field_id(F_NAME)
    path = n.child_by_field_id(_F_PATH)
    quoted = "" if path is None else r.string(path.start_byte, path.end_byte)
    alias = None if name is None else r.string(name.start_byte, name.end_byte)
    return ast.ImportSpec(n.start_byte, n.end_byte, alias, quoted.strip('"`'))


def spec_names(r: Reader, n: Node) -> tuple[ast.Ident, ...]:
    """The names that a const or var line declares."""
    return tuple(ident(r, name) for name in n.children_by_field_id(F_NAME) if name.kind_id != _COMMA)


def _consts(r: Reader, nodes: list[Node]) -> tuple[ast.Spec, ...]:
    made = []
    source: Node | None = None
    for iota, n in enumerate(nodes):
        if n.child_by_field_id(_F_VALUE) is not None:
            source = n
        of = None if source is None else optional(r, source.child_by_field_id(F_TYPE))
        values = () if source is None else expressions(r, source.child_by_field_id(_F_VALUE))
        made.append(ast.ConstSpec(n.start_byte, n.end_byte, spec_names(r, n), of, values, iota))
    return tuple(made)


def _type(r: Reader, n: Node) -> ast.TypeSpec:
    name = n.child_by_field_id(F_NAME)
    return ast.TypeSpec(
        n.start_byte,
        n.end_byte,
        ast.Ident(n.start_byte, n.start_byte, "") if name is None else ident(r, name),
        type_parameters(r, n.child_by_field_id(_F_TYPE_PARAMETERS)),
        required(r, n.child_by_field_id(F_TYPE), n),
        n.kind_id == _ALIAS,
    )
