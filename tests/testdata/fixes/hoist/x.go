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

// Until handles jobs until one is the last.
func Until(jobs <-chan string, last func(string) bool) {
next:
	for {
		select {
		case job := <-jobs:
			if last(job) {
				break next
			}
		case <-time.After(time.Minute): // want "timer-in-loop"
			continue next
		}
	}
}
