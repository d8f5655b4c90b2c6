"""Expressions to IR."""

from __future__ import annotations

from unstuck.ir import calls, instr, literals, wholes
from unstuck.ir.builder import Builder, Label
from unstuck.ir.desc import type_name
from unstuck.ir.instr import NONE, UNKNOWN_DESC, At, Desc, Reg
from unstuck.syntax import ast
from unstuck.syntax.walk import walk
from unstuck.types import facts, model
from unstuck.types.closing import is_closing_flag
from unstuck.types.constancy import kept
from unstuck.types.fixed import fixed
from unstuck.types.private import channel_field
from unstuck.types.steady import steady

_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">="))
_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"))


def at(node: ast.Node) -> At:
    """Position of a node."""
    return (node.start, node.end)


def type_of(b: Builder, e: ast.Expr) -> model.Type:
    """The type of an expression, Unknown when nobody can tell."""
    return b.shared.info.types.get(e, model.UNKNOWN)


def underlying(b: Builder, e: ast.Expr) -> model.Type:
    """Its underlying type."""
    return b.shared.world.underlying(type_of(b, e))


def desc_of(b: Builder, e: ast.Expr) -> Desc:
    """Its Desc."""
    return b.shared.descs.of(type_of(b, e))


def holds(b: Builder, type_: model.Type) -> bool:
    """A value of the type can hold concurrency objects. An error is taken not to."""
    return type_ != model.ERROR and facts.can_hold_concurrency(b.shared.world, type_)


def integer(b: Builder, e: ast.Expr) -> Reg:
    """Evaluates an expression that is used as an integer: a constant like 1e6 is one."""
    value = b.shared.info.constants.get(e)
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_WHOLE:
        return b.const(at(e), int(value))
    return expr(b, e)


MAX_WHOLE = 1 << 53
"""Larger floating-point constants are not taken for integers."""


def expr(b: Builder, e: ast.Expr) -> Reg:
    """Evaluates an expression with one value."""
    value = b.shared.info.constants.get(e)
    if value is not None:
        return b.const(at(e), value if isinstance(value, (int, str)) else str(value))
    match e:  # the most frequent first
        case ast.Ident():
            return _ident(b, e)
        case ast.Selector():
            return _selector(b, e)
        case ast.Call():
            results = calls.call(b, e, 1)
            return results[0] if results else b.const(at(e), None)
        case ast.Binary():
            return binary(b, e)
        case ast.Unary():
            return _unary(b, e)
        case ast.Index():
            return _index(b, e)[0]
        case ast.CompositeLit():
            return _composite(b, e, type_of(b, e))
        case ast.SliceExpr():
            return _slice(b, e)
        case ast.Star():
            return load(b, at(e), expr(b, e.x), desc_of(b, e))
        case ast.FuncLit():
            return literals.closure(b, e)
        case ast.TypeAssert():
            return _asserted(b, e)
        case ast.Paren():
            return expr(b, e.x)
        case ast.BasicLit():
            return b.const(at(e), e.text)
        case _:
            return b.fresh(at(e), desc_of(b, e))


def values(b: Builder, exprs: tuple[ast.Expr, ...], wanted: int) -> list[Reg]:
    """Evaluates the right side of an assignment with `wanted` targets."""
    if len(exprs) == 1 and wanted > 1:
        return _several(b, exprs[0], wanted)
    return [expr(b, e) for e in exprs]


def _several(b: Builder, e: ast.Expr, wanted: int) -> list[Reg]:
    match e:
        case ast.Paren():
            return _several(b, e.x, wanted)
        case ast.Call():
            found = list(calls.call(b, e, wanted))
        case ast.Unary(op="<-"):
            found = list(receive(b, e))
        case ast.TypeAssert():
            found = list(_assert(b, e))
        case ast.Index():
            found = list(_index(b, e))
        case _:
            found = [expr(b, e)]
    while len(found) < wanted:
        found.append(b.fresh(at(e), UNKNOWN_DESC))
    return found[:wanted]


