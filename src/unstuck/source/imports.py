"""What a package may import, by the text of its files."""

from __future__ import annotations

import re

from unstuck.source.package import Package

_QUOTED = re.compile(rb'"([^"\n\\]+)"')
_OTHER = re.compile(rb"\n(?:func|var|type|const)\b")


def import_paths(package: Package) -> frozenset[str]:
    """What the files of a package may import: the quoted words up to the end of their imports."""
    found: set[bytes] = set()
    for item in package.files:
        found.update(_QUOTED.findall(head(item.file.data)))
    return frozenset(word.decode("utf-8", "surrogateescape") for word in found)


def head(data: bytes) -> bytes:
    """A file up to its first declaration of something else, or up to the end of what looks like its last
    import. Go spec, "Source file organization": imports come first."""
    other = _OTHER.search(data)
    first = other.start() if other is not None else len(data)
    last = data.rfind(b"\nimport")
    if last < 0:
        return data[:first]
    closing = b"\n)" if data[last + 7 : last + 40].lstrip().startswith(b"(") else b"\n"
    end = data.find(closing, last + 7)
    return data[: max(first, len(data) if end < 0 else end)]
