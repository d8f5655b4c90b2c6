package callers

import "example.com/testdata/outside"

// What a private function can be given is what its package gives it: here a place for each.
func PrivateCalls() {
	collect(2, 2)
	collect(3, 3)
}

func collect(n, places int) {
	ch := make(chan int, places)
	for i := range n {
		go func() { ch <- i }()
	}
	<-ch
}

// One of the calls gives too few.
func PrivateCallsFew() {
	gather(2, 2)
	gather(3, 1)
}

func gather(n, places int) {
	ch := make(chan int, places)
	for i := range n {
		go func() {
			ch <- i * i // want "abandoned-sender"
		}()
	}
	<-ch
}

// Flags that are never given together.
func PrivateFlags() {
	run(true, true)
	run(false, false)
}

func run(send, receive bool) {
	ch := make(chan int)
	if send {
		go func() { ch <- outside.Work() }()
	}
	if receive {
		<-ch
	}
}
