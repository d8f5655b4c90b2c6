// Package unlock is about returns that forget to unlock.
package unlock

import (
	"sync"

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
