package senders

import "example.com/testdata/outside"

// Two outcomes, two channels; only one outcome is awaited.
func TwoOutcomes() int {
	good, bad := make(chan int), make(chan int)
	go func() {
		if outside.Coin() {
			good <- outside.Work()
		} else {
			bad <- outside.Work() // want "abandoned-sender"
		}
	}()
	return <-good // want "abandoned-receiver"
}

func TwoOutcomesRight() int {
	good, bad := make(chan int), make(chan int)
	go func() {
		if outside.Coin() {
			good <- outside.Work()
		} else {
			bad <- outside.Work()
		}
	}()
	select {
	case v := <-good:
		return v
	case v := <-bad:
		return v
	}
}
