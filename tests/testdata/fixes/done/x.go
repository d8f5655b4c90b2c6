// Package done is about goroutines that forget to say that they are done.
package done

import (
	"sync"

	"example.com/testdata/outside"
)

// Failing is done only when there was no error.
func Failing() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if outside.Err() != nil {
			return
		}
		outside.Work()
		wg.Done()
	}()
	go func() {
		wg.Wait() // want "wait-never-done"
	}()
}
