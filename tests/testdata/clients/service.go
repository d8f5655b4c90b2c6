package clients

import (
	"sync"

	"example.com/testdata/outside"
)

// Service has a Close that ends its goroutine.
type Service struct {
	jobs chan int
	quit chan struct{}
	wg   sync.WaitGroup
}

func NewService() *Service {
	s := &Service{jobs: make(chan int), quit: make(chan struct{})}
	s.wg.Add(1)
	go s.loop()
	return s
}

func (s *Service) loop() {
	defer s.wg.Done()
	for {
		select {
		case job := <-s.jobs:
			outside.Use(job)
		case <-s.quit:
			return
		}
	}
}

// Submit gives up when the service is closed.
func (s *Service) Submit(job int) bool {
	select {
	case s.jobs <- job:
		return true
	case <-s.quit:
		return false
	}
}

func (s *Service) Close() {
	close(s.quit)
	s.wg.Wait()
}

func ServiceUsed() {
	s := NewService()
	s.Submit(1)
	s.Close()
}

// A submit at the same time as the close.
func ServiceClosedMeanwhile() {
	s := NewService()
	go s.Submit(1)
	s.Close()
}
