"""What slicing asks of the code of one function alone (ir/slice.py)."""

from __future__ import annotations

from dataclasses import dataclass, field

from unstuck.ir import instr
from unstuck.ir.instr import Desc, Function, Instr, Reg
from unstuck.ir.once import once
from unstuck.ir.operands import successors

MAX_NESTED = 4
"""Critical sections within each other that are told apart."""
_BRANCHES = frozenset((instr.Branch, instr.MapNext))
_TURNS = frozenset((instr.Jump, *_BRANCHES))


@dataclass(slots=True)
class Shape:
    """Where the registers of a function lead, and what may have to be kept of it."""

    closures: dict[Reg, str] = field(default_factory=dict)
    """The functions of which registers are known to hold closures; "" for one of several."""
    keys: dict[Reg, str] = field(default_factory=dict)
    """What addresses are of: a field of a type, an element, a global."""
    maps: set[Reg] = field(default_factory=set)
    """Registers that hold maps."""
    taken: tuple[str, ...] = ()
    """Functions that closures are made of."""
    gives_back: bool = False
    """It unlocks on its way: then what the root returns may tell whether a lock is still held."""
    waits: bool = False
    """It waits for a wait group."""
    open: tuple[int, ...] = ()
    """Its instructions without branches and jumps, the last one first."""
    branches: tuple[int, ...] = ()
    _inside: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def key(self, pointer: Reg, desc: Desc) -> str:
        """What an address is of; for one that is not known its type stands."""
        return self.keys.get(pointer) or f"cell {desc.kind} {desc.name}"

    def inside(self, code: tuple[Instr, ...], begin: int) -> tuple[int, ...]:
        """The instructions from the beginning of a critical section of the function to its end."""
        if begin not in self._inside:
            self._inside[begin] = _inside(code, begin)
        return self._inside[begin]


@once
def shape(function: Function) -> Shape:
    """The shape of a function. Shared: nobody may change it."""
    made = Shape()
    taken: dict[str, None] = {}
    for item in function.code:
        if isinstance(item, instr.MakeClosure):
            made.closures[item.dst] = "" if item.dst in made.closures else item.func
            taken[item.func] = None
        elif isinstance(item, instr.WaitGroup):
            made.waits = made.waits or item.op == "wait"
        elif isinstance(item, instr.Lock):
            unlocks = item.op in ("unlock", "runlock")
            made.gives_back = made.gives_back or (unlocks and not function.hidden)
        else:
            _location(made, item)
    made.taken = tuple(taken)
    numbered = list(enumerate(function.code))
    made.open = tuple([pc for pc, item in reversed(numbered) if item.__class__ not in _TURNS])
    made.branches = tuple([pc for pc, item in numbered if item.__class__ in _BRANCHES])
    return made


def _location(made: Shape, item: Instr) -> None:
    match item:
        case instr.FieldAddr():
            made.keys[item.dst] = f"{item.owner}.{item.name}"
        case instr.ElemAddr():
            made.keys[item.dst] = f"[]{item.desc.kind}"
        case instr.Global():
            made.keys[item.dst] = item.name
        case instr.Load() if item.desc.kind == "map":
            made.maps.add(item.dst)
        case instr.MakeMap():
            made.maps.add(item.dst)
        case instr.Copy() if item.src in made.maps:
            made.maps.add(item.dst)
        case _:
            pass


def _inside(code: tuple[Instr, ...], begin: int) -> tuple[int, ...]:
    seen: dict[int, int] = {}
    stack = [(at, 1) for at in successors(code[begin], begin)]
    while stack:
        pc, depth = stack.pop()
        if pc >= len(code) or seen.get(pc, 0) >= depth:
            continue
        seen[pc] = depth
        item = code[pc]
        if isinstance(item, instr.Lock) and item.op in ("section", "leave"):
            depth += 1 if item.op == "section" else -1
        if 0 < depth < MAX_NESTED:
            stack.extend((target, depth) for target in successors(item, pc))
    return tuple(seen)
