package timers22

import "time"

// oracle: none, an old tick is a wrong value now and then, no goroutine parks

func ResetOnly(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		timer.Reset(time.Minute) // want "stale-reset"
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
			return
		}
	}
}

// Stop without taking the old tick does not help.
func ResetAfterStop(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		timer.Stop()
		timer.Reset(time.Minute) // want "stale-reset"
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
			return
		}
	}
}

func ResetAfterDrain(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		if !timer.Stop() {
			select {
			case <-timer.C:
			default:
			}
		}
		timer.Reset(time.Minute)
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
			return
		}
	}
}

// Set again only after its tick was taken.
func ResetAfterTick(work func() bool) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for work() {
		<-timer.C
		timer.Reset(time.Second)
	}
}

// A timer with a function has no channel.
func ResetAfterFunc(in <-chan int, alarm func()) {
	timer := time.AfterFunc(time.Minute, alarm)
	defer timer.Stop()
	for range in {
		timer.Reset(time.Minute)
	}
}
