"""A goroutine ranges over a channel, has taken all that was sent, and nobody who can still run closes it.

`for v := range ch` ends only when `ch` is closed. A worker whose queue is filled and then forgotten takes
the last job and waits for ever; so does every worker of the pool, with each call. The Go runtime calls this
state `chan receive`. `Stop` of a time.Ticker or time.Timer does not close its channel either.

Cures: `defer close(queue)` in the function that sends. With several senders, close once all are done: a
goroutine that calls `wg.Wait()` and then `close`.

Wrong:

    package process

    func Process(jobs []string, handle func(string)) {
        queue := make(chan string)
        for i := 0; i < 4; i++ {
            go func() {
                for job := range queue { // waits for ever after the last job
                    handle(job)
                }
            }()
        }
        for _, job := range jobs {
            queue <- job
        }
    }

Right:

    package process

    func Process(jobs []string, handle func(string)) {
        queue := make(chan string)
        defer close(queue)
        for i := 0; i < 4; i++ {
            go func() {
                for job := range queue {
                    handle(job)
                }
            }()
        }
        for _, job := range jobs {
            queue <- job
        }
    }

What the rule does not know: whether code that it cannot see closes the channel. A worker that is started
once and held for the life of the process is a note.
"""

from unstuck.findings import Kind

NAME = "never-closed"
SUMMARY = "a goroutine ranges over a channel that nobody closes"
KIND = Kind.LEAKED
ACTIVE = True
