"""A goroutine is stuck receiving: nobody who can still run is able to send on the channel or to close it.

A receive waits for a value or for a close. When the goroutines that were to send have returned without
doing either, often on an early return after an error, the receiver waits for ever. The Go runtime calls
this state `chan receive`. Dropping the last reference to a channel does not close it, and wakes nobody.

Cures: `defer close(ch)` where the sending is decided; a `select` that also watches a context or done
channel. A receive from a closed channel gives the zero value and `false`: look at the second value.

Wrong:

    package load

    func Load(read func() ([]byte, error), store func([]byte)) error {
        parts := make(chan []byte)
        go func() {
            store(<-parts)
        }()
        part, err := read()
        if err != nil {
            return err // nothing is ever sent
        }
        parts <- part
        return nil
    }

Right:

    package load

    func Load(read func() ([]byte, error), store func([]byte)) error {
        parts := make(chan []byte)
        defer close(parts)
        go func() {
            if part, ok := <-parts; ok {
                store(part)
            }
        }()
        part, err := read()
        if err != nil {
            return err
        }
        parts <- part
        return nil
    }

What the rule does not know: whether code that it cannot see sends or closes. Such code counts only for what
it was given: whoever holds a `<-chan` can do neither.
"""

from unstuck.findings import Kind

NAME = "abandoned-receiver"
SUMMARY = "a goroutine waits to receive, and nobody can send or close any more"
KIND = Kind.LEAKED
ACTIVE = True
