package agreement

import (
	"context"
	"sync"

	"example.com/testdata/outside"
)

// Add may come after Wait has looked.
func LateAdd() {
	var wg sync.WaitGroup
	c := make(chan int)
	go func() {
		wg.Add(1)
		defer wg.Done()
		c <- 1 // want "abandoned-sender"
	}()
	go func() {
		wg.Wait() // want "wait-never-done"
		select {
		case <-c:
		default:
		}
	}()
}

// The context may have ended when Err is asked, and not when the goroutine was started.
func LateErr() {
	ctx, cancel := context.WithCancel(context.Background())
	c := make(chan int)
	go func() {
		if ctx.Err() != nil {
			c <- 1 // want "abandoned-sender"
		}
	}()
	cancel()
}

// TryLock fails while the other goroutine holds the lock, however short that is.
func TryMeanwhile() {
	var mu sync.Mutex
	c := make(chan int)
	go func() {
		mu.Lock()
		for range 20 {
			outside.Work()
		}
		mu.Unlock()
	}()
	for range 20 {
		outside.Work()
	}
	if !mu.TryLock() {
		<-c // want "abandoned-receiver"
	} else {
		mu.Unlock()
	}
}

// Something may be queued when len is asked.
func LateLen() {
	c := make(chan int, 1)
	d := make(chan int)
	go func() {
		outside.Work()
		c <- 1
	}()
	go func() {
		if len(c) == 1 {
			<-d // want "abandoned-receiver"
		}
	}()
}
