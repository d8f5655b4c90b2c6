// Package done is about goroutines that forget to say that they are done.
package done

import (
	"sync"

	"example.com/testdata/outside"
)

// Failing is done only when there was no error.
func Failing() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		if outside.Err() != nil {
			return
		}
		outside.Work()
		wg.Done()
	}()
	go func() {
		wg.Wait() // want "wait-never-done"
	}()
}

type server struct {
	wg sync.WaitGroup
}

func (s *server) start() {
	for number := range 2 {
		s.wg.Add(1)
		go s.serve(number)
	}
}

// serve never says that it is done.
func (s *server) serve(number int) {
	outside.Use(number)
}

// Served waits for its server.
func Served() {
	s := &server{}
	s.start()
	s.wg.Wait() // want "wait-never-done"
}

func helped(wg *sync.WaitGroup, number int) {
	outside.Use(number)
}

// Helped has a helper that forgets the wait group that it got.
func Helped() {
	var wg sync.WaitGroup
	wg.Add(1)
	go helped(&wg, 1)
	wg.Wait() // want "wait-never-done"
}

type stopper struct {
	stop  chan struct{}
	tasks sync.WaitGroup
}

func (s *stopper) begin() bool {
	select {
	case <-s.stop:
		return false
	default:
		s.tasks.Add(1)
		return true
	}
}

func (s *stopper) end() {
	s.tasks.Wait() // want "wait-never-done"
	close(s.stop)
}

// Stopped has a task that never says that it is done.
func Stopped() {
	s := &stopper{stop: make(chan struct{})}
	begun := make(chan bool)
	go func() {
		s.begin()
		begun <- true
		<-s.stop // want "abandoned-receiver"
	}()
	<-begun
	s.end()
}
