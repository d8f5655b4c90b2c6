"""Building one function: registers, code, labels. Labels are numbers that `finish` turns into indices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from unstuck.ir import instr
from unstuck.ir.desc import Descs
from unstuck.ir.instr import NONE, At, Desc, Instr, Reg
from unstuck.ir.variables import Variables
from unstuck.types import model
from unstuck.types.world import Function as Source
from unstuck.types.world import World

Label = int


@dataclass(slots=True)
class Shared:
    """What all functions made from one declaration share."""

    world: World
    descs: Descs
    source: Source
    info: model.Info
    variables: Variables
    done: list[instr.Function] = field(default_factory=list)
    """Literals and wrappers, finished."""
    count: int = 0
    refs: dict[str, model.FuncRef] = field(default_factory=dict)
    """Declared functions that the code names, by id."""
    notes: list[tuple[str, int, str]] = field(default_factory=list)
    """What is not modelled: (code, offset, why)."""
    unfollowed: bool = False
    """What is being lowered is a table of functions outside the declaration, some of them literals: none of
    them is followed. With only some of them unknown these could do what all of them do together."""


@dataclass(slots=True)
class Target:
    """Where `break` and `continue` go, for the statement with this label."""

    label: str
    on_break: Label
    on_continue: Label


@dataclass(frozen=True, slots=True)
class Leave:
    """How the body of a range over a function leaves the function around the loop: cells for what happened
    (0 nothing, 1 a return, more: a jump to a label out there) and for the results."""

    code: Reg
    results: tuple[Reg, ...]


@dataclass(slots=True)
class Builder:
    """The function being built."""

    shared: Shared
    id: str
    code: list[Instr] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    registers: int = 0
    storage: dict[model.Var, tuple[Reg, bool]] = field(default_factory=dict)
    """Register of a variable, and whether that register points to its cell."""
    targets: list[Target] = field(default_factory=list)
    named: dict[str, Label] = field(default_factory=dict)
    """Labels of `goto`."""
    results: list[tuple[Reg, bool]] = field(default_factory=list)
    params: list[Desc] = field(default_factory=list)
    pending_label: str = ""
    result_descs: tuple[Desc, ...] = ()
    leave: Leave | None = None
    """Set in the body of a range over a function."""

    def reg(self) -> Reg:
        """A new register."""
        self.registers += 1
        return self.registers - 1

    def emit(self, item: Instr) -> None:
        """Appends an instruction."""
        self.code.append(item)

    def label(self) -> Label:
        """A new label, not yet placed."""
        self.labels.append(-1)
        return len(self.labels) - 1

    def place(self, label: Label) -> None:
        """The label is here."""
        self.labels[label] = len(self.code)

    def jump(self, at: At, label: Label) -> None:
        """Goes to the label."""
        self.emit(instr.Jump(at, label))

    def const(self, at: At, value: instr.Scalar) -> Reg:
        """A register holding a constant."""
        dst = self.reg()
        self.emit(instr.Const(at, dst, value))
        return dst

    def fresh(self, at: At, desc: Desc) -> Reg:
        """A register holding an unknown value."""
        dst = self.reg()
        self.emit(instr.Fresh(at, dst, desc))
        return dst

    def next_id(self) -> str:
        """Id of a literal or wrapper of this declaration."""
        self.shared.count += 1
        outer = self.id.split("$")[0]
        return f"{outer}${self.shared.count}"

    def in_cell(self, var: model.Var) -> bool:
        """The variable lives in the heap: closures share it, its address is taken, or it has parts that are
        reached one by one (so that an unknown part stays the same unknown)."""
        if self.shared.variables.needs_cell(var):
            return True
        return self.shared.descs.of(var.type).kind in ("struct", "array")

    def note(self, code: str, offset: int, why: str) -> None:
        """Remembers something that is not modelled."""
        self.shared.notes.append((code, offset, why))


def parameter(builder: Builder, desc: Desc) -> Reg:
    """Adds a parameter; all parameters come before any other register."""
    builder.params.append(desc)
    return builder.reg()


def finish(
    builder: Builder, at: At, result_descs: tuple[Desc, ...], hidden: bool = False, bound: int = 0
) -> instr.Function:
    """Resolves labels and makes the function."""
    source = builder.shared.source
    _pass_over_lost_gotos(builder)
    return instr.Function(
        id=builder.id,
        package=source.ref.package,
        outer=str(source.ref),
        path=source.file.path,
        params=tuple(builder.params),
        registers=builder.registers,
        results=tuple(reg for reg, _ in builder.results),
        cells=tuple(cell for _, cell in builder.results),
        result_descs=result_descs,
        code=tuple(
            [_resolve(item, builder.labels) if item.__class__ in _LABELLED else item for item in builder.code]
        ),
        at=at,
        hidden=hidden or source.stub,
        bound=bound,
    )


def _pass_over_lost_gotos(builder: Builder) -> None:
    """A `goto` to a label that is not there, which no compiler takes, does nothing."""
    lost = [label for label in builder.named.values() if builder.labels[label] < 0]
    for pc, item in enumerate(builder.code) if lost else ():
        if isinstance(item, instr.Jump) and item.target in lost:
            builder.labels.append(pc + 1)
            builder.code[pc] = instr.Jump(item.at, len(builder.labels) - 1)


_LABELLED = frozenset((instr.Jump, instr.Branch, instr.MapNext, instr.Select))
"""Instructions that name labels."""


def _resolve(item: Instr, labels: list[int]) -> Instr:
    match item:
        case instr.Jump():
            return instr.Jump(item.at, labels[item.target])
        case instr.Branch():
            return instr.Branch(item.at, item.cond, labels[item.then], labels[item.orelse])
        case instr.MapNext():
            return replace(item, done=labels[item.done])
        case instr.Select():
            cases = tuple(replace(case, target=labels[case.target]) for case in item.cases)
            default = item.default if item.default == NONE else labels[item.default]
            return replace(item, cases=cases, default=default)
        case _:
            return item
