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
