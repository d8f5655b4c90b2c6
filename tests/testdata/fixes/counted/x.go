// Package counted is about wait groups that count goroutines which are not started.
package counted

import (
	"sync"

	"example.com/testdata/outside"
)

// Some passes those by that need no work.
func Some() {
	jobs := []int{1, 2, 3}
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		if outside.Coin() {
			continue
		}
		go func() {
			defer wg.Done()
			outside.Use(job)
		}()
	}
	wg.Wait() // want "wait-never-done"
}

// Early counts before it knows whether there is something to do.
func Early() {
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		if err := outside.Err(); err != nil {
			continue
		}
		// The work itself.
		go func() {
			outside.Work()
			wg.Done()
		}()
	}
	wg.Wait() // want "wait-never-done"
}
