// Package go122 is judged for the old timers: see its go.mod.
package go122

import "time"

// oracle: none, the same code as in the other folders; make heap measures it

func AfterInLoop(jobs <-chan string, handle func(string)) {
	for {
		select {
		case job := <-jobs:
			handle(job)
		case <-time.After(time.Minute): // want "timer-in-loop"
			return
		}
	}
}

func NotStopped(ready func() bool) {
	ticker := time.NewTicker(time.Second) // want "ticker-not-stopped"
	for !ready() {
		<-ticker.C
	}
}

func Stopped(ready func() bool) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for !ready() {
		<-ticker.C
	}
}

func ResetAfterWork(jobs <-chan string, handle func(string)) {
	idle := time.NewTimer(time.Minute)
	defer idle.Stop()
	for {
		select {
		case job := <-jobs:
			handle(job)
		case <-idle.C:
			return
		}
		idle.Reset(time.Minute) // want "stale-reset"
	}
}

// A tick that nobody took: with old timers it is in the channel when Stop returns false, with new ones it
// never is, and this drain is reached only when another goroutine took the tick.
func DrainOfUntaken(answer <-chan string) (text string) {
	timer := time.NewTimer(time.Minute)
	text = <-answer
	if !timer.Stop() {
		<-timer.C
	}
	return text
}

func DrainOfTaken(answer <-chan string) (text string) {
	timer := time.NewTimer(time.Minute)
	select {
	case text = <-answer:
	case <-timer.C:
	}
	if !timer.Stop() {
		<-timer.C // want "blocking-drain"
	}
	return text
}

func RangeOfStopped(work, beat func()) {
	ticker := time.NewTicker(time.Second)
	go func() {
		for range ticker.C { // want "stopped-timer-wait|abandoned-receiver"
			beat()
		}
	}()
	work()
	ticker.Stop()
}
