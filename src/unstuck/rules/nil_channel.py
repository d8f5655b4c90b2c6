"""A goroutine waits on a nil channel, which no other goroutine can ever serve.

Sending on and receiving from a nil channel block for ever (Go spec, "Send statements", "Receive operator"):
there is no object that two goroutines could meet at. It happens where `make` was forgotten for a field,
runs on one path only, or is shadowed by `:=`. The Go runtime calls these states `chan send (nil chan)` and
`chan receive (nil chan)`. In a `select` of several cases a nil channel only switches its case off, which is
good style.

Cure: make the channel on every path, best where it is declared.

Wrong:

    package ask

    func Ask(ask func() string, cached string) string {
        var answer chan string
        if cached == "" {
            answer = make(chan string, 1)
        }
        go func() {
            answer <- ask() // a nil channel when there is a cached answer
        }()
        if cached != "" {
            return cached
        }
        return <-answer
    }

Right:

    package ask

    func Ask(ask func() string, cached string) string {
        answer := make(chan string, 1)
        go func() {
            answer <- ask()
        }()
        if cached != "" {
            return cached
        }
        return <-answer
    }

What the rule does not know: whether code that it cannot see sets a variable or an exported field. A private
field is taken for nil only when no code of the package assigns it.
"""

from unstuck.findings import Kind

NAME = "nil-channel"
SUMMARY = "a goroutine sends on or receives from a nil channel"
KIND = Kind.LEAKED
ACTIVE = True
