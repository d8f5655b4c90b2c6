// Package wait is about waiting in the wrong place.
package wait

import (
	"sync"

	"example.com/testdata/outside"
)

// Each waits for all in each round.
func Each() {
	var wg sync.WaitGroup
	names := []string{"one", "two"}
	wg.Add(len(names))
	go func() {
		for range names {
			go func() {
				defer wg.Done()
				outside.Work()
			}()
			wg.Wait() // want "wait-never-done"
		}
	}()
}
