// Package reasons leaks one goroutine for each reason that the Go runtime has for parking one, and beside each
// stands its cured twin. A line that leaks says which test leaves a goroutine there.
package reasons

import (
	"sync"
	"testing"
)

func TestSend(t *testing.T) {
	results := make(chan int)
	go func(answer int) {
		results <- answer // leaks TestSend
	}(len(t.Name()))
}

func TestSendCured(t *testing.T) {
	results := make(chan int, 1)
	go func(answer int) {
		results <- answer
	}(len(t.Name()))
}

func TestSendFull(t *testing.T) {
	results := make(chan int, 1)
	done := make(chan bool)
	go func() {
		results <- 1
		close(done)
		results <- 2 // leaks TestSendFull
	}()
	<-done
}

func TestReceive(t *testing.T) {
	jobs := make(chan int)
	go func() {
		<-jobs // leaks TestReceive
	}()
}

func TestReceiveCured(t *testing.T) {
	jobs := make(chan int)
	defer close(jobs)
	go func() {
		<-jobs
	}()
}

func TestRange(t *testing.T) {
	jobs := make(chan int, 1)
	jobs <- 1
	go func() {
		for range jobs { // leaks TestRange
		}
	}()
}

func TestRangeCured(t *testing.T) {
	jobs := make(chan int, 1)
	jobs <- 1
	go func() {
		for range jobs {
		}
	}()
	close(jobs)
}

func TestSelect(t *testing.T) {
	jobs, quit := make(chan int), make(chan bool)
	go func() {
		select { // leaks TestSelect
		case <-jobs:
		case <-quit:
		}
	}()
}

func TestSelectCured(t *testing.T) {
	jobs, quit := make(chan int), make(chan bool)
	defer close(quit)
	go func() {
		select {
		case <-jobs:
		case <-quit:
		}
	}()
}

func TestSelectEmpty(t *testing.T) {
	go func() {
		select {} // leaks TestSelectEmpty
	}()
}

func TestNilSend(t *testing.T) {
	var jobs chan int
	go func() {
		jobs <- 1 // leaks TestNilSend
	}()
}

func TestNilReceive(t *testing.T) {
	var jobs chan int
	go func() {
		<-jobs // leaks TestNilReceive
	}()
}

func TestLock(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		mu.Lock() // leaks TestLock
		mu.Unlock()
	}()
}

func TestLockCured(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	go func() {
		mu.Lock()
		mu.Unlock()
	}()
}

func TestReadLock(t *testing.T) {
	var mu sync.RWMutex
	mu.Lock()
	go func() {
		mu.RLock() // leaks TestReadLock
		mu.RUnlock()
	}()
}

func TestWriteLock(t *testing.T) {
	var mu sync.RWMutex
	mu.RLock()
	go func() {
		mu.Lock() // leaks TestWriteLock
		mu.Unlock()
	}()
}

func TestReadLockCured(t *testing.T) {
	var mu sync.RWMutex
	mu.Lock()
	go func() {
		mu.RLock()
		mu.RUnlock()
	}()
	mu.Unlock()
}

func TestWait(t *testing.T) {
	var group sync.WaitGroup
	group.Add(2)
	go group.Done()
	go func() {
		group.Wait() // leaks TestWait
	}()
}

func TestWaitCured(t *testing.T) {
	var group sync.WaitGroup
	group.Add(1)
	go group.Done()
	go func() {
		group.Wait()
	}()
}

func TestCond(t *testing.T) {
	cond := sync.NewCond(new(sync.Mutex))
	go func() {
		cond.L.Lock()
		cond.Wait() // leaks TestCond
		cond.L.Unlock()
	}()
}

func TestCondCured(t *testing.T) {
	var mu sync.Mutex
	cond, ready := sync.NewCond(&mu), false
	go func() {
		mu.Lock()
		for !ready {
			cond.Wait()
		}
		mu.Unlock()
	}()
	mu.Lock()
	ready = true
	mu.Unlock()
	cond.Broadcast()
}

func TestNoFrameOfItsOwn(t *testing.T) {
	var group sync.WaitGroup
	group.Add(1)
	go group.Wait() // leaks TestNoFrameOfItsOwn
}
