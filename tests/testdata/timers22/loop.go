package timers22

import "time"

// oracle: none, the memory of timers is what counts, and a new toolchain collects them

func AfterInLoop(in <-chan int) {
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-time.After(time.Minute): // want "timer-in-loop"
			return
		}
	}
}

// The channel of the timer is held in a variable first.
func AfterInVariable(in <-chan int) {
	for {
		timeout := time.After(time.Minute) // want "timer-in-loop"
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timeout:
			return
		}
	}
}

// One timer for the whole loop.
func AfterOutsideLoop(in <-chan int) {
	timeout := time.After(time.Minute)
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timeout:
			return
		}
	}
}

// The loop does nothing but wait for the timer: each one has fired before the next is made.
func AfterAsSleep(work func() bool) {
	for work() {
		<-time.After(time.Second)
	}
}

// Not in a loop of its own.
func AfterOnce(in <-chan int) {
	select {
	case <-in:
	case <-time.After(time.Minute):
	}
}

// Stopped as soon as it is not needed any more.
func NewTimerStopped(in <-chan int) {
	for {
		timer := time.NewTimer(time.Minute)
		select {
		case _, ok := <-in:
			timer.Stop()
			if !ok {
				return
			}
		case <-timer.C:
			return
		}
	}
}
