package cancellation

import (
	"context"

	"example.com/testdata/outside"
)

// oracle: parked, somebody could still cancel, so the runtime does not mark the goroutine

// The caller gets a cancel, and calls it; the goroutine waits for the others' contexts only.
func merged(one, two context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select { // want "ends-only-by-cancellation: .* the cancel of merged"
		case <-one.Done():
		case <-two.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

func Merged() {
	_, cancel := merged(program, program)
	outside.Work()
	cancel()
}

func mergedCured(one, two context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-one.Done():
		case <-two.Done():
		case <-ctx.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

func MergedCured() {
	_, cancel := mergedCured(program, program)
	outside.Work()
	cancel()
}

// A context of its own below the caller's: with its cancel the caller ends both.
func derivedCured(ctx context.Context) (<-chan int, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for {
			select {
			case numbers <- outside.Work():
			case <-ctx.Done():
				return
			}
		}
	}()
	return numbers, cancel
}

func DerivedCured() {
	numbers, cancel := derivedCured(program)
	outside.Use(<-numbers)
	cancel()
}
