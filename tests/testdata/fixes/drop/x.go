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

type log struct {
	lines chan string
}

// Unread is a log that nobody reads.
func Unread() {
	l := &log{lines: make(chan string, 2)}
	go func() {
		for range 3 {
			l.write("line")
		}
	}()
}

func (l *log) write(line string) {
	l.lines <- line // want "abandoned-sender"
}

// Rest takes what may still be there when it is stopped.
func Rest() {
	stop := make(chan struct{})
	go rest(make(chan int), stop)
	close(stop)
}

func rest(events <-chan int, stop <-chan struct{}) {
	<-stop
	if _, ok := <-events; ok { // want "abandoned-receiver"
		println("there was one more")
	}
}
