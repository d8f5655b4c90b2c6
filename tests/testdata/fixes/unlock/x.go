// Package unlock is about returns that forget to unlock.
package unlock

import (
	"sync"
	"time"

	"example.com/testdata/outside"
)

// Early returns with the lock held when there was an error.
func Early() {
	var mu sync.Mutex
	work := func() error {
		mu.Lock()
		if err := outside.Err(); err != nil {
			// Nothing to do.
			return err
		}
		mu.Unlock()
		return nil
	}
	go func() { outside.Use(work()) }()
	go func() {
		mu.Lock() // want "lock-never-released"
		mu.Unlock()
	}()
}

// Forgotten has no unlock at all.
func Forgotten() {
	var mu sync.Mutex
	count := 0
	for range 2 {
		go func() {
			mu.Lock() // want "lock-never-released"
			count++
		}()
	}
}

type server struct {
	mu       sync.Mutex
	draining bool
}

// drain locks where it means to unlock.
func (s *server) drain() {
	s.mu.Lock()
	if s.draining {
		s.mu.Lock() // want "lock-never-released"
		return
	}
	s.draining = true
	s.mu.Unlock()
}

// Twice drains a server that is draining already.
func Twice() {
	s := new(server)
	go func() {
		s.drain()
		s.drain()
	}()
}

// Rounds unlocks once behind the loop.
func Rounds() {
	var mu sync.Mutex
	go func() {
		for range 2 {
			mu.Lock() // want "lock-never-released"
			if outside.Err() != nil {
				continue
			}
			if outside.Coin() {
				break
			}
			outside.Work()
		}
		mu.Unlock()
	}()
}

// Uncovered holds the lock on one path; once that is cured, the sender behind it has no receiver.
func Uncovered() {
	var mu sync.Mutex
	leave := func() bool {
		mu.Lock()
		if outside.Coin() {
			return false
		}
		mu.Unlock()
		return true
	}
	outside.Use(leave())
	done := make(chan bool)
	go func() {
		mu.Lock() // want "lock-never-released"
		defer mu.Unlock()
		time.Sleep(5 * time.Millisecond) // too long
		done <- true                     // want "abandoned-sender"
	}()
	select {
	case <-done:
	case <-time.After(time.Millisecond):
		outside.Work()
	}
}
