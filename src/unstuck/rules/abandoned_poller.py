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

A poller that main or init starts once and that lives as long as the process is a note. What the rule does
not know: whether a call in the loop, to code that it cannot see, ends the goroutine or the process.
"""

from unstuck.findings import Kind

NAME = "abandoned-poller"
SUMMARY = "a goroutine polls for ever in a loop that it cannot leave"
KIND = Kind.POLLER
ACTIVE = True
