// Package pointed is about wait groups of which a goroutine gets a copy.
package pointed

import (
	"sync"

	"example.com/testdata/outside"
)

// Copied hands each goroutine a wait group of its own.
func Copied() {
	var wg sync.WaitGroup
	for number := range 3 {
		wg.Add(1)
		go one(number, wg)
	}
	wg.Wait() // want "wait-never-done"
}

func one(number int, wg sync.WaitGroup) {
	defer wg.Done()
	outside.Use(number)
}
