// Package kernels has small forms of mistakes that real servers made, and their cures.
package kernels

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

type stopper struct {
	quit     chan struct{}
	workers  sync.WaitGroup
	mu       sync.Mutex
	cond     *sync.Cond
	draining bool
	tasks    int
}

func newStopper() *stopper {
	s := &stopper{quit: make(chan struct{})}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *stopper) runWorker(f func()) {
	s.workers.Add(1)
	go func() {
		defer s.workers.Done()
		f()
	}()
}

func (s *stopper) startTask() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.tasks++
	return true
}

func (s *stopper) finishTask() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks--
	s.cond.Broadcast()
}

func (s *stopper) shouldStop() <-chan struct{} {
	if s == nil {
		return nil
	}
	return s.quit
}

func (s *stopper) stop() {
	s.mu.Lock()
	s.draining = true
	for s.tasks > 0 {
		s.cond.Wait()
	}
	s.mu.Unlock()
	close(s.quit)
	s.workers.Wait()
}

// Workers watch the stopper while they send: nobody is left.
func StopperSelect() {
	s := newStopper()
	events := make(chan int)
	s.runWorker(func() {
		for {
			select {
			case <-s.shouldStop():
				return
			case events <- 0:
			}
		}
	})
	s.runWorker(func() {
		for {
			select {
			case <-events:
			case <-s.shouldStop():
				return
			}
		}
	})
	if s.startTask() {
		s.finishTask()
	}
	s.stop()
}

// The send stands in the default: the receiver may have stopped.
func StopperDefault() {
	s := newStopper()
	events := make(chan int)
	s.runWorker(func() {
		for {
			select {
			case <-s.shouldStop():
				return
			default:
				events <- 0 // want "abandoned-sender"
			}
		}
	})
	s.runWorker(func() {
		for {
			select {
			case <-events:
			case <-s.shouldStop():
				return
			}
		}
	})
	outside.Work()
	time.Sleep(time.Millisecond)
	s.stopWaiting()
}

func (s *stopper) stopWaiting() {
	close(s.quit)
	s.workers.Wait() // want "wait-never-done"
}

type drainer struct {
	mu       sync.Mutex
	draining atomic.Bool
	drain    sync.WaitGroup
	stopped  chan struct{}
	stop     sync.WaitGroup
}

func (d *drainer) start() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.draining.Load() {
		return false
	}
	d.drain.Add(1)
	return true
}

func (d *drainer) close() {
	d.mu.Lock()
	d.draining.Store(true)
	d.mu.Unlock()
	d.drain.Wait()
	close(d.stopped)
	d.stop.Wait()
}

// A task ends before its worker waits for the stop.
func Drainer() {
	d := &drainer{stopped: make(chan struct{})}
	d.stop.Add(1)
	go func() {
		defer d.stop.Done()
		if d.start() {
			d.drain.Done()
		}
		<-d.stopped
	}()
	d.close()
}

// The task is never done.
func DrainerForgotten() {
	d := &drainerForgotten{stopped: make(chan struct{})}
	started := make(chan bool)
	go func() {
		d.drain.Add(1)
		started <- true
		<-d.stopped // want "abandoned-receiver"
	}()
	<-started
	d.close()
}

type drainerForgotten struct {
	drain   sync.WaitGroup
	stopped chan struct{}
}

func (d *drainerForgotten) close() {
	d.drain.Wait() // want "wait-never-done"
	close(d.stopped)
}
