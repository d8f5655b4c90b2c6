package agreement

import "example.com/testdata/outside"

// A deferred function decides what a recovered function returns.
func RecoveredResult() {
	c := make(chan int)
	if tries() {
		go func() {
			c <- 1 // want "abandoned-sender"
		}()
	}
}

func tries() (failed bool) {
	defer func() {
		if recover() != nil {
			failed = true
		}
	}()
	if outside.Coin() {
		panic("once")
	}
	return false
}
