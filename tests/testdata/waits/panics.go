package waits

import (
	"sync"

	"example.com/testdata/outside"
)

func work() {
	if outside.Coin() {
		panic("no luck")
	}
}

// A recovered panic jumps over Done.
func PanicSkipsDone() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer func() { recover() }()
		work()
		wg.Done()
	}()
	wg.Wait() // want "wait-never-done"
}

func PanicRunsDone() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer func() { recover() }()
		work()
	}()
	wg.Wait()
}