def narrowed(b: Builder, where: At, src: Reg, type_: model.Type) -> Reg:
    """src as a value of `type_`: a channel keeps only the end that a directional type gives."""
    under = b.shared.world.underlying(type_)
    if not isinstance(under, model.Chan) or under.dir == "both":
        return src
    dst = b.reg()
    b.emit(instr.Copy(where, dst, src, under.dir))
    return dst


def condition(b: Builder, e: ast.Expr, then: Label, orelse: Label) -> None:
    """Branches on a boolean expression, with short circuits."""
    known = b.shared.info.constants.get(e)
    if isinstance(known, bool):
        b.jump(at(e), then if known else orelse)
        return
    match e:
        case ast.Paren():
            condition(b, e.x, then, orelse)
        case ast.Unary(op="!"):
            condition(b, e.x, orelse, then)
        case ast.Binary(op="&&"):
            middle = b.label()
            condition(b, e.x, middle, orelse)
            b.place(middle)
            condition(b, e.y, then, orelse)
        case ast.Binary(op="||"):
            middle = b.label()
            condition(b, e.x, then, middle)
            b.place(middle)
            condition(b, e.y, then, orelse)
        case _:
            b.emit(instr.Branch(at(e), expr(b, e), then, orelse))


def binary(b: Builder, e: ast.Binary, sizing: bool = False, spawns: bool = False) -> Reg:
    """`x op y`; sizing and spawns as in `instr.Binary`."""
    if e.op in ("&&", "||"):
        return _short_circuit(b, e)
    if e.op in ("==", "!="):
        x, y = wholes.whole(b, e.x), wholes.whole(b, e.y)
    else:
        x, y = expr(b, e.x), expr(b, e.y)
    dst = b.reg()
    if e.op in _COMPARISONS or (e.op in _ARITHMETIC and desc_of(b, e).kind == "int"):
        b.emit(instr.Binary(at(e), dst, e.op, x, y, sizing, spawns))
    else:
        b.emit(instr.Fresh(at(e), dst, desc_of(b, e)))
    return dst


def _short_circuit(b: Builder, e: ast.Expr) -> Reg:
    dst = b.reg()
    yes, no, after = b.label(), b.label(), b.label()
    condition(b, e, yes, no)
    b.place(yes)
    b.emit(instr.Const(at(e), dst, True))
    b.jump(at(e), after)
    b.place(no)
    b.emit(instr.Const(at(e), dst, False))
    b.place(after)
    return dst


def load(b: Builder, where: At, pointer: Reg, desc: Desc) -> Reg:
    """dst = *pointer"""
    dst = b.reg()
    b.emit(instr.Load(where, dst, pointer, desc))
    return dst


def _ident(b: Builder, e: ast.Ident) -> Reg:
    obj = b.shared.info.uses.get(e) or b.shared.info.defs.get(e)
    match obj:
        case model.Var():
            return read(b, obj, e)
        case model.Func() if not b.shared.unfollowed:
            return literals.function_value(b, at(e), obj.ref)
        case model.Nil():
            return b.const(at(e), None)
        case model.Const() if obj.value is not None:
            return b.const(at(e), obj.value if isinstance(obj.value, int | str) else str(obj.value))
        case None if e.name != "_":
            return _undeclared(b, e)
        case _:
            return b.fresh(at(e), desc_of(b, e))


def _undeclared(b: Builder, e: ast.Ident) -> Reg:
    """A name that nobody declares, as in a note: some variable, the same each time."""
    dst = b.reg()
    b.emit(instr.Global(at(e), dst, f"?.{e.name}", desc_of(b, e)))
    return load(b, at(e), dst, desc_of(b, e))


def read(b: Builder, var: model.Var, e: ast.Ident) -> Reg:
    """The value of a variable."""
    desc = b.shared.descs.of(var.type)
    if var.kind == "global":
        return _read_global(b, var, at(e), desc)
    stored = b.storage.get(var)
    if stored is None:
        return b.fresh(at(e), desc)
    reg, cell = stored
    return load(b, at(e), reg, desc) if cell else reg


