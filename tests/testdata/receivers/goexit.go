package receivers

import (
	"runtime"

	"example.com/testdata/outside"
)

// Goexit runs deferred calls only.
func GoexitSkipsSend() {
	done := make(chan struct{})
	go func() {
		if outside.Coin() {
			runtime.Goexit()
		}
		close(done)
	}()
	<-done // want "abandoned-receiver"
}

func GoexitRunsDefer() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if outside.Coin() {
			runtime.Goexit()
		}
	}()
	<-done
}
