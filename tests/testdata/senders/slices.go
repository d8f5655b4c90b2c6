package senders

import "example.com/testdata/outside"

// One channel for each worker; the last one is never read.
func SliceLastUnread() {
	chans := make([]chan int, 3)
	for i := range chans {
		chans[i] = make(chan int)
	}
	for i := range chans {
		go func() {
			chans[i] <- outside.Work() // want "abandoned-sender"
		}()
	}
	for i := 0; i < len(chans)-1; i++ {
		<-chans[i]
	}
}

func SliceAllRead() {
	chans := make([]chan int, 3)
	for i := range chans {
		chans[i] = make(chan int)
	}
	for i := range chans {
		go func() {
			chans[i] <- outside.Work()
		}()
	}
	for _, ch := range chans {
		<-ch
	}
}

// Two channels in a literal; only the first is read.
func SliceLiteral() {
	left, right := make(chan int), make(chan int)
	for _, ch := range []chan int{left, right} {
		go func() {
			ch <- outside.Work() // want "abandoned-sender"
		}()
	}
	<-left
}

func SliceLiteralRight() {
	left, right := make(chan int), make(chan int)
	for _, ch := range []chan int{left, right} {
		go func() {
			ch <- outside.Work()
		}()
	}
	<-right
	<-left
}
