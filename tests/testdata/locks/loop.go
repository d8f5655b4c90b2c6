package locks

import (
	"sync"

	"example.com/testdata/outside"
)

// oracle: parked, the runtime does not mark a goroutine whose own deferred calls hold the mutex

// defer runs at the end of the function, not of the round.
func DeferInLoop() {
	var mu sync.Mutex
	for range 2 {
		mu.Lock() // want "lock-never-released"
		defer mu.Unlock()
		outside.Work()
	}
}

func DeferInFunction() {
	var mu sync.Mutex
	for range 2 {
		func() {
			mu.Lock()
			defer mu.Unlock()
			outside.Work()
		}()
	}
}

// continue jumps over the Unlock.
func ContinueSkipsUnlock() {
	var mu sync.Mutex
	for range 3 {
		mu.Lock() // want "lock-never-released"
		if outside.Coin() {
			continue
		}
		mu.Unlock()
	}
}

func ContinueUnlocks() {
	var mu sync.Mutex
	for range 3 {
		mu.Lock()
		if outside.Coin() {
			mu.Unlock()
			continue
		}
		mu.Unlock()
	}
}
