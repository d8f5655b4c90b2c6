"""A goroutine receives from the channel of a timer or ticker that was stopped, and nobody resets it.

`Stop` does not close the channel (golang/go#68483), in any version: a goroutine that ranges over `ticker.C`
or receives from `timer.C` waits for ever once it was stopped. The Go runtime calls this state `chan
receive`.

Cure: a done channel or a context beside the ticker, and Stop in the goroutine that receives.

Wrong:

    package beat

    import "time"

    func While(work func(), beat func()) {
        ticker := time.NewTicker(time.Second)
        go func() {
            for range ticker.C { // Stop does not end this
                beat()
            }
        }()
        work()
        ticker.Stop()
    }

Right:

    package beat

    import "time"

    func While(work func(), beat func()) {
        done := make(chan struct{})
        defer close(done)
        go func() {
            ticker := time.NewTicker(time.Second)
            defer ticker.Stop()
            for {
                select {
                case <-ticker.C:
                    beat()
                case <-done:
                    return
                }
            }
        }()
        work()
    }

What the rule does not know: whether code that it cannot see resets the timer.
"""

from unstuck.findings import Kind

NAME = "stopped-timer-wait"
SUMMARY = "a goroutine waits for a timer or ticker that was stopped"
KIND = Kind.LEAKED
ACTIVE = False
