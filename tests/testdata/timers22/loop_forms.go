package timers22

import "time"

// oracle: none, the memory of timers is what counts, and a new toolchain collects them

// The channel of a timer that nobody keeps.
func NewTimerInLoop(in <-chan int, stop <-chan struct{}) {
	for {
		select {
		case <-in:
		case <-stop:
			return
		case <-time.NewTimer(time.Minute).C: // want "timer-in-loop"
		}
	}
}

// Kept, and not stopped when the message wins.
func NewTimerForgotten(in <-chan int) {
	for {
		timer := time.NewTimer(time.Minute) // want "timer-in-loop"
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

func NewTimerDeferred(in <-chan int) {
	for {
		func() {
			timer := time.NewTimer(time.Minute)
			defer timer.Stop()
			select {
			case <-in:
			case <-timer.C:
			}
		}()
	}
}

type batcher struct {
	in    chan int
	timer <-chan time.Time
	rows  []int
}

func (b *batcher) roll() {
	b.rows = nil
	b.timer = nil
}

// The field is emptied by a method before the timer has fired.
func (b *batcher) Run() {
	for {
		select {
		case row, ok := <-b.in:
			if !ok {
				return
			}
			if b.timer == nil {
				b.timer = time.After(time.Minute) // want "timer-in-loop"
			}
			b.rows = append(b.rows, row)
			if len(b.rows) > 100 {
				b.roll()
			}
		case <-b.timer:
			b.roll()
		}
	}
}

// Made anew only after the earlier one has fired.
func OneAtATime(in <-chan int, flush func()) {
	var timeout <-chan time.Time
	for {
		if timeout == nil {
			timeout = time.After(time.Minute)
		}
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-timeout:
			flush()
			timeout = nil
		}
	}
}

func idle() <-chan time.Time {
	return time.After(time.Minute)
}

func AfterBehindHelper(in <-chan int) {
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-idle(): // want "timer-in-loop"
			return
		}
	}
}

func LabelledContinue(in <-chan int, odd func(int) bool) {
next:
	for {
		select {
		case n, ok := <-in:
			if !ok {
				break next
			}
			if odd(n) {
				continue next
			}
		case <-time.After(time.Second): // want "timer-in-loop"
			break next
		}
	}
}

func RangeLoop(jobs []chan int) {
	for _, job := range jobs {
		select {
		case <-job:
		case <-time.After(time.Minute): // want "timer-in-loop"
		}
	}
}

// The loop goes on only through the timer: one is left when it ends.
func Retry(try func() bool, stop <-chan struct{}) {
	for !try() {
		select {
		case <-stop:
			return
		case <-time.After(time.Second): // note "timer-in-loop"
		}
	}
}

// Three rounds at most.
func FewRounds(in <-chan int) {
	for i := 0; i < 3; i++ {
		select {
		case <-in:
		case <-time.After(time.Second): // note "timer-in-loop"
		}
	}
}

// Fires at once.
func Poll(in <-chan int) {
	for {
		select {
		case _, ok := <-in:
			if !ok {
				return
			}
		case <-time.After(0):
		}
	}
}

func InGoroutine(in <-chan int) {
	go func() {
		for {
			select {
			case _, ok := <-in:
				if !ok {
					return
				}
			case <-time.After(time.Hour): // want "timer-in-loop"
			}
		}
	}()
}

// A timer that the function stops when it returns, made in the first round.
func Ticks(next func() time.Duration, stop <-chan struct{}) {
	var timer *time.Timer
	defer func() {
		if timer != nil {
			timer.Stop()
		}
	}()
	for {
		if timer == nil {
			timer = time.NewTimer(next())
		} else {
			timer.Reset(next())
		}
		select {
		case <-stop:
			return
		case <-timer.C:
		}
	}
}

// What is deferred has nothing to do with the timer.
func TicksLeft(next func() time.Duration, stop <-chan struct{}, done func()) {
	var timer *time.Timer
	defer func() { done() }()
	for {
		if timer == nil {
			timer = time.NewTimer(next()) // note "timer-in-loop"
		} else {
			timer.Reset(next())
		}
		select {
		case <-stop:
			return
		case <-timer.C:
		}
	}
}
