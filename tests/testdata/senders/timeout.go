package senders

import (
	"time"

	"example.com/testdata/outside"
)

func slow() int {
	if outside.Coin() {
		time.Sleep(3 * time.Millisecond)
	}
	return 1
}

func Timeout() (int, bool) {
	ch := make(chan int)
	go func() {
		ch <- slow() // want "abandoned-sender"
	}()
	select {
	case v := <-ch:
		return v, true
	case <-time.After(time.Millisecond):
		return 0, false
	}
}

func TimeoutBuffered() (int, bool) {
	ch := make(chan int, 1)
	go func() {
		ch <- slow()
	}()
	select {
	case v := <-ch:
		return v, true
	case <-time.After(time.Millisecond):
		return 0, false
	}
}

func TimeoutDone() (int, bool) {
	ch := make(chan int)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case ch <- slow():
		case <-done:
		}
	}()
	select {
	case v := <-ch:
		return v, true
	case <-time.After(time.Millisecond):
		return 0, false
	}
}

func TimeoutTwoStages() bool {
	ch := make(chan int)
	go func() {
		ch <- slow() // want "abandoned-sender"
		ch <- slow() // want "abandoned-sender"
	}()
	for range 2 {
		select {
		case <-ch:
		case <-time.After(time.Millisecond):
			return false
		}
	}
	return true
}
