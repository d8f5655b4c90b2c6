package shapes

import (
	"context"
	"errors"
	"sync"

	"example.com/testdata/outside"
)

// oracle: parked, somebody could still cancel, so the runtime does not mark the goroutine

var running, stopRunning = context.WithCancel(context.Background())

// Goroutines that meet only what the caller has: each ends when the caller takes what it sends.
func serve(accept func() (int, error), out chan<- int, slots chan struct{}) {
	for {
		conn, err := accept()
		if err != nil {
			return
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			for range conn {
				out <- outside.Work()
			}
		}()
	}
}

// The same, and one of them meets its maker.
func serveAndCount(accept func() (int, error), out chan<- int) int {
	counts := make(chan int)
	started := 0
	for {
		_, err := accept()
		if err != nil {
			break
		}
		started++
		go func() {
			out <- outside.Work()
			counts <- 1 // want "abandoned-sender"
		}()
	}
	if started == 0 {
		return 0
	}
	return <-counts
}

// One stands for all, and is told.
func watchAll(ctx context.Context, names []string) {
	for _, name := range names {
		go func() {
			outside.Use(name)
			<-ctx.Done() // note "ends-only-by-cancellation"
		}()
	}
}

// What they count is waited for.
func serveAndWait(accept func() (int, error), out chan<- int) {
	var group sync.WaitGroup
	for {
		_, err := accept()
		if err != nil {
			break
		}
		group.Add(1)
		go func() {
			defer group.Done()
			out <- outside.Work()
		}()
	}
	group.Wait()
}

func Bystanders() {
	out := make(chan int, 100)
	accepted := 0
	accept := func() (int, error) {
		if accepted++; accepted%4 == 0 {
			return 0, errors.New("closed")
		}
		return 1, nil
	}
	serve(accept, out, make(chan struct{}, 3))
	serveAndCount(accept, out)
	serveAndWait(accept, out)
	watchAll(running, []string{"a", "b"})
	if false {
		stopRunning()
	}
}
