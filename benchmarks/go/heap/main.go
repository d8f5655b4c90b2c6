// Heap measures what each timer rule is about: the memory that stays after a number of rounds of the wrong and
// of the right code of its manual page. It prints a line for each: rule, code, bytes and goroutines a round.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"
)

const (
	rounds = 5_000
	long   = 10 * time.Minute
)

type measured struct {
	rule         string
	wrong, right func(n int)
}

var parent, cancelParent = context.WithCancel(context.Background())

func main() {
	defer cancelParent()
	cases := []measured{
		{"timer-in-loop", afterInLoop, timerForLoop},
		{"ticker-not-stopped", tickers(false), tickers(true)},
		{"abandoned-poller", rearmed(false), rearmed(true)},
		{"stopped-timer-wait", stopped(false), stopped(true)},
		{"blocking-drain", drained(false), drained(true)},
		{"lost-cancel", cancels(false), cancels(true)},
	}
	for _, each := range cases {
		report(each.rule, "right", each.right)
		report(each.rule, "wrong", each.wrong)
	}
	os.Exit(0)
}

func report(rule, code string, run func(int)) {
	run(10) // what is made once
	bytes, goroutines := used()
	run(rounds)
	bytesAfter, goroutinesAfter := used()
	fmt.Printf("%s %s %.0f %.2f\n", rule, code,
		float64(bytesAfter-bytes)/rounds, float64(goroutinesAfter-goroutines)/rounds)
}

func used() (bytes int64, goroutines int) {
	for i := 0; i < 3; i++ {
		time.Sleep(20 * time.Millisecond)
		runtime.GC()
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse), runtime.NumGoroutine()
}

func afterInLoop(n int) {
	jobs := make(chan int, 1)
	for i := 0; i < n; i++ {
		jobs <- i
		select {
		case <-jobs:
		case <-time.After(long):
			return
		}
	}
}

func timerForLoop(n int) {
	jobs := make(chan int, 1)
	idle := time.NewTimer(long)
	defer idle.Stop()
	for i := 0; i < n; i++ {
		jobs <- i
		select {
		case <-jobs:
		case <-idle.C:
			return
		}
		if !idle.Stop() {
			select {
			case <-idle.C:
			default:
			}
		}
		idle.Reset(long)
	}
}

func tickers(stop bool) func(int) {
	return func(n int) {
		for i := 0; i < n; i++ {
			ticker := time.NewTicker(long)
			if stop {
				ticker.Stop()
			}
		}
	}
}

func rearmed(ends bool) func(int) {
	return func(n int) {
		for i := 0; i < n; i++ {
			var again func()
			again = func() {
				if !ends {
					time.AfterFunc(long, again)
				}
			}
			again()
		}
	}
}

func stopped(done bool) func(int) {
	return func(n int) {
		for i := 0; i < n; i++ {
			ticker, end := time.NewTicker(long), make(chan struct{})
			go func() {
				for {
					select {
					case <-ticker.C:
					case <-end:
						return
					}
				}
			}()
			ticker.Stop()
			if done {
				close(end)
			}
		}
	}
}

func drained(withDefault bool) func(int) {
	return func(n int) {
		for i := 0; i < n; i++ {
			timer := time.NewTimer(0)
			<-timer.C
			go func() {
				if timer.Stop() {
					return
				}
				if withDefault {
					select {
					case <-timer.C:
					default:
					}
					return
				}
				<-timer.C
			}()
		}
	}
}

func cancels(call bool) func(int) {
	return func(n int) {
		for i := 0; i < n; i++ {
			_, cancel := context.WithCancel(parent)
			if call {
				cancel()
			}
		}
	}
}
