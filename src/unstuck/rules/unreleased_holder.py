"""A value that holds goroutines, connections or descriptors is not released on every path.

Some values own more than memory: the body of an http.Response keeps its connection and the two goroutines
that serve it until it is closed; sql.Rows keep a connection of the pool; an exec.Cmd that was started keeps
its process until Wait. What holds what, and which call releases it, stands in a table. `unstuck.toml` adds
rows, which go before those of the tool:

    [[holder]]
    make = "example.com/pool.Get"   # a method: "example.com/pool.Pool.Get"; "type example.com/pool.Conn":
    # any call that gives one
    holds = "a connection"          # for the message
    release = ["Close"]             # what stands behind the value: "Body.Close"; "()" calls it
    passed = ["example.com/pool.Put"]  # functions that release what they are given
    result = 0                      # which result of the call holds; "receiver", "argument" (the first one)
    done = "Next"                   # a method that has released when it answers false
    note = true                     # findings are notes

`make`, `holds` and one of `release` and `passed` are needed.

Cure: the releasing call, deferred right after the error check. To set a variable to nil releases nothing.

Wrong:

    package status

    import "net/http"

    func Status(url string) (string, error) {
        response, err := http.Get(url)
        if err != nil {
            return "", err
        }
        return response.Status, nil // the body stays open
    }

Right:

    package status

    import "net/http"

    func Status(url string) (string, error) {
        response, err := http.Get(url)
        if err != nil {
            return "", err
        }
        defer response.Body.Close()
        return response.Status, nil
    }

An http.Transport that a function builds for itself, asks with and drops keeps its idle connections, each with
two goroutines: for ever, or for its IdleConnTimeout (a note). CloseIdleConnections releases them.

Returning the value, storing it in a field or a global, or passing it on ends the duty of the function that
made it; the new owner takes it over when it is in sight. In tests, whose process ends soon, only what a loop
leaves behind is told, as a note. What the rule does not know: libraries without a row in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from unstuck.findings import Growth, Kind, Severity
from unstuck.flow.places import bare, builtin, callee, named, point_nodes, type_name, variable
from unstuck.holder import ARGUMENT, RECEIVER, Holder
from unstuck.rules import holders, transports
from unstuck.rules.forgotten_fields import forgotten
from unstuck.rules.holders import BY_MAKE, signs, way
from unstuck.rules.ownership import Breach, Duty, breaches, duties, in_cycle, is_own
from unstuck.rules.subject import Body, Span, Subject, Suspicion
from unstuck.rules.uses import is_error
from unstuck.syntax import ast
from unstuck.types.model import Tuple, Var

NAME = "unreleased-holder"
SUMMARY = "something that holds a goroutine or descriptor is not released"
KIND = Kind.HELD
ACTIVE = True
SIGNS = (*signs(), *transports.SIGNS)
signs_in = holders.signs_in
_NOT_HELD = frozenset(("net/http/httptest.ResponseRecorder.Result", "net/http.ReadResponse"))
"""Calls whose result has the type of a holder and holds nothing; membership only."""


def check(subject: Subject) -> Iterable[Suspicion]:
    """Holders that are not released on every path."""
    if not subject.test and str(subject.function.ref) not in ("main", "init"):
        yield from (_transport(subject, each) for each in transports.per_call(subject))
    made = {call: holder for call in subject.calls() if (holder := holder_of(subject, call))}
    for body in subject.bodies if made else ():
        for number, point in enumerate(body.graph.points):
            for node in point_nodes(point.kind, point.node):
                if isinstance(node, ast.Call) and node in made:
                    yield from _judged(subject, body, number, node, made[node])


def holder_of(subject: Subject, call: ast.Call) -> Holder | None:
    """The row of the table that fits a call."""
    name = named(callee(subject.function.info, call))
    if name in _NOT_HELD or builtin(subject.function.info, call):
        return None
    rows = {row.make: row for row in reversed(subject.holders)}
    known = rows.get(name) or BY_MAKE.get(name)
    if known is not None:
        return known
    result = subject.function.info.types.get(call)
    if isinstance(result, Tuple):
        result = result.items[0] if result.items else None
    kind = f"type {type_name(result)}"
    if kind == "type " or call in subject.function.info.conversions:
        return None
    return rows.get(kind) or BY_MAKE.get(kind)


def _judged(subject: Subject, body: Body, number: int, call: ast.Call, holder: Holder) -> Iterator[Suspicion]:
    duty = _duty(subject, body, number, call, holder)
    if subject.package.name == "main" and str(subject.function.ref) == "main":
        return
    found = breaches(subject, body, duty)[:1] if duty is not None else ()
    if not found and holder.result >= 0 and not holder.passed and not subject.test:
        field = forgotten(subject, body, call, holder.result, duty, [way(each) for each in holder.release])
        if field is not None:
            yield _told_field(call, holder, field)
    for breach in found:
        assert duty is not None
        if breach.kind == "dropped" and holder.result < 0:
            continue
        again = breach.kind in ("again", "overwritten") and in_cycle(subject, body, number)
        if subject.test and not again:
            continue  # it ends with the test's process
        yield _told(subject, call, holder, duty, breach, again)


def _duty(subject: Subject, body: Body, number: int, call: ast.Call, holder: Holder) -> Duty | None:
    releases = tuple(way(each) for each in holder.release)
    if holder.result >= 0:
        duty = duties(subject, body, call, number, holder.result, releases)
        if duty is None:
            return None
        return replace(duty, done=holder.done, passed=holder.passed)
    given: ast.Expr | None = None
    if holder.result == RECEIVER:
        fun = bare(call.fun)
        given = fun.x if isinstance(fun, ast.Selector) else None
    elif holder.result == ARGUMENT and call.args:
        given = bare(call.args[0])
    var = variable(subject.function.info, given) if isinstance(given, ast.Ident) else None
    if var is None or var.kind != "local" or not is_own(subject, body, var):
        return None
    error = _error(subject, call)
    return Duty(number, call, var, error, releases, holder.done, passed=holder.passed)


def _error(subject: Subject, call: ast.Call) -> Var | None:
    parent = subject.parents.get(call)
    last = parent.lhs[-1] if isinstance(parent, ast.Assign) else None
    if not isinstance(last, ast.Ident) or not is_error(subject.world, subject.function.info, last):
        return None
    return variable(subject.function.info, last)


def _told(
    subject: Subject, call: ast.Call, holder: Holder, duty: Duty, breach: Breach, again: bool
) -> Suspicion:
    name = named(callee(subject.function.info, call))
    thing = duty.var.name if duty.var is not None else f"the result of {name or subject.text(call.fun)}"
    release = _release(holder)
    why = {
        "dropped": "and it is dropped",
        "again": f"and the next iteration makes another one before {release} is called",
        "overwritten": f"and its variable gets another value before {release} is called",
        "left": f"and {release} is not called on every path",
    }[breach.kind]
    related: tuple[tuple[str, ast.Node | Span], ...] = ()
    if breach.node is not None and breach.kind in ("left", "overwritten"):
        related = (("this way it is not released", breach.node),)
    return Suspicion(
        at=call,
        message=f"{thing} holds {holder.holds}, {why}",
        advice=f"defer {release} right after the error check",
        object="holder",
        made=call,
        severity=Severity.NOTE if subject.test or holder.minor else Severity.WARNING,
        growth=Growth.PER_ITERATION if again else Growth.PER_CALL,
        related=related,
    )


def _told_field(call: ast.Call, holder: Holder, field: str) -> Suspicion:
    kind = field.partition(".")[0]
    return Suspicion(
        at=call,
        message=f"{field} holds {holder.holds}, and no code of the package releases it: what closes {kind} "
        "forgets this field",
        advice=f"call {_release(holder)} where {kind} is closed",
        object="holder",
        made=call,
        severity=Severity.NOTE if holder.minor else Severity.WARNING,
        growth=Growth.PER_CALL,
    )


def _transport(subject: Subject, found: transports.Transport) -> Suspicion:
    until = f"until its IdleConnTimeout ({found.timeout})" if found.timeout else "for ever"
    return Suspicion(
        at=found.node,
        message="each call builds an http.Transport of its own, whose idle connections, with two goroutines "
        f"each, stay {until}",
        advice="share one Transport between the calls, or defer CloseIdleConnections",
        object="holder",
        made=found.node,
        severity=Severity.NOTE if found.timeout else Severity.WARNING,
        growth=Growth.PER_CALL,
    )


def _release(holder: Holder) -> str:
    if not holder.release:
        return holder.passed[0].rpartition("/")[2]
    return "it" if holder.release[0] == "()" else holder.release[0]
