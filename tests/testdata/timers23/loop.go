package timers23

import "time"

// oracle: none, there is nothing to see: timers that nobody can reach are collected

func AfterInLoop(in <-chan int) {
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-time.After(time.Minute):
			return
		}
	}
}

func ResetOnly(in <-chan int) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		timer.Reset(time.Minute)
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timer.C:
			return
		}
	}
}
