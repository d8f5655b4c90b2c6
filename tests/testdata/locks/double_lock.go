package locks

import (
	"sync"

	"example.com/testdata/outside"
)

func DoubleLock() {
	var mu sync.Mutex
	mu.Lock()
	outside.Work()
	mu.Lock() // want "lock-never-released"
	mu.Unlock()
}

func LockUnlockLock() {
	var mu sync.Mutex
	mu.Lock()
	mu.Unlock()
	mu.Lock()
	mu.Unlock()
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) value() int {
	c.mu.Lock() // want "lock-never-released"
	defer c.mu.Unlock()
	return c.n
}

func (c *counter) add(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	return c.value()
}

// A method calls another one that takes the same lock.
func DoubleLockThroughMethod() {
	c := new(counter)
	outside.Use(c.add(1))
}

type tally struct {
	mu sync.Mutex
	n  int
}

func (t *tally) valueLocked() int {
	return t.n
}

func (t *tally) add(n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n += n
	return t.valueLocked()
}

func SingleLockThroughMethod() {
	t := new(tally)
	outside.Use(t.add(1))
}
