"""Programs from a seed: pieces from `gadgets.txt` put after and into each other, then altered at random."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path as File

from fuzz.program import Node, Path, Program, lists, parse, size, walk, with_list

MAX_STATEMENTS = 70
OFTEN = (
    "both in between",
    "half done",
    "locked steps",
    "lost signal",
    "old and new",
    "ping and back",
    "seen between",
    "seen three times",
    "seen twice",
    "taken twice",
)
"""Pieces that take several preemptions to go wrong; they are taken more often than others."""
_CHOICE = re.compile(r"\{\{((?:(?!\{\{).)*?)\}\}(?!\})")
_CAPACITY = re.compile(r"make\((chan (?:int|struct\{\}))(?:, \w+)?\)")
_SEND = re.compile(r"^\w+ <- .+[^{]$")
_ASSIGNS = re.compile(r"\w \+?= |\+\+")
_RECEIVE = re.compile(r"^<-\w+$")


@cache
def gadgets() -> dict[str, str]:
    """The pieces by name."""
    text = File(__file__).with_name("gadgets.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for section in text.split("\n=== ")[1:]:
        name, _, body = section.partition("\n")
        found[name] = body.strip("\n")
    return found


def generate(seed: int) -> Program:
    """The program of a seed."""
    rng = random.Random(seed)
    maker = _Maker(rng)
    names = tuple(gadgets())
    maker.first = names[seed % len(names)] if rng.random() < 0.7 else ""
    nodes: list[Node] = []
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        nodes.extend(maker.piece(0))
    program = Program(seed, tuple(maker.decls), tuple(nodes))
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        altered = alter(program, rng)
        program = altered if size(altered) <= MAX_STATEMENTS else program
    return program


class _Maker:
    """Pieces of one program; their names do not clash."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0
        self.decls: list[Node] = []
        self.first = ""
        """The next piece, when it is not left to chance: seeds in a row take them in turn."""

    def piece(self, depth: int) -> tuple[Node, ...]:
        """A random piece; places in it are filled now and then."""
        self.count += 1
        names = tuple(gadgets()) if self.rng.random() < 0.6 else OFTEN
        name = self.first or self.rng.choice(names)
        self.first = ""
        lines = self._choose(gadgets()[name]).splitlines()
        outside = [line[1:].replace(";;", "\n") for line in lines if line.startswith("+")]
        inside = [line.replace(";;", "\n") for line in lines if not line.startswith("+")]
        self.decls.extend(parse("\n".join(outside)))
        return self._fill(parse("\n".join(inside)), depth)

    def _choose(self, text: str) -> str:
        while (found := _CHOICE.search(text)) is not None:
            text = text[: found.start()] + self.rng.choice(found[1].split("|")) + text[found.end() :]
        return re.sub(r"@(\w*)", self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        return f"_{self.count}_" if found[1] == "_" else f"{found[1]}{self.count}"

    def _fill(self, nodes: tuple[Node, ...], depth: int) -> tuple[Node, ...]:
        out: list[Node] = []
        for node in nodes:
            if node.head == "...":
                if depth < 2 and self.rng.random() < 0.2:
                    out.extend(self.piece(depth + 1))
                continue
            parts = tuple((head, self._fill(body, depth)) for head, body in node.parts)
            out.append(replace(node, parts=parts))
        return tuple(out)


# Alterations.


def alter(program: Program, rng: random.Random) -> Program:
    """One random change; the result need not compile."""
    places = [(path, nodes) for path, nodes in lists(program) if nodes and not _endless(program, path)]
    if not places:
        return program
    path, nodes = rng.choice(places)
    free = [index for index, node in enumerate(nodes) if not node.declares]
    if not free or rng.random() < 0.15:
        return _capacity(program, rng)
    index = rng.choice(free)
    changed = rng.choice(_LOCKING if "Lock()" in nodes[index].head else _CHANGES)(nodes[index], rng)
    if rng.random() < 0.2 and index + 1 < len(nodes) and not nodes[index + 1].declares:
        changed = (nodes[index + 1],)
        return with_list(program, path, (*nodes[:index], *changed, nodes[index], *nodes[index + 2 :]))
    return with_list(program, path, (*nodes[:index], *changed, *nodes[index + 1 :]))


def _endless(program: Program, path: Path) -> bool:
    """The list stands in a loop that may go on for ever: the body's first statement is what holds it back."""
    nodes = program.body
    for index, part in path:
        if re.match(r"(?:\w+: )?for(?! .*\brange)", nodes[index].head):
            return True
        nodes = nodes[index].parts[part][1]
    return False


def _deleted(node: Node, rng: random.Random) -> tuple[Node, ...]:
    return ()


def _doubled(node: Node, rng: random.Random) -> tuple[Node, ...]:
    return (node, node)


def _perhaps(node: Node, rng: random.Random) -> tuple[Node, ...]:
    return (Node("if outside.Coin() {", (("", (node,)),), "}"),)


def _aside(node: Node, rng: random.Random) -> tuple[Node, ...]:
    if any(_ASSIGNS.search(each.head) for each in walk(node)):
        return (node,)  # a data race
    return (Node("go func() {", (("", (node,)),), "}()"),)


def _last(node: Node, rng: random.Random) -> tuple[Node, ...]:
    return (Node("defer func() {", (("", (node,)),), "}()"),)


def _leaves(node: Node, rng: random.Random) -> tuple[Node, ...]:
    way = Node(rng.choice(("return", "runtime.Goexit()", 'panic("out")')))
    return (*_perhaps(way, rng), node)


def _guarded(node: Node, rng: random.Random) -> tuple[Node, ...]:
    """A send or receive becomes one case of a select."""
    if not _SEND.match(node.head) and not _RECEIVE.match(node.head):
        return _perhaps(node, rng)
    other = rng.choice(("default:", "case <-time.After(time.Millisecond):"))
    return (Node("select {", ((f"case {node.head}:", ()), (other, ())), "}"),)


_CHANGES = (_deleted, _deleted, _doubled, _perhaps, _perhaps, _aside, _last, _leaves, _guarded)

_LOCKING = (_leaves,)
"""Unlocking what another goroutine has locked for a moment is a misuse that most runs do not survive."""


def _capacity(program: Program, rng: random.Random) -> Program:
    """Another buffer for one channel."""
    made = [
        (path, index)
        for path, nodes in lists(program)
        for index, node in enumerate(nodes)
        if _CAPACITY.search(node.head)
    ]
    if not made:
        return program
    path, index = rng.choice(made)
    nodes = dict(lists(program))[path]
    size_ = rng.choice(("", ", 1", ", 2"))
    node = replace(nodes[index], head=_CAPACITY.sub(rf"make(\1{size_})", nodes[index].head, count=1))
    return with_list(program, path, (*nodes[:index], node, *nodes[index + 1 :]))
