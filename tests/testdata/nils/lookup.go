package nils

import "example.com/testdata/outside"

// A key that is not there gives a nil channel.
func MissingKey() {
	subscribers := map[string]chan int{"a": make(chan int, 1)}
	go func() {
		subscribers["b"] <- outside.Work() // want "nil-channel"
	}()
}

func PresentKey() {
	subscribers := map[string]chan int{"a": make(chan int, 1)}
	go func() {
		if ch, ok := subscribers["b"]; ok {
			ch <- outside.Work()
		}
		subscribers["a"] <- outside.Work()
	}()
}

// A slice of channels that nobody made.
func ZeroSlice() {
	chans := make([]chan int, 2)
	go func() {
		chans[0] <- outside.Work() // want "nil-channel"
	}()
}

func FilledSlice() {
	chans := make([]chan int, 2)
	for i := range chans {
		chans[i] = make(chan int, 1)
	}
	go func() {
		chans[0] <- outside.Work()
	}()
}
