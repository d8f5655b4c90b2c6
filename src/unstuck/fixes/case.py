"""What a cure looks at: a finding and the places in the source it speaks of, with names and types.

Places are looked up by their positions, so that a case can be made from any finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from unstuck.findings import Finding, RootKind
from unstuck.flow.places import Place, callee, place_of
from unstuck.source.edit import Change
from unstuck.source.file import Location, SourceFile
from unstuck.source.package import Package
from unstuck.syntax import ast
from unstuck.syntax.walk import children, parents_of
from unstuck.types.model import Info, Type, Var
from unstuck.types.world import Function, World


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A declared function with all literals inside it."""

    world: World
    package: Package
    function: Function
    parents: Mapping[ast.Node, ast.Node]

    @property
    def file(self) -> SourceFile:
        """Where it stands."""
        return self.function.file

    @property
    def info(self) -> Info:
        """Names and types of its body."""
        return self.function.info

    def text(self, node: ast.Node) -> str:
        """The source of a node."""
        return self.file.data[node.start : node.end].decode("utf-8", "replace")

    def above(self, node: ast.Node) -> Iterator[ast.Node]:
        """What a node stands in, innermost first."""
        at = self.parents.get(node)
        while at is not None:
            yield at
            at = self.parents.get(at)


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A node of a function in sight."""

    sight: Sight
    node: ast.Node


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A finding and its places; None where one is not in a function in sight."""

    finding: Finding
    at: Spot
    spawn: Spot | None
    made: Spot | None
    related: tuple[Spot, ...]
    sights: Sights = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Edits that may cure a finding. `changes` has a file's path with each change."""

    title: str
    """What is done, in the imperative: "give ch room for 1 value"."""
    means: str
    """What that makes different, one sentence."""
    rank: int
    """How much behaviour changes: 0 next to nothing, 9 a lot."""
    changes: tuple[tuple[str, Change], ...]
    drops: tuple[tuple[str, str], ...] = ()
    """Operations that it takes away on purpose, as verify.py names them: ("call", "time.After")."""
    family: str = ""
    """Of the candidates of one family only the first that holds is offered: the others do more of it."""


class Sights:
    """The functions of some packages, by position. Its state is a cache."""

    def __init__(self, world: World, packages: tuple[Package, ...]) -> None:
        self.world = world
        self._packages = {
            item.file.path: (package, item.file)
            for package in packages
            for item in package.files
            if not item.types_only
        }
        self._parents: dict[Function, Mapping[ast.Node, ast.Node]] = {}
        self.looked = 0
        """Bytes of functions that somebody asked for: each is looked through for that."""

    def package(self, path: str) -> Package | None:
        """The package of a file."""
        found = self._packages.get(path)
        return found[0] if found is not None else None

    def file(self, path: str) -> SourceFile | None:
        """A file to analyse by the name reports give it."""
        found = self._packages.get(path)
        return found[1] if found is not None else None

    def at(self, path: str, offset: int) -> Sight | None:
        """The declared function around an offset."""
        package = self.package(path)
        if package is None:
            return None
        for ref in self.world.functions(package.path):
            declared = self.world.declared(ref)
            if declared is None or declared.file.path != path or not declared.start <= offset < declared.end:
                continue
            function = self.world.function(ref)
            return self.sight(package, function) if function is not None else None
        return None

    def sight(self, package: Package, function: Function) -> Sight:
        """A function in sight."""
        self.looked += function.decl.end - function.decl.start
        parents = self._parents.get(function)
        if parents is None:
            parents = self._parents[function] = parents_of(function.decl)
        return Sight(self.world, package, function, parents)

    def spot(self, at: Location | None) -> Spot | None:
        """The smallest node that covers a place."""
        file = self.file(at.path) if at is not None else None
        if at is None or file is None:
            return None
        start, end = file.offset(at.line, at.column), file.offset(at.end_line, at.end_column)
        sight = self.at(at.path, start)
        if sight is None:
            return None
        node: ast.Node = sight.function.decl
        while True:
            below = next(
                (each for each in children(node) if each.start <= start and max(end, start + 1) <= each.end),
                None,
            )
            if below is None:
                return Spot(sight, node)
            node = below


