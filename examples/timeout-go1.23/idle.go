// Package timeout handles messages and gives up when none has come for a minute. The go line of its
// go.mod says 1.23.
package timeout

import "time"

const idle = time.Minute

// After is right here: since Go 1.23 a timer that nobody can reach is collected at once.
func After(messages <-chan string, handle func(string)) {
	for {
		select {
		case message, ok := <-messages:
			if !ok {
				return
			}
			handle(message)
		case <-time.After(idle):
			return
		}
	}
}

// Reset is right here: since Go 1.23 Reset leaves no old tick in the channel.
func Reset(messages <-chan string, handle func(string)) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
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
