// Package ticker is about tickers that nobody stops, with the timers of Go before 1.23.
//
// oracle: none, the memory of tickers is what counts, and a new toolchain collects them
package ticker

import "time"

// Until waits for the third tick.
func Until() {
	ticker := time.NewTicker(time.Millisecond) // want "ticker-not-stopped"
	for range 3 {
		<-ticker.C
	}
}

// Slower replaces its ticker, and stops the first one.
func Slower(jobs <-chan string, handle func(string)) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case job, ok := <-jobs:
			if !ok {
				return
			}
			handle(job)
			ticker.Stop()
			ticker = time.NewTicker(time.Minute) // want "ticker-not-stopped"
		case <-ticker.C:
			handle("")
		}
	}
}

// Fed has a ticker for each batch, and forgets it where a batch takes too long.
func Fed(batches <-chan []string, out chan<- string, late func(string)) {
feed:
	for batch := range batches {
		ticker := time.NewTicker(time.Second) // want "ticker-not-stopped"
		for _, line := range batch {
			select {
			case out <- line:
			case <-ticker.C:
				late(line)
				continue feed
			}
		}
		ticker.Stop()
	}
}
