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
    field = re.escape(name.encode("utf-8", "surrogateescape"))
    sets = re.compile(
        rb"\." + field + rb"(?:[ \t]*=[ \t]*(?:true|1)\b|\.(?:Store\((?:true|1)\)"
        rb"|Swap\((?:true|1)\)|CompareAndSwap\((?:false|0),[ \t]*(?:true|1)\)|Add\(1\)))"
        rb"|(?:Store|Swap|Add)\w*\(&[\w.]+\." + field + rb",[ \t]*1\)"
        rb"|CompareAndSwap\w*\(&[\w.]+\." + field + rb",[ \t]*0,[ \t]*1\)"
    )
    bare = name.encode("utf-8", "surrogateescape")
    found = False
    for file in world.texts(package):
        if bare not in file.data:
            continue
        for match in sets.finditer(file.data):
            found = True
            if not _in_closer(world, package, file.path, match.start()):
                return False
    return found


def _in_closer(world: World, package: str, path: str, offset: int) -> bool:
    for ref in world.functions(package):
        declared = world.declared(ref)
        if declared is not None and declared.file.path == path and declared.start <= offset < declared.end:
            text = declared.file.data[declared.start : declared.end]
            return bool(_NAMED.match(ref.name)) or bool(_CLOSES.search(text))
    return False
