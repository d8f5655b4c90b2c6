"""A loop makes a new timer in each iteration and drops it before it fires (timers of Go before 1.23).

`case <-time.After(d)` makes a timer. When another case wins, the timer is dropped. Since Go 1.23 a dropped
timer is collected, and `time.After` in a loop is fine: "no reason to prefer NewTimer when After will do"
(package time). Before, it is held until it fires: about 250 bytes for each iteration within `d` (measured
with Go 1.26.8 and the old timers; a loop with 1,000 messages a second and a timeout of ten minutes holds
150 MB).

What counts is what builds the program: toolchains 1.23 to 1.26 use the new timers only when the go.mod of
the main module says `go 1.23` or later and GODEBUG `asynctimerchan` is not set; toolchain 1.27 always does.
The rule judges by the lowest toolchain that go.mod (or go.work) admits; without go.mod it takes the old
timers and says so. `--go-version` and `--toolchain` change that.

Cures: `go 1.23` in go.mod, or one timer for the whole loop, stopped, drained and reset.

Wrong:

    package drain

    import "time"

    func Drain(jobs <-chan string, handle func(string)) {
        for {
            select {
            case job := <-jobs:
                handle(job)
            case <-time.After(time.Minute): // with go 1.22 held for a minute
                return
            }
        }
    }

Right:

    package drain

    import "time"

    func Drain(jobs <-chan string, handle func(string)) {
        idle := time.NewTimer(time.Minute)
        defer idle.Stop()
        for {
            select {
            case job := <-jobs:
                handle(job)
            case <-idle.C:
                return
            }
            if !idle.Stop() {
                select {
                case <-idle.C:
                default:
                }
            }
            idle.Reset(time.Minute)
        }
    }

What the rule does not know: how often the loop runs. Where the loop goes on only through the timer, a
single timer outlives the function: a note.
"""

from unstuck.findings import Kind

NAME = "timer-in-loop"
SUMMARY = "each iteration of a loop leaves a timer behind (Go before 1.23)"
KIND = Kind.HELD
ACTIVE = True
