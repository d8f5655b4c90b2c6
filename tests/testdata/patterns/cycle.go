package patterns

import (
	"runtime"
	"sync"
)

// A lock, a channel and a wait group in a circle of three. Gosched makes the meeting likely.
func Cycle() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	ch := make(chan int)
	wg.Add(1)
	go func() {
		mu.Lock()
		runtime.Gosched()
		wg.Wait() // want "wait-never-done"
		mu.Unlock()
	}()
	go func() {
		<-ch // want "abandoned-receiver"
		wg.Done()
	}()
	go func() {
		runtime.Gosched()
		mu.Lock() // want "lock-never-released"
		ch <- 1
		mu.Unlock()
	}()
}

func NoCycle() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	ch := make(chan int)
	wg.Add(1)
	go func() {
		wg.Wait()
		mu.Lock()
		runtime.Gosched()
		mu.Unlock()
	}()
	go func() {
		<-ch
		wg.Done()
	}()
	go func() {
		runtime.Gosched()
		mu.Lock()
		ch <- 1
		mu.Unlock()
	}()
}
