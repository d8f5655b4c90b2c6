package senders

import "example.com/testdata/outside"

// The receiver panics before it receives, and the panic is recovered.
func RecoveredBeforeReceive() (err any) {
	defer func() { err = recover() }()
	ch := make(chan int)
	go func() {
		ch <- outside.Work() // want "abandoned-sender"
	}()
	if outside.Coin() {
		panic("too late to receive")
	}
	<-ch
	return nil
}

func RecoveredButReceives() (err any) {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	defer func() {
		err = recover()
		<-ch
	}()
	if outside.Coin() {
		panic("received on the way out")
	}
	return nil
}
