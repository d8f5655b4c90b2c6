package waits

import (
	"sync"

	"example.com/testdata/outside"
)

// The wait group goes by value: Done counts down a copy.
func Copied() {
	var wg sync.WaitGroup
	wg.Add(1)
	go workOnCopy(wg)
	wg.Wait() // want "wait-never-done"
}

func workOnCopy(wg sync.WaitGroup) {
	defer wg.Done()
	outside.Work()
}

func Pointer() {
	var wg sync.WaitGroup
	wg.Add(1)
	go workOnPointer(&wg)
	wg.Wait()
}

func workOnPointer(wg *sync.WaitGroup) {
	defer wg.Done()
	outside.Work()
}
