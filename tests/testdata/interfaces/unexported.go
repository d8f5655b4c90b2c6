package interfaces

import (
	"time"

	"example.com/testdata/outside"
)

type late struct{}

func (late) Error() string { return "late" }

type early struct{ by int }

func (*early) Error() string { return "early" }

// What another package returns is no value of a type that only this package can name.
func OwnErrorRight() {
	errs := make(chan error, 2)
	timer := time.AfterFunc(time.Millisecond, func() {
		errs <- late{}
	})
	go func() {
		err := outside.Err()
		timer.Stop()
		errs <- err
	}()
	if err := <-errs; err != nil && err == (late{}) {
		<-errs
	}
}

func OwnError() {
	errs := make(chan error, 2)
	go func() {
		if outside.Coin() {
			errs <- late{}
			return
		}
		errs <- outside.Err()
	}()
	if err := <-errs; err != nil && err == (late{}) {
		<-errs // want "abandoned-receiver"
	}
}

func OwnErrorTypeRight() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		outside.Work()
	}()
	if _, ok := outside.Err().(*early); ok {
		select {}
	}
	<-done
}

func OwnErrorType() {
	err := outside.Err()
	if outside.Coin() {
		err = &early{}
	}
	if _, ok := err.(*early); ok {
		nobody := make(chan int)
		<-nobody // want "abandoned-receiver"
	}
}
