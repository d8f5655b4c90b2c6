package conds

import (
	"runtime"
	"sync"
)

// The signal may come before the wait and is lost.
func SignalLost() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		cond.Signal()
		mu.Unlock()
	}()
	runtime.Gosched()
	mu.Lock()
	cond.Wait() // want "cond-never-signalled"
	mu.Unlock()
}

func SignalWithPredicate() {
	var mu sync.Mutex
	ready := false
	cond := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		ready = true
		cond.Signal()
		mu.Unlock()
	}()
	runtime.Gosched()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
}

// Sets what the waiter looks at, and does not signal.
func PredicateWithoutSignal() {
	var mu sync.Mutex
	ready := false
	cond := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		ready = true
		mu.Unlock()
	}()
	mu.Lock()
	for !ready {
		cond.Wait() // want "cond-never-signalled"
	}
	mu.Unlock()
}

// One signal for two waiters.
func SignalForTwo() {
	var mu sync.Mutex
	ready := false
	cond := sync.NewCond(&mu)
	for range 2 {
		go func() {
			mu.Lock()
			for !ready {
				cond.Wait() // want "cond-never-signalled"
			}
			mu.Unlock()
		}()
	}
	runtime.Gosched()
	mu.Lock()
	ready = true
	cond.Signal()
	mu.Unlock()
}

func BroadcastForTwo() {
	var mu sync.Mutex
	ready := false
	cond := sync.NewCond(&mu)
	for range 2 {
		go func() {
			mu.Lock()
			for !ready {
				cond.Wait()
			}
			mu.Unlock()
		}()
	}
	runtime.Gosched()
	mu.Lock()
	ready = true
	cond.Broadcast()
	mu.Unlock()
}
