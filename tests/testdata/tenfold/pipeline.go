package tenfold

import (
	"context"
	"sync"
)

func numbers(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i // want "abandoned-sender"
		}
	}()
	return out
}

func squares(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- v * v // want "abandoned-sender"
		}
	}()
	return out
}

// The reader leaves at the first large one.
func PipelineLeft() {
	for v := range squares(numbers(workers)) {
		if v > 1 {
			return
		}
	}
}

func numbersUntil(ctx context.Context, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func squaresUntil(ctx context.Context, in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			select {
			case out <- v * v:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func PipelineCancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for v := range squaresUntil(ctx, numbersUntil(ctx, workers)) {
		if v > 1 {
			return
		}
	}
}

// Fan in: each input has a goroutine, the output is closed after all.
func FanIn() {
	var ins []<-chan int
	for range 3 {
		ins = append(ins, few())
	}
	for v := range fanIn(ins...) {
		see(v)
	}
}

func few() <-chan int {
	out := make(chan int, 2)
	out <- 1
	out <- 2
	close(out)
	return out
}

func fanIn(ins ...<-chan int) <-chan int {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(len(ins))
	for _, in := range ins {
		go func(in <-chan int) {
			defer wg.Done()
			for v := range in {
				out <- v
			}
		}(in)
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}

// Two inputs, but the group counts one more.
func FanInMiscounted() {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			out <- ask()
		}()
	}
	go func() {
		wg.Wait() // want "wait-never-done"
		close(out)
	}()
	for v := range out { // want "never-closed"
		see(v)
	}
}
