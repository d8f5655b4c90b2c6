// Package ended is about stop channels that are watched, and that nobody closes.
package ended

import (
	"time"

	"example.com/testdata/outside"
)

// oracle: parked, pollers go on for ever

// Found looks again and again, until one says that it was found.
func Found() bool {
	stop := make(chan struct{})
	found := make(chan bool, 1)
	go func() {
		for {
			select { // want "abandoned-poller"
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				select {
				case found <- outside.Coin():
				default:
				}
			}
		}
	}()
	return <-found
}

type feed struct {
	values chan int
	quit   chan struct{}
}

func (f *feed) run() {
	sum := 0
	for {
		select { // want "abandoned-select"
		case value := <-f.values:
			sum += value
		case <-f.quit:
			outside.Use(sum)
			return
		}
	}
}

// stop only counts.
func (f *feed) stop() {
	outside.Work()
}

// Fed gives two values to a feed.
func Fed() {
	f := &feed{values: make(chan int), quit: make(chan struct{})}
	go f.run()
	f.values <- 1
	f.values <- 2
	f.stop()
}
