package pollers

import (
	"time"

	"example.com/testdata/outside"
)

// oracle: parked, others can still send to the goroutine, so the runtime does not mark it

// Leader starts a loop that is to end when it steps down, and forgets it when it is shut down before.
type Leader struct {
	elected  chan bool
	changes  chan string
	shutdown chan struct{}
}

func NewLeader() *Leader {
	l := &Leader{make(chan bool), make(chan string, 4), make(chan struct{})}
	go l.monitor()
	return l
}

func (l *Leader) monitor() {
	var stop chan struct{}
	for {
		select {
		case elected := <-l.elected:
			if elected && stop == nil {
				stop = make(chan struct{})
				go l.lead(stop)
			}
			if !elected && stop != nil {
				close(stop)
				stop = nil
			}
		case <-l.shutdown:
			return
		}
	}
}

func (l *Leader) lead(stop chan struct{}) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		select { // want "abandoned-poller"
		case <-stop:
			return
		case <-ticker.C:
			outside.Work()
		case name := <-l.changes:
			outside.Use(name)
		}
	}
}

func (l *Leader) Elect(elected bool) {
	select {
	case l.elected <- elected:
	case <-l.shutdown:
	}
}

func (l *Leader) Change(name string) {
	select {
	case l.changes <- name:
	default:
	}
}

func (l *Leader) Shutdown() { close(l.shutdown) }

var kept *Leader

func ShutDownWhileLeading() {
	kept = NewLeader()
	kept.Elect(true)
	kept.Shutdown()
}

// forwards is told to stop on one of two ways only; what it forwards comes from outside.
func forwards(in <-chan int, out func(int)) {
	stop := make(chan struct{})
	go func() {
		for {
			select { // want "abandoned-poller"
			case <-stop:
				return
			case n := <-in:
				out(n)
			}
		}
	}()
	if outside.Coin() {
		return
	}
	close(stop)
}

func forwardsUntilStopped(in <-chan int, out func(int)) {
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			case n := <-in:
				out(n)
			}
		}
	}()
	if outside.Coin() {
		return
	}
	outside.Work()
}

// forwardsToTheEnd has a channel that nobody closes, but the other one can be.
func forwardsToTheEnd(in <-chan int, out func(int)) {
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case n, ok := <-in:
				if !ok {
					return
				}
				out(n)
			}
		}
	}()
}

var numbers = make(chan int)

func Forwards() { forwards(numbers, func(int) {}) }

func ForwardsUntilStopped() { forwardsUntilStopped(numbers, func(int) {}) }

func ForwardsToTheEnd() {
	in := make(chan int)
	forwardsToTheEnd(in, func(int) {})
	close(in)
}
