package timers23

import (
	"math"
	"time"
)

type slowConn struct {
	slow    *time.Timer
	started chan int
}

// Set for ever, the timer fires after a Reset only.
func connect(fail bool) *slowConn {
	c := &slowConn{}
	c.slow = time.AfterFunc(time.Duration(math.MaxInt64), func() { c.started <- 1 })
	c.slow.Stop()
	if fail {
		return nil
	}
	c.started = make(chan int)
	return c
}

// This one may fire before it is stopped, and finds no channel.
func connectSoon(fail bool) *slowConn {
	c := &slowConn{}
	c.slow = time.AfterFunc(time.Millisecond, func() { c.started <- 1 }) // want "nil-channel"
	if fail {
		return nil
	}
	c.slow.Stop()
	return c
}

func ConnectedFar() {
	connect(true)
	if c := connect(false); c != nil {
		c.slow.Reset(time.Millisecond)
		<-c.started
	}
}

func FailedSoon() { connectSoon(true) }

// It was still set when it is stopped.
func StoppedFar() {
	c := &slowConn{started: make(chan int)}
	c.slow = time.AfterFunc(time.Duration(math.MaxInt64), func() { c.started <- 1 })
	if !c.slow.Stop() {
		<-c.started
	}
}
