package senders

import (
	"sync"

	"example.com/testdata/outside"
)

// Senders and the closer that waits for them: the consumer leaves early, all of them stay.
func MergeStopsEarly() int {
	out := make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out <- outside.Work() // want "abandoned-sender"
		}()
	}
	go func() {
		wg.Wait() // want "wait-never-done"
		close(out)
	}()
	return <-out
}

func MergeDrained() (sum int) {
	out := make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out <- outside.Work()
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	for v := range out {
		sum += v
	}
	return sum
}