def case_of(finding: Finding, sights: Sights) -> Case | None:
    """The case of a finding; None where its place is in no function in sight."""
    at = sights.spot(finding.at)
    if at is None:
        return None
    made = sights.spot(finding.object.made) if finding.object is not None else None
    related = [sights.spot(each.at) for each in finding.related]
    return Case(
        finding,
        at,
        sights.spot(finding.spawn),
        made,
        tuple(each for each in related if each is not None),
        sights,
    )


def root_sight(case: Case) -> Sight | None:
    """The function that exploring started at; the maker of a client's value."""
    package = case.at.sight.package
    name = case.finding.root.function
    if case.finding.root.kind is RootKind.CLIENT:
        name = name.partition(":")[0].partition(",")[0]
    for ref in case.at.sight.world.functions(package.path):
        if str(ref) == name:
            function = case.at.sight.world.function(ref)
            return case.sights.sight(package, function) if function is not None else None
    return None


def sights_of(case: Case) -> list[Sight]:
    """The functions that a finding is about: where it is parked, made and started, those of its steps, its
    root, and what its goroutine runs."""
    spots = [case.at, case.made, case.spawn, *case.related]
    spots += [case.sights.spot(step.at) for step in case.finding.steps]
    found = [spot.sight for spot in spots if spot is not None]
    root = root_sight(case)
    if root is not None:
        found.append(root)
    started = upward(case.spawn, ast.GoStmt) if case.spawn is not None else None
    if case.spawn is not None and isinstance(started, ast.GoStmt) and isinstance(started.call, ast.Call):
        ref = callee(case.spawn.sight.info, started.call)
        function = case.sights.world.function(ref) if ref is not None else None
        if function is not None and function.package is not None and not function.stub:
            found.append(case.sights.sight(function.package, function))
    once: dict[Function, Sight] = {}
    for sight in found:
        once.setdefault(sight.function, sight)
    return list(once.values())


def stuck_spots(case: Case) -> list[Spot]:
    """Where goroutines of the witness are stuck, that of the finding first."""
    found = [case.at]
    for step in case.finding.steps:
        if step.text.startswith("is stuck here"):
            spot = case.sights.spot(step.at)
            if spot is not None:
                found.append(spot)
    return found


def upward(spot: Spot, kinds: type | tuple[type, ...]) -> ast.Node | None:
    """The node itself or the innermost one around it of some kinds."""
    if isinstance(spot.node, kinds):
        return spot.node
    return next((node for node in spot.sight.above(spot.node) if isinstance(node, kinds)), None)


def body_around(sight: Sight, node: ast.Node) -> ast.FuncDecl | ast.FuncLit:
    """The function, declared or literal, whose body a node is in."""
    for each in sight.above(node):
        if isinstance(each, (ast.FuncDecl, ast.FuncLit)):
            return each
    return sight.function.decl


def statement_of(sight: Sight, node: ast.Node) -> ast.Stmt | None:
    """The innermost statement around a node that stands in a list of statements."""
    at: ast.Node | None = node
    while at is not None:
        holder = sight.parents.get(at)
        if isinstance(holder, ast.Block) or (
            isinstance(holder, (ast.Case, ast.CommCase)) and at in holder.body
        ):
            return at  # type: ignore[return-value]
        at = holder
    return None


def listed(holder: ast.Node | None) -> tuple[ast.Stmt, ...]:
    """The statements that stand directly in a block or clause; none of other nodes."""
    match holder:
        case ast.Block():
            return holder.stmts
        case ast.Case() | ast.CommCase():
            return holder.body
        case _:
            return ()


def place_in(sight: Sight, expr: ast.Expr) -> Place | None:
    """The variable or field that an expression names."""
    return place_of(sight.info, expr)


def type_of(sight: Sight, expr: ast.Expr) -> Type | None:
    """The type of an expression, when it is known."""
    found = sight.info.types.get(expr)
    if found is not None:
        return found
    if isinstance(expr, ast.Ident):
        obj = sight.info.uses.get(expr) or sight.info.defs.get(expr)
        return obj.type if isinstance(obj, Var) else None
    return None
