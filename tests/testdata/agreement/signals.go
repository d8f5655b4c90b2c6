package agreement

import (
	"sync"

	"example.com/testdata/outside"
)

// The signal is for the goroutine that waits already: the one that signals and then waits does not get it.
func SignalThenWait() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	waiting := false
	go func() {
		if outside.Coin() {
			for range 20 {
				outside.Work()
			}
		}
		mu.Lock()
		waiting = true
		cond.Wait() // want "cond-never-signalled"
		mu.Unlock()
	}()
	go func() {
		mu.Lock()
		if waiting {
			cond.Signal()
			cond.Wait() // want "cond-never-signalled"
		}
		mu.Unlock()
	}()
}
