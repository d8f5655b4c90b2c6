"""What a rule over types and control flow looks at, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from unstuck.findings import Growth, Severity, WaitReason
from unstuck.flow.calls import graph_of
from unstuck.flow.graph import Graph
from unstuck.flow.paths import Memory, Walked, memory
from unstuck.holder import Holder
from unstuck.rules.names import Names
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.types.world import Function, World


@dataclass(slots=True, eq=False)
class Body:
    """The body of a declared function, or of a literal inside it that is not called on the spot. Few rules
    want more of it than its nodes: its graph is made when one asks for it."""

    world: World
    function: Function
    """The declared function."""
    node: ast.FuncDecl | ast.FuncLit
    block: ast.Block
    walked: Walked
    """Shared by all bodies of a subject."""
    _graph: Graph | None = None
    _memory: Memory | None = None

    @property
    def graph(self) -> Graph:
        """Its control flow."""
        if self._graph is None:
            self._graph = graph_of(self.world, self.function.info, self.block)
        return self._graph

    @property
    def memory(self) -> Memory:
        """What walks over the graph remember."""
        if self._memory is None:
            data = self.function.file.data
            self._memory = memory(self.graph, self.function.info, data, self.walked)
        return self._memory


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One declared function of a package, with all literals inside it."""

    world: World
    package: Package
    function: Function
    test: bool
    """It stands in a _test.go file."""
    bodies: tuple[Body, ...]
    """The function's own first."""
    parents: Mapping[ast.Node, ast.Node]
    """What each node of the function stands in."""
    named: Names
    holders: tuple[Holder, ...] = ()
    """Rows of the configuration for what must be released."""

    def calls(self) -> Iterator[ast.Call]:
        """The calls in all bodies."""
        return (node for node in self.parents if isinstance(node, ast.Call))

    def text(self, node: ast.Node) -> str:
        """The source of a node."""
        return self.function.file.data[node.start : node.end].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the function's file that is no node: the head of a loop."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a rule found. Nodes belong to `owner`, the subject's function where that is None."""

    at: ast.Node | Span
    message: str
    advice: str
    object: str = ""
    """What it is about: "timer", "ticker", "context" ..., and where that is made."""
    made: ast.Node | None = None
    severity: Severity = Severity.WARNING
    growth: Growth = Growth.PER_CALL
    reason: WaitReason | None = None
    related: tuple[tuple[str, ast.Node | Span], ...] = ()
    steps: tuple[tuple[str, ast.Node | Span], ...] = ()
    assumptions: tuple[str, ...] = ()
    owner: Function | None = None


def head(node: ast.Node) -> Span:
    """The first line of a statement: of a loop its head, without the body."""
    body = getattr(node, "body", None)
    end = body.start if isinstance(body, ast.Block) else node.end
    return Span(node.start, end)


def loop_around(subject: Subject, node: ast.Node) -> ast.For | ast.Range | None:
    """The innermost loop of the same body that a node stands in."""
    at = subject.parents.get(node)
    while at is not None and not isinstance(at, ast.FuncDecl):
        if isinstance(at, (ast.For, ast.Range)):
            return at
        at = subject.parents.get(at)
    return None
