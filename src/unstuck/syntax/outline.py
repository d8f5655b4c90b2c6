"""The outline of a text: what it declares where, found without looking into bodies.

Where the text has errors, each declaration is parsed on its own (`repair.pieces`), so that one broken
function does not take the rest of the file with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from tree_sitter import Node

from unstuck.syntax import ast, grammar
from unstuck.syntax.declarations import (
    CONST,
    CONST_SPEC,
    F_BODY,
    F_NAME,
    F_RECEIVER,
    F_TYPE,
    FUNCTION,
    IMPORT,
    IMPORT_SPEC,
    METHOD,
    TYPE,
    TYPE_SPECS,
    VAR,
    VAR_SPEC,
    import_of,
)
from unstuck.syntax.reader import COMMENT, Reader
from unstuck.syntax.repair import Piece, SyntaxIssue, is_plausible, pieces
from unstuck.syntax.statements import block

MAX_ISSUES = 20
"""More syntax errors than this in one file are not listed; the first ones say enough."""

_PACKAGE = grammar.kind("package_clause")
_PACKAGE_NAME = grammar.kind("package_identifier")
_PARAMETER = grammar.kind("parameter_declaration")
_POINTER = grammar.kind("pointer_type")
_WRAPPERS = frozenset({_POINTER, grammar.kind("parenthesized_type"), grammar.kind("generic_type")})
_NOT_TYPES = frozenset({COMMENT, grammar.token("*"), grammar.token("(")})
_QUALIFIED = grammar.kind("qualified_identifier")
_WORDS = {CONST: "const", VAR: "var", TYPE: "type"}
_SKIPPED = frozenset({COMMENT, grammar.token(";")})
_FUNCTION_HEAD = re.compile(rb"func\s*(?:\(\s*(?:\w+\s+)?(\*?)\s*(\w+)[^()]*\)\s*)?(\w+)")
_OTHER_HEAD = re.compile(rb"(type|var|const)\s*\(?\s*(\w+)")
_FIRST_TOKEN = re.compile(rb"\w+|[^\w\s]|\n")


class Part(NamedTuple):
    """A range that is parsed on its own, and the brackets that the text lacks at its end."""

    start: int
    end: int
    closers: bytes = b""


class Entry(NamedTuple):
    """One declaration at the top level of a file, or all bare statements of a note."""

    kind: str
    """"func", "type", "var", "const" or "statements"."""
    names: tuple[str, ...]
    """The names that it declares; a method's own name."""
    recv: str
    """Base type name of the receiver, "" without one."""
    pointer: bool
    """The receiver is a pointer."""
    start: int
    end: int
    body: int
    """Offset of the `{` of a function's body; the end where it has none."""
    parts: tuple[Part, ...]
    """What to parse: one range, or for statements each run of them."""


@dataclass(frozen=True, slots=True)
class Outline:
    """All that `parse` tells of a text."""

    package: str
    imports: tuple[ast.ImportSpec, ...]
    entries: tuple[Entry, ...]
    issues: tuple[SyntaxIssue, ...] | None
    """None where nobody looked for them."""


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    reader: Reader
    package: str = ""
    imports: list[ast.ImportSpec] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    bare: list[Part] = field(default_factory=list)
    issues: list[SyntaxIssue] = field(default_factory=list)


def outline(text: bytes) -> Outline:
    """The outline of `text`, which must be readable (`repair.readable`)."""
    if not is_plausible(text):
        return Outline(
            "", (), (), (SyntaxIssue(0, 0, "syntax error: this text declares nothing; is it Go?"),)
        )
    found = _Found(Reader(text, block))
    root = grammar.syntax_root(text, 0, len(text))
    if not root.has_error:
        _walk(found, root, Piece(0, len(text), b""))
    else:
        for piece in pieces(text):
            _walk_broken(found, piece)
    if found.bare:
        _settle_statements(found)
    found.entries.sort(key=lambda entry: entry.start)
    return Outline(
        found.package, tuple(found.imports), tuple(found.entries), tuple(found.issues[:MAX_ISSUES])
    )


