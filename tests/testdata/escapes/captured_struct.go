package escapes

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

// oracle: none, who keeps a callback may call it at any time

type service struct {
	answers chan int
	mu      sync.Mutex
	stopped atomic.Bool
	count   int
}

// Keeper is code that nobody sees: it may keep a function and call it later.
type Keeper interface {
	Keep(f func())
}

// The callback sends on a field of what it captured: whoever keeps it can end the wait.
func CallbackSends(k Keeper) {
	s := &service{answers: make(chan int, 1)}
	k.Keep(func() {
		s.answers <- outside.Work()
	})
	<-s.answers
}

// A callback that only counts ends nothing.
func CallbackCounts(k Keeper) {
	s := &service{answers: make(chan int)}
	k.Keep(func() {
		s.count++
	})
	<-s.answers // want "abandoned-receiver"
}

// The lock that the timer's function waits for is held by a goroutine that will give it back.
func (s *service) Arm(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range names {
		time.AfterFunc(time.Second, func() {
			s.mu.Lock()
			s.count++
			s.mu.Unlock()
		})
		if s.stopped.Load() {
			return
		}
	}
}
