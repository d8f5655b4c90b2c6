package clients

import (
	"context"
	"sync"

	"example.com/testdata/outside"
)

// A repair runs on a goroutine of its own, but the one in the background is done piece by piece by others:
// it has no channel, and nobody starts it.
type repair struct {
	background bool
	done       chan error
	ctx        context.Context
	cancel     context.CancelFunc
	mu         sync.Mutex
	ended      bool
}

func newRepair() *repair {
	ctx, cancel := context.WithCancel(context.Background())
	return &repair{done: make(chan error), ctx: ctx, cancel: cancel}
}

func newBackgroundRepair() *repair {
	ctx, cancel := context.WithCancel(context.Background())
	return &repair{background: true, ctx: ctx, cancel: cancel}
}

func (r *repair) start() {
	go r.walk()
	select {
	case <-r.done:
		r.end()
	case <-r.ctx.Done():
		r.end()
		go func() { <-r.done }()
	}
}

func (r *repair) walk() {
	r.done <- outside.Err()
	close(r.done)
}

func (r *repair) end() {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
}

func (r *repair) stop() { r.cancel() }

type repairs struct {
	mu  sync.Mutex
	all []*repair
}

func (s *repairs) launch(r *repair) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, r)
	if !r.background {
		go r.start()
	}
}

func (s *repairs) stopAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.all {
		r.stop()
	}
}

func TwoMakersRight() {
	s := &repairs{}
	s.launch(newBackgroundRepair())
	s.launch(newRepair())
	outside.Work()
	s.stopAll()
}

// Whoever is outside may start what this maker forgot to give a channel.
type Refresher struct {
	wake chan int
	done chan int
}

func NewRefresher() *Refresher {
	return &Refresher{wake: make(chan int, 1), done: make(chan int)}
}

func NewQuietRefresher() *Refresher {
	return &Refresher{done: make(chan int)}
}

func (r *Refresher) Start() {
	go func() {
		r.wake <- outside.Work() // want "nil-channel"
	}()
	go func() {
		<-r.done
	}()
}

func (r *Refresher) Close() { close(r.done) }

func Quiet() {
	r := NewQuietRefresher()
	r.Start()
	r.Close()
}