def declarations(text: bytes, start: int, end: int) -> tuple[list[ast.ImportSpec], list[Entry]] | None:
    """What `text[start:end]` declares; None where anything else or an error is there."""
    root = grammar.syntax_root(text, start, end)
    if root.has_error:
        return None
    found = _Found(Reader(text, block))
    _walk(found, root, Piece(start, end, b""))
    return None if found.bare or found.package else (found.imports, found.entries)


def part_root(text: bytes, part: Part) -> Node:
    """Root of the syntax of one part of `text`."""
    if part.closers:
        return grammar.syntax_root(text[: part.end] + part.closers, part.start, part.end + len(part.closers))
    return grammar.syntax_root(text, part.start, part.end)


def _walk_broken(found: _Found, piece: Piece) -> None:
    """A piece of a text that has errors somewhere; a head tells what the grammar does not know."""
    text = found.reader.text
    root = part_root(text, Part(piece.start, piece.end, piece.closers))
    before = len(found.entries)
    _walk(found, root, piece)
    if piece.closers:
        message = f"syntax error: missing `{piece.closers.strip().decode()[:3]}` before the next declaration"
        at = piece.start + len(text[piece.start : piece.end].rstrip())
        found.issues.append(SyntaxIssue(at, at, message))
    found.issues += islice(_issues(root, text), MAX_ISSUES)
    if len(found.entries) == before:
        head = _head(text, piece)
        if head is not None:
            found.bare = [part for part in found.bare if part.start < piece.start]
            found.entries.append(head)


def _walk(found: _Found, root: Node, piece: Piece) -> None:
    text = found.reader.text
    run: list[Node] = []
    for node in root.children:
        number = node.kind_id
        if number in _SKIPPED:
            continue
        if number in (FUNCTION, METHOD):
            found.entries.append(_function(text, node, piece))
        elif number in _WORDS:
            found.entries.append(_group(text, node, piece))
        elif number == IMPORT:
            found.imports.extend(import_of(found.reader, spec) for spec in _descendants(node, IMPORT_SPEC))
        elif number == _PACKAGE:
            found.package = next((_text(text, n) for n in node.children if n.kind_id == _PACKAGE_NAME), "")
        elif node.is_named and (number != grammar.ERROR or run):
            run.append(node)
            continue
        _close_run(found, run, piece)
    _close_run(found, run, piece)


def _close_run(found: _Found, run: list[Node], piece: Piece) -> None:
    if not run:
        return
    last = run[-1].end_byte >= piece.end
    found.bare.append(
        Part(run[0].start_byte, min(run[-1].end_byte, piece.end), piece.closers if last else b"")
    )
    run.clear()


def _function(text: bytes, node: Node, piece: Piece) -> Entry:
    name = node.child_by_field_id(F_NAME)
    body = node.child_by_field_id(F_BODY)
    receiver = node.child_by_field_id(F_RECEIVER)
    recv, pointer = ("", False) if receiver is None else _receiver(text, receiver)
    end = min(node.end_byte, piece.end)
    return Entry(
        "func",
        ("" if name is None else _text(text, name),),
        recv,
        pointer,
        node.start_byte,
        end,
        end if body is None else body.start_byte,
        (_part(node, piece),),
    )


def _part(node: Node, piece: Piece) -> Part:
    if node.end_byte > piece.end or (piece.closers and node.end_byte == piece.end):
        return Part(node.start_byte, piece.end, piece.closers)
    return Part(node.start_byte, node.end_byte)


def _receiver(text: bytes, parameters: Node) -> tuple[str, bool]:
    """Base type name of a receiver, and whether it is a pointer."""
    pointer = False
    for declaration in parameters.children:
        if declaration.kind_id != _PARAMETER:
            continue
        of = declaration.child_by_field_id(F_TYPE)
        while of is not None and of.kind_id in _WRAPPERS:
            pointer = pointer or of.kind_id == _POINTER
            of = next((child for child in of.children if child.kind_id not in _NOT_TYPES), None)
        if of is not None and of.kind_id == _QUALIFIED:
            of = of.child_by_field_id(F_NAME)
        return ("" if of is None else _text(text, of)), pointer
    return "", False


