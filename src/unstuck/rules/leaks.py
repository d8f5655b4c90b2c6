"""Leaks of the machine to findings: rule, severity, sentence, witness, identity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unstuck.explore.happening import Place
from unstuck.explore.judging import Leak, WaitedFor
from unstuck.findings import (
    REASON_CLASS,
    Evidence,
    Finding,
    Goroutine,
    Growth,
    HeapObject,
    Kind,
    Related,
    Root,
    RootKind,
    Severity,
    Step,
    WaitReason,
)
from unstuck.rules import story, wording
from unstuck.rules.identity import Key, normalised_tokens, site
from unstuck.source.file import Location, SourceFile

RULES = {
    "send": "abandoned-sender",
    "receive": "abandoned-receiver",
    "range": "never-closed",
    "select": "abandoned-select",
    "select-empty": "abandoned-select",
    "nil-send": "nil-channel",
    "nil-receive": "nil-channel",
    "lock": "lock-never-released",
    "rlock": "lock-never-released",
    "wait": "wait-never-done",
    "cond": "cond-never-signalled",
    "held": "lock-never-released",
    "sleep": "abandoned-poller",
}
"""The rule of each kind of operation."""
_REASONS = {
    "send": WaitReason.SEND,
    "receive": WaitReason.RECEIVE,
    "range": WaitReason.RECEIVE,
    "select": WaitReason.SELECT,
    "select-empty": WaitReason.SELECT_NO_CASES,
    "nil-send": WaitReason.NIL_SEND,
    "nil-receive": WaitReason.NIL_RECEIVE,
    "lock": WaitReason.MUTEX,
    "rlock": WaitReason.RW_RLOCK,
    "wait": WaitReason.WAIT_GROUP,
    "cond": WaitReason.COND,
    "held": WaitReason.MUTEX,
    "sleep": WaitReason.SLEEP,
}
_KINDS = {
    "leaked": Kind.LEAKED,
    "poller": Kind.POLLER,
    "server": Kind.POLLER,
    "cancellation": Kind.CANCELLATION,
}
_GO_ON = ("poller", "server")
"""Kinds of leaks that run now and then."""
FATAL, GUESSED, KEPT, CALLED = "t.Fatal", "guess", "callback", "called"
ASSUMPTIONS = {
    FATAL: "the test fails half-way (t.Fatal)",
    KEPT: "code outside runs the function it was given later, on a goroutine of its own",
    CALLED: "code outside calls the function it was given before it returns",
    GUESSED: "in the test, what is unknown here (a value, what code outside does, time) goes one way",
}
_SHOWN_BY_TESTS = (FATAL, GUESSED)
"""A test is run again and again, and goes the way its author wants; other ways are notes."""


@dataclass(frozen=True, slots=True)
class Context:
    """What turning leaks into findings needs besides the leaks."""

    root: Root
    sources: Mapping[str, SourceFile]
    module: str
    tested: bool
    """The root is code of a test."""
    package_dir: Mapping[str, str]
    """Folder of each package relative to its module root."""
    shadows: Mapping[str, str]
    """Advice for channels, by name, on which a note probably meant to send."""


def rule_of(leak: Leak) -> str:
    """The rule a leak falls under."""
    if leak.kind == "cancellation":
        return "ends-only-by-cancellation"
    return "abandoned-poller" if leak.kind in _GO_ON else RULES[leak.operation]


def severity(leak: Leak, root: Root, *, tested: bool) -> Severity:
    """How bad a leak is, seen from a root; `tested`: that is code of a test. Whether what a helper of tests
    was given ever comes is up to the test that calls it."""
    if tested and root.kind is RootKind.FUNCTION and _waits_for_given(leak):
        return Severity.NOTE
    return _severity(leak, _growth(leak, root), _words(leak, tested))


def findings(leaks: Sequence[Leak], context: Context) -> list[tuple[Finding, Key]]:
    """A finding for each leak, with the key of its fingerprint."""
    made = []
    for leak in leaks:
        if leak.park.path not in context.sources or _is_normal(leak, context):
            continue
        made.append((_finding(leak, context), _key(leak, context)))
    return made


def _is_normal(leak: Leak, context: Context) -> bool:
    """`select {}` in main keeps the process alive on purpose, and so does `<-ctx.Done()` of a context without
    an end."""
    if not leak.root_parked or context.root.kind is not RootKind.MAIN:
        return False
    endless = leak.operation == "nil-receive" and operand(leak, _text(context, leak.park)).endswith(".Done()")
    return endless or leak.operation == "select-empty"


def _finding(leak: Leak, context: Context) -> Finding:
    text = _text(context, leak.park)
    name = operand(leak, text)
    made = next((waited for waited in leak.waits if waited.made is not None), None)
    reason = _reason(leak)
    at = _location(context, leak.park)
    growth = _growth(leak, context.root)
    words = _words(leak, context.tested)
    assumptions = tuple(ASSUMPTIONS.get(word, word) for word in words)
    return Finding(
        rule=rule_of(leak),
        kind=_KINDS[leak.kind],
        severity=severity(leak, context.root, tested=context.tested),
        message=wording.message(leak, name, _root_name(context.root), once=_is_once(text)),
        at=at,
        package=leak.package,
        function=leak.function,
        reason=reason,
        spawn=_maybe(context, leak.spawn),
        object=_object(context, made),
        root=context.root,
        evidence=Evidence.WITNESSED if leak.schedule is not None else Evidence.SUSPECTED,
        assumptions=assumptions,
        growth=growth,
        steps=_steps(leak, context),
        goroutines=_goroutines(leak, context),
        related=_related(leak, context),
        count=leak.count,
        advice=wording.advice(leak, context.shadows.get(name, ""), once=_is_once(text)),
        site=site(leak.package, leak.function, REASON_CLASS[reason], leak.park.path, at.line),
    )


def _words(leak: Leak, tested: bool) -> tuple[str, ...]:
    return (*leak.assumptions, GUESSED) if leak.guessed and tested else leak.assumptions


def _waits_for_given(leak: Leak) -> bool:
    """The root itself waits for objects that were given to it."""
    return leak.root_parked and all(each.made is None and each.kind != "nil" for each in leak.waits)


def _root_name(root: Root) -> str:
    return "the client" if root.kind is RootKind.CLIENT else root.function


def _reason(leak: Leak) -> WaitReason:
    if leak.operation in ("lock", "held") and leak.rw:
        return WaitReason.RW_LOCK
    return _REASONS[leak.operation]


def _growth(leak: Leak, root: Root) -> Growth:
    if leak.spawn_once:
        return Growth.ONCE
    if root.kind is not RootKind.MAIN:
        return Growth.PER_CALL
    return Growth.PER_ITERATION if leak.spawn_in_loop else Growth.ONCE


def _severity(leak: Leak, growth: Growth, assumptions: Sequence[str]) -> Severity:
    if any(word in assumptions for word in _SHOWN_BY_TESTS):
        return Severity.NOTE
    if leak.root_parked and (leak.operation == "select-empty" or _waits_for_itself(leak)):
        return Severity.NOTE  # on purpose: a function that does not return
    if growth is Growth.ONCE and leak.waits and all(each.kind == "background" for each in leak.waits):
        return Severity.NOTE  # on purpose: it is there as long as the process, and its context says so
    if _is_alone(leak):
        return Severity.NOTE  # what fits into it is known to the type, not here
    if leak.kind == "cancellation":
        return Severity.WARNING if leak.by_itself or leak.past_cancel else Severity.NOTE
    if leak.kind in _GO_ON:
        return Severity.NOTE if growth is Growth.ONCE else Severity.WARNING
    if growth is Growth.ONCE or assumptions or leak.schedule is None:
        return Severity.WARNING
    return Severity.ERROR


def _waits_for_itself(leak: Leak) -> bool:
    """`<-make(chan T)`, which says what `select {}` says."""
    made = leak.waits[0].made if len(leak.waits) == 1 else None
    park = leak.park
    return made is not None and made.path == park.path and park.start < made.start and made.end <= park.end


def _is_alone(leak: Leak) -> bool:
    """The root fills or empties a channel of its own, of unknown size, and nobody else is there yet."""
    alone = leak.schedule is not None and all(each.gid == 0 for each in leak.schedule.happenings)
    return leak.root_parked and alone and leak.operation in ("send", "range") and leak.waits[0].sized


def _location(context: Context, place: Place) -> Location:
    return context.sources[place.path].location(place.start, place.end)


def _maybe(context: Context, place: Place | None) -> Location | None:
    if place is None or place.path not in context.sources:
        return None
    return _location(context, place)


def _object(context: Context, waited: WaitedFor | None) -> HeapObject | None:
    if waited is None:
        return None
    made = _maybe(context, waited.made)
    return None if made is None else HeapObject(waited.kind, made)


def _text(context: Context, place: Place) -> str:
    data = context.sources[place.path].data[place.start : place.end]
    return data.decode("utf-8", "replace")


def _short(context: Context, place: Place | None) -> str:
    if place is None or place.path not in context.sources:
        return ""
    line = _text(context, place).split("\n")[0].partition(" // ")[0].strip().rstrip("{").strip()
    return line if len(line) <= 60 else line[:57] + "..."


_METHOD = re.compile(r"^(?:defer\s+)?(.+?)\.(?:Lock|RLock|Wait|Do)\(")
"""A call that waits; the group is what it waits for."""


def operand(leak: Leak, text: str) -> str:
    """The channel, lock or wait group as the source names it."""
    text = text.split("\n")[0]
    match leak.operation:
        case "send" | "nil-send" | "receive" | "nil-receive" if "<-" in text:
            left, _, right = text.partition("<-")
            left = left.removeprefix("case").strip()
            name = left if leak.operation.endswith("send") else right.strip()
        case "range":
            name = text.partition("range")[2].strip()
        case "lock" | "rlock" | "wait" | "cond":
            called = _METHOD.match(text)
            name = called[1] if called is not None else ""
        case _:
            name = ""
    return name if len(name) <= 40 else ""


def _is_once(text: str) -> bool:
    """The lock is that of a sync.Once."""
    return ".Do(" in text.split("\n")[0]


def _steps(leak: Leak, context: Context) -> tuple[Step, ...]:
    if leak.schedule is None:
        return ()
    roles = {event.other: str(event.place) for event in leak.schedule.happenings if event.what == "go"}
    events: list[story.Event] = []
    for event in leak.schedule.happenings:
        at = _maybe(context, event.place)
        if at is not None:
            role = roles.get(event.gid, "")
            code = _short(context, event.place)
            what = event.what
            if what in ("lock", "unlock") and _is_once(code):
                what = f"once-{what}"
            if what not in wording.QUIET:
                events.append(story.Event(event.gid, role, at, what, code, event.other))
    left: list[story.Event] = []
    for gid, _, place in leak.schedule.goroutines:
        at = _maybe(context, place)
        if at is not None and (gid == leak.goroutine or place == leak.park):
            left.append(story.Event(gid, roles.get(gid, ""), at, "", _short(context, place), -1))
    return (*story.told(events), *story.stuck(left))


def _goroutines(leak: Leak, context: Context) -> tuple[Goroutine, ...]:
    if leak.schedule is None:
        return ()
    told = {event.gid for event in leak.schedule.happenings}
    told.update(gid for gid, _, _ in leak.schedule.goroutines)
    spawns = {event.other: event.place for event in leak.schedule.happenings if event.what == "go"}
    made: list[Goroutine] = []
    for gid in sorted(told):
        if gid == 0:
            made.append(Goroutine(1, _root_name(context.root), None))
            continue
        spawn = _maybe(context, spawns.get(gid))
        name = f"started at line {spawn.line}" if spawn is not None else "started by code outside"
        made.append(Goroutine(gid + 1, name, spawn))
    return tuple(made)


def _related(leak: Leak, context: Context) -> tuple[Related, ...]:
    found: list[Related] = []
    for waited in leak.waits:
        taken = _maybe(context, waited.taken)
        if taken is not None:
            found.append(Related("the lock was taken here", taken))
    if leak.schedule is not None and leak.root_gone:
        for event in reversed(leak.schedule.happenings):
            if event.gid == 0 and event.what == "return":
                at = _maybe(context, event.place)
                if at is not None:
                    found.append(Related(f"{_root_name(context.root)} returns here", at))
                break
    return tuple(found)


def _key(leak: Leak, context: Context) -> Key:
    source = context.sources[leak.park.path]
    operation = normalised_tokens(source.data[leak.park.start : leak.park.end])
    go: tuple[str, ...] = ()
    if leak.spawn is not None and leak.spawn.path in context.sources:
        text = context.sources[leak.spawn.path].data[leak.spawn.start : leak.spawn.end]
        go = normalised_tokens(text.split(b"\n")[0])
    return Key(
        context.module,
        context.package_dir.get(leak.package, ""),
        leak.function,
        REASON_CLASS[_reason(leak)],
        operation,
        go,
    )
