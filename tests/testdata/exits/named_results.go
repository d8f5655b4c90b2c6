package exits

import (
	"errors"

	"example.com/testdata/outside"
)

var errNotStarted = errors.New("not started")

func begun() error {
	if outside.Coin() {
		return errNotStarted
	}
	return nil
}

func serveAll(requests <-chan int) {
	for range requests {
		outside.Work()
	}
}

func openOrClose() (requests chan int, err error) {
	requests = make(chan int)
	defer func() {
		if err != nil {
			close(requests)
		}
	}()
	go serveAll(requests)
	return requests, begun()
}

// What is returned is the named result when the deferred function runs.
func ClosedOnError() {
	requests, err := openOrClose()
	if err != nil {
		return
	}
	close(requests)
}

func serveEach(requests <-chan int) {
	for range requests { // want "never-closed"
		outside.Work()
	}
}

func openOrLeave() (requests chan int, err error) {
	requests = make(chan int)
	defer func() {
		if err == nil {
			outside.Work()
		}
	}()
	go serveEach(requests)
	return requests, begun()
}

// Nobody closes after an error.
func LeftOnError() {
	requests, err := openOrLeave()
	if err != nil {
		return
	}
	close(requests)
}

// The same in a function literal.
func ClosedInLiteral() {
	done := make(chan int)
	run := func() (err error) {
		defer func() {
			if err != nil {
				close(done)
			}
		}()
		return begun()
	}
	if run() == nil {
		return
	}
	<-done
}