def _group(text: bytes, node: Node, piece: Piece) -> Entry:
    names = []
    for spec in node.children:
        if spec.kind_id in TYPE_SPECS or spec.kind_id in (VAR_SPEC, CONST_SPEC):
            names += [_text(text, name) for name in spec.children_by_field_id(F_NAME) if name.is_named]
    end = min(node.end_byte, piece.end)
    word = _WORDS[node.kind_id]
    return Entry(word, tuple(names), "", False, node.start_byte, end, end, (_part(node, piece),))


def _head(text: bytes, piece: Piece) -> Entry | None:
    """What a piece means to declare, by its first words."""
    part = (Part(piece.start, piece.end, piece.closers),)
    match = _FUNCTION_HEAD.match(text, piece.start, piece.end)
    if match is not None:
        star, recv, name = (group.decode("utf-8", "replace") for group in match.groups(b""))
        brace = text.find(b"{", piece.start, piece.end)
        body = piece.end if brace < 0 else brace
        return Entry("func", (name,), recv, bool(star), piece.start, piece.end, body, part)
    match = _OTHER_HEAD.match(text, piece.start, piece.end)
    if match is not None:
        word, name = (group.decode("utf-8", "replace") for group in match.groups())
        return Entry(word, (name,), "", False, piece.start, piece.end, piece.end, part)
    return None


def _settle_statements(found: _Found) -> None:
    """Make one entry of all bare statements.

    A fragment's variables are local to its statements, unless a function of the fragment uses them.
    """
    if found.package:
        first = found.bare[0]
        message = "syntax error: non-declaration statement outside function body"
        found.issues.append(SyntaxIssue(first.start, first.end, message))
    parts = list(found.bare)
    if not found.package:
        used = _used_by_functions(found)
        local = [entry for entry in found.entries if entry.kind == "var" and used.isdisjoint(entry.names)]
        parts += [part for entry in local for part in entry.parts]
        found.entries = [entry for entry in found.entries if entry not in local]
    parts.sort(key=lambda part: part.start)
    start, end = parts[0].start, max(part.end for part in parts)
    found.entries.append(Entry("statements", (), "", False, start, end, start, tuple(parts)))


def _used_by_functions(found: _Found) -> frozenset[str]:
    """Words in the bodies of the functions of a fragment that are not their parameters."""
    text = found.reader.text
    used: set[str] = set()
    for entry in found.entries:
        if entry.kind == "func":
            own = set(re.findall(rb"\w+", text[entry.start : entry.body]))
            body = set(re.findall(rb"\w+", text[entry.body : entry.end]))
            used.update(word.decode("utf-8", "replace") for word in body - own)
    return frozenset(used)


def _issues(root: Node, text: bytes) -> Iterator[SyntaxIssue]:
    """What the grammar could not place, and what it misses, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.kind_id == grammar.ERROR and node is not root:
            yield SyntaxIssue(
                node.start_byte, node.end_byte, f"syntax error: unexpected {_first(node, text)}"
            )
        elif node.is_missing:
            what = grammar.KIND_NAMES[node.kind_id]
            name = what.replace("_", " ") if node.is_named else f"`{what}`"
            yield SyntaxIssue(node.start_byte, node.end_byte, f"syntax error: missing {name}")
        elif node.has_error:
            waiting.extend(reversed(node.children))


def _first(node: Node, text: bytes) -> str:
    match = _FIRST_TOKEN.search(text, node.start_byte, node.end_byte)
    if match is None:
        return "text"
    return "newline" if match.group() == b"\n" else f"`{match.group().decode('utf-8', 'replace')}`"


def _descendants(node: Node, wanted: int) -> Iterator[Node]:
    return (child for child in node.children if child.kind_id == wanted)


def _text(text: bytes, node: Node) -> str:
    return text[node.start_byte : node.end_byte].decode("utf-8", "replace")
