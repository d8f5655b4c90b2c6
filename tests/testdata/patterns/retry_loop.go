package patterns

import (
	"context"

	"example.com/testdata/outside"
)

// Leaves the loop at the end of the context, and waits for the worker that waits for the loop.
func RetryLoop() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	jobs, done := make(chan int), make(chan struct{})
	go func() {
		defer close(done)
		for job := range jobs { // want "never-closed"
			if job > 1 && outside.Coin() {
				cancel()
			}
		}
	}()
	for i := range 4 {
		select {
		case jobs <- i * 2:
			continue
		case <-ctx.Done():
		}
		break
	}
	<-done // want "abandoned-receiver"
}

func RetryLoopCloses() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	jobs, done := make(chan int), make(chan struct{})
	go func() {
		defer close(done)
		for job := range jobs {
			if job > 1 && outside.Coin() {
				cancel()
			}
		}
	}()
	for i := range 4 {
		select {
		case jobs <- i * 2:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(jobs)
	<-done
}
