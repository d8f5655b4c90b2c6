package senders

import "example.com/testdata/outside"

// A goroutine that talks to itself.
func SelfSend() int {
	ch := make(chan int)
	ch <- outside.Work() // want "abandoned-sender"
	return <-ch
}

func SelfSendBuffered() int {
	ch := make(chan int, 1)
	ch <- outside.Work()
	return <-ch
}

// A full buffer: the second send of the same goroutine is too much.
func SelfSendFull() int {
	ch := make(chan int, 1)
	ch <- outside.Work()
	ch <- outside.Work() // want "abandoned-sender"
	return <-ch + <-ch
}