def _read_global(b: Builder, var: model.Var, where: At, desc: Desc) -> Reg:
    """The value of a package-level variable; one that keeps a function or a constant is that."""
    always = kept(b.shared.world, var) if desc.kind in ("func", "bool", "int", "basic") else None
    if always is not None and always.func is not None:
        return literals.function_value(b, where, always.func)
    if always is not None and always.constant is not None:
        return b.const(where, always.constant)
    literal = fixed(b.shared.world, var) if desc.kind in ("slice", "map", "string", "interface") else None
    if literal is not None and literal.value is not None:
        return _declared_value(b, literal.info, literal.value)
    return load(b, where, global_address(b, where, var), desc)


def _declared_value(b: Builder, info: model.Info, value: ast.Expr) -> Reg:
    """The value that a variable was declared with, evaluated where the variable is read."""
    shared = b.shared
    outer = (shared.info, shared.unfollowed)
    shared.info, shared.unfollowed = info, any(isinstance(node, ast.FuncLit) for node in walk(value))
    try:
        return expr(b, value)
    finally:
        shared.info, shared.unfollowed = outer


def global_address(b: Builder, where: At, var: model.Var) -> Reg:
    """Pointer to a package-level variable. Errors of other packages (io.EOF) are not nil, nor are those that
    keep what they were made with."""
    dst = b.reg()
    name, desc = f"{var.package}.{var.name}", b.shared.descs.of(var.type)
    if desc.kind == "error" and (var.package != b.shared.source.ref.package or kept(b.shared.world, var)):
        desc = Desc("error", name, dir="non-nil")
    numbers = desc.kind in _NUMBERS or (desc.elem is not None and desc.elem.kind in _NUMBERS)
    b.emit(instr.Global(where, dst, name, desc, steady(b.shared.world, var) if numbers else ""))
    return dst


_NUMBERS = ("int", "bool", "string")
"""Kinds of plain values that decide how often something is done."""


def addressable(b: Builder, e: ast.Expr) -> bool:
    """The expression denotes memory the machine has, so that parts of it can be reached by pointer."""
    match e:
        case ast.Paren():
            return addressable(b, e.x)
        case ast.Ident():
            var = b.shared.info.uses.get(e) or b.shared.info.defs.get(e)
            if not isinstance(var, model.Var):
                return False
            return var.kind == "global" or b.storage.get(var, (0, False))[1]
        case ast.Selector():
            return is_pointer(b, e.x) or addressable(b, e.x)
        case ast.Index():
            under = underlying(b, e.x)
            if isinstance(under, model.Array):
                return addressable(b, e.x)
            return isinstance(under, model.Slice | model.Pointer)
        case ast.Star():
            return True
        case _:
            return False


def is_pointer(b: Builder, e: ast.Expr) -> bool:
    """The expression's value is a pointer (or nobody knows, which is treated alike)."""
    return isinstance(underlying(b, e), model.Pointer | model.Unknown | model.TypeParam)


def is_unknown(b: Builder, e: ast.Expr) -> bool:
    """Nobody knows what type it is made of."""
    return isinstance(underlying(b, e), model.Unknown)


def address(b: Builder, e: ast.Expr) -> Reg:
    """Pointer to what an expression denotes; to a copy when it denotes no memory."""
    match e:
        case ast.Paren():
            return address(b, e.x)
        case ast.Star():
            return expr(b, e.x)
        case ast.Ident() if addressable(b, e):
            var = b.shared.info.uses.get(e) or b.shared.info.defs.get(e)
            assert isinstance(var, model.Var)
            return global_address(b, at(e), var) if var.kind == "global" else b.storage[var][0]
        case ast.Selector() if addressable(b, e):
            selection = b.shared.info.selections.get(e)
            if selection is not None or is_pointer(b, e.x):
                path = selection.path if selection is not None else (e.sel.name,)
                return field_address(b, e, path)
        case ast.Selector():
            used = b.shared.info.uses.get(e.sel)
            if isinstance(used, model.Var):
                return global_address(b, at(e), used)
        case ast.Index() if addressable(b, e):
            return element_address(b, e)
        case _:
            pass
    dst = b.reg()
    b.emit(instr.New(at(e), dst, expr(b, e), desc_of(b, e)))
    return dst


