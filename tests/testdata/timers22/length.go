package timers22

import "time"

// oracle: none, a time-out decides, and the oracle's toolchain has new timers

// Drained only while a tick waits.
func LengthRight(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	select {
	case <-in:
	case <-timer.C:
	}
	if !timer.Stop() && len(timer.C) > 0 {
		<-timer.C
	}
}

func LengthLoopRight(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	<-in
	timer.Stop()
	for len(timer.C) != 0 {
		<-timer.C
	}
	if 1 <= len(timer.C) {
		<-timer.C
	}
}

func LengthTurned(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	select {
	case <-in:
	case <-timer.C:
	}
	if !timer.Stop() && len(timer.C) == 0 {
		<-timer.C // want "blocking-drain"
	}
}
