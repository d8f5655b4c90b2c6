// Package hoist is about timers that each round of a loop leaves behind, with the timers of Go before 1.23.
//
// oracle: none, memory that comes back when the timer fires
package hoist

import "time"

// Drain handles jobs until none comes for a minute.
func Drain(jobs <-chan string, handle func(string)) {
	for {
		select {
		case job := <-jobs:
			handle(job)
		case <-time.After(time.Minute): // want "timer-in-loop"
			return
		}
	}
}
