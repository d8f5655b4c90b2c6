package selects

import "example.com/testdata/outside"

// A select of one case is the bare operation.
func OneCaseSend() {
	ch := make(chan int)
	go func() {
		select {
		case ch <- outside.Work(): // want "abandoned-sender"
		}
	}()
}

func OneCaseReceive() {
	ch := make(chan int)
	go func() {
		select {
		case v := <-ch: // want "abandoned-receiver"
			outside.Use(v)
		}
	}()
}

func OneCaseDefault() {
	ch := make(chan int)
	go func() {
		select {
		case ch <- outside.Work():
		default:
		}
	}()
}

func NoCases() {
	go func() {
		select {} // want "abandoned-select"
	}()
}
