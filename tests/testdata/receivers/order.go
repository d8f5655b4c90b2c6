package receivers

import "example.com/testdata/outside"

// Waits for the answer before the one who gives it is started.
func WaitsTooEarly() {
	ch := make(chan int)
	v := <-ch // want "abandoned-receiver"
	go func() {
		ch <- outside.Work()
	}()
	outside.Use(v)
}

func WaitsInTime() {
	ch := make(chan int)
	go func() {
		ch <- outside.Work()
	}()
	v := <-ch
	outside.Use(v)
}

// Each waits for the other to speak first.
func BothListen() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		<-ping // want "abandoned-receiver"
		pong <- 1
	}()
	<-pong // want "abandoned-receiver"
	ping <- 1
}

func PingPong() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		<-ping
		pong <- 1
	}()
	ping <- 1
	<-pong
}

// Both speak first.
func BothSpeak() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		pong <- 1 // want "abandoned-sender"
		<-ping
	}()
	ping <- 1 // want "abandoned-sender"
	<-pong
}
