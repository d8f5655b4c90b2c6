package agreement

import "sync"

// The signal is for the goroutine that waits already: the one that signals and then waits does not get it.
func SignalThenWait() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	waiting := false
	go func() {
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
