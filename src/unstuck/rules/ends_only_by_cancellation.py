"""A goroutine waits where only an outer context or done channel can still end it.

The goroutine does watch `ctx.Done()`, or a done channel that it was given, but all partners that it waits
for are gone: it stays until somebody outside cancels. With a context that lives as long as the process that
is never; with `context.Background()`, whose Done channel is nil, it cannot happen at all. A warning when on
some path the partners are gone; a note when the function only returns before the goroutine does.

Cure: derive a context of one's own and cancel it on return.

Wrong:

    package first

    import "context"

    func First(ctx context.Context, ask func() string, cached func() (string, bool)) string {
        answer := make(chan string)
        go func() {
            select {
            case answer <- ask():
            case <-ctx.Done(): // whenever the caller's context ends
            }
        }()
        if text, ok := cached(); ok {
            return text
        }
        return <-answer
    }

Right:

    package first

    import "context"

    func First(ctx context.Context, ask func() string, cached func() (string, bool)) string {
        ctx, cancel := context.WithCancel(ctx)
        defer cancel()
        answer := make(chan string, 1)
        go func() {
            select {
            case answer <- ask():
            case <-ctx.Done():
            }
        }()
        if text, ok := cached(); ok {
            return text
        }
        return <-answer
    }

What the rule does not know: how long the outer context lives. Goroutines that also wait for data from
outside are exempt: waiting for it is their work.
"""

from unstuck.findings import Kind

NAME = "ends-only-by-cancellation"
SUMMARY = "only cancellation from outside can still end a goroutine"
KIND = Kind.CANCELLATION
ACTIVE = True
