"""Cancel functions that live in a map, and are lost when nobody calls what the map holds.

`s.running[id] = cancel` hands a cancel function to the map. `delete(s.running, id)` throws it away: who
deletes an entry has to call it before, unless the one who stored it does. Maps in fields are looked at, and
what all files of the package do with a field of that name; maps that are passed on are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unstuck.flow.graph import EXIT, Edge
from unstuck.flow.paths import trail, walk
from unstuck.flow.places import Place, builtin, place_of, point_nodes
from unstuck.rules.ownership import Duty, Scene, use_by
from unstuck.rules.subject import Body, Subject
from unstuck.rules.uses import Use
from unstuck.syntax import ast
from unstuck.syntax.walk import walk as below

_FREE, _STORED, _BACK, _DONE = "free", "stored", "back", "done"


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """How a cancel function gets lost in the map `name`: `node` deletes it, None where nobody calls any."""

    name: str
    node: ast.Node | None


def lost_in_map(subject: Subject, body: Body, duty: Duty) -> Lost | None:
    """Whether the cancel function of a duty goes into a map and is lost there."""
    stores = tuple(_stores(subject, duty))
    places = dict.fromkeys(place for place, _ in stores)
    if len(places) != 1:
        return None
    place = stores[0][0]
    for each in subject.bodies:
        inside = each is not body and body.node.start <= each.node.start < body.node.end
        if (each is body or inside) and _deletes(subject, each, place):
            found = _thrown_away(subject, each, duty, place, stores)
            if found is not None:
                return Lost(place.fields[-1], found)
    if all(_is_harmless(subject, duty, ident, stores) for ident in _uses(subject, duty)):
        return Lost(place.fields[-1], None) if _nobody_calls(subject, place.fields[-1]) else None
    return None


def _uses(subject: Subject, duty: Duty) -> Iterator[ast.Ident]:
    if duty.var is not None:
        yield from subject.named.inside(subject.function.decl, duty.var)


def _stores(subject: Subject, duty: Duty) -> Iterator[tuple[Place, ast.Ident]]:
    """The places of maps that get the variable, each with the identifier that is stored."""
    for ident in _uses(subject, duty):
        parent = subject.parents.get(ident)
        if (
            not isinstance(parent, ast.Assign)
            or ident not in parent.rhs
            or len(parent.lhs) != len(parent.rhs)
        ):
            continue
        target = parent.lhs[parent.rhs.index(ident)]
        place = place_of(subject.function.info, target.x) if isinstance(target, ast.Index) else None
        if place is not None and place.fields:
            yield place, ident


def _is_harmless(
    subject: Subject, duty: Duty, ident: ast.Ident, stores: Iterable[tuple[Place, ast.Ident]]
) -> bool:
    if any(stored is ident for _, stored in stores) or ident is _declared(subject, duty):
        return True
    return use_by(subject, duty, ident) in (Use.NOTHING, Use.WRITE)


def _declared(subject: Subject, duty: Duty) -> ast.Ident | None:
    return next((ident for ident in _uses(subject, duty) if ident in subject.function.info.defs), None)


# A path that deletes the entry and ends.


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """Follows the entry of one cancel function; see paths.Automaton."""

    scene: Scene
    place: Place
    stored: tuple[ast.Ident, ...]
    begins: str

    def start(self) -> str:
        return self.begins

    def step(self, at: int, state: str) -> Iterable[str]:
        if state == _DONE or self.scene.is_done(at):
            return (_DONE,)
        if at == self.scene.duty.at and self.begins == _FREE:
            return (_FREE,)
        subject, point = self.scene.subject, self.scene.body.graph.points[at]
        nodes = tuple(point_nodes(point.kind, point.node))
        if any(node is ident for node in nodes for ident in self.stored):
            return (_STORED,)
        if any(use in (Use.RELEASE, Use.HAND_ON) for use in self.scene.effects_at(at)):
            return (_DONE,)
        deletes = any(_is_delete(subject, node, self.place) for node in nodes)
        return (_BACK if deletes and state == _STORED else state,)

    def assume(self, at: int, edge: Edge, state: str) -> str | None:
        return state


def _thrown_away(
    subject: Subject, body: Body, duty: Duty, place: Place, stores: tuple[tuple[Place, ast.Ident], ...]
) -> ast.Node | None:
    """The delete on a path that ends without calling what it deletes."""
    stored = tuple(ident for _, ident in stores)
    own = body.node.start <= duty.call.start < body.node.end
    if not own:
        outside = [ident for ident in _uses(subject, duty) if not _within(body, ident)]
        if not all(_is_harmless(subject, duty, ident, stores) for ident in outside):
            return None
    begins = _FREE if own or not any(not _within(body, ident) for ident in stored) else _STORED
    automaton = _Entry(Scene(subject, body, duty), place, stored, begins)
    visits = walk(body.graph, body.memory, automaton) or ()
    for number, visit in enumerate(visits):
        if visit.at != EXIT or visit.state != _BACK:
            continue
        for at in reversed(trail(visits, number)):
            point = body.graph.points[at]
            for node in point_nodes(point.kind, point.node):
                if _is_delete(subject, node, place):
                    return node
    return None


def _within(body: Body, node: ast.Node) -> bool:
    return body.node.start <= node.start < body.node.end


def _deletes(subject: Subject, body: Body, place: Place) -> bool:
    return any(_is_delete(subject, node, place) for node in below(body.block))


def _is_delete(subject: Subject, node: ast.Node, place: Place) -> bool:
    info = subject.function.info
    if not isinstance(node, ast.Call) or builtin(info, node) != "delete" or not node.args:
        return False
    return place_of(info, node.args[0]) == place


# A map that nobody reads.


def _nobody_calls(subject: Subject, field: str) -> bool:
    """Whether the package only writes to the map: no value of it is read, and it is passed to nobody."""
    if not field[0].islower():
        return False
    name = re.escape(field.encode())
    written = re.compile(
        rb"\." + name + rb"(?:\[[^\]\n]*\]\s*=[^=]|\s*=[^=])"  # m[k] = v, m = v
        rb"|(?:delete|len|clear)\(\s*[\w.]*\." + name + rb"\b"
        rb"|\." + name + rb"\s*[!=]=\s*nil"
    )
    used = re.compile(rb"\." + name + rb"\b")
    return not any(used.search(written.sub(b"", item.file.data)) for item in subject.package.files)
