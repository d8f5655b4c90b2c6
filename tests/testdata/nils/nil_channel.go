package nils

import "example.com/testdata/outside"

func NilSend() {
	var ch chan int
	go func() {
		ch <- outside.Work() // want "nil-channel"
	}()
}

func NilReceive() {
	var ch chan int
	go func() {
		<-ch // want "nil-channel"
	}()
}

func NilRange() {
	var ch chan int
	go func() {
		for range ch { // want "nil-channel"
		}
	}()
}

// Made on one path only.
func NilOnOnePath() {
	var ch chan int
	if outside.Coin() {
		ch = make(chan int, 1)
	}
	go func(ch chan int) {
		ch <- outside.Work() // want "nil-channel"
	}(ch)
}

func NilChecked() {
	var ch chan int
	if outside.Coin() {
		ch = make(chan int, 1)
	}
	go func() {
		if ch != nil {
			ch <- outside.Work()
		}
	}()
}

// A select with a nil case and a default does not wait.
func NilDefault() {
	var ch chan int
	go func() {
		select {
		case <-ch:
		default:
		}
	}()
}
