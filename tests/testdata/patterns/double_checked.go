package patterns

import (
	"sync"
	"sync/atomic"

	"example.com/testdata/outside"
)

// The last of three workers closes the channel: exactly one of them brings the counter to zero.
func LastCloses() {
	var left atomic.Int32
	left.Store(3)
	done := make(chan struct{})
	for range 3 {
		go func() {
			outside.Work()
			if left.Add(-1) == 0 {
				close(done)
			}
		}()
	}
	<-done
}

// The first of two wins the swap and sends; the other sends nothing.
func FirstSends() {
	var sent atomic.Bool
	ch := make(chan int)
	for range 2 {
		go func() {
			if sent.CompareAndSwap(false, true) {
				ch <- outside.Work()
			}
		}()
	}
	<-ch
}

// Counted with a mutex, and one worker too few.
func LastNeverCloses() {
	var mu sync.Mutex
	left := 3
	done := make(chan struct{})
	for range 2 {
		go func() {
			mu.Lock()
			defer mu.Unlock()
			left--
			if left == 0 {
				close(done)
			}
		}()
	}
	<-done // want "abandoned-receiver"
}
