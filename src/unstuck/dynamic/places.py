"""Lines of a stack -> places in the source, as `check` names them.

A stack has lines only. Here the blocked operation is looked up in the syntax tree of its file: its span,
what it works on, the declared function around it, the `go` statement that started the goroutine. Source that
cannot be read gives a place without these; nothing fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from unstuck.findings import WaitReason
from unstuck.source.file import Location, SourceFile
from unstuck.syntax import ast
from unstuck.syntax.parse import Entry, Tree, function, parse, specs, statements
from unstuck.syntax.walk import walk

MAX_BYTES = 4 << 20
"""A larger file is not read; its places are lines."""

_LOCKS = ("Lock", "RLock")


@dataclass(frozen=True, slots=True)
class Operation:
    """A blocked operation in the source."""

    at: Location
    kind: str
    """As rules/leaks names operations: "send", "receive", "range", "select", "lock" ...; "" when unknown."""
    name: str
    """What it works on, as written; "" when that is long or unknown."""
    text: bytes
    """Its text, of a range or select its head."""
    timed: bool = False
    """A select with a case that a timer makes ready."""


@dataclass(slots=True)
class Sources:
    """Files by absolute path, read once. `shown` says how reports name them."""

    shown: Callable[[str], str]
    trees: dict[str, Tree | None] = field(default_factory=dict)

    def tree(self, path: str) -> Tree | None:
        """The outline of a file; None when it cannot be read."""
        if path not in self.trees:
            self.trees[path] = self._read(path)
        return self.trees[path]

    def files(self) -> Mapping[str, SourceFile]:
        """What was read, by the name in reports."""
        return {tree.file.path: tree.file for tree in self.trees.values() if tree is not None}

    def _read(self, path: str) -> Tree | None:
        try:
            if os.path.getsize(path) > MAX_BYTES:
                return None
            with open(path, "rb") as file:
                return parse(SourceFile(self.shown(path), file.read()))
        except OSError:
            return None


def operation(sources: Sources, path: str, line: int, reason: WaitReason | None) -> Operation:
    """The operation at a line that a goroutine is parked on for `reason`."""
    tree = sources.tree(path)
    entry = _entry(tree, line) if tree else None
    if tree is None or entry is None:
        shown = tree.file.path if tree else sources.shown(path)
        return Operation(Location(shown, line, 1, line, 1), "", "", b"")
    found = [node for node in _nodes(tree, entry) if _fits(node, reason)]
    node = _best(tree, found, line)
    if node is None:
        return Operation(_whole_line(tree, line), "", "", b"")
    start, end = node.start, _end_of_head(node)
    text = tree.text[start:end]
    kind, name = _described(tree, node, reason)
    timed = isinstance(node, ast.Select) and any(_is_timer(tree, case) for case in node.cases)
    return Operation(tree.file.location(start, end), kind, name if len(name) <= 40 else "", text, timed)


def go_statement(sources: Sources, path: str, line: int) -> Operation:
    """The `go` statement (or the call that starts a goroutine) at a line."""
    tree = sources.tree(path)
    entry = _entry(tree, line) if tree else None
    if tree is None or entry is None:
        return Operation(
            Location(tree.file.path if tree else sources.shown(path), line, 1, line, 1), "", "", b""
        )
    node = _best(tree, [each for each in _nodes(tree, entry) if isinstance(each, ast.GoStmt)], line)
    if node is None:
        return Operation(_whole_line(tree, line), "", "", b"")
    return Operation(tree.file.location(node.start, node.end), "go", "", tree.text[node.start : node.end])


def function_tree(sources: Sources, path: str, line: int) -> ast.FuncDecl | None:
    """The declared function around a line."""
    tree = sources.tree(path)
    entry = _entry(tree, line) if tree else None
    return function(tree, entry) if tree is not None and entry is not None and entry.kind == "func" else None


def send_at(sources: Sources, path: str, line: int, decl: ast.FuncDecl) -> ast.SendStmt | None:
    """The send statement of a function at a line."""
    tree = sources.tree(path)
    if tree is None:
        return None
    sends = [
        node for node in walk(decl) if isinstance(node, ast.SendStmt) and _line(tree, node.start) == line
    ]
    return sends[0] if len(sends) == 1 else None


def function_at(sources: Sources, path: str, line: int) -> str:
    """The declared function around a line: `Name`, `T.Name` or `(*T).Name`; "" when there is none."""
    tree = sources.tree(path)
    entry = _entry(tree, line) if tree else None
    if entry is None or entry.kind != "func":
        return ""
    if not entry.recv:
        return entry.names[0]
    return f"(*{entry.recv}).{entry.names[0]}" if entry.pointer else f"{entry.recv}.{entry.names[0]}"


def _entry(tree: Tree, line: int) -> Entry | None:
    """The declaration that a line is in."""
    for entry in tree.entries:
        first, last = tree.file.line_column(entry.start)[0], tree.file.line_column(max(entry.end - 1, 0))[0]
        if first <= line <= last:
            return entry
    return None


def _nodes(tree: Tree, entry: Entry) -> list[ast.Node]:
    match entry.kind:
        case "func":
            return list(walk(function(tree, entry)))
        case "statements":
            return [node for stmt in statements(tree, entry).stmts for node in walk(stmt)]
        case _:
            return [node for spec in specs(tree, entry) for node in walk(spec)]


def _fits(node: ast.Node, reason: WaitReason | None) -> bool:
    match reason:
        case WaitReason.SEND | WaitReason.NIL_SEND:
            return isinstance(node, ast.SendStmt)
        case WaitReason.RECEIVE | WaitReason.NIL_RECEIVE:
            return isinstance(node, ast.Range) or (isinstance(node, ast.Unary) and node.op == "<-")
        case WaitReason.SELECT | WaitReason.SELECT_NO_CASES:
            return isinstance(node, ast.Select)
        case None:
            return isinstance(node, ast.Call)
        case _:
            return isinstance(node, ast.Call) and isinstance(node.fun, ast.Selector)


def _best(tree: Tree, nodes: list[ast.Node], line: int) -> ast.Node | None:
    """The node that a stack means by a line: one that starts there (or whose selector stands there), else the
    smallest that spans it."""
    for node in nodes:
        if line in _lines(tree, node):
            return node
    spanning = [
        node
        for node in nodes
        if _line(tree, node.start) <= line <= _line(tree, max(node.end - 1, node.start))
    ]
    return min(spanning, key=lambda node: node.end - node.start, default=None)


def _lines(tree: Tree, node: ast.Node) -> tuple[int, ...]:
    lines = (_line(tree, node.start),)
    if isinstance(node, ast.Call) and isinstance(node.fun, ast.Selector):
        return (_line(tree, node.fun.sel.start), *lines)
    return lines


def _line(tree: Tree, offset: int) -> int:
    return tree.file.line_column(offset)[0]


def _whole_line(tree: Tree, line: int) -> Location:
    text = tree.text.split(b"\n")[line - 1] if line <= tree.text.count(b"\n") + 1 else b""
    first = len(text) - len(text.lstrip()) + 1
    return Location(tree.file.path, line, first, line, max(len(text.rstrip()) + 1, first))


def _end_of_head(node: ast.Node) -> int:
    match node:
        case ast.Range():
            return node.x.end
        case ast.Select():
            return node.start + len("select")
        case _:
            return node.end


def _described(tree: Tree, node: ast.Node, reason: WaitReason | None) -> tuple[str, str]:
    """Kind and operand of an operation."""
    nil = reason in (WaitReason.NIL_SEND, WaitReason.NIL_RECEIVE)
    match node:
        case ast.SendStmt():
            return "nil-send" if nil else "send", _text(tree, node.chan)
        case ast.Range():
            return "nil-receive" if nil else "range", _text(tree, node.x)
        case ast.Unary():
            return "nil-receive" if nil else "receive", _text(tree, node.x)
        case ast.Select():
            return "select" if node.cases else "select-empty", ""
        case ast.Call(fun=ast.Selector() as called):
            return _call_kind(reason), _text(tree, called.x)
        case _:
            return "", ""


def _call_kind(reason: WaitReason | None) -> str:
    match reason:
        case WaitReason.MUTEX | WaitReason.RW_LOCK:
            return "lock"
        case WaitReason.RW_RLOCK:
            return "rlock"
        case WaitReason.WAIT_GROUP:
            return "wait"
        case WaitReason.COND:
            return "cond"
        case _:
            return ""


def _is_timer(tree: Tree, case: ast.CommCase) -> bool:
    """The case receives from what looks like a timer: `t.C`, `time.After(d)`, `time.Tick(d)`."""
    if case.comm is None:
        return False
    for node in walk(case.comm):
        if isinstance(node, ast.Unary) and node.op == "<-":
            text = _text(tree, node.x)
            return text.endswith(".C") or text.startswith(("time.After(", "time.Tick("))
    return False


def _text(tree: Tree, node: ast.Node) -> str:
    return tree.text[node.start : node.end].decode("utf-8", "replace").split("\n")[0]
