// Package apart is about goroutines that would wait for themselves.
package apart

import "example.com/testdata/outside"

type loop struct {
	events  chan int
	stopped chan struct{}
	onEvent func()
}

func (l *loop) run() {
	defer close(l.stopped)
	for range l.events {
		outside.Work()
		l.onEvent()
	}
}

func (l *loop) finish() {
	close(l.events)
	<-l.stopped // want "abandoned-receiver"
}

// Reentrant is told to finish by its own event.
func Reentrant() {
	l := &loop{events: make(chan int, 1), stopped: make(chan struct{})}
	l.onEvent = l.finish
	go l.run()
	l.events <- 1
}
