"""Go programs as trees of statements: parsed from templates, rendered plainly or with injected delays.

The two renderings have the same lines, so a line of a native stack is a line of the analysed source. The tree
knows just enough of Go to delete, wrap and move statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

PACKAGES = {
    "atomic": "sync/atomic",
    "context": "context",
    "outside": "example.com/fuzz/outside",
    "runtime": "runtime",
    "sync": "sync",
    "time": "time",
}
"""Names that programs may use, and what they import for them."""
_LOOP = re.compile(r"(\w+: )?for\b.*\{$")
_OPERATION = re.compile(
    r"<-|close\(|select|\.(?:R?Lock|Wait|Signal|Broadcast|Do|Load|Store|Add|Swap|CompareAndSwap|Try\w+|Err)\("
)
_AGAIN = re.compile(r"((\w+: )?for\b|go func|defer func|\w+\.Go\(func).*\{$")
_DECLARES = re.compile(r"^(?:var (\w+)|(\w+(?:, \w+)*) :=)")


@dataclass(frozen=True, slots=True)
class Node:
    """A statement. A compound one has parts: the line before each (empty for the first) and its body."""

    head: str
    parts: tuple[tuple[str, tuple[Node, ...]], ...] = ()
    tail: str = ""

    @property
    def declares(self) -> tuple[str, ...]:
        """Variables that the statement declares."""
        found = _DECLARES.match(self.head)
        if found is None:
            return ()
        names = (found[1] or found[2]).split(", ")
        return tuple(name for name in names if name != "_")


@dataclass(frozen=True, slots=True)
class Program:
    """One program: declarations beside the entry function, and the entry's body. `§` in the text stands
    for the program's number, so that many share a package."""

    seed: int
    decls: tuple[Node, ...]
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text of a program, and the number of the statement (preorder) at each of its lines."""

    text: str
    statements: dict[int, int]


def parse(text: str) -> tuple[Node, ...]:
    """Statements, one a line; a block is closed by a line of its own."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    nodes, end = _statements(lines, 0)
    if end != len(lines):
        raise ValueError(f"unbalanced: {lines[end]}")
    return nodes


def _statements(lines: Sequence[str], at: int) -> tuple[tuple[Node, ...], int]:
    found: list[Node] = []
    while at < len(lines) and not lines[at].startswith(("}", "case ", "default:")):
        head = lines[at]
        at += 1
        if not head.endswith("{"):
            found.append(Node(head))
            continue
        parts: list[tuple[str, tuple[Node, ...]]] = []
        separator = ""
        while True:
            body, at = _statements(lines, at)
            if separator or body or not lines[at].startswith(("case ", "default:")):
                parts.append((separator, body))
            separator = lines[at]
            at += 1
            if separator.startswith("}") and not separator.endswith("{"):
                break
        found.append(Node(head, tuple(parts), separator))
    return tuple(found), at


def render(program: Program, number: int, delays: bool) -> Rendered:
    """The file `p<number>.go`; with `delays` it calls the driver before every statement."""
    out = _Text(delays)
    out.lines += ["package fuzz", "", ""]
    inside, out.delays = out.delays, False
    for node in program.decls:
        out.node(node, 0)
    out.delays = inside
    out.lines.append("func P§(in *In) {" if delays else "func P§() {")
    if delays:
        out.lines[-1] += " defer in.D();"
    for node in program.body:
        out.node(node, 1)
    out.lines.append("}")
    text = "\n".join(out.lines) + "\n"
    used = [path for name, path in PACKAGES.items() if re.search(rf"\b{name}\.", text)]
    text = text.replace(
        "\n\n\n", f"\n{''.join(f'import {path!r}; ' for path in used)}\n\n".replace("'", '"'), 1
    )
    return Rendered(text.replace("§", str(number)), out.statements)


