package senders

import "example.com/testdata/outside"

// The worker sends its own channel, then a value on it; the other side may not want the value.
func ChanOfChan() {
	offers := make(chan chan int)
	go func() {
		mine := make(chan int)
		offers <- mine
		mine <- outside.Work() // want "abandoned-sender"
	}()
	offer := <-offers
	if outside.Coin() {
		<-offer
	}
}

func ChanOfChanRight() {
	offers := make(chan chan int)
	go func() {
		mine := make(chan int)
		offers <- mine
		mine <- outside.Work()
	}()
	offer := <-offers
	<-offer
}
