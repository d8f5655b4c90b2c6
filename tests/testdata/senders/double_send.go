package senders

import (
	"errors"

	"example.com/testdata/outside"
)

// The return after the first send is missing.
func DoubleSend() {
	ch := make(chan error)
	go reportTwice(ch, outside.Err())
	outside.Use(<-ch)
}

func reportTwice(ch chan<- error, err error) {
	if err != nil {
		ch <- errors.Join(err)
	}
	ch <- nil // want "abandoned-sender"
}

func SingleSend() {
	ch := make(chan error)
	go reportOnce(ch, outside.Err())
	outside.Use(<-ch)
}

func reportOnce(ch chan<- error, err error) {
	if err != nil {
		ch <- errors.Join(err)
		return
	}
	ch <- nil
}

func DoubleSendBuffered() {
	ch := make(chan error, 2)
	go reportTwice(ch, outside.Err())
	outside.Use(<-ch)
}
