package private

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

// oracle: parked, a poller is awake now and then, and who waits for a channel in a reachable object is not marked

// Cache has a channel that is meant to end its goroutine, and nobody closes it.
type Cache struct {
	mu    sync.Mutex
	items map[string]int
	quit  chan struct{}
}

func NewCache() *Cache {
	c := &Cache{items: map[string]int{}, quit: make(chan struct{})}
	go c.expire()
	return c
}

func (c *Cache) expire() {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select { // want "abandoned-poller"
		case <-ticker.C:
			c.mu.Lock()
			clear(c.items)
			c.mu.Unlock()
		case <-c.quit:
			return
		}
	}
}

func (c *Cache) Stop() {
	c.mu.Lock()
	c.items = nil
	c.mu.Unlock()
}

func CacheStops() {
	c := NewCache()
	outside.Work()
	c.Stop()
}

// Store is the same, and closes it.
type Store struct {
	mu    sync.Mutex
	items map[string]int
	quit  chan struct{}
}

func NewStore() *Store {
	s := &Store{items: map[string]int{}, quit: make(chan struct{})}
	go s.expire()
	return s
}

func (s *Store) expire() {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.mu.Lock()
			clear(s.items)
			s.mu.Unlock()
		case <-s.quit:
			return
		}
	}
}

func (s *Store) Stop() {
	close(s.quit)
}

func StoreStops() {
	s := NewStore()
	outside.Work()
	s.Stop()
}
