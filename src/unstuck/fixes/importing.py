"""An import that an edit needs, put where gofmt would have it.

Imports of the standard library stand in the first group, sorted by path. Blocks of notes get none: their
readers see the package by its name.
"""

from __future__ import annotations

import re
from itertools import pairwise, takewhile

from unstuck.fixes.blocks import is_block
from unstuck.fixes.case import Sight
from unstuck.fixes.plan import above_comment
from unstuck.source.edit import Change
from unstuck.syntax import ast
from unstuck.syntax.parse import parse

_PACKAGE = re.compile(rb"^package[ \t]+\w+[^\n]*", re.MULTILINE)


def import_of(sight: Sight, path: str) -> Change | None:
    """The edit that imports a package of the standard library, which the file does not import yet."""
    file, specs = sight.file, parse(sight.file).imports
    if is_block(file):
        return None
    if not specs:
        found = _PACKAGE.search(file.data)
        return Change(found.end(), found.end(), f'\n\nimport "{path}"'.encode()) if found else None
    start = file.data.rfind(b"import", 0, specs[0].start)
    if file.data[start + len(b"import") : specs[0].start].strip().startswith(b"("):
        return _listed(file.data, specs, path)
    if len(specs) > 1:
        return Change(start, start, f'import "{path}"\n'.encode())
    old = file.data[specs[0].start : specs[0].end].decode()
    rows = sorted((path, specs[0].path)) if _is_standard(specs[0]) else [path, "", specs[0].path]
    lines = "".join(f"\t{_row(row, specs[0].path, old)}\n" if row else "\n" for row in rows)
    return Change(start, specs[0].end, f"import (\n{lines})".encode())


def _row(path: str, known: str, text: str) -> str:
    return text if path == known else f'"{path}"'


def _is_standard(spec: ast.ImportSpec) -> bool:
    return "." not in spec.path.partition("/")[0]


def _listed(data: bytes, specs: tuple[ast.ImportSpec, ...], path: str) -> Change | None:
    """A line in the first group of an import with parentheses; a group of its own where that is of others."""
    line = data.rfind(b"\n", 0, specs[0].start) + 1
    if data[line : specs[0].start].strip():
        return None
    if not _is_standard(specs[0]):
        return Change(line, line, f'\t"{path}"\n\n'.encode())
    more = [two for _, two in takewhile(lambda pair: _is_next(data, *pair), pairwise(specs))]
    after = [spec for spec in (specs[0], *more) if spec.path < path]
    if not after:
        line = above_comment(data, line)
        return Change(line, line, f'\t"{path}"\n'.encode())
    end = data.find(b"\n", after[-1].end)
    return Change(end, end, f'\n\t"{path}"'.encode())


def _is_next(data: bytes, one: ast.ImportSpec, two: ast.ImportSpec) -> bool:
    """The next line of the same group."""
    return data[one.end : two.start].count(b"\n") == 1
