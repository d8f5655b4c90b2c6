package senders

import "example.com/testdata/outside"

func put(ch chan<- int, v int) {
	ch <- v + 1 // want "abandoned-sender"
}

func putOther(ch chan<- int, v int) {
	ch <- v + 1
}

// The send is two calls away.
func HelperLeaks() {
	ch := make(chan int)
	go relay(ch)
	if outside.Coin() {
		return
	}
	<-ch
}

func relay(ch chan<- int) {
	put(ch, outside.Work())
}

func HelperRight() {
	ch := make(chan int)
	go relayOther(ch)
	take(ch)
}

func relayOther(ch chan<- int) {
	putOther(ch, outside.Work())
}

func take(ch <-chan int) int {
	return <-ch
}
