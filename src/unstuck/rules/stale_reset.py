"""A timer is reset while its earlier tick may still wait in the channel: the next receive gets it at once.

With the timers of Go before 1.23 a timer that fired puts its tick into a channel of capacity 1, and neither
Stop nor Reset takes it out again. A loop that resets its timer after other work, without Stop and a drain,
may then see a timeout that has not happened. Since Go 1.23 no stale tick is seen after Stop or Reset
returned.

Which timers a program has is decided as `unstuck explain timer-in-loop` says. The drain must not block:
`<-t.C` alone hangs when the tick was already taken, and since Go 1.23 whenever it is reached.

Cure: Stop, then a drain in a `select` with `default`, then Reset. It is right for every version.

Wrong:

    package drain

    import "time"

    func Drain(jobs <-chan string, handle func(string)) {
        idle := time.NewTimer(time.Minute)
        defer idle.Stop()
        for {
            select {
            case job := <-jobs:
                handle(job) // may take longer than a minute: the timer fires
            case <-idle.C:
                return
            }
            idle.Reset(time.Minute) // the old tick stays in idle.C
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

What the rule does not know: how long the work between two Resets takes. Timers of `time.AfterFunc` have no
channel and are not meant.
"""

from unstuck.findings import Kind

NAME = "stale-reset"
SUMMARY = "Reset of a timer whose old tick may still be in its channel (Go before 1.23)"
KIND = Kind.HELD
ACTIVE = True
