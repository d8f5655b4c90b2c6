// Rules that hold for every version, and the right form of those that do not.
//
// oracle: none, the same code in each folder; what stays behind is memory, processes and timers (make heap)

package go122

import (
	"context"
	"os"
	"os/exec"
	"time"
)

func CancelDropped(ctx context.Context, fetch func(context.Context) error) error {
	ctx, _ = context.WithCancel(ctx) // want "lost-cancel"
	return fetch(ctx)
}

func CancelOnOnePath(ctx context.Context, fetch func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx) // want "lost-cancel"
	if err := fetch(ctx); err != nil {
		return err
	}
	cancel()
	return nil
}

func CancelDeferred(ctx context.Context, fetch func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return fetch(ctx)
}

func NotWaitedFor(name string) error {
	command := exec.Command(name)
	return command.Start() // want "unreleased-holder"
}

func WaitedFor(name string) error {
	command := exec.Command(name)
	if err := command.Start(); err != nil {
		return err
	}
	return command.Wait()
}

func DeferInLoop(names []string, read func(*os.File)) error {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close() // want "defer-in-loop"
		read(file)
	}
	return nil
}

func ClosedInLoop(names []string, read func(*os.File)) error {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		read(file)
		file.Close()
	}
	return nil
}

func Rearmed(beat func()) {
	var again func()
	again = func() {
		beat()
		time.AfterFunc(time.Minute, again) // want "abandoned-poller"
	}
	time.AfterFunc(time.Minute, again)
}

func RearmedUntil(beat func() bool) {
	var again func()
	again = func() {
		if beat() {
			time.AfterFunc(time.Minute, again)
		}
	}
	time.AfterFunc(time.Minute, again)
}

func OneTimerForTheLoop(jobs <-chan string, handle func(string)) {
	idle := time.NewTimer(time.Minute)
	defer idle.Stop()
	for {
		select {
		case job := <-jobs:
			handle(job)
		case <-idle.C:
			return
		}
		if !idle.Stop() {
			select {
			case <-idle.C:
			default:
			}
		}
		idle.Reset(time.Minute)
	}
}

func DrainThatCannotBlock(answer <-chan string) (text string) {
	timer := time.NewTimer(time.Minute)
	select {
	case text = <-answer:
	case <-timer.C:
	}
	if !timer.Stop() {
		select {
		case <-timer.C:
		default:
		}
	}
	return text
}

func DoneBesideTheTicker(work, beat func()) {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				beat()
			case <-done:
				return
			}
		}
	}()
	work()
	close(done)
}
