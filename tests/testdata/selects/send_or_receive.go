package selects

import "example.com/testdata/outside"

// Sends on one channel or receives on another; both partners are gone.
func SendOrReceive() {
	out, in := make(chan int), make(chan int)
	go func() {
		select { // want "abandoned-select"
		case out <- outside.Work():
		case v := <-in:
			outside.Use(v)
		}
	}()
	if outside.Coin() {
		<-out
	}
}

func SendOrReceiveRight() {
	out, in := make(chan int), make(chan int)
	go func() {
		select {
		case out <- outside.Work():
		case v := <-in:
			outside.Use(v)
		}
	}()
	if outside.Coin() {
		<-out
	} else {
		in <- 1
	}
}
