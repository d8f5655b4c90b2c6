"""What Unstuck tells: plain frozen data, shared by the analysis, the test runner and every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from unstuck.source.file import Location, SourceFile


class WaitReason(Enum):
    """Why a goroutine is parked, in the Go runtime's own words (runtime/runtime2.go, waitReasonStrings)."""

    SEND = "chan send"
    RECEIVE = "chan receive"
    NIL_SEND = "chan send (nil chan)"
    NIL_RECEIVE = "chan receive (nil chan)"
    SELECT = "select"
    SELECT_NO_CASES = "select (no cases)"
    MUTEX = "sync.Mutex.Lock"
    RW_LOCK = "sync.RWMutex.Lock"
    RW_RLOCK = "sync.RWMutex.RLock"
    WAIT_GROUP = "sync.WaitGroup.Wait"
    COND = "sync.Cond.Wait"
    SLEEP = "sleep"


REASON_CLASS = {
    WaitReason.SEND: "send",
    WaitReason.RECEIVE: "receive",
    WaitReason.NIL_SEND: "nil",
    WaitReason.NIL_RECEIVE: "nil",
    WaitReason.SELECT: "select",
    WaitReason.SELECT_NO_CASES: "select",
    WaitReason.MUTEX: "lock",
    WaitReason.RW_LOCK: "lock",
    WaitReason.RW_RLOCK: "lock",
    WaitReason.WAIT_GROUP: "wait",
    WaitReason.COND: "cond",
    WaitReason.SLEEP: "sleep",
}
"""The class of a wait reason, as it stands in `Finding.site`."""


class Severity(Enum):
    """How bad: see SEMANTICS.md, "What a finding carries"."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is worst."""
        return ("error", "warning", "note").index(self.value)


class Evidence(Enum):
    """What stands behind a finding: a replayable schedule, the real runtime, or a pattern."""

    WITNESSED = "witnessed"
    OBSERVED = "observed"
    SUSPECTED = "suspected"


class Growth(Enum):
    """How the leak grows."""

    PER_CALL = "per-call"
    PER_ITERATION = "per-iteration"
    ONCE = "once"
    NONE = "none"
    """Nothing is held or stuck: what a timer says comes at the wrong time."""


class Kind(Enum):
    """What sort of stuck thing this is (SEMANTICS.md, first section)."""

    LEAKED = "leaked"
    POLLER = "poller"
    CANCELLATION = "cancellation"
    HELD = "held"
    LINGERING = "lingering"
    HUNG = "hung"


class RootKind(Enum):
    """What sort of function exploring started at."""

    FUNCTION = "function"
    CALLER = "caller"
    CLIENT = "client"
    MAIN = "main"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Root:
    """Where exploring started."""

    function: str
    kind: RootKind


@dataclass(frozen=True, slots=True)
class HeapObject:
    """The thing a goroutine is parked on, and where the program makes it."""

    kind: str
    """"channel", "mutex", "rwmutex", "waitgroup", "cond", "timer", "ticker", "context"."""
    made: Location


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a witness: what goroutine number `goroutine` does at `at`."""

    goroutine: int
    at: Location
    text: str


@dataclass(frozen=True, slots=True)
class Goroutine:
    """A goroutine of a witness; 1 is the root's."""

    id: int
    name: str
    spawn: Location | None


