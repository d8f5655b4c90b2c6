package senders

import "example.com/testdata/outside"

type horn struct {
	ch chan int
}

func (h horn) blow() {
	h.ch <- outside.Work() // want "abandoned-sender"
}

func MethodValue() {
	h := horn{make(chan int)}
	blow := h.blow
	go blow()
}

type bell struct {
	ch chan int
}

func (b bell) ring() {
	b.ch <- outside.Work()
}

func MethodValueRight() {
	b := bell{make(chan int)}
	ring := b.ring
	go ring()
	<-b.ch
}

func MethodExpressionRight() {
	b := &bell{make(chan int)}
	go bell.ring(*b)
	<-b.ch
}
