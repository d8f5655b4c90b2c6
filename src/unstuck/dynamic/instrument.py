"""Go source -> the same source with points where the schedule can be disturbed.

Before each statement that has a concurrency operation, and at the start of each function literal that a
`go` statement runs, stands a call of `testing.UnstuckPoint`, which yields or waits a little as the seed of
the run says (collector/stress.go.txt). Calls stand on the line of what follows them, and a `/*line*/`
directive behind each gives the line and column back. Names decide what is an operation (`Lock`, `Wait`,
`close` ...): a point too many does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unstuck.source.file import SourceFile
from unstuck.source.header import package_end, read_header
from unstuck.syntax import ast
from unstuck.syntax.parse import Tree, function, issues, parse, specs
from unstuck.syntax.walk import children, walk

MAX_POINTS = 1 << 20

_METHODS = frozenset(
    (
        *("Lock", "Unlock", "RLock", "RUnlock", "TryLock", "Wait", "Done", "Add", "Signal", "Broadcast"),
        *("Do", "Load", "Store", "Swap", "CompareAndSwap", "Stop", "Reset", "Close", "Cancel", "Err"),
    )
)
"""Methods that concern concurrency by their name."""
_FUNCTIONS = frozenset(("close", "cancel"))
_PREFIXES = ("Load", "Store", "Add", "Swap", "CompareAndSwap")
"""Of the functions of sync/atomic."""


@dataclass(frozen=True, slots=True)
class Instrumented:
    """A file with points."""

    text: bytes
    points: int


def instrument(path: str, data: bytes, first: int, hot: frozenset[int]) -> Instrumented | None:
    """The file with points numbered from `first`; those at lines in `hot` are told apart. None where there is
    nothing to disturb, or the file is better left alone (cgo, syntax errors)."""
    if read_header(data).cgo or package_end(data) < 0:
        return None
    tree = parse(SourceFile(path, data))
    if issues(tree):
        return None
    offsets = sorted(dict.fromkeys(_offsets(tree)))
    if not offsets:
        return None
    at = package_end(data)
    pieces = [f"//line {path}:1\n".encode(), data[:at], b'; import unstuck_ "testing"']
    pieces.append(_restored(tree, at))
    for number, offset in enumerate(offsets):
        line = tree.file.line_column(offset)[0]
        call = "UnstuckHotPoint" if line in hot else "UnstuckPoint"
        pieces.append(data[at:offset])
        pieces.append(f"unstuck_.{call}({(first + number) % MAX_POINTS});".encode())
        pieces.append(_restored(tree, offset))
        at = offset
    pieces.append(data[at:])
    return Instrumented(b"".join(pieces), len(offsets))


def _restored(tree: Tree, offset: int) -> bytes:
    """A directive after which the next character has the position that it has in the user's file."""
    line, column = tree.file.line_column(offset)
    return f"/*line :{line}:{column}*/".encode()


def _offsets(tree: Tree) -> Iterator[int]:
    for entry in tree.entries:
        if entry.kind == "func":
            body = function(tree, entry).body
            if body is not None:
                yield from _in(body)
        elif entry.kind in ("var", "const"):
            for spec in specs(tree, entry):
                yield from _in(spec)


def _in(root: ast.Node) -> Iterator[int]:
    for node in walk(root):
        match node:
            case ast.Block():
                yield from _before(node.stmts)
            case ast.Case() | ast.CommCase():
                yield from _before(node.body)
            case ast.GoStmt(call=ast.Call(fun=ast.FuncLit() as literal)):
                yield literal.body.start + 1
            case _:
                continue


def _before(stmts: tuple[ast.Stmt, ...]) -> Iterator[int]:
    for stmt in stmts:
        if _has_operation(stmt):
            yield stmt.start


def _has_operation(stmt: ast.Stmt) -> bool:
    """The statement itself, without the blocks and literals inside it, has a concurrency operation."""
    if isinstance(stmt, ast.Labeled):
        return _has_operation(stmt.stmt)
    stack: list[ast.Node] = [stmt]
    while stack:
        node = stack.pop()
        if _is_operation(node):
            return True
        if node is not stmt and isinstance(node, ast.FuncLit | ast.Block):
            continue
        stack.extend(
            child for child in children(node) if not isinstance(child, ast.FuncLit | ast.Block | ast.Case)
        )
    return False


def _is_operation(node: ast.Node) -> bool:
    match node:
        case ast.SendStmt() | ast.Select() | ast.GoStmt():
            return True
        case ast.Unary():
            return node.op == "<-"
        case ast.Range():
            return False  # what is ranged over is not known here; its body has the work
        case ast.Call(fun=ast.Ident() as called):
            return called.name in _FUNCTIONS
        case ast.Call(fun=ast.Selector() as called):
            if called.sel.name in _METHODS:
                return True
            atomic = isinstance(called.x, ast.Ident) and called.x.name == "atomic"
            return atomic and called.sel.name.startswith(_PREFIXES)
        case _:
            return False
