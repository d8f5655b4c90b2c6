package timers23

import (
	"math/rand"
	"time"
)

func luck() bool {
	return rand.Intn(2) == 0
}

// The timer is set again on one way only.
func RangesOverSpentTimer() {
	timer := time.NewTimer(time.Millisecond)
	for range timer.C { // want "never-closed: range over timer.C never ends: .* set the timer again: it has fired"
		if luck() {
			timer.Reset(time.Millisecond)
		}
	}
}

// Waiting once more without setting it.
func WaitsForSpentTimer() {
	timer := time.NewTimer(time.Millisecond)
	<-timer.C
	if luck() {
		<-timer.C // want "abandoned-receiver: receive from timer.C .* set the timer again"
	}
}

// Set on every way, or left.
func RangesOverTimer() {
	timer := time.NewTimer(time.Millisecond)
	for range timer.C {
		if luck() {
			return
		}
		timer.Reset(time.Millisecond)
	}
}
