"""Things that a function puts into a private field, whose type has a Close that forgets them.

The new owner is in sight then: only code of the package can release what a private field holds. All that is
done with a field of that name in the package is looked at, as text: method calls that do not release, writes
and comparisons with nil leave the thing where it is; anything else may hand it on, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unstuck.flow.places import bare, type_name
from unstuck.rules.ownership import Duty, use_by
from unstuck.rules.subject import Body, Subject
from unstuck.rules.ticker_not_stopped import has_closer
from unstuck.rules.uses import Path, Use
from unstuck.syntax import ast


def forgotten(
    subject: Subject, body: Body, call: ast.Call, index: int, duty: Duty | None, releases: Iterable[Path]
) -> str | None:
    """`T.field` that gets result `index` of the call, where T can be closed and nobody releases its field."""
    places = list(_stored(subject, body, duty) if duty is not None else _assigned(subject, call, index))
    if len(places) != 1:
        return None
    owner, name = places[0]
    kind = owner.rpartition(".")[2]
    if not kind or not name or not name[0].islower() or not has_closer(subject, kind):
        return None
    return f"{kind}.{name}" if _only_used(subject, name, releases) else None


def _only_used(subject: Subject, name: str, releases: Iterable[Path]) -> bool:
    """Whether all code of the package only calls methods of fields of that name, and none that releases."""
    word = re.escape(name.encode())
    freeing = b"|".join(re.escape(way[0].encode()) for way in releases if way)
    calls = rb"\.(?!(?:" + freeing + rb")\b)\w+\(" if freeing else rb"\.\w+\("
    other = re.compile(rb"\." + word + rb"\b(?!" + calls + rb"|\s*(?:,[^=\n]*)?=[^=]|\s*[!=]=\s*nil)")
    return not any(other.search(item.file.data) for item in subject.package.files)


def _stored(subject: Subject, body: Body, duty: Duty) -> Iterator[tuple[str, str]]:
    """The fields that the variable of a duty goes into; something without a name where it goes elsewhere, or
    is released when the function ends."""
    for ident in subject.named.inside(body.block, duty.var) if duty.var is not None else ():
        use = use_by(subject, duty, ident)
        if use is Use.RELEASE and _is_deferred(subject, ident):
            yield "", ""  # the function that made it lets it go, whoever has it besides
        if use is not Use.HAND_ON:
            continue
        parent = subject.parents.get(ident)
        if isinstance(parent, ast.Element) and parent.value is ident:
            yield _element(subject, parent)
        elif isinstance(parent, ast.Assign) and len(parent.lhs) == len(parent.rhs) and ident in parent.rhs:
            yield _selected(subject, parent.lhs[parent.rhs.index(ident)])
        else:
            yield "", ""


def _is_deferred(subject: Subject, node: ast.Node) -> bool:
    at: ast.Node | None = node
    while at is not None and not isinstance(at, ast.DeferStmt):
        at = subject.parents.get(at)
    return at is not None


def _assigned(subject: Subject, call: ast.Call, index: int) -> Iterator[tuple[str, str]]:
    """The field that the result of a call goes into at once."""
    parent = subject.parents.get(call)
    if isinstance(parent, ast.Element) and parent.value is call:
        yield _element(subject, parent)
    elif isinstance(parent, ast.Assign) and len(parent.rhs) == 1 and index < len(parent.lhs):
        yield _selected(subject, parent.lhs[index])


def _element(subject: Subject, element: ast.Element) -> tuple[str, str]:
    literal = subject.parents.get(element)
    if not isinstance(element.key, ast.Ident) or not isinstance(literal, ast.CompositeLit):
        return "", ""
    return type_name(subject.function.info.types.get(literal)), element.key.name


def _selected(subject: Subject, target: ast.Expr) -> tuple[str, str]:
    target, info = bare(target), subject.function.info
    selection = info.selections.get(target) if isinstance(target, ast.Selector) else None
    if not isinstance(target, ast.Selector) or selection is None or selection.kind != "field":
        return "", ""
    return type_name(info.types.get(target.x)), selection.path[-1]
