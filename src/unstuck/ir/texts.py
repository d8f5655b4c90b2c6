"""Functions of the library that print their operands, and on the way ask them for their text.

An operand whose type has a method Error or String is asked by a call of that method, on the goroutine of the
caller, for each verb that wants a text. What is not known: operands of an interface type, what lies within an
operand (elements, fields), which texts log/slog and functions with a writer (Fprint) ask for, that package
log asks for none where it writes to io.Discard, and that fmt ends a panic of the method.

Source: package fmt, "Printing", and its print.go (handleMethods, catchPanic).
"""

from __future__ import annotations

from unstuck.ir import expressions, instr, literals
from unstuck.ir.builder import Builder
from unstuck.ir.instr import At, Desc, Reg
from unstuck.ir.printing import FORMATS, PRINTS, TEXT_VERBS, verbs_of
from unstuck.syntax import ast
from unstuck.types import model

_Asked = tuple[int, model.Selection]
"""The number of an argument, and the method that tells its text."""


def asked(b: Builder, e: ast.Call, name: str) -> tuple[tuple[_Asked, ...], tuple[int, ...]]:
    """The arguments that a call of the function asks for their text, in order, and those of which nobody
    knows what it asks them."""
    first = PRINTS.get(name, FORMATS.get(name, -1))
    if first < 0 or e.spread:
        return (), ()
    if name in FORMATS:
        first += 1
        verbs = verbs_of(b.shared.info.constants.get(e.args[first - 1]) if len(e.args) >= first else None)
    else:
        verbs = ("v",) * (len(e.args) - first)
    found: list[_Asked] = []
    unsure: list[int] = []
    for number in range(first, len(e.args)):
        told = _teller(b, expressions.type_of(b, e.args[number]))
        if told is None:
            continue
        if verbs is None or told.kind != "method":
            unsure.append(number)
        elif number - first < len(verbs) and verbs[number - first] in TEXT_VERBS:
            found.append((number, told))
    return tuple(found), tuple(unsure)


def _teller(b: Builder, type_: model.Type) -> model.Selection | None:
    """The method of a type that can hold concurrency objects which tells its text, None when it has none; of
    kind "" when the type formats itself."""
    world = b.shared.world
    if not expressions.holds(b, type_) or isinstance(world.underlying(type_), model.Interface):
        return None
    package = b.shared.source.ref.package
    for name in ("Error", "String"):
        told = world.lookup(type_, name, package)
        if told is None or told.kind != "method" or told.method is None or not _is_text(told.type):
            continue
        if told.method.pointer and not _is_reached(b, type_, told):
            continue
        own = world.lookup(type_, "Format", package)
        return told if own is None or own.kind != "method" else model.Selection("", (), told.type)
    return None


def _is_text(type_: model.Type) -> bool:
    return isinstance(type_, model.Signature) and not type_.params and type_.results == (model.STRING,)


def _is_reached(b: Builder, type_: model.Type, told: model.Selection) -> bool:
    """A method of a pointer is one of the value's own. Go spec, "Method sets"."""
    last = literals.path_type(b, type_, told.path)
    return any(isinstance(b.shared.world.underlying(each), model.Pointer) for each in (type_, last))


def ask(b: Builder, where: At, x: Reg, type_: model.Type, told: model.Selection) -> None:
    """Emits the call that tells the text of x; a pointer that is nil is not asked."""
    assert told.method is not None
    end = b.label()
    if isinstance(b.shared.world.underlying(type_), model.Pointer):
        absent, go_on = b.reg(), b.label()
        b.emit(instr.Binary(where, absent, "==", x, b.const(where, None)))
        b.emit(instr.Branch(where, absent, end, go_on))
        b.place(go_on)
    receiver = _receiver(b, where, x, type_, told)
    name = literals.named(b, told.method)
    b.emit(instr.Call(where, (b.reg(),), name, (receiver,), (Desc("string"),), ()))
    b.place(end)


def _receiver(b: Builder, where: At, x: Reg, type_: model.Type, told: model.Selection) -> Reg:
    world, descs = b.shared.world, b.shared.descs
    assert told.method is not None
    pointer = isinstance(world.underlying(type_), model.Pointer)
    if not told.path:
        return expressions.load(b, where, x, Desc("struct")) if pointer and not told.method.pointer else x
    base = x
    if not pointer:
        base = b.reg()
        b.emit(instr.New(where, base, x, descs.of(type_)))
    at_field = expressions.walk_path(b, where, base, type_, told.path)
    last = literals.path_type(b, type_, told.path)
    if told.method.pointer and not isinstance(world.underlying(last), model.Pointer):
        return at_field
    return expressions.load(b, where, at_field, descs.of(last))
