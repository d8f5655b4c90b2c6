"""Small facts about types that later stages ask for."""

from __future__ import annotations

from unstuck.types.model import (
    ERROR,
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    TypeParam,
    Unknown,
)
from unstuck.types.world import World

SYNC_TYPES = ("Mutex", "RWMutex", "WaitGroup", "Once", "Cond", "Map", "Pool")
"""Types of package sync."""
CONCURRENT_PACKAGES = ("sync", "sync/atomic", "context")
"""All of their types count as concurrency objects, whatever they are made of."""


MAX_TYPES = 300
"""Types that one type is made of; past it the answer is the careful one. `type G[T any] struct{ p *G[G[T]] }`
has no end (Go rejects it)."""


def can_hold_concurrency(world: World, t: Type) -> bool:
    """Whether a value of type `t` can lead to a channel, a lock, a function or anything else that goroutines
    meet at. Unknown types, type parameters and interfaces can; `error` is taken not to."""
    known = world.holds.get(t)
    if known is not None:
        return known
    waiting, seen = [t], {t: True}
    while waiting:
        one = waiting.pop()
        parts = _parts(world, one)
        if parts is None or world.holds.get(one) or len(seen) > MAX_TYPES:
            world.holds[t] = True
            return True
        for part in parts:
            if part not in seen:
                seen[part] = True
                waiting.append(part)
    world.holds.update(dict.fromkeys(seen, False))
    return False


def is_sync(t: Type) -> str | None:
    """Which of `SYNC_TYPES` the type is; None for all others and for pointers to them."""
    if isinstance(t, Named) and t.package == "sync" and t.name in SYNC_TYPES:
        return t.name
    return None


def chan_of(world: World, t: Type) -> Chan | None:
    """The channel type behind `t`, through defined types and type parameters."""
    u = world.underlying(t)
    return u if isinstance(u, Chan) else None


def pointee(world: World, t: Type) -> Type | None:
    """What a pointer of type `t` points to; None for other types."""
    u = t if isinstance(t, Pointer) else world.underlying(t)
    return u.elem if isinstance(u, Pointer) else None


def is_context(t: Type) -> bool:
    """Whether `t` is context.Context."""
    return isinstance(t, Named) and t.package == "context" and t.name == "Context"


def zero_kind(world: World, t: Type) -> str:
    """What the zero value of `t` is: "nil", "struct", "array", "basic" (0, "" or false) or "unknown"."""
    match world.underlying(t):
        case Struct():
            return "struct"
        case Array():
            return "array"
        case Basic(name):
            return "nil" if name in ("untyped nil", "unsafe.Pointer") else "basic"
        case Pointer() | Slice() | Map() | Chan() | Signature() | Interface():
            return "nil"
        case _:
            return "unknown"


def _parts(world: World, t: Type) -> tuple[Type, ...] | None:
    """What `t` is made of; None when `t` itself is something that goroutines can meet at."""
    if isinstance(t, Named) and t.package in CONCURRENT_PACKAGES:
        return None
    if t == ERROR:
        return ()
    match world.underlying(t):
        case Chan() | Signature() | Interface() | Unknown() | TypeParam() | Named():
            return None
        case Pointer(elem) | Slice(elem) | Array(_, elem):
            return (elem,)
        case Map(key, elem):
            return key, elem
        case Struct(fields):
            return tuple(field.type for field in fields)
        case Tuple(items):
            return items
        case Basic():
            return ()


def contains_sync(world: World, t: Type) -> bool:
    """Whether a `t` has a lock, wait group or condition variable in it (pointers not followed)."""
    waiting, seen = [t], {t: True}
    while waiting:
        one = waiting.pop()
        if is_sync(one) is not None:
            return True
        u = world.underlying(one)
        parts = tuple(field.type for field in u.fields) if isinstance(u, Struct) else ()
        if isinstance(u, Array):
            parts = (u.elem,)
        for part in parts:
            if part not in seen and len(seen) <= MAX_TYPES:
                seen[part] = True
                waiting.append(part)
    return False
