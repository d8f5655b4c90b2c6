package pollers

import (
	"time"

	"example.com/testdata/outside"
)

// oracle: parked, a poller is awake now and then, so the runtime never marks it

// Sleeps and looks for something that never changes.
func PollsForever() {
	go func() {
		for {
			time.Sleep(time.Second) // want "abandoned-poller"
			outside.Work()
		}
	}()
}

func PollsAWhile() {
	go func() {
		for range 3 {
			time.Sleep(time.Millisecond)
			outside.Work()
		}
	}()
}

// The ticker goes on, and nobody is left to close done.
func TicksForever() {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select { // want "abandoned-poller"
			case <-ticker.C:
				outside.Work()
			case <-done:
				return
			}
		}
	}()
}

func TicksUntilDone() {
	done := make(chan struct{})
	defer close(done)
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				outside.Work()
			case <-done:
				return
			}
		}
	}()
}

// A range over a ticker has no end.
func RangesOverTicker() {
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for range ticker.C { // want "abandoned-poller"
			outside.Work()
		}
	}()
}

// Waits for the time-out and goes.
func WaitsOnce() {
	go func() {
		select {
		case <-time.After(time.Millisecond):
			outside.Work()
		}
	}()
}
