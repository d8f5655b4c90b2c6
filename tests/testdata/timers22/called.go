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
