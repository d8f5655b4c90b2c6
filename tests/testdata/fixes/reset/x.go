// Package reset is about timers that are set again while an old tick may be left, before Go 1.23.
//
// oracle: none, an old tick is a wrong value and parks nobody
package reset

import "time"

// Drain handles jobs until none comes for a minute.
func Drain(jobs <-chan string, handle func(string)) {
	idle := time.NewTimer(time.Minute)
	defer idle.Stop()
	for {
		select {
		case job := <-jobs:
			handle(job) // may take longer than a minute
		case <-idle.C:
			return
		}
		idle.Reset(time.Minute) // want "stale-reset"
	}
}
