package locks

import (
	"errors"
	"sync"
	"time"

	"example.com/testdata/outside"
)

var errTaken = errors.New("taken")

type rooms struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	taken map[string]bool
}

// Holds the lock when it returns no error: whoever calls it gives it back.
func (r *rooms) enter(name string) error {
	r.mu.Lock()
	if r.taken[name] {
		r.mu.Unlock()
		return errTaken
	}
	return nil
}

// The same with an answer of its own for each end.
func (r *rooms) tryEnter(name string) bool {
	r.mu.Lock()
	if r.taken[name] {
		r.mu.Unlock()
		return false
	}
	return true
}

func (r *rooms) enterWhich(name string) (int, error) {
	r.mu.Lock()
	if err := outside.Err(); err != nil {
		r.mu.Unlock()
		return 0, err
	}
	return len(name), nil
}

func (r *rooms) leave() { r.mu.Unlock() }

func LockKeptOnSuccess() {
	r := &rooms{taken: map[string]bool{"a": true}}
	for _, name := range []string{"a", "b", "c"} {
		if r.enter(name) == nil {
			r.leave()
		}
		if r.tryEnter(name) {
			r.leave()
		}
		if _, err := r.enterWhich(name); err == nil {
			r.leave()
		}
	}
}

// Two of three ends give the read lock back; the one in the middle fails, too, and keeps it.
func (r *rooms) look(name string) (int, error) {
	r.rw.RLock() // want "lock-never-released"
	if r.taken[name] {
		r.rw.RUnlock()
		return 0, errTaken
	}
	if err := outside.Err(); err != nil {
		return 0, err
	}
	r.rw.RUnlock()
	return 1, nil
}

func (r *rooms) take(name string) {
	r.rw.Lock() // want "lock-never-released"
	r.taken[name] = true
	r.rw.Unlock()
}

func ReadLockKeptOnError() {
	r := &rooms{taken: map[string]bool{}}
	for range 10 {
		n, _ := r.look("a")
		outside.Use(n)
	}
	go r.take("b")
	time.Sleep(time.Millisecond) // a writer that waits keeps readers out
	go r.look("a")
}

// Keeps the lock where it says no.
func (r *rooms) has(name string) bool {
	r.mu.Lock() // want "lock-never-released"
	if !r.taken[name] {
		return false
	}
	r.mu.Unlock()
	return true
}

func LockKeptOnFailure() {
	r := &rooms{taken: map[string]bool{"a": true}}
	for _, name := range []string{"a", "b", "c"} {
		outside.Use(r.has(name))
	}
}
