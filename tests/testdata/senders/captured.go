package senders

import "example.com/testdata/outside"

// oracle: parked, the runtime never marks a goroutine that sends a captured variable

func CapturedVariable() {
	ch := make(chan int)
	v := outside.Work()
	go func() {
		ch <- v // want "abandoned-sender"
	}()
}

func CapturedCopy() {
	ch := make(chan int)
	v := outside.Work()
	go func(v int) {
		ch <- v // want "abandoned-sender"
	}(v)
}

func CapturedRight() {
	ch := make(chan int)
	v := outside.Work()
	go func() {
		ch <- v
	}()
	<-ch
}

func CapturedLoop() {
	ch := make(chan int)
	for i := range 3 {
		go func() {
			ch <- i // want "abandoned-sender"
		}()
	}
	<-ch
}
