package patterns

import (
	"sync"

	"example.com/testdata/outside"
)

type settings struct {
	mu     sync.Mutex
	values []int
}

// The copy is made while the lock is held, and nobody ever releases the copy's.
func (s *settings) snapshot() settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s
}

func CopiedWhileLocked() {
	s := &settings{values: []int{1}}
	c := s.snapshot()
	c.mu.Lock() // want "lock-never-released"
	outside.Use(c.values)
	c.mu.Unlock()
}

func (s *settings) list() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]int{}, s.values...)
}

func CopiedValues() {
	s := &settings{values: []int{1}}
	outside.Use(s.list())
	s.mu.Lock()
	s.mu.Unlock()
}