def field_address(b: Builder, e: ast.Selector, path: tuple[str, ...]) -> Reg:
    """Pointer to the field at the end of `path` from `e.x`, which is a pointer or in memory."""
    pointer = expr(b, e.x) if is_pointer(b, e.x) else address(b, e.x)
    return walk_path(b, at(e), pointer, type_of(b, e.x), path)


def walk_path(b: Builder, where: At, pointer: Reg, type_: model.Type, path: tuple[str, ...]) -> Reg:
    """Follows fields from a pointer to a value of `type_` (or of what it points to)."""
    world = b.shared.world
    for index, name in enumerate(path):
        under = world.underlying(type_)
        if isinstance(under, model.Pointer):
            if index:
                pointer = load(b, where, pointer, b.shared.descs.of(type_))
            type_ = under.elem
        dst = b.reg()
        struct, owner, type_ = type_, type_name(type_), field_type(b, type_, name)
        desc = b.shared.descs.of(type_)
        inner = desc.name if desc.kind == "struct" else ""
        flag = _flag(b, struct, name, desc)
        b.emit(instr.FieldAddr(where, dst, pointer, name, owner, inner, flag))
        pointer = dst
    return pointer


_FLAG_KINDS = {
    "sync/atomic.Bool": "bool",
    "sync/atomic.Int32": "int",
    "sync/atomic.Uint32": "int",
    "sync/atomic.Int64": "int",
}


def _flag(b: Builder, struct: model.Type, name: str, desc: Desc) -> str:
    """What kind of flag the field is, or what is known of its channels; "" when nothing is."""
    if desc.kind == "chan" and isinstance(struct, model.Named) and struct.package:
        return channel_field(b.shared.world, struct, name) if not b.shared.source.stub else ""
    kind = desc.kind if desc.kind in ("bool", "int") else _FLAG_KINDS.get(desc.name, "")
    if not kind or not isinstance(struct, model.Named) or not struct.package:
        return ""
    return kind if is_closing_flag(b.shared.world, struct, name) else ""


def field_type(b: Builder, type_: model.Type, name: str) -> model.Type:
    """Type of a direct field."""
    for item in b.shared.world.struct_fields(type_):
        if item.name == name:
            return item.type
    return model.UNKNOWN


def element_address(b: Builder, e: ast.Index) -> Reg:
    """Pointer to an element of a slice or array."""
    under = underlying(b, e.x)
    base = address(b, e.x) if isinstance(under, model.Array) else expr(b, e.x)
    index = expr(b, e.indices[0])
    dst = b.reg()
    array = b.shared.world.underlying(under.elem) if isinstance(under, model.Pointer) else under
    length = array.length if isinstance(array, model.Array) and array.length is not None else -1
    b.emit(instr.ElemAddr(at(e), dst, base, index, desc_of(b, e), length))
    return dst


def _selector(b: Builder, e: ast.Selector) -> Reg:
    info = b.shared.info
    used = info.uses.get(e.sel)
    match used:
        case model.Var():
            return _read_global(b, used, at(e), b.shared.descs.of(used.type))
        case model.Func():
            return literals.function_value(b, at(e), used.ref)
        case model.Const() if isinstance(used.value, int | str):
            return b.const(at(e), used.value)
        case _:
            pass
    if used is not None:
        return b.fresh(at(e), desc_of(b, e))
    package = info.uses.get(e.x) if isinstance(e.x, ast.Ident) else None
    if isinstance(package, model.PackageName) and _is_sentinel(e.sel.name):
        return b.fresh(at(e), Desc("error", f"{package.path}.{e.sel.name}", dir="non-nil"))
    selection = info.selections.get(e)
    if selection is not None and selection.kind != "field":
        return literals.method_value(b, e, selection)
    path = selection.path if selection is not None else (e.sel.name,)
    if is_pointer(b, e.x) or addressable(b, e.x):
        return load(b, at(e), field_address(b, e, path), desc_of(b, e))
    return _field_of_value(b, e, path)


def _is_sentinel(name: str) -> bool:
    """A variable that is named as errors are, of a package that is not in sight: an error that is not nil."""
    return name == "EOF" or (name.startswith("Err") and name[3:4].isupper())


