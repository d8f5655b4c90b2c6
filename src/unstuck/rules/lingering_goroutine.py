"""After the test and a time of grace a goroutine that the test started is still there.

It is not stuck by the runtime's measure: something that still runs could wake it (a timer, the network, a
global). But the test is over, and nobody told it to end. It may write to a log after the test, use what the
next test changes, and hide a leak of the code under test. It is a note: packages with goroutines that live
as long as the process are common.

Cures: stop what the test started in `t.Cleanup`; give it `t.Context()` (Go 1.24), which is cancelled just
before Cleanup; wait for it to end.

Wrong:

    package beat

    import (
        "testing"
        "time"
    )

    func TestBeat(t *testing.T) {
        beats := make(chan int, 1)
        go func() {
            for {
                select {
                case beats <- 1:
                default:
                }
                time.Sleep(time.Millisecond)
            }
        }()
        <-beats
    }

Right:

    package beat

    import (
        "testing"
        "time"
    )

    func TestBeat(t *testing.T) {
        beats := make(chan int, 1)
        done := make(chan struct{})
        defer close(done)
        go func() {
            for {
                select {
                case beats <- 1:
                case <-done:
                    return
                }
                time.Sleep(time.Millisecond)
            }
        }()
        <-beats
    }

What the rule does not know: whether a goroutine is meant to stay. `[[ignore]]` in `unstuck.toml` says so,
with a reason.
"""

from unstuck.findings import Kind

NAME = "lingering-goroutine"
SUMMARY = "a goroutine outlives the test that started it"
KIND = Kind.LINGERING
ACTIVE = True
