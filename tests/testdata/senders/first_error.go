package senders

import "example.com/testdata/outside"

// The first error ends the collecting; the other workers still have something to say.
func FirstError() error {
	errs := make(chan error)
	for range 4 {
		go func() {
			errs <- outside.Err() // want "abandoned-sender"
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func FirstErrorBuffered() error {
	errs := make(chan error, 4)
	for range 4 {
		go func() {
			errs <- outside.Err()
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func FirstErrorKept() (first error) {
	errs := make(chan error)
	for range 4 {
		go func() {
			errs <- outside.Err()
		}()
	}
	for range 4 {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}
