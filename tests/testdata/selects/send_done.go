package selects

import "example.com/testdata/outside"

type stream struct {
	items chan int
	done  chan struct{}
}

func (s *stream) feed() {
	defer close(s.items)
	for i := range 4 {
		select {
		case s.items <- i * 2:
		case <-s.done:
			return
		}
	}
}

func (s *stream) Close() {
	close(s.done)
}

func StreamClosed() {
	s := &stream{make(chan int), make(chan struct{})}
	go s.feed()
	defer s.Close()
	for v := range s.items {
		if outside.Coin() {
			outside.Use(v)
			return
		}
	}
}

type river struct {
	items chan int
	done  chan struct{}
}

func (r *river) feed() {
	defer close(r.items)
	for i := range 4 {
		select { // want "abandoned-select"
		case r.items <- i * 2:
		case <-r.done:
			return
		}
	}
}

func (r *river) Close() {
	close(r.done)
}

// Leaves the loop without Close.
func RiverNotClosed() {
	r := &river{make(chan int), make(chan struct{})}
	go r.feed()
	for v := range r.items {
		if outside.Coin() {
			outside.Use(v)
			return
		}
	}
	r.Close()
}
