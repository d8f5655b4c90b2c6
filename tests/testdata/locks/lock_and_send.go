package locks

import (
	"runtime"
	"sync"

	"example.com/testdata/outside"
)

// Sends while it holds the lock that the receiver needs first.
func LockAndSend() {
	var mu sync.Mutex
	ch := make(chan int)
	go func() {
		mu.Lock() // want "lock-never-released"
		mu.Unlock()
		<-ch
	}()
	mu.Lock()
	runtime.Gosched()
	ch <- outside.Work() // want "abandoned-sender"
	mu.Unlock()
}

func UnlockAndSend() {
	var mu sync.Mutex
	ch := make(chan int)
	go func() {
		mu.Lock()
		mu.Unlock()
		<-ch
	}()
	mu.Lock()
	runtime.Gosched()
	mu.Unlock()
	ch <- outside.Work()
}

// The holder of the lock waits for ever, and so does who wants the lock.
func LockHeldByStuck() {
	var mu sync.Mutex
	held, never := make(chan bool), make(chan int)
	go func() {
		mu.Lock()
		defer mu.Unlock()
		held <- true
		<-never // want "abandoned-receiver"
	}()
	<-held
	mu.Lock() // want "lock-never-released"
	mu.Unlock()
}

func LockHeldForAWhile() {
	var mu sync.Mutex
	held, later := make(chan bool), make(chan int)
	go func() {
		mu.Lock()
		defer mu.Unlock()
		held <- true
		<-later
	}()
	<-held
	later <- 1
	mu.Lock()
	mu.Unlock()
}

// Waits for workers under the lock that the workers need.
func LockAndWait() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	wg.Add(1)
	go func() {
		defer wg.Done()
		mu.Lock() // want "lock-never-released"
		mu.Unlock()
	}()
	wg.Wait() // want "wait-never-done"
	mu.Unlock()
}
