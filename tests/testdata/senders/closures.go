package senders

import "example.com/testdata/outside"

// A closure held in a variable does the send.
func ClosureTwice() {
	ch := make(chan int)
	send := func(n int) {
		ch <- n + outside.Work() // want "abandoned-sender"
	}
	go send(1)
	go send(2)
	<-ch
}

func ClosureTwiceRight() {
	ch := make(chan int)
	send := func(n int) {
		ch <- n + outside.Work()
	}
	go send(1)
	go send(2)
	<-ch
	<-ch
}

// A function that runs what it is given on a goroutine of its own.
func background(f func()) {
	go f()
}

func ClosureToHelper() {
	ch := make(chan int)
	background(func() {
		ch <- outside.Work() // want "abandoned-sender"
	})
	if outside.Coin() {
		<-ch
	}
}

func ClosureToHelperRight() {
	ch := make(chan int)
	background(func() {
		ch <- outside.Work()
	})
	<-ch
}
