package patterns

import (
	"time"

	"example.com/testdata/outside"
)

// Beats are dropped when nobody listens; results stop with done.
func Heartbeat() {
	done, beats, results := make(chan struct{}), make(chan struct{}), make(chan int)
	go func() {
		defer close(results)
		pulse := time.NewTicker(time.Millisecond)
		defer pulse.Stop()
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-pulse.C:
				select {
				case beats <- struct{}{}:
				default:
				}
			case results <- i * 2:
			}
		}
	}()
	for range 3 {
		select {
		case <-beats:
		case <-results:
		}
	}
	close(done)
}

// A beat that somebody has to take: when the listener leaves during a beat, done is not looked at.
func HeartbeatInsists() {
	done, beats, results := make(chan struct{}), make(chan struct{}), make(chan int)
	go func() {
		defer close(results)
		for i := 0; ; i++ {
			if outside.Coin() {
				beats <- struct{}{} // want "abandoned-sender"
			}
			select {
			case <-done:
				return
			case results <- i * 2:
			}
		}
	}()
	for range 3 {
		select {
		case <-beats:
		case <-results:
		}
	}
	close(done)
}
