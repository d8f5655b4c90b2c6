"""Text -> tree, in two steps: the outline of a file, and each declaration when it is asked for.

`parse` reads a file once and keeps only what is declared where; full trees of a large module would not fit
into memory. `function`, `signature`, `specs` and `statements` read one declaration again and convert it.
None of them ever fails: see `issues`, BadExpr and BadStmt.

Go spec: "Source file organization". Also taken: fragments without a package clause, and statements outside
functions, as notes have them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from unstuck.source.file import SourceFile
from unstuck.syntax import ast
from unstuck.syntax.declarations import CONST, FUNCTION, METHOD, TYPE, VAR, function_of, specs_of
from unstuck.syntax.laid_out import laid_out
from unstuck.syntax.outline import Entry, Part, outline, part_root
from unstuck.syntax.reader import Reader
from unstuck.syntax.repair import SyntaxIssue, readable
from unstuck.syntax.statements import block
from unstuck.syntax.statements import statements as statements_of

__all__ = [
    "Entry",
    "SyntaxIssue",
    "Tree",
    "as_before",
    "function",
    "issues",
    "parse",
    "signature",
    "specs",
    "statements",
]

_FUNCTIONS = frozenset({FUNCTION, METHOD})
_GROUPS = frozenset({CONST, VAR, TYPE})


@dataclass(frozen=True, slots=True)
class Tree:
    """The outline of one file."""

    file: SourceFile
    package: str
    """Name in the package clause; "" in a fragment."""
    imports: tuple[ast.ImportSpec, ...]
    entries: tuple[Entry, ...]
    """In the order of the text."""
    unread: tuple[SyntaxIssue, ...]
    """What could not be read as text."""
    text: bytes = field(repr=False)
    """`file.data`, or a copy with the same offsets where unreadable bytes are replaced."""
    parsed: tuple[SyntaxIssue, ...] | None
    """What the parser said of the text; None where it was not asked."""
    _sound: set[Part] = field(default_factory=set, init=False, repr=False, compare=False)
    """Functions that the parser has seen since, and that have no errors."""
    _issues: list[tuple[SyntaxIssue, ...]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    """The answer of `issues`, once it was asked."""


def parse(file: SourceFile) -> Tree:
    """The outline of `file`. Never raises."""
    text, unread = readable(file.data)
    found = laid_out(text) or outline(text)
    return Tree(file, found.package, found.imports, found.entries, unread, text, found.issues)


def issues(tree: Tree) -> tuple[SyntaxIssue, ...]:
    """What is wrong with the text of a tree; it is parsed for that where its outline was found without."""
    if not tree._issues:
        found = (_parsed(tree) if tree.parsed is None else tree.parsed) or ()
        follows = [any(wide.start <= issue.start < wide.end for wide in tree.unread) for issue in found]
        tree._issues.append(tree.unread + tuple(issue for issue, known in zip(found, follows) if not known))
    return tree._issues[0]


def as_before(tree: Tree, older: Tree) -> None:
    """Functions that stand in an older text without errors as they do here are not asked for errors again."""
    if tree.parsed is not None or older.parsed is not None or issues(older):
        return
    texts = {older.text[entry.start : entry.end] for entry in older.entries if entry.kind == "func"}
    same = [entry for entry in tree.entries if entry.kind == "func"]
    tree._sound.update(entry.parts[0] for entry in same if tree.text[entry.start : entry.end] in texts)


def _parsed(tree: Tree) -> tuple[SyntaxIssue, ...] | None:
    """What the parser says of a text that is laid out by rule. The declarations of such a text end where the
    next one starts, so those that have no errors can be left out to see whether there are any."""
    rest, at = [], 0
    for part in sorted(tree._sound):
        rest.append(tree.text[at : part.start])
        at = part.end
    left = b"".join((*rest, tree.text[at:]))
    return outline(tree.text).issues if outline(left).issues else ()


def function(tree: Tree, entry: Entry) -> ast.FuncDecl:
    """The function of a "func" entry, with its body; a body that cannot be read is one BadStmt."""
    made = _function(tree, entry, entry.parts[0])
    if made is not None:
        return made
    stmt = ast.BadStmt(entry.body, entry.end)
    unread = ast.Block(entry.body, entry.end, (stmt,), entry.end)
    return _unread_function(entry, unread if entry.body < entry.end else None)


def signature(tree: Tree, entry: Entry) -> ast.FuncDecl:
    """The function of a "func" entry without its body."""
    made = _function(tree, entry, Part(entry.start, entry.body))
    return _unread_function(entry, None) if made is None else made


def specs(tree: Tree, entry: Entry) -> tuple[ast.Spec, ...]:
    """The lines of a "type", "var" or "const" entry; none where it cannot be read."""
    node = _first(part_root(tree.text, entry.parts[0]), _GROUPS)
    return () if node is None else specs_of(Reader(tree.text, block), node)


def statements(tree: Tree, entry: Entry) -> ast.Block:
    """All statements of a "statements" entry, as the body of a function would be."""
    reader = Reader(tree.text, block)
    made: list[ast.Stmt] = []
    for part in entry.parts:
        made += statements_of(reader, part_root(tree.text, part).children)
    return ast.Block(entry.start, entry.end, tuple(made), entry.end)


def _function(tree: Tree, entry: Entry, part: Part) -> ast.FuncDecl | None:
    root = part_root(tree.text, part)
    node = _first(root, _FUNCTIONS)
    if node is None or not entry.names[0]:
        return None
    if part is entry.parts[0] and not root.has_error:
        tree._sound.add(part)
    return function_of(Reader(tree.text, block), node)


def _first(root: Node, kinds: frozenset[int]) -> Node | None:
    return next((child for child in root.children if child.kind_id in kinds), None)


def _unread_function(entry: Entry, body: ast.Block | None) -> ast.FuncDecl:
    """A function of which only the name is known."""
    name = ast.Ident(entry.start, entry.start, entry.names[0])
    of = ast.FuncType(entry.start, entry.body, (), (), ())
    return ast.FuncDecl(entry.start, entry.end, None, name, of, body)