@dataclass(frozen=True, slots=True)
class Related:
    """A place that helps to understand a finding."""

    message: str
    at: Location


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace bytes `[start, end)` of the file `path`, whose content hashes to `sha256`, by `text`."""

    path: str
    sha256: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A cure. `by` says who verified it: the "explorer" or the "rule"."""

    title: str
    by: str
    edits: tuple[Edit, ...]
    means: str = ""
    """What becomes different, one sentence."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why a finding does not count: a comment, an `[[ignore]]` entry ..., and the reason given there."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What the real runtime showed of a finding while tests ran."""

    count: int
    """Goroutines left at the site in all runs together; 0: looked for, and not seen."""
    tests: tuple[str, ...]
    """The tests that left them, sorted; empty where they belong to no single test."""
    ground: str
    """Why they are held to be what the finding says, one clause."""
    stack_bytes: int = 0
    """Memory that their stacks take at least."""
    runs: int = 1
    """So many runs were made."""
    seen: int = 1
    """In so many of them it was seen."""
    seed: int | None = None
    """A seed of `unstuck test --seed` that shows it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One leak, at one operation, on one object."""

    rule: str
    kind: Kind
    severity: Severity
    message: str
    at: Location
    package: str
    """Import path (a folder path where there is no module)."""
    function: str
    """Outermost declared function around the operation: `Name`, `T.Name` or `(*T).Name`."""
    reason: WaitReason | None
    spawn: Location | None
    object: HeapObject | None
    root: Root
    evidence: Evidence
    assumptions: tuple[str, ...]
    growth: Growth
    steps: tuple[Step, ...]
    goroutines: tuple[Goroutine, ...]
    related: tuple[Related, ...]
    count: int = 1
    """Goroutines that are stuck like this in the witness."""
    advice: str = ""
    """What to do, one sentence."""
    fixes: tuple[Fix, ...] = ()
    suppressed: Suppressed | None = None
    observed: Observed | None = None
    """None where nothing was run."""
    site: str = ""
    fingerprint: str = ""


def relocated(finding: Finding, move: Callable[[Location], Location]) -> Finding:
    """A finding whose places are somewhere else; its fixes stay as they are."""
    made = finding.object
    return replace(
        finding,
        at=move(finding.at),
        spawn=move(finding.spawn) if finding.spawn is not None else None,
        object=replace(made, made=move(made.made)) if made is not None else None,
        steps=tuple(replace(each, at=move(each.at)) for each in finding.steps),
        goroutines=tuple(
            replace(each, spawn=move(each.spawn) if each.spawn is not None else None)
            for each in finding.goroutines
        ),
        related=tuple(replace(each, at=move(each.at)) for each in finding.related),
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """What was not analysed and why. `code` is a stable word ("syntax-error", "state-limit" ...)."""

    code: str
    path: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class GoEnv:
    """What the report was judged for."""

    version: str
    toolchain: str
    goos: str
    goarch: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of one run; no clocks, so that equal runs print equal bytes."""

    files: int = 0
    lines: int = 0
    packages: int = 0
    functions: int = 0
    verified: int = 0
    leaks: int = 0
    incomplete: int = 0
    states: int = 0


@dataclass(frozen=True, slots=True)
class TestRun:
    """What was run, and how its goroutines were judged."""

    go: str
    """The version of the go command: "go1.27.3"."""
    method: str
    """"profile" (the runtime says what nothing can wake) or "stacks" (what stays parked after the tests)."""
    checked: tuple[str, ...]
    """Packages whose test binary delivered all it should, sorted."""
    unchecked: tuple[tuple[str, str], ...]
    """The others, sorted, and why."""
    runs: int = 1
    """So often each test binary was run."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run has to say. `sources` holds the texts that findings point into."""

    go: GoEnv
    root: str
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    stats: Stats
    nothing_to_analyse: tuple[str, ...] = ()
    """Named paths that gave nothing to analyse (exit status 2)."""
    failed: bool = False
    """The analysis itself failed somewhere (exit status 2)."""
    run: TestRun | None = None
    """Tests were run; else only source was read."""
    left_out: int = 0
    """Findings that are not shown, because they are in code that did not change (`--since`)."""
    uncured: str = ""
    """What to do where cures were not tried, or not for all findings, because these are many or the source is
    long ("run with --cures all"); empty where they were."""
    untried: int = 0
    """Findings left for which not all cures were tried, because the budget of a run that was asked for cures
    (fixes/session.py) was used up."""
    recalled: int = field(default=0, compare=False)
    """Packages whose results came from the cache; no format shows it, or runs would differ."""
    sources: dict[str, SourceFile] = field(default_factory=dict, compare=False, repr=False)
