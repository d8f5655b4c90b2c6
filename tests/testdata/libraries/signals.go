package libraries

import (
	"context"
	"os"
	"os/signal"

	"example.com/testdata/outside"
)

// After Stop no signal comes any more, and Stop does not close the channel.
func SignalsStopped() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	defer signal.Stop(c)
	go func() {
		<-c // want "abandoned-receiver"
		outside.Work()
	}()
	outside.Work()
}

func SignalsStoppedRight() {
	c := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(c, os.Interrupt)
	defer close(done)
	defer signal.Stop(c)
	go func() {
		select {
		case <-c:
		case <-done:
		}
	}()
	outside.Work()
}

func SignalsContext() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		outside.Work()
	}()
}
