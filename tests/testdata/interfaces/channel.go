package interfaces

import "example.com/testdata/outside"

type report interface {
	tell(n int)
}

// A channel that is a report by itself.
type reports chan<- int

func (r reports) tell(n int) {
	r <- n // want "abandoned-sender"
}

type watch struct {
	running chan struct{}
}

// Whoever gives a report has a channel behind it, and receives from that.
func observe(to report) *watch {
	w := &watch{running: make(chan struct{})}
	go func() {
		defer close(w.running)
		to.tell(outside.Work())
	}()
	return w
}

func ReportsRight() {
	all := make(chan int)
	w := observe(reports(all))
	<-all
	<-w.running
}

// Nobody receives what is told.
func ReportsUnread() {
	recount(reports(make(chan int)))
}

func recount(to reports) {
	go to.tell(outside.Work())
}
