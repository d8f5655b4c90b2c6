package tenfold

import (
	"sync"

	"example.com/testdata/outside"
)

// At most three at once; the place is given back.
func Semaphore() {
	sem := make(chan struct{}, 3)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		sem <- struct{}{}
		go func() {
			defer wg.Done()
			defer func() { <-sem }()
			see(ask())
		}()
	}
	wg.Wait()
}

// On an error the place is kept, and the loop has none left.
func SemaphoreKept() {
	sem := make(chan struct{}, 3)
	var wg sync.WaitGroup
	for range workers {
		sem <- struct{}{} // want "abandoned-sender"
		wg.Add(1)
		go func() {
			defer wg.Done()
			if outside.Err() != nil {
				return
			}
			see(ask())
			<-sem
		}()
	}
	wg.Wait()
}

// Results are sent while the place is held, and received after all have started.
func SemaphoreAndResults() {
	sem := make(chan struct{}, 3)
	results := make(chan int)
	for range workers {
		sem <- struct{}{} // want "abandoned-sender"
		go func() {
			results <- ask() // want "abandoned-sender"
			<-sem
		}()
	}
	for range workers {
		see(<-results)
	}
}

func SemaphoreInside() {
	sem := make(chan struct{}, 3)
	results := make(chan int)
	for range workers {
		go func() {
			sem <- struct{}{}
			defer func() { <-sem }()
			results <- ask()
		}()
	}
	for range workers {
		see(<-results)
	}
}
