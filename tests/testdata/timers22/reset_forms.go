package timers22

import "time"

// oracle: none, an old tick is a wrong value now and then, no goroutine parks

// The tick is received on one way only.
func ResetOnOneWay(in <-chan int, beat func()) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
			timer.Reset(time.Minute) // want "stale-reset"
		case <-timer.C:
			beat()
			timer.Reset(time.Minute)
		}
	}
}

func ResetWithFlag(in <-chan int, beat func()) {
	timer := time.NewTimer(time.Minute)
	for {
		taken := false
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
			taken = true
			beat()
		}
		if !timer.Stop() && !taken {
			<-timer.C
		}
		timer.Reset(time.Minute)
	}
}

func ResetWithResult(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	for range in {
		stopped := timer.Stop()
		if !stopped {
			select {
			case <-timer.C:
			default:
			}
		}
		timer.Reset(time.Minute)
		select {
		case <-in:
		case <-timer.C:
		}
	}
}

func set(timer *time.Timer) {
	if !timer.Stop() {
		select {
		case <-timer.C:
		default:
		}
	}
	timer.Reset(time.Minute)
}

func ResetInHelper(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	for {
		set(timer)
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
		}
	}
}

// Nobody looks at the channel.
func ResetUnseen(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	for range in {
		timer.Reset(time.Minute)
	}
}

type keeper struct {
	alive *time.Timer
	in    chan int
}

func (k *keeper) Run(beat func()) {
	k.alive = time.NewTimer(time.Minute)
	for {
		select {
		case _, ok := <-k.in:
			if !ok {
				return
			}
			beat()
			k.alive.Reset(time.Minute) // want "stale-reset"
		case <-k.alive.C:
			return
		}
	}
}

type alarm struct {
	timer *time.Timer
}

func NewAlarm(ring func()) *alarm {
	return &alarm{timer: time.AfterFunc(time.Minute, ring)}
}

func (a *alarm) Feed(in <-chan int) {
	for range in {
		a.timer.Reset(time.Minute)
	}
}
