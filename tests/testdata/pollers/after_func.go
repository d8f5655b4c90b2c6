package pollers

import (
	"time"

	"example.com/testdata/outside"
)

// oracle: none, no goroutine waits: each run is a new one

type beat struct {
	period time.Duration
	timer  *time.Timer
	done   chan struct{}
}

// Set again by itself, and nobody has the timer.
func (b *beat) Forever() {
	outside.Work()
	time.AfterFunc(b.period, b.Forever) // want "abandoned-poller"
}

func (b *beat) UntilDone() {
	select {
	case <-b.done:
		return
	default:
	}
	outside.Work()
	time.AfterFunc(b.period, b.UntilDone)
}

func (b *beat) Kept() {
	outside.Work()
	b.timer = time.AfterFunc(b.period, b.Kept)
}

func (b *beat) Stop() {
	b.timer.Stop()
}

func Literal(period time.Duration) {
	var again func()
	again = func() {
		outside.Work()
		time.AfterFunc(period, again) // want "abandoned-poller"
	}
	again()
}

func Resets(period time.Duration) {
	var timer *time.Timer
	timer = time.AfterFunc(period, func() {
		outside.Work()
		timer.Reset(period) // want "abandoned-poller"
	})
}

func ResetsUntil(period time.Duration, work func()) {
	var timer *time.Timer
	timer = time.AfterFunc(period, func() {
		outside.Work()
		timer.Reset(period)
	})
	defer timer.Stop()
	work()
}