def _field_of_value(b: Builder, e: ast.Selector, path: tuple[str, ...]) -> Reg:
    value, type_ = expr(b, e.x), type_of(b, e.x)
    for index, name in enumerate(path):
        under = b.shared.world.underlying(type_)
        if isinstance(under, model.Pointer):
            pointer = walk_path(b, at(e), value, type_, path[index:])
            return load(b, at(e), pointer, desc_of(b, e))
        next_type = field_type(b, type_, name)
        dst = b.reg()
        b.emit(instr.FieldOf(at(e), dst, value, name, type_name(type_), b.shared.descs.of(next_type)))
        value, type_ = dst, next_type
    return value


def _index(b: Builder, e: ast.Index) -> tuple[Reg, Reg]:
    under = underlying(b, e.x)
    if isinstance(under, model.Signature) or not e.indices:
        return expr(b, e.x), NONE
    if isinstance(under, model.Map):
        x, key = expr(b, e.x), wholes.whole(b, e.indices[0])
        dst, ok = b.reg(), b.reg()
        b.emit(instr.MapGet(at(e), dst, ok, x, key, b.shared.descs.of(under.elem)))
        return dst, ok
    if isinstance(under, model.Slice | model.Pointer | model.Array):
        return load(b, at(e), element_address(b, e), desc_of(b, e)), NONE
    expr(b, e.x)
    return b.fresh(at(e), desc_of(b, e)), b.fresh(at(e), instr.BOOL_DESC)


def _slice(b: Builder, e: ast.SliceExpr) -> Reg:
    under = underlying(b, e.x)
    x = address(b, e.x) if isinstance(under, model.Array) else expr(b, e.x)
    lo = expr(b, e.lo) if e.lo is not None else NONE
    hi = expr(b, e.hi) if e.hi is not None else NONE
    dst = b.reg()
    b.emit(instr.Reslice(at(e), dst, x, lo, hi))
    return dst


def _assert(b: Builder, e: ast.TypeAssert) -> tuple[Reg, Reg]:
    x = expr(b, e.x)
    ok = b.reg()
    b.emit(instr.TypeTest(at(e), ok, x, desc_of(b, e)))
    return x, ok


def _asserted(b: Builder, e: ast.TypeAssert) -> Reg:
    dst = b.reg()
    b.emit(instr.Copy(at(e), dst, expr(b, e.x), asserted=True))
    return dst


def receive(b: Builder, e: ast.Unary) -> tuple[Reg, Reg]:
    """`<-x`: the value and whether the channel was open."""
    channel = expr(b, e.x)
    dst, ok = b.reg(), b.reg()
    b.emit(instr.Recv(at(e), dst, ok, channel, element(b, e.x)))
    return dst, ok


def element(b: Builder, channel: ast.Expr) -> Desc:
    """Desc of a channel's elements."""
    under = underlying(b, channel)
    return b.shared.descs.of(under.elem) if isinstance(under, model.Chan) else UNKNOWN_DESC


def _unary(b: Builder, e: ast.Unary) -> Reg:
    if e.op == "<-":
        return receive(b, e)[0]
    if e.op == "&":
        if isinstance(e.x, ast.CompositeLit):
            type_ = type_of(b, e.x)
            value = _composite(b, e.x, type_)
            dst = b.reg()
            b.emit(instr.New(at(e), dst, value, b.shared.descs.of(type_)))
            return dst
        return address(b, e.x)
    x = expr(b, e.x)
    dst = b.reg()
    if e.op == "!":
        b.emit(instr.Not(at(e), dst, x))
    elif e.op == "-" and desc_of(b, e).kind == "int":
        b.emit(instr.Binary(at(e), dst, "-", b.const(at(e), 0), x))
    else:
        b.emit(instr.Fresh(at(e), dst, desc_of(b, e)))
    return dst


MAX_PADDED = 64
"""Length of an array literal whose elements that are left out are zero; of a longer one they are unknown."""


