package callbacks

import (
	"sync"

	"example.com/testdata/outside"
)

// Functions further down than calls are followed: they may do whatever they are given can do.

type sink struct {
	in    chan int
	jobs  chan func()
	depth int
}

func recovered(f func()) {
	defer func() { _ = recover() }()
	f()
}

func (s *sink) drain() {
	if s.depth > 0 {
		s.depth--
		recovered(s.drain)
		return
	}
	for n := range s.in {
		outside.Use(n)
	}
}

func (s *sink) work() {
	for job := range s.jobs {
		job()
	}
}

func (s *sink) later(depth int, job func()) {
	if depth > 0 {
		s.later(depth-1, job)
		return
	}
	s.jobs <- job
}

// The receiver of the function value is what the cut function works on.
func DeepMethodValueRight() {
	s := &sink{in: make(chan int), depth: 3}
	go s.drain()
	s.in <- outside.Work()
	close(s.in)
}

// The cut function keeps the job, and another goroutine runs it.
func DeepDoneRight() {
	s := &sink{jobs: make(chan func())}
	go s.work()
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		s.later(20, wg.Done)
	}
	wg.Wait()
	close(s.jobs)
}

// The same with a closure that sends first.
func DeepDoneClosureRight() {
	s := &sink{jobs: make(chan func())}
	go s.work()
	done := make(chan int, 3)
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Add(1)
		s.later(20, func() {
			done <- n
			wg.Done()
		})
	}
	wg.Wait()
	close(s.jobs)
}

// Nobody but the caller has the wait group.
func DeepNotDone() {
	s := &sink{jobs: make(chan func(), 1)}
	var wg sync.WaitGroup
	wg.Add(1)
	s.later(20, func() { outside.Use(s) })
	wg.Wait() // want "wait-never-done"
}
