// Package timeout handles messages and gives up when none has come for a minute. The go line of its
// go.mod says 1.22.
package timeout

import "time"

const idle = time.Minute

// After keeps a timer alive for a minute after every message: before Go 1.23 a timer is not collected until it fires.
func After(messages <-chan string, handle func(string)) {
	for {
		select {
		case message, ok := <-messages:
			if !ok {
				return
			}
			handle(message)
		case <-time.After(idle): // want "timer-in-loop"
			return
		}
	}
}

// Reset reuses one timer, and is wrong before Go 1.23: a tick that was already in the channel
// survives Reset, and the next round takes it for a time-out.
func Reset(messages <-chan string, handle func(string)) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		timer.Reset(idle) // want "stale-reset"
		select {
		case message, ok := <-messages:
			if !ok {
				return
			}
			handle(message)
		case <-timer.C:
			return
		}
	}
}

// StopDrainReset is right with every Go: stop the timer, take an old tick if there is one, start it again.
func StopDrainReset(messages <-chan string, handle func(string)) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		if !timer.Stop() {
			select {
			case <-timer.C:
			default:
			}
		}
		timer.Reset(idle)
		select {
		case message, ok := <-messages:
			if !ok {
				return
			}
			handle(message)
		case <-timer.C:
			return
		}
	}
}
