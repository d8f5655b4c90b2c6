"""A ticker is made and not stopped on every path.

Before Go 1.23 a ticker that is not stopped is never collected: it ticks as long as the process lives, about
250 bytes and some processor time for each. Since Go 1.23 an unreferenced ticker is collected, stopped or
not (see `unstuck explain timer-in-loop` for which timers a program has). A goroutine that still receives
from the ticker keeps it in every version. `time.Tick` gives no way to stop: before Go 1.23 it is for code
that never ends.

Cure: `defer ticker.Stop()` right after NewTicker.

Wrong:

    package wait

    import "time"

    func Until(ready func() bool) {
        ticker := time.NewTicker(time.Second)
        for !ready() {
            <-ticker.C
        }
    }

Right:

    package wait

    import "time"

    func Until(ready func() bool) {
        ticker := time.NewTicker(time.Second)
        defer ticker.Stop()
        for !ready() {
            <-ticker.C
        }
    }

What the rule does not know: whether code that it cannot see stops a ticker that was handed to it, or stored
in a field that such code reaches. It is silent then.
"""

from unstuck.findings import Kind

NAME = "ticker-not-stopped"
SUMMARY = "a ticker that nobody stops"
KIND = Kind.HELD
ACTIVE = False
