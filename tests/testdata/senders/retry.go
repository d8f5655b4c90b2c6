package senders

import (
	"time"

	"example.com/testdata/outside"
)

// Each attempt that times out leaves a goroutine.
func Retry() bool {
	for range 3 {
		ch := make(chan bool)
		go func() {
			ok := slow() > 0
			ch <- ok && outside.Coin() // want "abandoned-sender"
		}()
		select {
		case ok := <-ch:
			if ok {
				return true
			}
		case <-time.After(time.Millisecond):
		}
	}
	return false
}

func RetryBuffered() bool {
	for range 3 {
		ch := make(chan bool, 1)
		go func() {
			ok := slow() > 0
			ch <- ok && outside.Coin()
		}()
		select {
		case ok := <-ch:
			if ok {
				return true
			}
		case <-time.After(time.Millisecond):
		}
	}
	return false
}
