package locks

import (
	"sync"

	"example.com/testdata/outside"
)

type guard struct {
	mu sync.Mutex
}

func (g *guard) acquire() {
	g.mu.Lock()
}

func (g *guard) release() {
	g.mu.Unlock()
}

// Lock and unlock through methods.
func LockHelpers() {
	g := new(guard)
	g.acquire()
	outside.Work()
	g.release()
	g.acquire()
	g.release()
}

func (g *guard) enter() func() {
	g.mu.Lock()
	return g.mu.Unlock
}

// The unlock is handed to the caller.
func LockReturnsUnlock() {
	g := new(guard)
	defer g.enter()()
	outside.Work()
}

// The unlock runs on another goroutine: a mutex has no owner.
func UnlockElsewhere() {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		outside.Work()
		mu.Unlock()
	}()
	mu.Lock()
	mu.Unlock()
}

func withLock(mu sync.Locker, f func()) {
	mu.Lock()
	defer mu.Unlock()
	f()
}

// A function under a lock, behind the Locker interface.
func LockedFunction() {
	var mu sync.Mutex
	n := 0
	withLock(&mu, func() { n++ })
	withLock(&mu, func() { n++ })
	outside.Use(n)
}

// TryLock does not wait.
func TryLock() {
	var mu sync.Mutex
	if mu.TryLock() {
		outside.Work()
		mu.Unlock()
	}
	mu.Lock()
	if mu.TryLock() {
		mu.Unlock()
	}
	mu.Unlock()
}
