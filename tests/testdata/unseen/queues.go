// Package unseen is about code that has no source here: what it answers is undecided.
package unseen

import "example.com/away"

type pool struct {
	jobs    chan func()
	stopped chan struct{}
	work    chan func()
	waiting away.Queue[func()]
	drain   bool
}

func newPool() *pool {
	p := &pool{jobs: make(chan func()), stopped: make(chan struct{}), work: make(chan func())}
	go p.dispatch()
	return p
}

// A queue that nothing was put into is empty, and nobody here can know that.
func (p *pool) dispatch() {
	defer close(p.stopped)
	working := false
	for {
		if p.waiting.Len() != 0 {
			p.work <- p.waiting.Pop()
			continue
		}
		job, ok := <-p.jobs
		if !ok {
			break
		}
		if !working {
			go worker(p.work)
			working = true
		}
		p.waiting.Push(job)
	}
	for p.drain && p.waiting.Len() != 0 {
		p.work <- p.waiting.Pop()
	}
	if working {
		p.work <- nil
	}
}

func worker(work chan func()) {
	for job := range work {
		if job == nil {
			return
		}
		job()
	}
}

func (p *pool) stop(drain bool) {
	p.drain = drain
	close(p.jobs)
	<-p.stopped
}

// Stops waits for the dispatcher, which ends.
func Stops() {
	p := newPool()
	p.stop(false)
}

// Drains does so when all that waits was run.
func Drains() {
	p := newPool()
	p.jobs <- func() {}
	p.stop(true)
}

// Made asks a queue that code without source made.
func Made() {
	queue := away.NewQueue[int]()
	done := make(chan int)
	if queue.Len() > 0 {
		go func() { done <- queue.Pop() }()
		return
	}
	go func() { done <- 1 }()
	<-done
}

// Either leaks whatever the queue answers.
func Either() {
	queue := away.NewQueue[int]()
	done := make(chan int)
	if queue.Len() > 0 {
		println("waiting")
	} else {
		go func() { done <- 2 }()
		<-done
	}
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
}

// Failed leaks where a function without source fails or not: any call may do either.
func Failed() {
	done := make(chan int)
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
	if _, err := away.Fetch(1); err == nil {
		return
	}
	<-done
}

// Refused leaks where a method says that it failed.
func Refused() {
	door := away.NewDoor()
	done := make(chan int)
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
	if err := door.Enter(); err != nil {
		return
	}
	<-done
}

// Given asks a queue of its caller's, which may hold anything.
func Given(queue *away.Queue[int]) {
	done := make(chan int)
	go func() {
		done <- 1 // want "abandoned-sender"
	}()
	if queue.Len() > 0 {
		return
	}
	<-done
}

// Gives calls it with a queue that is not empty.
func Gives() {
	queue := away.NewQueue[int]()
	queue.Push(1)
	Given(queue)
}
