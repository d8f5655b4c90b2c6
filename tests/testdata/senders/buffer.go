package senders

import "example.com/testdata/outside"

// Five senders, room for three, one receive.
func BufferTooSmall() int {
	ch := make(chan int, 3)
	for range 5 {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	return <-ch
}

// Five senders, room for four, one receive.
func BufferExact() int {
	ch := make(chan int, 4)
	for range 5 {
		go func() {
			ch <- outside.Work()
		}()
	}
	return <-ch
}

// One goroutine sends twice into a buffer of one, and nobody receives.
func BufferOfOneTwoSends() {
	ch := make(chan int, 1)
	go func() {
		ch <- outside.Work()
		ch <- outside.Work() // want "abandoned-sender"
	}()
}

func BufferOfTwoTwoSends() {
	ch := make(chan int, 2)
	go func() {
		ch <- outside.Work()
		ch <- outside.Work()
	}()
}

// A buffer of zero is none.
func BufferOfZero() {
	const room = 0
	ch := make(chan int, room)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
}
