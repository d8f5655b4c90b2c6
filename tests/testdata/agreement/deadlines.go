// Package agreement holds what random programs once brought to light: reduced, each with its reason.
package agreement

import (
	"context"
	"time"
)

// The inner deadline comes first: the outer context is still alive.
func InnerDeadline() {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Millisecond)
	inner, stop := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	defer stop()
	c := make(chan int)
	<-inner.Done()
	select {
	case <-ctx.Done():
	default:
		go func() {
			c <- 1 // want "abandoned-sender"
		}()
	}
}
