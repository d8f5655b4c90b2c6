package scopes

import (
	"sync"

	"example.com/testdata/outside"
)

// Store is large, and little of it concerns those who use it.
type Store struct {
	mu    sync.Mutex
	names map[string]int
	hits  int
	jobs  chan int
	stop  chan bool
	ready bool
}

func (s *Store) count(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits++
	s.names[name]++
	if s.hits > 100 {
		s.hits = 0
	}
}

func (s *Store) start() {
	s.jobs = make(chan int)
	s.stop = make(chan bool)
	go s.work()
}

func (s *Store) work() {
	for {
		select { // want "abandoned-select"
		case n := <-s.jobs:
			s.count("job")
			_ = n
		case <-s.stop:
			return
		}
	}
}

func (s *Store) shut() {
	s.count("shut")
	close(s.stop)
}

func (s *Store) prepare() {
	s.mu.Lock()
	s.ready = true
	s.names = map[string]int{}
	s.mu.Unlock()
}

// The start is in a method that makes the channels of its receiver.
func Started() {
	s := &Store{}
	s.prepare()
	s.start()
	s.jobs <- 1
	s.count("done")
	s.shut()
}

func NeverShut() {
	s := &Store{}
	s.prepare()
	s.start()
	s.jobs <- 1
	s.count("done")
}

// What a call that only changes data leaves behind is not known before it.
func Prepared() {
	s := &Store{jobs: make(chan int)}
	s.prepare()
	go func() {
		if s.ready {
			s.jobs <- outside.Work()
		}
	}()
	if s.ready {
		<-s.jobs
	}
}

type relay struct {
	to chan int
}

func (r *relay) pass(n int) { r.to <- n } // want "abandoned-sender"

// A method sends on a channel that was put into its receiver elsewhere.
func Relayed() {
	c := make(chan int)
	r := &relay{to: c}
	go r.pass(1)
	if outside.Coin() {
		<-c
	}
}
