package contexts

import (
	"context"
	"time"

	"example.com/testdata/outside"
)

// A time-out ends it even when nobody cancels.
func TimeoutEnds() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	_ = cancel
	go func() {
		<-ctx.Done()
	}()
}

// The request gives up at the time-out, the worker does not look at the context.
func TimeoutIgnored() int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	ch := make(chan int)
	go func() {
		ch <- slow() // want "abandoned-sender"
	}()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		return 0
	}
}

func TimeoutHeeded() int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	ch := make(chan int)
	go func() {
		select {
		case ch <- slow():
		case <-ctx.Done():
		}
	}()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		return 0
	}
}

func slow() int {
	if outside.Coin() {
		time.Sleep(2 * time.Millisecond)
	}
	return 1
}
