// Package drop is about waiting for what never comes: ticks that were taken, receivers of signals.
package drop

import "time"

// Drained takes the tick, and then waits for it again.
func Drained() {
	answers := make(chan int)
	timer := time.NewTimer(time.Millisecond)
	go func() {
		select {
		case <-answers:
		case <-timer.C:
			println("no answer")
		}
		if !timer.Stop() {
			<-timer.C // want "abandoned-receiver|blocking-drain"
		}
	}()
}

type worker struct {
	wake chan struct{}
}

// Woken signals a worker that sleeps no more.
func Woken() {
	w := &worker{wake: make(chan struct{})}
	go w.once()
	for range 2 {
		w.signal()
	}
}

func (w *worker) once() {
	<-w.wake
}

func (w *worker) signal() {
	go func() {
		w.wake <- struct{}{} // want "abandoned-sender"
	}()
}
