package waits

import (
	"sync"

	"example.com/testdata/outside"
)

// Waits for senders before it receives what they send.
func WaitBeforeReceive() (sum int) {
	results := make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- outside.Work() // want "abandoned-sender"
		}()
	}
	wg.Wait() // want "wait-never-done"
	close(results)
	for v := range results {
		sum += v
	}
	return sum
}

func WaitBeforeReceiveBuffered() (sum int) {
	results := make(chan int, 3)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- outside.Work()
		}()
	}
	wg.Wait()
	close(results)
	for v := range results {
		sum += v
	}
	return sum
}

func WaitBeside() (sum int) {
	results := make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			results <- outside.Work()
		})
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	for v := range results {
		sum += v
	}
	return sum
}

// The close stands behind the Wait, the workers wait for the close.
func WaitBeforeClose() {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs { // want "never-closed"
				outside.Use(job)
			}
		}()
	}
	jobs <- 1
	wg.Wait() // want "wait-never-done"
	close(jobs)
}

func WaitAfterClose() {
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for job := range jobs {
				outside.Use(job)
			}
		}()
	}
	jobs <- 1
	close(jobs)
	wg.Wait()
}
