"""The cancel function of a context is dropped, overwritten, or not called on some path.

A derived context is registered with its parent until it is cancelled, until its deadline, or until the
parent ends. When cancel is lost, it stays: about 300 bytes for each call (measured with Go 1.26.8), and
every goroutine that waits for its Done channel, for the parent's life. A parent that the package context
does not know costs a goroutine more.

Cure: `defer cancel()` right after the context is made. To cancel twice does no harm.

Wrong:

    package fetch

    import (
        "context"
        "time"
    )

    func Fetch(ctx context.Context, fetch func(context.Context) error) error {
        ctx, _ = context.WithTimeout(ctx, time.Hour)
        return fetch(ctx)
    }

Right:

    package fetch

    import (
        "context"
        "time"
    )

    func Fetch(ctx context.Context, fetch func(context.Context) error) error {
        ctx, cancel := context.WithTimeout(ctx, time.Hour)
        defer cancel()
        return fetch(ctx)
    }

go vet's lostcancel sees a part of this: it takes any use of cancel for a call. What the rule does not know:
whether code that it cannot see calls a cancel that was handed to it.
"""

from unstuck.findings import Kind

NAME = "lost-cancel"
SUMMARY = "a context's cancel function is not called on every path"
KIND = Kind.HELD
ACTIVE = False
