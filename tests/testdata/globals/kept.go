package globals

import (
	"errors"

	"example.com/testdata/outside"
)

var errClosed = errors.New("closed")

var errFull = errors.New("full")

var lastErr error

// The error is not nil, so the caller does close.
func SentinelOfThisPackage() {
	done := make(chan int)
	submit := func() error {
		if outside.Coin() {
			return errClosed
		}
		go close(done)
		return nil
	}
	if submit() != nil {
		close(done)
	}
	<-done
}

// Of two errors that are always there, one is not the other.
func OneIsNotTheOther() {
	done := make(chan int)
	submit := func() error {
		if outside.Coin() {
			return errClosed
		}
		go close(done)
		return errFull
	}
	if submit() == errClosed {
		return
	}
	<-done
}

// This one may well be nil.
func NotASentinel() {
	done := make(chan int)
	lastErr = nil
	submit := func() error {
		if outside.Coin() {
			return lastErr
		}
		go close(done)
		return nil
	}
	if submit() != nil {
		close(done)
	}
	<-done // want "abandoned-receiver"
}

var start = run

func run(done chan int) { close(done) }

var replaced = run

func init() {
	replaced = func(done chan int) {}
}

// A function in a variable that nobody assigns is that function.
func KeptFunction() {
	done := make(chan int)
	start(done)
	<-done
}

const verbose = false

var debug = false

func KeptConstant() {
	done := make(chan int, 1)
	if debug || verbose {
		return
	}
	done <- 1
	if !debug {
		<-done
		return
	}
	<-done
	<-done
}
