"""A goroutine is stuck sending: nobody who can still run is able to receive from the channel.

A send on an unbuffered channel, or on a buffered one that is full, waits for a receiver. When every
goroutine that could receive has returned, or went another way (an error, a timeout, a first answer that was
enough), the sender waits for ever. The Go runtime calls this state `chan send`. A stuck goroutine is never
collected: it keeps its stack (2 KB and more) and all that the stack refers to. Most leaks in real programs
are of this kind.

Cures: room in the buffer for every send that may be left over (a buffer of 1 cures one send, not ten); a
`select` that also watches the receiver's end (a context, a done channel); a receiver that takes all that
was sent.

Wrong:

    package ask

    import (
        "errors"
        "time"
    )

    func Ask(ask func() string, patience time.Duration) (string, error) {
        answer := make(chan string)
        go func() {
            answer <- ask() // nobody receives after a timeout
        }()
        select {
        case text := <-answer:
            return text, nil
        case <-time.After(patience):
            return "", errors.New("no answer in time")
        }
    }

Right:

    package ask

    import (
        "errors"
        "time"
    )

    func Ask(ask func() string, patience time.Duration) (string, error) {
        answer := make(chan string, 1) // room for the one send
        go func() {
            answer <- ask()
        }()
        select {
        case text := <-answer:
            return text, nil
        case <-time.After(patience):
            return "", errors.New("no answer in time")
        }
    }

What the rule does not know: whether code that it cannot see receives. A channel that was handed to such
code, or stored where such code can reach it, is not reported. The `goroutineleak` profile of Go 1.27 never
marks a goroutine that sends a captured variable (`go func() { ch <- v }()`); this rule does.
"""

from unstuck.findings import Kind

NAME = "abandoned-sender"
SUMMARY = "a goroutine waits to send, and nobody can receive any more"
KIND = Kind.LEAKED
ACTIVE = True
