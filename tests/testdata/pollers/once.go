// oracle: none, goroutines that sleep for an hour are not marked
package pollers

import (
	"sync"
	"time"
)

type memory struct {
	mu    sync.Mutex
	names map[string]bool
}

func (m *memory) forget() {
	for {
		time.Sleep(time.Hour) // note "abandoned-poller"
		m.mu.Lock()
		clear(m.names)
		m.mu.Unlock()
	}
}

// newMemory is run by the initialisation of the package alone: one goroutine in the whole process.
func newMemory() *memory {
	m := &memory{names: map[string]bool{}}
	go m.forget()
	return m
}

var remembered = newMemory()

func Seen(name string) bool {
	remembered.mu.Lock()
	defer remembered.mu.Unlock()
	seen := remembered.names[name]
	remembered.names[name] = true
	return seen
}

type cache struct {
	mu    sync.Mutex
	names map[string]bool
}

func (c *cache) forget() {
	for {
		time.Sleep(time.Hour) // want "abandoned-poller"
		c.mu.Lock()
		clear(c.names)
		c.mu.Unlock()
	}
}

func newCache() *cache {
	c := &cache{names: map[string]bool{}}
	go c.forget()
	return c
}

var shared = newCache()

// Each call makes another one.
func Unshared() int {
	c := newCache()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	return len(c.names) + len(shared.names)
}

var (
	sweeping sync.Once
	swept    = map[string]bool{}
	sweeps   sync.Mutex
)

// Sweep starts one goroutine in the whole process, whoever calls it first.
func Sweep() {
	sweeping.Do(func() {
		go func() {
			for {
				time.Sleep(time.Hour) // note "abandoned-poller"
				sweeps.Lock()
				clear(swept)
				sweeps.Unlock()
			}
		}()
	})
}

type sweeper struct {
	once  sync.Once
	names []string
}

// sweep starts one for each sweeper.
func (s *sweeper) sweep() {
	s.once.Do(func() {
		go func() {
			for {
				time.Sleep(time.Hour) // want "abandoned-poller"
				s.names = nil
			}
		}()
	})
}

func SweepsOnce() {
	s := &sweeper{}
	s.sweep()
	s.sweep()
}

var (
	stamp      sync.Mutex
	stamped    time.Time
	stampOnce  sync.Once
	freshCount int
)

// renew is run by a Once of the package, wherever that stands.
func renew() {
	go func() {
		for {
			time.Sleep(time.Hour) // note "abandoned-poller"
			stamp.Lock()
			stamped = time.Now()
			stamp.Unlock()
		}
	}()
}

func Stamp() time.Time {
	stampOnce.Do(renew)
	stamp.Lock()
	defer stamp.Unlock()
	return stamped
}

func Restamp() {
	stampOnce.Do(renew)
}

// refresh is run by that, too, and by who calls it.
func refresh() {
	go func() {
		for {
			time.Sleep(time.Hour) // want "abandoned-poller"
			stamp.Lock()
			freshCount++
			stamp.Unlock()
		}
	}()
}

func Fresh() {
	stampOnce.Do(refresh)
	if freshCount > 1 {
		refresh()
	}
}
