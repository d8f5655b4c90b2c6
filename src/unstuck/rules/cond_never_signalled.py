"""A goroutine waits in Cond.Wait, and nobody who can still run calls Signal or Broadcast.

`Wait` returns only after a Signal or Broadcast that comes later: a change of the condition alone wakes
nobody, and a Signal that came before Wait is lost. Signal wakes one waiter; when several wait, or for
different things, the others stay. The Go runtime calls this state `sync.Cond.Wait`.

Cures: change the condition with the lock held, then Broadcast, on every path; wait in a loop that tests the
condition. A channel that is closed does the same with less to get wrong, and fits a `select`.

Wrong:

    package gate

    import "sync"

    func Run(prepare func(), work func()) {
        var mu sync.Mutex
        ready := sync.NewCond(&mu)
        prepared := false
        go func() {
            mu.Lock()
            for !prepared {
                ready.Wait()
            }
            mu.Unlock()
            work()
        }()
        prepare()
        mu.Lock()
        prepared = true // and nobody is told
        mu.Unlock()
    }

Right:

    package gate

    import "sync"

    func Run(prepare func(), work func()) {
        var mu sync.Mutex
        ready := sync.NewCond(&mu)
        prepared := false
        go func() {
            mu.Lock()
            for !prepared {
                ready.Wait()
            }
            mu.Unlock()
            work()
        }()
        prepare()
        mu.Lock()
        prepared = true
        ready.Broadcast()
        mu.Unlock()
    }

What the rule does not know: what a condition means that is computed from data which does not decide
concurrency. It takes both ways there.
"""

from unstuck.findings import Kind

NAME = "cond-never-signalled"
SUMMARY = "a goroutine waits for a sync.Cond that nobody signals"
KIND = Kind.LEAKED
ACTIVE = True
