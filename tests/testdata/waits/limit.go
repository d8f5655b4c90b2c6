package waits

import (
	"sync"

	"example.com/testdata/outside"
)

// A counting semaphore: acquire outside, release inside.
func Limit() {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	for range 5 {
		slots <- struct{}{}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			outside.Work()
		}()
	}
	wg.Wait()
}

// The slot is not given back on an error; the spawner waits for one.
func LimitNotGivenBack() {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	for range 5 {
		slots <- struct{}{} // want "abandoned-sender"
		wg.Add(1)
		go func() {
			defer wg.Done()
			if outside.Err() != nil {
				return
			}
			<-slots
		}()
	}
	wg.Wait()
}

// Acquired inside: never more than five goroutines, all of them end.
func LimitInside() {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 2)
	for range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			outside.Work()
		}()
	}
	wg.Wait()
}
