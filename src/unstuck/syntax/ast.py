"""The syntax tree of Go, as plain data.

Every node has `start` and `end`, byte offsets into the parsed text of its file. Nodes compare and hash by
identity: later stages key what they know of a node by the node. Parsing never fails; what could not be
parsed is a `BadExpr` or `BadStmt`, and listed as an error beside the tree.

Reference: the Go Programming Language Specification (go1.27).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_NodeType = TypeVar("_NodeType")


@dataclass_transform(eq_default=False)
def node(cls: type[_NodeType]) -> type[_NodeType]:
    """All nodes: slots, identity. (Not `frozen`: that makes building a tree twice as slow. Nobody writes to
    them.)"""
    return dataclass(slots=True, eq=False)(cls)


# Expressions and types (a type is an expression in Go's grammar).


@node
class BadExpr:
    """Text that did not parse as an expression."""

    start: int
    end: int


@node
class Ident:
    """An identifier, `_` included."""

    start: int
    end: int
    name: str


@node
class BasicLit:
    """A literal; `kind` is "int", "float", "imaginary", "rune" or "string"; `text` as written."""

    start: int
    end: int
    kind: str
    text: str


@node
class Element:
    """One element of a composite literal; the value may be a `CompositeLit` with type None (elided)."""

    start: int
    end: int
    key: Expr | None
    value: Expr


@node
class CompositeLit:
    """`T{...}`; `type` is None where it is elided inside another literal."""

    start: int
    end: int
    type: Expr | None
    elements: tuple[Element, ...]


@node
class FuncLit:
    """A function literal."""

    start: int
    end: int
    type: FuncType
    body: Block


@node
class Paren:
    """`(x)`."""

    start: int
    end: int
    x: Expr


@node
class Selector:
    """`x.sel`, also a qualified identifier `pkg.Name`."""

    start: int
    end: int
    x: Expr
    sel: Ident


@node
class Index:
    """`x[i]`, or an instantiation `F[int, string]`."""

    start: int
    end: int
    x: Expr
    indices: tuple[Expr, ...]


@node
class SliceExpr:
    """`x[lo:hi:max]`."""

    start: int
    end: int
    x: Expr
    lo: Expr | None
    hi: Expr | None
    max: Expr | None


@node
class TypeAssert:
    """`x.(T)`; `type` is None for `x.(type)`."""

    start: int
    end: int
    x: Expr
    type: Expr | None


@node
class Call:
    """`fun(args...)`; also a conversion. Type arguments of an instantiated callee are in an `Index` around
    `fun`. For `make` and `new` the first argument is a type. `rparen` is the offset of `)`."""

    start: int
    end: int
    fun: Expr
    args: tuple[Expr, ...]
    spread: bool
    """The last argument is followed by `...`."""
    rparen: int


@node
class Star:
    """`*x`: dereference, or a pointer type."""

    start: int
    end: int
    x: Expr


@node
class Unary:
    """`op x` with op one of `+ - ! ^ ~ & <-`; `<-x` is a receive."""

    start: int
    end: int
    op: str
    x: Expr


@node
class Binary:
    """`x op y`; `op_start` is the offset of the operator."""

    start: int
    end: int
    op: str
    op_start: int
    x: Expr
    y: Expr


@node
class ArrayType:
    """`[N]T`, `[...]T` (length is an `Ellipsis`), `[]T` (length None)."""

    start: int
    end: int
    length: Expr | None
    elem: Expr


@node
class Ellipsis:
    """The `...` of `[...]T`."""

    start: int
    end: int


@node
class MapType:
    """`map[K]V`."""

    start: int
    end: int
    key: Expr
    value: Expr


@node
class ChanType:
    """`chan T`, `<-chan T`, `chan<- T`; `dir` is "both", "recv" or "send"."""

    start: int
    end: int
    dir: str
    elem: Expr


@node
class Param:
    """Parameters, results or type parameters that share a type; `names` is empty when anonymous."""

    start: int
    end: int
    names: tuple[Ident, ...]
    type: Expr
    variadic: bool


@node
class FuncType:
    """A signature."""

    start: int
    end: int
    type_params: tuple[Param, ...]
    params: tuple[Param, ...]
    results: tuple[Param, ...]


@node
class FieldDecl:
    """Fields that share a type; embedded when `names` is empty."""

    start: int
    end: int
    names: tuple[Ident, ...]
    type: Expr


@node
class StructType:
    """`struct{...}`."""

    start: int
    end: int
    fields: tuple[FieldDecl, ...]


@node
class MethodElem:
    """A method of an interface type."""

    start: int
    end: int
    name: Ident
    type: FuncType


@node
class InterfaceType:
    """`interface{...}`; `embeds` are embedded types and type-set terms (unions as `Binary` with op `|`)."""

    start: int
    end: int
    methods: tuple[MethodElem, ...]
    embeds: tuple[Expr, ...]


Expr = (
    BadExpr
    | Ident
    | BasicLit
    | CompositeLit
    | FuncLit
    | Paren
    | Selector
    | Index
    | SliceExpr
    | TypeAssert
    | Call
    | Star
    | Unary
    | Binary
    | ArrayType
    | Ellipsis
    | MapType
    | ChanType
    | FuncType
    | StructType
    | InterfaceType
)


# Statements.


@node
class BadStmt:
    """Text that did not parse as a statement."""

    start: int
    end: int


@node
class EmptyStmt:
    """Nothing, as after a label before `}`."""

    start: int
    end: int


@node
class Block:
    """`{ ... }`; `rbrace` is the offset of `}` (the end of the block where it is missing)."""

    start: int
    end: int
    stmts: tuple[Stmt, ...]
    rbrace: int


@node
class ExprStmt:
    """An expression on its own."""

    start: int
    end: int
    x: Expr


@node
class SendStmt:
    """`ch <- value`."""

    start: int
    end: int
    chan: Expr
    value: Expr


@node
class IncDec:
    """`x++` or `x--`; `op` is "++" or "--"."""

    start: int
    end: int
    x: Expr
    op: str


@node
class Assign:
    """`lhs op rhs` with op `=`, `:=`, `+=` ..."""

    start: int
    end: int
    lhs: tuple[Expr, ...]
    op: str
    rhs: tuple[Expr, ...]


@node
class GoStmt:
    """`go call`; `call` may be another expression where a note forgot the call."""

    start: int
    end: int
    call: Expr


@node
class DeferStmt:
    """`defer call`."""

    start: int
    end: int
    call: Expr


@node
class Return:
    """`return results`."""

    start: int
    end: int
    results: tuple[Expr, ...]


@node
class Branch:
    """`break`, `continue`, `goto`, `fallthrough`."""

    start: int
    end: int
    token: str
    label: Ident | None


@node
class If:
    """`if init; cond { } else ...`; `orelse` is a Block or an If."""

    start: int
    end: int
    init: Stmt | None
    cond: Expr
    body: Block
    orelse: Block | If | None


@node
class Case:
    """A clause of a switch; `exprs` is None for `default`. In a type switch they are types."""

    start: int
    end: int
    exprs: tuple[Expr, ...] | None
    body: tuple[Stmt, ...]


@node
class Switch:
    """An expression switch."""

    start: int
    end: int
    init: Stmt | None
    tag: Expr | None
    cases: tuple[Case, ...]
    rbrace: int


@node
class TypeSwitch:
    """`switch init; bind := x.(type) { ... }`; `x` is the expression before `.(type)`."""

    start: int
    end: int
    init: Stmt | None
    bind: Ident | None
    x: Expr
    cases: tuple[Case, ...]
    rbrace: int


@node
class CommCase:
    """A clause of a select; `comm` is a SendStmt, an ExprStmt or Assign whose only right side is a receive
    (possibly in parentheses), or None for `default`."""

    start: int
    end: int
    comm: Stmt | None
    body: tuple[Stmt, ...]


@node
class Select:
    """`select { ... }`."""

    start: int
    end: int
    cases: tuple[CommCase, ...]
    rbrace: int


@node
class For:
    """`for init; cond; post { }`."""

    start: int
    end: int
    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: Block


@node
class Range:
    """`for key, value := range x { }`; `define` tells `:=` from `=`."""

    start: int
    end: int
    key: Expr | None
    value: Expr | None
    define: bool
    x: Expr
    body: Block


@node
class Labeled:
    """`label: stmt`."""

    start: int
    end: int
    label: Ident
    stmt: Stmt


@node
class DeclStmt:
    """A declaration inside a function."""

    start: int
    end: int
    specs: tuple[Spec, ...]


Stmt = (
    BadStmt
    | EmptyStmt
    | Block
    | ExprStmt
    | SendStmt
    | IncDec
    | Assign
    | GoStmt
    | DeferStmt
    | Return
    | Branch
    | If
    | Switch
    | TypeSwitch
    | Select
    | For
    | Range
    | Labeled
    | DeclStmt
)


# Declarations.


@node
class ImportSpec:
    """`name "path"`; `name` is None, an identifier, `.` or `_`; `path` without quotes."""

    start: int
    end: int
    name: str | None
    path: str


@node
class ConstSpec:
    """One line of a const group; an implicit repetition has the values and type of the line it repeats."""

    start: int
    end: int
    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]
    iota: int


@node
class VarSpec:
    """`names type = values`."""

    start: int
    end: int
    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]


@node
class TypeSpec:
    """`name[params] type`, `name = type` when `alias`."""

    start: int
    end: int
    name: Ident
    type_params: tuple[Param, ...]
    type: Expr
    alias: bool


Spec = ConstSpec | VarSpec | TypeSpec


@node
class FuncDecl:
    """A function or method; `body` is None when it has none (or was not asked for, see syntax.parse)."""

    start: int
    end: int
    recv: Param | None
    name: Ident
    type: FuncType
    body: Block | None


Node = Expr | Stmt | Spec | FuncDecl | Element | Case | CommCase | Param | FieldDecl | MethodElem | ImportSpec
