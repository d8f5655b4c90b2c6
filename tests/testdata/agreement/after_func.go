package agreement

import (
	"context"
	"time"

	"example.com/testdata/outside"
)

// Once the context has ended its function runs, and stop says so.
func StopTooLate() {
	ctx, cancel := context.WithCancel(context.Background())
	c := make(chan int)
	stop := context.AfterFunc(ctx, func() {
		c <- 1
	})
	cancel()
	if !stop() {
		<-c
	}
}

// The timer may have fired when Stop is called.
func StopTimerTooLate() {
	c := make(chan int)
	timer := time.AfterFunc(time.Microsecond, func() {
		c <- 1 // want "abandoned-sender"
	})
	for range 100 {
		outside.Work()
	}
	timer.Stop()
}
