package senders

import "example.com/testdata/outside"

func MapOneUnread() {
	waiting := map[string]chan int{"a": make(chan int), "b": make(chan int)}
	go func() {
		waiting["a"] <- outside.Work()
	}()
	go func() {
		waiting["b"] <- outside.Work() // want "abandoned-sender"
	}()
	<-waiting["a"]
}

func MapBothRead() {
	waiting := map[string]chan int{"a": make(chan int), "b": make(chan int)}
	go func() {
		waiting["a"] <- outside.Work()
	}()
	go func() {
		waiting["b"] <- outside.Work()
	}()
	<-waiting["a"]
	<-waiting["b"]
}
