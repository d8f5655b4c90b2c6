package waits

import "sync"

// No function of the program is on the stack of the goroutine.
func NoFrame() {
	var wg sync.WaitGroup
	wg.Add(1)
	go wg.Wait() // want "wait-never-done"
}

func NoFrameRight() {
	var wg sync.WaitGroup
	wg.Add(1)
	go wg.Wait()
	wg.Done()
}
