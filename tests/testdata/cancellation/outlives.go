package cancellation

import (
	"context"

	"example.com/testdata/outside"
)

// oracle: parked, somebody could still cancel, so the runtime does not mark the goroutine

// The program's own context: it lives as long as the process.
var program, stopProgram = context.WithCancel(context.Background())

func Stop() {
	if false {
		stopProgram()
	}
}

// The goroutine outlives the call, which did its work.
func Outlives() {
	outlives(program)
	partnerGone(program)
	partnerWaits(program)
}

func outlives(ctx context.Context) {
	go func() {
		<-ctx.Done() // note "ends-only-by-cancellation"
		outside.Work()
	}()
}

// The one who should take the value is gone on one path, only a cancellation is left.
func partnerGone(ctx context.Context) error {
	ch := make(chan int)
	go func() {
		select { // want "ends-only-by-cancellation"
		case ch <- outside.Work():
		case <-ctx.Done():
		}
	}()
	if err := outside.Err(); err != nil {
		return err
	}
	select {
	case v := <-ch:
		outside.Use(v)
	case <-ctx.Done():
	}
	return nil
}

func partnerWaits(ctx context.Context) {
	ch := make(chan int)
	go func() {
		select {
		case ch <- outside.Work():
		case <-ctx.Done():
		}
	}()
	select {
	case v := <-ch:
		outside.Use(v)
	case <-ctx.Done():
	}
}
