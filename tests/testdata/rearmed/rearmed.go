// Package rearmed has functions that ask time.AfterFunc for their own next run.
package rearmed

import (
	"context"
	"sync"
	"time"
)

// oracle: none, no goroutine waits between two runs

func Keep(renew func()) {
	var again func()
	again = func() {
		renew()
		time.AfterFunc(time.Minute, again) // want "abandoned-poller"
	}
	again()
}

func KeepWhile(ctx context.Context, renew func()) {
	var again func()
	again = func() {
		if ctx.Err() != nil {
			return
		}
		renew()
		time.AfterFunc(time.Minute, again)
	}
	again()
}

func KeepUntilItFails(renew func() error) {
	var again func()
	again = func() {
		if renew() == nil {
			time.AfterFunc(time.Minute, again)
		}
	}
	again()
}

func KeepOnBothWays(renew func() error) {
	var again func()
	again = func() {
		if renew() != nil {
			time.AfterFunc(time.Second, again) // want "abandoned-poller"
			return
		}
		time.AfterFunc(time.Minute, again) // want "abandoned-poller"
	}
	again()
}

func ResetsItself(renew func()) {
	var timer *time.Timer
	timer = time.AfterFunc(time.Minute, func() {
		renew()
		timer.Reset(time.Minute) // want "abandoned-poller"
	})
}

func ResetsItselfUntilStopped(renew func(), wait func()) {
	var timer *time.Timer
	timer = time.AfterFunc(time.Minute, func() {
		renew()
		timer.Reset(time.Minute)
	})
	wait()
	timer.Stop()
}

func GivesTheTimerOut(renew func()) *time.Timer {
	var timer *time.Timer
	timer = time.AfterFunc(time.Minute, func() {
		renew()
		timer.Reset(time.Minute)
	})
	return timer
}

type Session struct {
	mu     sync.Mutex
	closed bool
	timer  *time.Timer
	kept   *time.Timer
}

func (s *Session) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.AfterFunc(time.Second, s.beat) // want "abandoned-poller"
}

func (s *Session) beatInLiteral() {
	s.timer = time.AfterFunc(time.Second, func() { s.beatInLiteral() }) // want "abandoned-poller"
}

func (s *Session) beatUntilClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	time.AfterFunc(time.Second, s.beatUntilClosed)
}

func (s *Session) beatUntilStopped() {
	s.kept = time.AfterFunc(time.Second, s.beatUntilStopped)
}

func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.kept.Stop()
}

// Clock has nothing that ends it.
type Clock struct{ now time.Time }

func (c *Clock) step() {
	c.now = time.Now()
	time.AfterFunc(time.Second, c.step) // note "abandoned-poller"
}

var started = time.Now()

func refresh() {
	started = time.Now()
	time.AfterFunc(time.Hour, refresh) // note "abandoned-poller"
}

// once runs another function, and not itself.
func once(done func()) { time.AfterFunc(time.Second, done) }
