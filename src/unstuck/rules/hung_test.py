"""The test itself is parked and never came back; every goroutine that it waits for is reported.

A test that hangs ends with the time-out of go test, ten minutes later, and a dump of all goroutines. The
watchdog of `unstuck test` names the goroutines that are parked, where, why, and since which test.

Cure: that of the wait reason; `unstuck explain` has a page for each. A test that may wait for ever should
wait in a `select` with `t.Context()` or a timer.

Wrong:

    package answer

    import "testing"

    func TestAnswer(t *testing.T) {
        answer := make(chan int)
        go func() {
            if testing.Short() {
                answer <- 42
            }
        }()
        if got := <-answer; got != 42 { // without -short nobody sends
            t.Fatal(got)
        }
    }

Right:

    package answer

    import "testing"

    func TestAnswer(t *testing.T) {
        answer := make(chan int)
        go func() {
            defer close(answer)
            if testing.Short() {
                answer <- 42
            }
        }()
        if got, ok := <-answer; ok && got != 42 {
            t.Fatal(got)
        }
    }

What the rule does not know: whether a slow test would have ended. The limit is that of the run
(`-timeout`).
"""

from unstuck.findings import Kind

NAME = "hung-test"
SUMMARY = "a test never came back"
KIND = Kind.HUNG
ACTIVE = True
