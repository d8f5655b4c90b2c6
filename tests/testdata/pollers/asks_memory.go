package pollers

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

// oracle: parked, a poller is awake now and then, so the runtime never marks it

// A service whose loops ask what others may have set meanwhile.
type service struct {
	mu      sync.Mutex
	closed  bool
	stopped atomic.Bool
	left    int32
	queue   []int
	byName  map[string]int
	err     error
}

func (s *service) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *service) end() {
	s.mu.Lock()
	s.closed = true
	s.queue, s.err = nil, outside.Err()
	clear(s.byName)
	s.mu.Unlock()
	s.stopped.Store(true)
	atomic.StoreInt32(&s.left, 0)
}

func (s *service) pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) + len(s.byName)
}

func NewLocked() *service {
	s := &service{}
	go func() {
		for !s.isClosed() {
			time.Sleep(time.Millisecond)
		}
	}()
	return s
}

func AskedUnderLockRight() {
	s := NewLocked()
	defer s.end()
	outside.Work()
}

func (s *service) PollAtomic() {
	go func() {
		for !s.stopped.Load() {
			time.Sleep(time.Millisecond)
		}
	}()
}

func (s *service) PollCounter() {
	go func() {
		for atomic.LoadInt32(&s.left) > 0 {
			time.Sleep(time.Millisecond)
		}
	}()
}

func (s *service) PollLengths() {
	go func() {
		for s.pending() > 0 {
			time.Sleep(time.Millisecond)
		}
	}()
}

func (s *service) PollError() {
	go func() {
		for s.err == nil {
			time.Sleep(time.Millisecond)
		}
	}()
}

// Nobody else has this one.
func AskedAlone() {
	var closed atomic.Bool
	go func() {
		for !closed.Load() {
			time.Sleep(time.Millisecond) // want "abandoned-poller"
		}
	}()
}

func AskedAloneRight() {
	var closed atomic.Bool
	go func() {
		for !closed.Load() {
			time.Sleep(time.Millisecond)
		}
	}()
	closed.Store(true)
}
