package forms

import "example.com/testdata/outside"

type lanes struct {
	in  [2]chan int
	out struct{ done [3]chan bool }
}

// Channels in the arrays of a struct, made one by one.
func ArrayField() {
	var l lanes
	for i := range l.in {
		l.in[i] = make(chan int)
	}
	go func() { l.in[0] <- outside.Work() + 1 }()
	go func() { l.in[1] <- outside.Work() + 2 }() // want "abandoned-sender"
	<-l.in[0]
}

func ArrayFieldRight() {
	var l lanes
	for i := range l.in {
		l.in[i] = make(chan int)
	}
	go func() { l.in[0] <- outside.Work() + 1 }()
	go func() { l.in[1] <- outside.Work() + 2 }()
	<-l.in[0]
	<-l.in[1]
}

func InnerArray() {
	l := new(lanes)
	l.out.done[2] = make(chan bool)
	go func() {
		l.out.done[2] <- true // want "abandoned-sender"
	}()
	if outside.Coin() {
		<-l.out.done[2]
	}
}

// The others are nil.
func ArrayNil() {
	l := &lanes{in: [2]chan int{make(chan int, 1)}}
	l.in[0] <- 1
	<-l.in[1] // want "nil-channel"
}

func ArrayPointer() {
	var chans [2]chan int
	fillAll(&chans)
	go func() { chans[1] <- 1 }()
	<-chans[1]
}

func fillAll(chans *[2]chan int) {
	chans[0], chans[1] = make(chan int), make(chan int)
}
