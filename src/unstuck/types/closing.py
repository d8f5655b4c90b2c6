"""Flags that say "closed": fields of structs that only closers set.

A method that finds the flag of its object set is called after the object was closed. What only such a call
shows is not reported (SEMANTICS.md, "Clients are played"), so the machine has to know which fields these are.

A field is such a flag when code of its package sets it to true (or an atomic one to non-zero), and each
function that does so is a closer: it closes a channel, cancels, stops, wakes all waiters, or is called Close,
Stop, Shutdown and the like. Fields are told apart by name only: a field of the same name elsewhere in the
package can make the answer "no", never "yes".
"""

from __future__ import annotations

import re

from unstuck.types.model import Named
from unstuck.types.world import World

_WORDS = "close|stop|shutdown|cancel|kill"
_CLOSES = re.compile(rf"\bclose\(|\.Broadcast\(\)|(?i:\bcancel\w*\(|\.(?:{_WORDS})\w*\()".encode())
_NAMED = re.compile(rf"(?i)^(?:{_WORDS}|destroy|dispose|quit|release|teardown|disconnect)")


def is_closing_flag(world: World, owner: Named, name: str) -> bool:
    """Whether field `name` of the struct `owner` says that its object was closed."""
    key = (owner.package, name)
    known = world.closing_flags.get(key)
    if known is None:
        known = world.closing_flags[key] = _is_flag(world, owner.package, name)
    return known


def _is_flag(world: World, package: str, name: str) -> bool:
    places = world.flags_set.get(package)
    if places is None:
        places = world.flags_set[package] = _set_in(world, package)
    found = places.get(name.encode("utf-8", "surrogateescape"), ())
    return bool(found) and all(_in_closer(world, package, path, at) for path, at in found)


def _set_in(world: World, package: str) -> dict[bytes, list[tuple[str, int]]]:
    """Where a package sets fields to true, or to 1, by the field's name."""
    found: dict[bytes, list[tuple[str, int]]] = {}
    for file in world.texts(package):
        for match in _LIKELY.finditer(file.data):
            if _is_set(file.data, match.start(), match.end()):
                found.setdefault(match[1], []).append((file.path, match.start()))
    return found


_SET = re.compile(
    rb"[ \t]*=[ \t]*(?:true|1)\b|\.(?:Store\((?:true|1)\)|Swap\((?:true|1)\)"
    rb"|CompareAndSwap\((?:false|0),[ \t]*(?:true|1)\)|Add\(1\))"
)
_SET_BY_ADDRESS = (
    (re.compile(rb"(?:Store|Swap|Add)\w*\(&[\w.]+$"), re.compile(rb",[ \t]*1\)")),
    (re.compile(rb"CompareAndSwap\w*\(&[\w.]+$"), re.compile(rb",[ \t]*0,[ \t]*1\)")),
)
_LIKELY = re.compile(
    rb"\.([\w\x80-\xff]+)(?=[ \t]*=[ \t]*(?:true|1)\b|\.(?:[SC]\w+|Add)\(|,[ \t]*(?:0,[ \t]*)?1\))"
)
"""A field in front of what `_is_set` may take for that."""


def _is_set(text: bytes, start: int, end: int) -> bool:
    """A selected field is set to true, or to 1."""
    if _SET.match(text, end):
        return True
    before = text[max(0, start - 120) : start]
    return any(head.search(before) and tail.match(text, end) for head, tail in _SET_BY_ADDRESS)


def _in_closer(world: World, package: str, path: str, offset: int) -> bool:
    found = world.function_at(package, path, offset)
    if found is None:
        return False
    ref, declared = found
    text = declared.file.data[declared.start : declared.end]
    return bool(_NAMED.match(ref.name)) or bool(_CLOSES.search(text))
