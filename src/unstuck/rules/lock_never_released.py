"""A lock is taken and never released: whoever waits for it is stuck.

The usual causes: a return, a `continue` or a panic between Lock and Unlock; locking again what the same
goroutine holds (Go's mutexes know no owner and are not reentrant); two goroutines that take two locks in
opposite order; a lock held while waiting for a goroutine that needs it; a second RLock behind a waiting
writer. The Go runtime calls these states `sync.Mutex.Lock`, `sync.RWMutex.Lock` and `sync.RWMutex.RLock`.
The leak profile of Go 1.27 misses those whose mutex can still be reached from a global or a running
goroutine; this rule does not, since being able to reach a lock is not to release it.

Cures: `defer mu.Unlock()` right after Lock; one order for all locks; no waiting under a lock.

Wrong:

    package cache

    import (
        "errors"
        "sync"
    )

    type Cache struct {
        mu    sync.Mutex
        items map[string]string
    }

    func (c *Cache) Get(key string) (string, error) {
        c.mu.Lock()
        value, ok := c.items[key]
        if !ok {
            return "", errors.New("no such key") // still locked
        }
        c.mu.Unlock()
        return value, nil
    }

Right:

    package cache

    import (
        "errors"
        "sync"
    )

    type Cache struct {
        mu    sync.Mutex
        items map[string]string
    }

    func (c *Cache) Get(key string) (string, error) {
        c.mu.Lock()
        defer c.mu.Unlock()
        value, ok := c.items[key]
        if !ok {
            return "", errors.New("no such key")
        }
        return value, nil
    }

A lock that a return leaves held is reported at its Lock; a goroutine that waits for ever, where it waits.
What the rule does not know: whether the lock is meant to be released by a caller. It is silent where the
Unlock is returned, deferred, stored or captured, and for functions whose results tell whether the lock is
held.
"""

from unstuck.findings import Kind

NAME = "lock-never-released"
SUMMARY = "a goroutine waits for a lock that nobody will release"
KIND = Kind.LEAKED
ACTIVE = True
