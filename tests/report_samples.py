"""Reports made by hand, for the tests of the formats and of the command line."""

from __future__ import annotations

from dataclasses import replace

from unstuck.findings import (
    Edit,
    Evidence,
    Finding,
    Fix,
    Gap,
    GoEnv,
    Goroutine,
    Growth,
    HeapObject,
    Kind,
    Related,
    Report,
    Root,
    RootKind,
    Severity,
    Stats,
    Step,
    Suppressed,
    WaitReason,
)
from unstuck.source.file import Location, SourceFile

MIRROR = b"""package mirror

import "net/http"

// fastest asks all mirrors and returns the first answer.
func fastest(mirrors []string) string {
\tanswers := make(chan string)
\tfor _, mirror := range mirrors {
\t\tgo func() {
\t\t\tresponse, err := http.Get(mirror)
\t\t\tif err != nil {
\t\t\t\treturn
\t\t\t}
\t\t\tanswers <- response.Status
\t\t}()
\t}
\treturn <-answers
}
"""

POOL = b"""package pool

type Pool struct {
\tjobs chan func()
}

func New() *Pool {
\tp := &Pool{jobs: make(chan func())}
\tgo p.run()
\treturn p
}

func (p *Pool) run() {
\tfor job := range p.jobs {
\t\tjob()
\t}
}
"""

MAIN = b"""package main

func handle() {
\tp := pool.New()
\tp.Do(work)
}
"""


def span(path: str, text: bytes, needle: bytes, extent: bytes = b"") -> Location:
    """The place of `needle` in `text` (up to the end of `extent`, which starts with it)."""
    start = text.index(needle)
    return SourceFile(path, text).location(start, start + len(extent or needle))


def mirror_finding(path: str = "mirror/mirror.go") -> Finding:
    made = span(path, MIRROR, b"make(chan string)")
    spawn = SourceFile(path, MIRROR).location(MIRROR.index(b"go func"), MIRROR.index(b"}()") + 3)
    send = span(path, MIRROR, b"answers <- response.Status")
    receive = span(path, MIRROR, b"<-answers")
    return Finding(
        rule="abandoned-sender",
        kind=Kind.LEAKED,
        severity=Severity.ERROR,
        message="goroutine is stuck sending on `answers`: `fastest` receives once and returns, "
        "all other senders wait for ever",
        at=send,
        package="example.com/mirror",
        function="fastest",
        reason=WaitReason.SEND,
        spawn=spawn,
        object=HeapObject("channel", made),
        root=Root("fastest", RootKind.FUNCTION),
        evidence=Evidence.WITNESSED,
        assumptions=(),
        growth=Growth.PER_CALL,
        steps=(
            Step(1, made, "makes `answers`, unbuffered"),
            Step(1, spawn, "starts goroutine 2, and with the second of 2 mirrors goroutine 3"),
            Step(2, send, "sends on `answers`"),
            Step(1, receive, "receives from goroutine 2 and returns: nobody else has `answers`"),
            Step(3, send, "waits for a receiver that cannot come"),
        ),
        goroutines=(
            Goroutine(1, "fastest", None),
            Goroutine(2, "goroutine 2", spawn),
            Goroutine(3, "goroutine 3", spawn),
        ),
        related=(Related("the only receive: one value is taken", receive),),
        advice="make room for every answer: make(chan string, len(mirrors))",
        site="example.com/mirror fastest send mirror.go:14",
        fingerprint="v1:0123456789abcdef",
    )


def pool_finding() -> Finding:
    path = "internal/pool/pool.go"
    where = span(path, POOL, b"for job", b"for job := range p.jobs")
    spawn = span(path, POOL, b"go p.run()")
    caller = span("cmd/main.go", MAIN, b"pool.New()")
    return replace(
        mirror_finding(),
        rule="never-closed",
        severity=Severity.WARNING,
        message="goroutine ranges over `p.jobs`, which no code of the package ever closes",
        at=where,
        package="example.com/internal/pool",
        function="(*Pool).run",
        reason=WaitReason.RECEIVE,
        spawn=spawn,
        object=HeapObject("channel", span(path, POOL, b"make(chan func())")),
        root=Root("New", RootKind.CLIENT),
        evidence=Evidence.SUSPECTED,
        assumptions=("a client drops its Pool without calling anything on it", "a bounded loop"),
        steps=(Step(1, caller, "makes a Pool"), Step(2, where, "waits for a job or a close")),
        goroutines=(Goroutine(1, "handle", None), Goroutine(2, "(*Pool).run", spawn)),
        related=(Related("the Pool is dropped here", caller),),
        advice="give Pool a Close method that closes jobs",
        fixes=(
            Fix(
                "add a Close method",
                "explorer",
                (Edit(path, "0" * 64, len(POOL), len(POOL), "\nfunc (p *Pool) Close() { close(p.jobs) }\n"),),
            ),
        ),
    )


def note_finding() -> Finding:
    return replace(
        pool_finding(),
        severity=Severity.NOTE,
        rule="ends-only-by-cancellation",
        kind=Kind.CANCELLATION,
        growth=Growth.ONCE,
        message="goroutine outlives the call",
        related=(),
        fixes=(),
    )


def report(*findings: Finding) -> Report:
    """A report on `findings` with two kinds of gaps."""
    sources = {"mirror/mirror.go": MIRROR, "internal/pool/pool.go": POOL, "cmd/main.go": MAIN}
    return Report(
        go=GoEnv("1.23", "go1.23", "linux", "amd64", ("netgo",)),
        root=".",
        findings=findings,
        gaps=(
            *(
                Gap("state-limit", "a.go", line, "fragment `f`: 20,000 states looked at, more left")
                for line in range(3, 8)
            ),
            Gap("syntax-error", "b.go", 4, "a closing brace is missing; the rest was analysed"),
        ),
        stats=Stats(
            files=3, lines=48, packages=3, functions=5, verified=2, leaks=2, incomplete=1, states=812
        ),
        sources={path: SourceFile(path, data) for path, data in sources.items()},
    )


def everything() -> Report:
    """One report with all sorts of findings."""
    hidden = replace(note_finding(), suppressed=Suppressed("//nolint:unstuck", "ends with the process"))
    return report(mirror_finding(), pool_finding(), note_finding(), hidden)