class _Text:
    """Lines being written."""

    def __init__(self, delays: bool) -> None:
        self.delays = delays
        self.lines: list[str] = []
        self.statements: dict[int, int] = {}
        self.count = 0

    def node(self, node: Node, depth: int) -> None:
        """Writes a statement."""
        number = self.count
        self.count += 1
        uses = "".join(f"; _ = {name}" for name in node.declares) if depth else ""
        head = node.head if node.parts else node.head + uses
        if self.delays:
            head = f"in.J({number}); {_entered(head, number)}".replace("time.After(", "in.After(")
        self._line(head, depth, number)
        for separator, body in node.parts:
            if separator and self.delays:
                self._line(separator.replace("time.After(", "in.After("), depth, number)
            elif separator:
                self._line(separator, depth, number)
            for child in body:
                self.node(child, depth + 1)
        if node.parts:
            again = f"in.J({number}); " if self.delays and _AGAIN.match(node.head) else ""
            self._line(again + node.tail + uses, depth, number)

    def _line(self, text: str, depth: int, number: int) -> None:
        self.lines.append("\t" * depth + text)
        self.statements[len(self.lines)] = number


def _entered(head: str, number: int) -> str:
    """A goroutine tells the driver of a panic that nobody recovers; a loop is delayed in each round."""
    if head.startswith(("go func(", "wg.Go(func(")) and head.endswith("{"):
        return f"{head} defer in.D();"
    if _LOOP.match(head):
        return f"{head} in.J({number});"
    return head


def size(program: Program) -> int:
    """Statements of the program."""
    return sum(1 for node in (*program.decls, *program.body) for _ in walk(node))


def operations(program: Program) -> list[int]:
    """Numbers of the statements that do something other goroutines can see."""
    every = [each for node in (*program.decls, *program.body) for each in walk(node)]
    return [number for number, node in enumerate(every) if _OPERATION.search(node.head)]


def walk(node: Node) -> Iterator[Node]:
    """The statement and all inside it."""
    yield node
    for _, body in node.parts:
        for child in body:
            yield from walk(child)


# Editing: every list of statements is reached by a path of (index, part) pairs.

Path = tuple[tuple[int, int], ...]


def lists(program: Program) -> list[tuple[Path, tuple[Node, ...]]]:
    """Every list of statements of the body, outermost first."""
    found: list[tuple[Path, tuple[Node, ...]]] = []

    def visit(path: Path, nodes: tuple[Node, ...]) -> None:
        found.append((path, nodes))
        for index, node in enumerate(nodes):
            for part, (_, body) in enumerate(node.parts):
                visit((*path, (index, part)), body)

    visit((), program.body)
    return found


def with_list(program: Program, path: Path, nodes: tuple[Node, ...]) -> Program:
    """The program with one list of statements replaced."""
    return replace(program, body=_put(program.body, path, nodes))


def _put(body: tuple[Node, ...], path: Path, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    if not path:
        return nodes
    (index, part), rest = path[0], path[1:]
    node = body[index]
    separator, inner = node.parts[part]
    parts = (*node.parts[:part], (separator, _put(inner, rest, nodes)), *node.parts[part + 1 :])
    return (*body[:index], replace(node, parts=parts), *body[index + 1 :])


def smaller(program: Program) -> list[Program]:
    """Every program with one statement, one case or one enclosing block less; not all of them compile."""
    found: list[Program] = []
    for path, nodes in lists(program):
        for index, node in enumerate(nodes):
            before, after = nodes[:index], nodes[index + 1 :]
            found.append(with_list(program, path, before + after))
            if node.parts and node.head.startswith(("if ", "for ", "{")):
                found.extend(with_list(program, path, before + body + after) for _, body in node.parts)
            for part in range(len(node.parts) if len(node.parts) > 1 else 0):
                rest = (*node.parts[:part], *node.parts[part + 1 :])
                if node.head.startswith(("select", "switch")):
                    found.append(with_list(program, path, (*before, replace(node, parts=rest), *after)))
    found.extend(
        replace(program, decls=program.decls[:i] + program.decls[i + 1 :]) for i in range(len(program.decls))
    )
    return found
