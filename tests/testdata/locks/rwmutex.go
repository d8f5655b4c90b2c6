package locks

import (
	"sync"
	"time"
)

// A reader that reads again behind a waiting writer. The sleep lets the writer come in between.
func ReadAgainBehindWriter() {
	var mu sync.RWMutex
	go func() {
		mu.RLock()
		time.Sleep(2 * time.Millisecond)
		mu.RLock() // want "lock-never-released"
		mu.RUnlock()
		mu.RUnlock()
	}()
	go func() {
		time.Sleep(time.Millisecond)
		mu.Lock() // want "lock-never-released"
		mu.Unlock()
	}()
}

// Without a writer reading twice does no harm.
func ReadAgain() {
	var mu sync.RWMutex
	go func() {
		mu.RLock()
		mu.RLock()
		mu.RUnlock()
		mu.RUnlock()
	}()
	go func() {
		mu.RLock()
		mu.RUnlock()
	}()
}

// A read lock does not turn into a write lock.
func Upgrade() {
	var mu sync.RWMutex
	mu.RLock()
	mu.Lock() // want "lock-never-released"
	mu.Unlock()
	mu.RUnlock()
}

func UpgradeRight() {
	var mu sync.RWMutex
	mu.RLock()
	mu.RUnlock()
	mu.Lock()
	mu.Unlock()
}

// Read under a write lock of one's own.
func Downgrade() {
	var mu sync.RWMutex
	mu.Lock()
	mu.RLock() // want "lock-never-released"
	mu.RUnlock()
	mu.Unlock()
}
