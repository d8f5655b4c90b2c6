package senders

import "example.com/testdata/outside"

type base struct {
	out chan int
}

func (b *base) emit() {
	b.out <- outside.Work() // want "abandoned-sender"
}

type derived struct {
	base
	name string
}

// The channel lives in an embedded struct, the method is promoted.
func Embedded() {
	d := &derived{base{make(chan int)}, "d"}
	go d.emit()
}

type quietBase struct {
	out chan int
}

func (b *quietBase) emit() {
	b.out <- outside.Work()
}

type quiet struct {
	*quietBase
}

func EmbeddedRight() {
	q := quiet{&quietBase{make(chan int)}}
	go q.emit()
	<-q.out
}
