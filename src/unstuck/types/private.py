"""Channels in private fields, judged by all code that can touch them: that of their package.

A field that no code assigns is nil. One whose channels nobody sends on or closes wakes no receiver, and one
that nobody receives from takes no value past its buffer. Asked of the text of the package, field by field
name: a use that is not understood (the channel is handed on, aliased, or its address taken) makes the answer
"nothing is known", and so does a use of a field of the same name elsewhere. Which locks are taken to write
is asked in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unstuck.types.model import Named
from unstuck.types.words import occurrences
from unstuck.types.world import World

NIL = "chan nil"
"""No code assigns the field."""
SILENT = "chan silent"
"""No code sends on its channels or closes them."""
UNHEARD = "chan unheard"
"""No code receives from its channels, which have no buffer."""

_PREFIX = rb"(?:[\w.\])\[(*]*?)"
_LITERAL = re.compile(rb"(?:\[[^\]\n]*\])?\{\s*(?!\s|\}|\w+\s*:)")
_LISTED = re.compile(rb"(?:\[[^\]\n]*\])?\{\s*(?!\s|\})")
_KEY = re.compile(rb"\s*:(?!=)")
_MADE = re.compile(rb"\s*make\(\s*(?:chan|<-)")
_UNBUFFERED = re.compile(rb"\s*make\(\s*chan\b[^,\n]*\)")


def channel_field(world: World, owner: Named, name: str) -> str:
    """`NIL`, `SILENT`, `UNHEARD`, or "" where nothing is known of field `name` of a struct."""
    if name[:1].isupper() or name == "_" or world.stubbed(owner.package):
        return ""
    key = (owner.package, f"{owner.name}.{name}")
    known = world.channel_fields.get(key)
    if known is None:
        known = world.channel_fields[key] = _judge(world, owner, name)
    return known


def is_written(world: World, package: str, name: str) -> bool:
    """Some code of the package, tests left out, takes a lock in a field of that name to write."""
    known = world.written_locks.get((package, name))
    if known is None:
        embedded = b"" if name != "RWMutex" else rb"|\.Lock\(\)"
        wanted = re.compile(rb"\b" + re.escape(name.encode()) + rb"\.Lock\(\)" + embedded)
        files = (file for file in world.texts(package) if not file.path.endswith("_test.go"))
        known = world.written_locks[package, name] = any(wanted.search(file.data) for file in files)
    return known


def _judge(world: World, owner: Named, name: str) -> str:
    files = [file.data for file in world.texts(owner.package)]
    uses = world.channel_uses.get((owner.package, name))
    if uses is None:
        uses = world.channel_uses[owner.package, name] = frozenset(_uses(files, name.encode()))
    if not uses.isdisjoint(("alias", "address", "other")):
        return ""
    word = owner.name.encode()
    if any(_is_unkeyed(text, at, at + len(word)) for text in files for at in occurrences(text, word)):
        return ""
    if uses.isdisjoint(("made", "buffered")):
        return NIL
    if uses.isdisjoint(("send", "close")):
        return SILENT
    return UNHEARD if uses.isdisjoint(("receive", "buffered", "close")) else ""


def _uses(texts: Iterable[bytes], name: bytes) -> Iterator[str]:
    """What is done with fields of a name."""
    for text in texts:
        for at in occurrences(text, name):
            end = at + len(name)
            key = _KEY.match(text, end)
            if text[at - 1 : at] == b".":
                yield _use(text, at - 1, end)
            elif key is not None:
                yield _value(text, key.end())


def _is_unkeyed(text: bytes, start: int, end: int) -> bool:
    """A type's name starts a literal whose fields, or whose elements' fields, may go without their names."""
    if _LITERAL.match(text, end):
        return True
    return text[max(0, start - 2) : start].endswith((b"]", b"]*")) and _LISTED.match(text, end) is not None


def _value(text: bytes, start: int) -> str:
    """What a field is given: a channel made for it, or another value."""
    if _UNBUFFERED.match(text, start):
        return "made"
    if _MADE.match(text, start):
        return "buffered"
    return "none" if re.match(rb"\s*nil\b", text[start : start + 20]) else "alias"


_BEFORE = (
    ("receive", re.compile(rb"<-\s*" + _PREFIX + rb"$")),
    ("receive", re.compile(rb"\brange\s+" + _PREFIX + rb"$")),
    ("close", re.compile(rb"\bclose\(\s*" + _PREFIX + rb"$")),
    ("none", re.compile(rb"\b(?:len|cap)\(\s*" + _PREFIX + rb"$")),
    ("address", re.compile(rb"&\s*" + _PREFIX + rb"$")),
)
_SEND = re.compile(rb"\s*<-")
_ASSIGNED = re.compile(rb"\s*=(?!=)")
_COMPARED = re.compile(rb"\s*[!=]=\s*nil\b")


def _use(text: bytes, start: int, end: int) -> str:
    """What is done with a selected field."""
    before = text[max(0, start - 120) : start]
    for word, pattern in _BEFORE:
        if pattern.search(before):
            return word
    if _SEND.match(text, end):
        return "send"
    assigned = _ASSIGNED.match(text, end)
    if assigned is not None:
        return _value(text, assigned.end())
    if _COMPARED.match(text, end):
        return "none"
    return "other"
