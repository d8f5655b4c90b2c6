package contexts

import (
	"context"

	"example.com/testdata/outside"
)

// AfterFunc closes the channel when the context ends.
func AfterFunc() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stopped := make(chan struct{})
	context.AfterFunc(ctx, func() { close(stopped) })
	go func() {
		<-stopped
		outside.Work()
	}()
}

// Stopped before the context ends: the function never runs.
func AfterFuncStopped() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { close(stopped) })
	go func() {
		<-stopped // want "abandoned-receiver"
		outside.Work()
	}()
	stop()
}
