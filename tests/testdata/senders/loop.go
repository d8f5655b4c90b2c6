package senders

import "example.com/testdata/outside"

// The receiver leaves in the middle.
func LoopReceiverBreaks() {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := 0; i < 8; i++ {
			ch <- i * i // want "abandoned-sender"
		}
	}()
	for v := range ch {
		if v > 10 && outside.Coin() {
			break
		}
	}
}

func LoopReceiverBreaksDone() {
	ch := make(chan int)
	done := make(chan struct{})
	defer close(done)
	go func() {
		defer close(ch)
		for i := 0; i < 8; i++ {
			select {
			case ch <- i * i:
			case <-done:
				return
			}
		}
	}()
	for v := range ch {
		if v > 10 && outside.Coin() {
			break
		}
	}
}

func LoopReceiverDrains() {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := 0; i < 8; i++ {
			ch <- i * i
		}
	}()
	for v := range ch {
		if v > 10 && outside.Coin() {
			break
		}
	}
	for range ch {
	}
}

// An endless generator: whoever stops listening leaves it behind.
func LoopEndless() {
	ch := make(chan int)
	go func() {
		for i := 0; ; i++ {
			ch <- i + 1 // want "abandoned-sender"
		}
	}()
	<-ch
	<-ch
}
