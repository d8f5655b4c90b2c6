// Package release is about waiting with a lock in hand.
package release

import (
	"sync"

	"example.com/testdata/outside"
)

type account struct {
	mu      sync.Mutex
	balance int
}

// Both locks one account while it holds the other, in both orders.
func Both() {
	var one, other account
	done := make(chan struct{}, 1)
	go func() {
		one.mu.Lock()
		outside.Work()
		other.mu.Lock() // want "lock-never-released"
		other.balance++
		other.mu.Unlock()
		one.mu.Unlock()
		done <- struct{}{}
	}()
	go func() {
		other.mu.Lock()
		outside.Work()
		one.mu.Lock() // want "lock-never-released"
		one.balance++
		one.mu.Unlock()
		other.mu.Unlock()
	}()
}

type shelf struct {
	mu    sync.RWMutex
	locks map[string]*sync.Mutex
}

// Named locks one of many while it holds the lock of all.
func Named() {
	s := &shelf{locks: map[string]*sync.Mutex{"a": {}}}
	for range 2 {
		go func() {
			s.take("a")
			defer s.give("a")
			outside.Work()
		}()
	}
}

func (s *shelf) take(name string) {
	s.mu.Lock()
	s.locks[name].Lock() // want "lock-never-released"
	s.mu.Unlock()
}

func (s *shelf) give(name string) {
	s.mu.RLock() // want "lock-never-released"
	s.locks[name].Unlock()
	s.mu.RUnlock()
}

type cache struct {
	mu    sync.RWMutex
	count int
}

// ReadTwice reads while it reads; a writer may come in between.
func ReadTwice() {
	c := new(cache)
	go func() { outside.Use(c.sum()) }()
	go func() {
		outside.Work()
		c.mu.Lock() // want "lock-never-released"
		c.count++
		c.mu.Unlock()
	}()
}

func (c *cache) sum() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if count := c.read(); count > 0 {
		return count
	}
	return c.count
}

func (c *cache) read() int {
	outside.Work()
	c.mu.RLock() // want "lock-never-released"
	defer c.mu.RUnlock()
	return c.count
}
