package selects

import "example.com/testdata/outside"

// Who writes select {} wants to wait for ever: the caller knows that this function does not return.
func ServesForEver() {
	go outside.Work()
	select {} // note "abandoned-select"
}

// Nobody waits for the goroutine that waits here.
func WaitsApart() {
	go func() {
		outside.Work()
		select {} // want "abandoned-select"
	}()
}

// The same in other words.
func EmptyReceive() {
	<-make(chan struct{}) // note "abandoned-receiver"
}

func EmptyReceiveBeside() {
	go func() {
		<-make(chan struct{}) // want "abandoned-receiver"
	}()
}
