"""A goroutine waits for a WaitGroup whose counter can never reach zero again.

`Wait` returns when as many `Done` have run as were added. It never does when a goroutine returns early past
its `Done`, when `Add` counts more than were started, or when a worker is itself stuck (on a channel that is
read only after Wait, for instance). The Go runtime calls this state `sync.WaitGroup.Wait`.

Cures: `defer wg.Done()` as the goroutine's first statement, or `wg.Go(f)`, since Go 1.25. (wg.Go does not
call Done when f panics: f must not.) Read the results before Wait, or Wait in a goroutine of its own.

Wrong:

    package all

    import "sync"

    func All(tasks []func() error, report func()) {
        var wg sync.WaitGroup
        for _, task := range tasks {
            wg.Add(1)
            go func(task func() error) {
                if err := task(); err != nil {
                    return // without Done
                }
                report()
                wg.Done()
            }(task)
        }
        wg.Wait()
    }

Right:

    package all

    import "sync"

    func All(tasks []func() error, report func()) {
        var wg sync.WaitGroup
        for _, task := range tasks {
            wg.Add(1)
            go func(task func() error) {
                defer wg.Done()
                if err := task(); err != nil {
                    return
                }
                report()
            }(task)
        }
        wg.Wait()
    }

What the rule does not know: whether code that it cannot see calls Done on a WaitGroup that it was given,
and how often. Counts that depend on unknown sizes are compared only where both sides use the same size.
"""

from unstuck.findings import Kind

NAME = "wait-never-done"
SUMMARY = "a WaitGroup's counter never comes back to zero"
KIND = Kind.LEAKED
ACTIVE = True
