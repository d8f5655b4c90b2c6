package timers22

import "time"

// oracle: none, a time-out decides, and the oracle's toolchain has new timers

// The tick was taken by the select.
func DrainTaken(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	select {
	case <-in:
	case <-timer.C:
	}
	if !timer.Stop() {
		<-timer.C // want "blocking-drain"
	}
}

// Left where the tick is taken.
func DrainNeeded(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	select {
	case <-in:
	case <-timer.C:
		return
	}
	if !timer.Stop() {
		<-timer.C
	}
}

func DrainWithFlag(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	fired := false
	select {
	case <-in:
	case <-timer.C:
		fired = true
	}
	if !fired && !timer.Stop() {
		<-timer.C
	}
}

// The first round is right, the second not.
func DrainInLoop(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	for {
		if !timer.Stop() {
			<-timer.C // want "blocking-drain"
		}
		timer.Reset(time.Minute)
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
		}
	}
}

// Made to be set later.
func DrainAtOnce(in <-chan int) {
	timer := time.NewTimer(0)
	if !timer.Stop() {
		<-timer.C
	}
	for range in {
		timer.Reset(time.Second)
		<-timer.C
	}
}

func drain(timer *time.Timer) {
	if !timer.Stop() {
		<-timer.C // want "blocking-drain"
	}
}

func DrainInHelper(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	<-timer.C
	drain(timer)
}

func DrainDeferred(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	defer func() {
		if !timer.Stop() {
			<-timer.C // want "blocking-drain"
		}
	}()
	select {
	case <-in:
	case <-timer.C:
	}
}
