package contexts

import (
	"context"

	"example.com/testdata/outside"
)

// The caller may have cancelled already.
func ParameterCancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fetch(ctx)
	fetchBuffered(ctx)
	fetchHeeding(ctx)
}

func fetch(ctx context.Context) (int, error) {
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	select {
	case v := <-ch:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func fetchBuffered(ctx context.Context) (int, error) {
	ch := make(chan int, 1)
	go func() {
		ch <- outside.Work()
	}()
	select {
	case v := <-ch:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func fetchHeeding(ctx context.Context) (int, error) {
	ch := make(chan int)
	go func() {
		select {
		case ch <- outside.Work():
		case <-ctx.Done():
		}
	}()
	select {
	case v := <-ch:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
