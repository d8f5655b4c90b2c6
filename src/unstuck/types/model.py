"""Types, objects and what is known of a function body: plain data.

Go spec: "Types", "Declarations and scope". Types compare by value; a `Named` type is identified by its
package path and name, its underlying type is asked of the `World` (types/world.py). Objects that stand for
one declaration (`Var`) compare by identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from unstuck.syntax import ast
from unstuck.types.ref import FuncRef as FuncRef


@dataclass(frozen=True, slots=True)
class Unknown:
    """A type nobody can tell."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Basic:
    """A predeclared type ("int", "string", "bool", "error" is Named("", "error")) or an untyped constant's
    ("untyped int", "untyped bool", "untyped string", "untyped nil" ...)."""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A defined type. `package` is the import path, "" for the universe ("error", "any", "comparable").
    A type declared inside a function has the name `func.Name`."""

    package: str
    name: str
    args: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeParam:
    """A type parameter, inside the declaration that has it. The constraint is an interface, or Unknown (as
    inside constraints, where type parameters may refer to each other)."""

    name: str
    constraint: Type = field(default=UNKNOWN, repr=False)


@dataclass(frozen=True, slots=True)
class Pointer:
    """`*elem`."""

    elem: Type


@dataclass(frozen=True, slots=True)
class Slice:
    """`[]elem`."""

    elem: Type


@dataclass(frozen=True, slots=True)
class Array:
    """`[length]elem`; length None when unknown."""

    length: int | None
    elem: Type


@dataclass(frozen=True, slots=True)
class Map:
    """`map[key]elem`."""

    key: Type
    elem: Type


@dataclass(frozen=True, slots=True)
class Chan:
    """`chan elem`; `dir` is "both", "recv" (`<-chan`) or "send" (`chan<-`)."""

    dir: str
    elem: Type


@dataclass(frozen=True, slots=True)
class Signature:
    """A function type, receiver left out; the last parameter of a variadic one is a Slice."""

    params: tuple[Type, ...]
    results: tuple[Type, ...]
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A struct field; an embedded one has its type's bare name."""

    name: str
    type: Type
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class Struct:
    """`struct{...}`."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Interface:
    """Explicit methods (name, signature) and embedded types."""

    methods: tuple[tuple[str, Signature], ...]
    embeds: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuple:
    """The results of a call with none or several results."""

    items: tuple[Type, ...]


Type = (
    Unknown
    | Basic
    | Named
    | TypeParam
    | Pointer
    | Slice
    | Array
    | Map
    | Chan
    | Signature
    | Struct
    | Interface
    | Tuple
)

BOOL = Basic("bool")
INT = Basic("int")
STRING = Basic("string")
UNTYPED_NIL = Basic("untyped nil")
ERROR = Named("", "error")


@dataclass(slots=True, eq=False)
class Var:
    """A variable. `kind` is "local", "param", "result", "recv", "global" or "field". Compares by identity;
    a global is the one object its package scope holds. `start` is the offset of the declaring identifier (or,
    for the symbolic variable of a type switch clause, of the clause)."""

    name: str
    type: Type
    kind: str
    path: str
    """File (SourceFile.path) of the declaration."""
    start: int
    package: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a package-level variable always is (types/constancy.py): not nil, a declared function, or a
    constant."""

    non_nil: bool = False
    func: FuncRef | None = None
    constant: bool | int | None = None


@dataclass(frozen=True, slots=True)
class Const:
    """A constant; value None when not computed."""

    name: str
    type: Type
    value: int | bool | str | float | None


@dataclass(frozen=True, slots=True)
class TypeName:
    """A name that denotes a type. `type_params` are those of a generic alias, whose `type` still has them."""

    name: str
    type: Type
    type_params: tuple[TypeParam, ...] = ()


@dataclass(frozen=True, slots=True)
class Func:
    """A declared function (not a method: those come through selections).

    `type` is Unknown where the function's package is not there to be read: then `ref` still says which
    function of which import path is meant. `type_params` are those of a generic function.
    """

    ref: FuncRef
    type: Signature | Unknown
    type_params: tuple[TypeParam, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageName:
    """An imported package, by import path."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Builtin:
    """make, len, append ... (Go spec: "Built-in functions")."""

    name: str


@dataclass(frozen=True, slots=True)
class Nil:
    """The predeclared nil."""


Object = Var | Const | TypeName | Func | PackageName | Builtin | Nil


@dataclass(frozen=True, slots=True)
class Selection:
    """What `x.sel` denotes when x is a value (or a type, for a method expression).

    `path` are the fields to go through from x, embedded ones included, each after following pointers as Go
    does; for a field selection the last one is the field itself. `method` is the declared method reached
    at the end of the path (None for a field). For an interface method `method` is None and `interface` is
    the interface's type. `type` is the field's type or the method's signature.
    """

    kind: str
    """"field", "method", "interface", "method-expr"."""
    path: tuple[str, ...]
    type: Type
    method: FuncRef | None = None
    interface: Type | None = None
    type_params: tuple[TypeParam, ...] = ()
    """Type parameters of a generic method (Go 1.27), without those of its receiver."""


@dataclass(slots=True)
class Info:
    """What is known of one function body (nested literals included) or one package-level initialiser."""

    types: dict[ast.Expr, Type] = field(default_factory=dict)
    """Type of each expression that is a value; for a type expression the type it denotes. A call with one
    result has that result's type, with none or several a Tuple; a comma-ok receive, index or assertion has
    its single-value type here. Untyped constants keep their untyped type. What a call of a generic function
    calls has the instantiated signature. A literal with elided `&T` has the pointer's type."""
    uses: dict[ast.Ident, Object] = field(default_factory=dict)
    """Every resolved identifier that refers to something (selector names excluded, see selections). A
    qualified `pkg.Name` is recorded at its `sel` identifier (and `pkg` as a PackageName)."""
    defs: dict[ast.Ident, Var] = field(default_factory=dict)
    """Identifiers that declare a variable (`:=`, var, parameters, range, type switch binds excluded)."""
    implicits: dict[ast.Case, Var] = field(default_factory=dict)
    """The variable a type switch clause declares."""
    selections: dict[ast.Selector, Selection] = field(default_factory=dict)
    constants: dict[ast.Expr, int | bool | str | float] = field(default_factory=dict)
    """Value of every constant expression that could be computed."""
    conversions: set[ast.Call] = field(default_factory=set)
    """Calls that are conversions `T(x)`. Never iterated."""
