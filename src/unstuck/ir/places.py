"""Where locks live (ir/sections.py): of what the addresses in registers are, across functions of a fragment.

A place is a field of a type, a global, or a variable of one function. An address that goes where it cannot be
followed makes its place one of which nobody knows who locks it.
"""

from __future__ import annotations

from unstuck.ir import instr
from unstuck.ir.instr import NONE, Function, Instr, Program, Reg
from unstuck.ir.once import once, written
from unstuck.ir.operands import uses
from unstuck.ir.shape import shape

UNKNOWN = "?"
"""The place of an address that cannot be followed."""

Places = dict[str, dict[Reg, str]]


def places_of(program: Program) -> Places:
    """For each function the registers that hold an address which can be followed, and what it is of."""
    places: Places = {name: dict(_made(function)) for name, function in program.functions.items()}
    passing = {name: _passing(program, function) for name, function in program.functions.items()}
    given: dict[tuple[str, int], str] = {}
    for name in (program.root, *program.methods.values()):
        if name in program.functions:
            given.update({(name, index): UNKNOWN for index in range(len(program.functions[name].params))})
    for name in taken(program):
        function = program.functions[name]
        given.update({(name, index): UNKNOWN for index in range(function.bound, len(function.params))})
    changed = True
    while changed:
        changed = False
        for name, function in program.functions.items():
            mine = places[name]
            for index in range(len(function.params)):
                if (name, index) in given:
                    changed = _join(mine, index, given[(name, index)]) or changed
            copies, passed = passing[name]
            for item in copies:
                changed = _join(mine, item.dst, mine.get(item.src, "")) or changed
            for index, reg, callee in passed:
                place = mine.get(reg, "") if reg != NONE else UNKNOWN
                if place:
                    old = given.get((callee, index), "")
                    new = place if old in ("", place) else UNKNOWN
                    if new != old:
                        given[(callee, index)] = new
                        changed = True
    return places


def _join(places: dict[Reg, str], reg: Reg, place: str) -> bool:
    """Adds what a register may be the address of; whether that is news."""
    old = places.get(reg, "")
    new = place if not old or not place else old if old == place else UNKNOWN
    new = new or old
    if new == old:
        return False
    places[reg] = new
    return True


@once
def _made(function: Function) -> dict[Reg, str]:
    """What the registers of a function hold that are no copies of others."""
    found: dict[Reg, str] = {}
    for item, regs in zip(function.code, written(function)):
        if regs and not isinstance(item, instr.Copy):
            place = _place(function.id, item)
            for dst in regs:
                _join(found, dst, place)
    return found


def _place(func: str, item: Instr) -> str:
    match item:
        case instr.FieldAddr():
            return f"{item.owner}.{item.name}" if item.owner else UNKNOWN
        case instr.Global():
            return item.name
        case instr.New():
            return f"{func} {item.at[0]} r{item.dst}"
        case _:
            return UNKNOWN


def _passing(program: Program, function: Function) -> tuple[list[instr.Copy], list[tuple[int, Reg, str]]]:
    """What copies registers, and which of them become which parameters of known functions."""
    copies, passed = _all_passing(function)
    return copies, [each for each in passed if each[2] in program.functions]


@once
def _all_passing(function: Function) -> tuple[list[instr.Copy], list[tuple[int, Reg, str]]]:
    copies = [item for item in function.code if isinstance(item, instr.Copy) and item.dst != NONE]
    return copies, [each for item in function.code for each in _passed(item)]


def _passed(item: Instr) -> list[tuple[int, Reg, str]]:
    """Which registers become which parameters of functions."""
    match item:
        case instr.Call():
            return [(index, reg, item.func) for index, reg in enumerate(item.args)]
        case instr.MakeClosure():
            return [(index, reg, item.func) for index, reg in enumerate(item.bound)]
        case _:
            return []


def escaped(program: Program, places: Places) -> set[str]:
    """Places whose address goes somewhere else, or which are mixed up with others: for membership only."""
    found = {UNKNOWN}
    for name, function in program.functions.items():
        mine = places[name]
        for item in _keeping(function):
            if isinstance(item, instr.Copy):
                if mine.get(item.dst) == UNKNOWN:
                    found.add(mine.get(item.src, UNKNOWN))
            elif isinstance(item, instr.Lock):
                if item.op.startswith("try"):
                    found.add(mine.get(item.pointer, UNKNOWN))
            elif isinstance(item, (instr.Call, instr.MakeClosure)) and item.func in program.functions:
                theirs = places[item.func]
                for index, reg, _ in _passed(item):
                    if theirs.get(index) == UNKNOWN:
                        found.add(mine.get(reg, UNKNOWN))
            else:
                found.update([mine.get(reg, UNKNOWN) for reg in _let_go(item)])
    return found


@once
def _keeping(function: Function) -> tuple[Instr, ...]:
    """The instructions by which an address may come somewhere else."""
    return tuple([item for item in function.code if item.__class__ not in _KEEPS_NOTHING and _touched(item)])


def _touched(item: Instr) -> bool:
    return isinstance(item, (instr.Copy, instr.Lock, instr.Call, instr.MakeClosure)) or bool(_let_go(item))


_KEEPS_NOTHING = frozenset(
    (instr.WaitGroup, instr.FieldAddr, instr.Branch, instr.Binary, instr.Not, instr.TypeTest)
)


def copied(program: Program) -> list[str]:
    """Locks inside structs that are copied: the copy is as held as the original is."""
    fields: dict[tuple[str, str, str], None] = {}
    copied: dict[str, None] = {}
    for function in program.functions.values():
        own, loaded = _structs(function)
        fields.update(dict.fromkeys(own))
        copied.update(dict.fromkeys(loaded))
    todo = list(copied)
    while todo:
        owner = todo.pop()
        for whole, _, inner in fields:
            if whole == owner and inner and inner not in copied:
                copied[inner] = None
                todo.append(inner)
    return [f"{owner}.{name}" for owner, name, _ in fields if owner in copied]


@once
def _structs(function: Function) -> tuple[tuple[tuple[str, str, str], ...], tuple[str, ...]]:
    """The fields whose addresses a function takes, each as type, name and its own type; and the structs
    that it copies."""
    fields = [(i.owner, i.name, i.type) for i in function.code if isinstance(i, instr.FieldAddr)]
    loads = [item.desc for item in function.code if isinstance(item, instr.Load)]
    return tuple(dict.fromkeys(fields)), tuple([desc.name for desc in loads if desc.kind == "struct"])


def _let_go(item: Instr) -> tuple[Reg, ...]:
    """Registers whose value is kept where it cannot be followed."""
    match item:
        case instr.Load():
            return (item.pointer,) if item.desc.name.startswith("sync.") else ()
        case instr.Store():
            return (item.src, item.pointer) if item.desc.name.startswith("sync.") else (item.src,)
        case _:
            return uses(item)


def taken(program: Program) -> tuple[str, ...]:
    """Functions that are called by value or as methods, too: nobody knows what these are given."""
    found: dict[str, None] = {}
    for function in program.functions.values():
        found.update(dict.fromkeys(shape(function).taken))
    found.update(dict.fromkeys(program.methods.values()))
    return tuple([name for name in found if name in program.functions])
