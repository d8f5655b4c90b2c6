package nils

import "example.com/testdata/outside"

// The time-out is optional: a nil channel that is never ready, on purpose. The value always comes.
func OptionalStop() int {
	var stop chan struct{}
	if outside.Coin() {
		stop = make(chan struct{})
		defer close(stop)
	}
	values := make(chan int, 1)
	go func() {
		values <- outside.Work()
	}()
	select {
	case v := <-values:
		return v
	case <-stop:
		return 0
	}
}

// Here the value need not come, and without the stop channel nothing else does.
func OptionalStopMissing() int {
	var stop chan struct{}
	if outside.Coin() {
		stop = make(chan struct{})
		close(stop)
	}
	values := make(chan int, 1)
	go func() {
		if outside.Coin() {
			values <- outside.Work()
		}
	}()
	select { // want "abandoned-select"
	case v := <-values:
		return v
	case <-stop:
		return 0
	}
}
