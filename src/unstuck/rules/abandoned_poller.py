"""Only its own timer still wakes the goroutine, in a loop that it cannot leave.

Such a goroutine runs, so neither the Go runtime nor its leak profile calls it leaked: a ticker, a timer or
a Sleep wakes it again and again. But nobody who can still run is able to end it, and each call of the
function that starts it adds one more. It parks as `chan receive`, `select` or `sleep`. Beside its stack it
costs processor time.

Cures: a second case that ends the loop (a context, a done channel that the owner closes), and `defer
ticker.Stop()`.

Wrong:

    package ping

    import "time"

    func Ping(send func()) {
        ticker := time.NewTicker(time.Second)
        go func() {
            for range ticker.C { // for ever
                send()
            }
        }()
    }

Right:

    package ping

    import "time"

    func Ping(send func()) (stop func()) {
        done := make(chan struct{})
        go func() {
            ticker := time.NewTicker(time.Second)
            defer ticker.Stop()
            for {
                select {
                case <-ticker.C:
                    send()
                case <-done:
                    return
                }
            }
        }()
        return func() { close(done) }
    }

A function that time.AfterFunc runs and that asks for its own next run on every path is the same without a
goroutine: the runtime holds the timer (120 to 160 bytes, measured with Go 1.22.10 and 1.27.3: `make heap`),
and the timer all that the function captured.

A poller that main or init starts once and that lives as long as the process is a note. What the rule does
not know: whether a call in the loop, to code that it cannot see, ends the goroutine or the process.
"""

from __future__ import annotations

from collections.abc import Iterable

from unstuck.findings import Kind, Severity
from unstuck.rules.rearmed import Chain, rearmed
from unstuck.rules.subject import Subject, Suspicion
from unstuck.rules.ticker_not_stopped import has_closer
from unstuck.syntax import ast

NAME = "abandoned-poller"
SUMMARY = "a goroutine polls for ever in a loop that it cannot leave"
KIND = Kind.POLLER
ACTIVE = True
SIGNS = (rb"time\.AfterFunc\(",)


def check(subject: Subject) -> Iterable[Suspicion]:
    """Functions that time.AfterFunc calls and that always set themselves again."""
    for chain in rearmed(subject):
        yield Suspicion(
            at=chain.call,
            message="this function sets its own timer again each time it runs, and nobody can stop it",
            advice="keep the timer and stop it, or ask a context or a done channel before setting it again",
            object="timer",
            made=chain.call,
            severity=_severity(subject, chain),
        )


def _severity(subject: Subject, chain: Chain) -> Severity:
    """A note where one is enough for the process: functions of the package, types that nothing ends."""
    ref = subject.function.ref
    once = isinstance(chain.body.node, ast.FuncDecl) and not ref.recv
    if once or subject.test or (ref.recv and not has_closer(subject, ref.recv)):
        return Severity.NOTE
    return Severity.WARNING
