"""Names of functions as the Go runtime prints them -> package and declared function.

    example.com/m/pool.(*Pool[...]).run.func1.2   ->   example.com/m/pool, (*Pool).run

Reference: cmd/compile/internal/ir (closureName), cmd/internal/objabi (PathToPrefix).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MADE = re.compile(r"^(?:func\d+|gowrap\d+|deferwrap\d+|dwrap\d+|\d+)(?:-range\d+)*$")
"""Parts of a name that the compiler made for literals, `go` and `defer`."""
_ESCAPE = re.compile(r"%([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function of a stack."""

    package: str
    """Import path; "main" for a command that was not built as a test."""
    function: str
    """Outermost declared function: `Name`, `T.Name` or `(*T).Name`; `init` for what runs before main."""


def symbol(name: str) -> Symbol:
    """Take a runtime name apart."""
    name = _without_brackets(name)
    package, _, rest = _parts(name)
    return Symbol(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), package), _function(rest))


def is_standard(package: str) -> bool:
    """A package of Go's standard library: its path has no dot in the first element."""
    first = package.split("/")[0]
    return "." not in first and first != "main"


def _without_brackets(name: str) -> str:
    """Without type arguments, which may hold slashes and dots."""
    kept, depth = [], 0
    for char in name:
        depth += char == "["
        if depth == 0:
            kept.append(char)
        depth -= char == "]"
    return "".join(kept)


def _parts(name: str) -> tuple[str, str, str]:
    """Package, dot, rest: the package's path ends at the first dot behind its last slash."""
    slash = name.find("/(") if "/(" in name else name.rfind("/")
    dot = name.find(".", slash + 1)
    if dot < 0:
        return "", "", name
    return name[:dot], ".", name[dot + 1 :]


def _function(rest: str) -> str:
    rest = rest.removesuffix("-fm")
    if rest.startswith("("):
        receiver, _, tail = rest.partition(").")
        return f"{receiver}).{_without_ranges(tail.split('.')[0])}"
    parts = [part for part in rest.split(".") if part]
    if not parts or parts[0] in ("glob", "init"):
        return "init"
    if len(parts) > 1 and not _MADE.match(parts[1]):
        return f"{parts[0]}.{_without_ranges(parts[1])}"
    return _without_ranges(parts[0])


def _without_ranges(name: str) -> str:
    return re.sub(r"(-range\d+)+$", "", name)
