package sizes

import "example.com/testdata/outside"

const (
	leastSlots = 2
	mostSlots  = 8
)

type slots struct{ free chan struct{} }

func newSlots(n int) *slots {
	n = max(leastSlots, min(n, mostSlots))
	s := &slots{make(chan struct{}, n)}
	for range n {
		s.free <- struct{}{}
	}
	return s
}

// There is always one that is free.
func ExtremesRight() {
	s := newSlots(outside.Work())
	<-s.free
	outside.Work()
	s.free <- struct{}{}
}

// Two are made.
func Extremes() {
	s := newSlots(min(1, outside.Work()))
	<-s.free
	<-s.free
	<-s.free // want "abandoned-receiver"
}
