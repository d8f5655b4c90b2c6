package clients

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

// Tail reads until it is closed, and closes itself when there is nothing left. It tells of that in vain when its
// reader has closed it and gone.
type Tail struct {
	mu     sync.Mutex
	closed atomic.Bool
	errs   chan error
}

func NewTail() *Tail {
	t := &Tail{errs: make(chan error)}
	go t.read()
	return t
}

func (t *Tail) read() {
	for !t.closed.Load() {
		time.Sleep(time.Millisecond)
		if outside.Coin() {
			t.Close()
			t.errs <- outside.Err() // want "abandoned-sender"
			return
		}
	}
}

func (t *Tail) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed.Store(true)
}

func (t *Tail) Errs() <-chan error { return t.errs }

func TailCloses() {
	t := NewTail()
	select {
	case <-t.Errs():
	case <-time.After(time.Millisecond):
	}
	t.Close()
}

// Follow has room for what it tells.
type Follow struct {
	mu     sync.Mutex
	closed atomic.Bool
	errs   chan error
}

func NewFollow() *Follow {
	f := &Follow{errs: make(chan error, 1)}
	go f.read()
	return f
}

func (f *Follow) read() {
	for !f.closed.Load() {
		time.Sleep(time.Millisecond)
		if outside.Coin() {
			f.Close()
			f.errs <- outside.Err()
			return
		}
	}
}

func (f *Follow) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed.Store(true)
}

func (f *Follow) Errs() <-chan error { return f.errs }

func FollowCloses() {
	f := NewFollow()
	select {
	case <-f.Errs():
	case <-time.After(time.Millisecond):
	}
	f.Close()
}
