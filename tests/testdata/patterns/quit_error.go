package patterns

import (
	"runtime"

	"example.com/testdata/outside"
)

// The reader asks the loop to stop and waits for its last error, over a channel of channels.
func QuitWithError() error {
	closing := make(chan chan error)
	go func() {
		var err error
		for {
			select {
			case answer := <-closing:
				answer <- err
				return
			default:
				err = outside.Err()
			}
		}
	}()
	answer := make(chan error)
	closing <- answer
	return <-answer
}

// The loop leaves by itself at the first error; then the question is never taken.
func QuitWithErrorGone() error {
	closing := make(chan chan error)
	go func() {
		for {
			select {
			case answer := <-closing:
				answer <- nil
				return
			default:
				if outside.Err() != nil {
					return
				}
			}
		}
	}()
	runtime.Gosched() // so that the loop may fail before it is asked
	answer := make(chan error)
	closing <- answer // want "abandoned-sender"
	return <-answer
}
