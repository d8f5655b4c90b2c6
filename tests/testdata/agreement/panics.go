package agreement

import (
	"runtime"
	"sync"

	"example.com/testdata/outside"
)

// A deferred call that panics after recover: the next deferred call recovers that panic too.
func PanicAgain() {
	c := make(chan int)
	go func() {
		defer func() {
			if recover() != nil {
				c <- 1 // want "abandoned-sender"
			}
		}()
		defer func() {
			recover()
			panic("again")
		}()
		panic("first")
	}()
}

// There is nothing left to recover the second time.
func RecoverTwice() {
	c := make(chan int)
	go func() {
		defer func() {
			recover()
			if recover() != nil {
				c <- 1
			}
		}()
		panic("once")
	}()
}

// WaitGroup.Go calls Done after Goexit as well.
func GoexitIsDone() {
	var wg sync.WaitGroup
	wg.Go(func() {
		if outside.Coin() {
			runtime.Goexit()
		}
	})
	wg.Wait()
}
