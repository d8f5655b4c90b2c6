"""A goroutine is stuck in a select: of none of its cases a partner is left.

A `select` without `default` waits until one case can go on. Watching a done channel helps only when every
way out of the owner closes it: an early return that skips `close(done)` leaves the goroutine behind. A case
whose channel is nil never fires, and neither does `ctx.Done()` of `context.Background()`, which is nil. The
Go runtime calls this state `select`, and `select (no cases)` for `select {}`.

Cures: `defer close(done)` right after making it, `defer cancel()` for a context; one more case that
somebody serves.

Wrong:

    package watch

    func Run(setup func() error, log func(int)) error {
        beats, stop := make(chan int), make(chan struct{})
        go func() {
            for {
                select {
                case beat := <-beats:
                    log(beat)
                case <-stop:
                    return
                }
            }
        }()
        if err := setup(); err != nil {
            return err // stop stays open
        }
        beats <- 1
        close(stop)
        return nil
    }

Right:

    package watch

    func Run(setup func() error, log func(int)) error {
        beats, stop := make(chan int), make(chan struct{})
        defer close(stop)
        go func() {
            for {
                select {
                case beat := <-beats:
                    log(beat)
                case <-stop:
                    return
                }
            }
        }()
        if err := setup(); err != nil {
            return err
        }
        beats <- 1
        return nil
    }

What the rule does not know: whether code that it cannot see serves one of the cases. A select that outside
code can still end by cancelling is `ends-only-by-cancellation`; one that only its own timer wakes is
`abandoned-poller`. `select {}` in main is no leak.
"""

from unstuck.findings import Kind

NAME = "abandoned-select"
SUMMARY = "a goroutine waits in a select of which no case can ever be ready"
KIND = Kind.LEAKED
ACTIVE = True
