package timers22

import (
	"context"
	"errors"
	"time"
)

// oracle: none, the memory of timers is what counts, and a new toolchain collects them

func next(in <-chan string) (string, bool) {
	select {
	case text := <-in:
		return text, true
	case <-time.After(time.Minute): // want "timer-in-loop"
		return "", false
	}
}

func CallsNext(in <-chan string, handle func(string)) {
	for {
		text, ok := next(in)
		if !ok {
			return
		}
		handle(text)
	}
}

// The loop ends when the pause was cut short.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func Polls(ctx context.Context, look func()) {
	for {
		if err := pause(ctx, time.Minute); err != nil {
			return
		}
		look()
	}
}

func cut(stop <-chan struct{}) bool {
	select {
	case <-time.After(time.Minute):
		return false
	case <-stop:
		return true
	}
}

func PollsToo(stop <-chan struct{}, look func()) {
	for !cut(stop) {
		look()
	}
}

var errLate = errors.New("late")

func wait(ready <-chan struct{}) error {
	select {
	case <-ready:
		return nil
	case <-time.After(time.Minute): // want "timer-in-loop"
		return errLate
	}
}

func WaitsForAll(all []chan struct{}) error {
	for _, done := range all {
		if err := wait(done); err != nil {
			return err
		}
	}
	return nil
}

func waitOnce(done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-time.After(time.Minute):
		return errLate
	}
}

func WaitsOnce(done <-chan struct{}) error {
	return waitOnce(done)
}

// The timer is made in the loop, and waited for by a function that may return before.
func nextUntil(in <-chan string, late <-chan time.Time) (string, bool) {
	select {
	case text := <-in:
		return text, true
	case <-late:
		return "", false
	}
}

func CallsNextUntil(in <-chan string, handle func(string)) {
	for {
		text, ok := nextUntil(in, time.After(time.Minute)) // want "timer-in-loop"
		if !ok {
			return
		}
		handle(text)
	}
}

func CallsNextOfTimer(in <-chan string, handle func(string)) {
	for range 1000 {
		text, _ := nextUntil(in, time.NewTimer(time.Minute).C) // want "timer-in-loop"
		handle(text)
	}
}

// One timer for the whole loop.
func CallsNextUntilOneTime(in <-chan string, handle func(string)) {
	late := time.After(time.Minute)
	for {
		text, ok := nextUntil(in, late)
		if !ok {
			return
		}
		handle(text)
	}
}

// The function waits for nothing else.
func asleep(until <-chan time.Time) bool {
	<-until
	return true
}

func Sleeps(look func()) {
	for asleep(time.After(time.Minute)) {
		look()
	}
}

// The loop ends when the function did not wait for the timer.
func pauseUntil(ctx context.Context, over <-chan time.Time) error {
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return errLate
	}
}

func PausesUntil(ctx context.Context, look func()) {
	for {
		if err := pauseUntil(ctx, time.After(time.Minute)); err != nil {
			return
		}
		look()
	}
}

// What the function does with the channel is not to be seen.
func keep(late <-chan time.Time, to func(<-chan time.Time)) { to(late) }

func Keeps(to func(<-chan time.Time)) {
	for range 1000 {
		keep(time.After(time.Minute), to)
	}
}

// Stops its timer on its way out, made behind what it defers.
func waitStopped(ready <-chan struct{}) error {
	var timer *time.Timer
	defer func() {
		if timer != nil {
			timer.Stop()
		}
	}()
	timer = time.NewTimer(time.Minute)
	select {
	case <-ready:
		return nil
	case <-timer.C:
		return errors.New("late")
	}
}

func WaitsStopped(all []chan struct{}) error {
	for _, ready := range all {
		if err := waitStopped(ready); err != nil {
			return err
		}
	}
	return nil
}
