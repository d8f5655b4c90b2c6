package kernels

import (
	"sync"

	"example.com/testdata/outside"
)

type rangeCache struct {
	mu sync.RWMutex
	m  map[string]int
}

func (c *rangeCache) lookup() int {
	c.mu.RLock()
	n := c.lengthLocked()
	c.mu.RUnlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m["looked"]++
	return n
}

func (c *rangeCache) lengthLocked() int { return len(c.m) }

func (c *rangeCache) Length() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.lengthLocked()
}

// No method that locks calls another that locks.
func RangeCache() {
	c := &rangeCache{m: make(map[string]int)}
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			outside.Use(c.lookup() + c.Length())
		}()
	}
	wg.Wait()
}

type frailCache struct {
	mu sync.RWMutex
	m  map[string]int
}

func (c *frailCache) lookup() {
	c.mu.RLock() // want "lock-never-released"
	outside.Work()
	outside.Use(c.length())
	c.mu.RUnlock()
	outside.Work()
	c.mu.Lock() // want "lock-never-released"
	c.m["looked"]++
	c.mu.Unlock()
}

func (c *frailCache) length() int {
	c.mu.RLock() // want "lock-never-released"
	defer c.mu.RUnlock()
	return len(c.m)
}

// A writer comes between two read locks of one goroutine.
func FrailCache() {
	c := &frailCache{m: make(map[string]int)}
	for range 3 {
		go c.lookup()
	}
}

type executor struct {
	cond *sync.Cond
	mu   sync.RWMutex
}

func (e *executor) exec(work func()) {
	e.cond.L.Lock()
	config := outside.Coin()
	e.cond.L.Unlock()
	if config {
		work()
	}
}

func (e *executor) cache() {
	e.mu.RLock()
	defer e.mu.RUnlock()
}

func (e *executor) update() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cond.Broadcast()
}

// The lock of the condition is the read side of the same mutex.
func Executor() {
	e := &executor{}
	e.cond = sync.NewCond(e.mu.RLocker())
	go e.update()
	e.exec(e.cache)
}
