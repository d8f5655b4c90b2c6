package patterns

import (
	"time"

	"example.com/testdata/outside"
)

// The timer's function ends the wait.
func AfterFuncCloses() {
	stop := make(chan struct{})
	time.AfterFunc(time.Millisecond, func() { close(stop) })
	<-stop
}

// Stopped timers run nothing.
func AfterFuncStopped() {
	stop := make(chan struct{})
	timer := time.AfterFunc(time.Hour, func() { close(stop) })
	go func() {
		<-stop // want "abandoned-receiver"
		outside.Work()
	}()
	timer.Stop()
}

// Each expiry starts a goroutine that has nobody to talk to.
func AfterFuncSends() {
	ch := make(chan int)
	time.AfterFunc(time.Millisecond, func() {
		ch <- outside.Work() // want "abandoned-sender"
	})
}
