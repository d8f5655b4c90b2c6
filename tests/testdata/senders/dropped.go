package senders

import "example.com/testdata/outside"

// The caller drops the channel that it was given.
func Dropped() {
	notify()
}

func notify() <-chan int {
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	return ch
}

func DroppedBuffered() {
	notifyBuffered()
}

func notifyBuffered() <-chan int {
	ch := make(chan int, 1)
	go func() {
		ch <- outside.Work()
	}()
	return ch
}