def _in_places(b: Builder, e: ast.CompositeLit, under: model.Slice | model.Array) -> tuple[Reg, ...]:
    """The elements of a literal where they stand: at their keys, one without a key behind the one before it.
    What is left out is zero. Go spec, "Composite literals"."""
    placed: dict[int, Reg] = {}
    place = 0
    for item in e.elements:
        key = b.shared.info.constants.get(item.key) if item.key is not None else None
        if isinstance(key, int) and 0 <= key < MAX_PADDED:
            place = key
        placed[place] = element_of(b, item.value, under.elem)
        place += 1
    length = under.length if isinstance(under, model.Array) else None
    count = max(placed, default=-1) + 1
    if e.elements and length is not None and length <= MAX_PADDED:
        count = max(count, length)
    for place in range(count):
        if place not in placed:
            placed[place] = b.reg()
            b.emit(instr.Zero(at(e), placed[place], b.shared.descs.of(under.elem)))
    return tuple(placed[place] for place in range(count))


def _points_on(b: Builder, type_: model.Pointer) -> bool:
    """A pointer to a pointer, of which there is no literal; `type T *T` is one without an end."""
    return isinstance(b.shared.world.underlying(type_.elem), model.Pointer)


def _composite(b: Builder, e: ast.CompositeLit, type_: model.Type) -> Reg:
    under = b.shared.world.underlying(type_)
    dst = b.reg()
    match under:
        case model.Pointer() if not _points_on(b, under):  # elided &T in a composite literal
            value = _composite(b, e, under.elem)
            b.emit(instr.New(at(e), dst, value, b.shared.descs.of(under.elem)))
        case model.Struct():
            _struct(b, e, dst, type_, under)
        case model.Slice() | model.Array():
            items = _in_places(b, e, under)
            if isinstance(under, model.Array) and not items:
                b.emit(instr.Zero(at(e), dst, b.shared.descs.of(type_)))
            else:
                b.emit(instr.MakeSlice(at(e), dst, NONE, items, b.shared.descs.of(under.elem)))
        case model.Map():
            entries = tuple(
                (
                    wholes.whole(b, item.key, under.key) if item.key is not None else NONE,
                    element_of(b, item.value, under.elem),
                )
                for item in e.elements
            )
            b.emit(instr.MakeMap(at(e), dst, entries, b.shared.descs.of(under.elem)))
        case _:
            _unknown_literal(b, e, dst, type_)
    return dst


def _unknown_literal(b: Builder, e: ast.CompositeLit, dst: Reg, type_: model.Type) -> None:
    """A literal of a type that is not in sight has what is put into it, and perhaps more."""
    desc = b.shared.descs.of(type_)
    fields: list[tuple[str, Reg]] = []
    for index, item in enumerate(e.elements):
        reg = expr(b, item.value)
        if holds(b, type_of(b, item.value)):
            fields.append((item.key.name if isinstance(item.key, ast.Ident) else f"?{index}", reg))
    if fields:
        regs = tuple(reg for _, reg in fields)
        b.emit(instr.MakeStruct(at(e), dst, desc.name, tuple(fields), regs, partial=True))
    else:
        b.emit(instr.Zero(at(e), dst, desc) if desc.kind == "unknown" else instr.Fresh(at(e), dst, desc))


def _struct(b: Builder, e: ast.CompositeLit, dst: Reg, type_: model.Type, under: model.Struct) -> None:
    fields: list[tuple[str, Reg]] = []
    held: list[Reg] = []
    for index, item in enumerate(e.elements):
        name = _field_name(item, index, under)
        field = next((f.type for f in under.fields if f.name == name), model.UNKNOWN)
        src = narrowed(b, at(item), element_of(b, item.value, field), field)
        fields.append((name, src))
        if holds(b, field):
            held.append(src)
    b.emit(instr.MakeStruct(at(e), dst, b.shared.descs.of(type_).name, tuple(fields), tuple(held)))


def _field_name(item: ast.Element, index: int, under: model.Struct) -> str:
    if isinstance(item.key, ast.Ident):
        return item.key.name
    return under.fields[index].name if index < len(under.fields) else "?"


def element_of(b: Builder, e: ast.Expr, type_: model.Type) -> Reg:
    """Evaluates an element of a literal of a composite type; its own type may be left out."""
    if isinstance(e, ast.CompositeLit) and e.type is None:
        return _composite(b, e, type_)
    return expr(b, e)
