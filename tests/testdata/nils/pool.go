package nils

import (
	"sync"

	"example.com/testdata/outside"
)

type request struct {
	n    int
	done chan error
}

var waiters = sync.Pool{New: func() any { return make(chan error, 1) }}

func answer(in chan *request) {
	for each := range in {
		each.done <- outside.Err()
	}
}

// A nil interface would panic in the assertion.
func PooledChannelRight() {
	in := make(chan *request)
	go answer(in)
	done := waiters.Get().(chan error)
	in <- &request{outside.Work(), done}
	<-done
	waiters.Put(done)
	close(in)
}

func answered() any { return nil }

// With ok nothing panics, and nobody can send on what is not there.
func NilAsserted() {
	done, _ := answered().(chan error)
	go func() {
		<-done // want "nil-channel"
	}()
}

// Without it the assertion panics.
func NilAssertedRight() {
	defer func() { _ = recover() }()
	done := answered().(chan error)
	go func() {
		<-done
	}()
}
