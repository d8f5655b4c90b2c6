package senders

import "example.com/testdata/outside"

func generate(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i + 1 // want "abandoned-sender"
		}
	}()
	return out
}

func double(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- v * 2 // want "abandoned-sender"
		}
	}()
	return out
}

// The end of the pipeline takes one value: both stages stay behind.
func PipelineStopsEarly() int {
	return <-double(generate(5))
}

func generateUntil(done <-chan struct{}, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i + 1:
			case <-done:
				return
			}
		}
	}()
	return out
}

func doubleUntil(done <-chan struct{}, in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			select {
			case out <- v * 2:
			case <-done:
				return
			}
		}
	}()
	return out
}

func PipelineUntilDone() int {
	done := make(chan struct{})
	defer close(done)
	v := <-doubleUntil(done, generateUntil(done, 5))
	outside.Use(v)
	return v
}
