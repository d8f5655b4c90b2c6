package patterns

import "example.com/testdata/outside"

// Two directions of a connection, the first end is the end.
func TwoCopies() error {
	errs := make(chan error)
	copyOne := func() { errs <- outside.Err() } // want "abandoned-sender"
	go copyOne()
	go copyOne()
	return <-errs
}

// Room for one and a receive for the other.
func TwoCopiesRoomForOne() error {
	errs := make(chan error, 1)
	copyOne := func() { errs <- outside.Err() }
	go copyOne()
	go copyOne()
	return <-errs
}
