// Package shapes has channels in all the places where Go code keeps them.
package shapes

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

// In an interface.
func InAny() {
	var box any = make(chan int)
	go func() {
		box.(chan int) <- 1 // want "abandoned-sender"
	}()
	if ch, ok := box.(chan int); ok && outside.Coin() {
		<-ch
	}
}

func InAnyTaken() {
	var box any = make(chan int)
	go func() { box.(chan int) <- 1 }()
	switch ch := box.(type) {
	case chan int:
		<-ch
	case nil:
	}
}

type request struct {
	n     int
	reply chan<- int
}

type server struct {
	requests chan request
	once     sync.Once
}

func (s *server) serve() {
	for r := range s.requests {
		r.reply <- r.n
	}
}

func (s *server) ask(n int) int {
	reply := make(chan int)
	s.requests <- request{n: n, reply: reply}
	return <-reply
}

func (s *server) Close() { s.once.Do(func() { close(s.requests) }) }

// Server and client, closed at the end.
func Server() {
	s := &server{requests: make(chan request)}
	go s.serve()
	defer s.Close()
	outside.Use(s.ask(1) + s.ask(2))
}

type idleServer struct {
	requests chan request
}

func (s *idleServer) serve() {
	for r := range s.requests { // want "never-closed"
		r.reply <- r.n
	}
}

// Nobody closes.
func ServerOpen() {
	s := &idleServer{requests: make(chan request)}
	go s.serve()
	reply := make(chan int)
	s.requests <- request{1, reply}
	<-reply
}

type base struct{ done chan struct{} }

func (b *base) finish() { close(b.done) }

func (b *base) wait() { <-b.done }

type derived struct {
	*base
	name string
}

// Through an embedded pointer.
func Embedded() {
	d := derived{base: &base{done: make(chan struct{})}, name: "d"}
	go d.finish()
	d.wait()
}

type lonely struct{ done chan struct{} }

func (l *lonely) finish() { close(l.done) }

func (l *lonely) wait() {
	<-l.done // want "abandoned-receiver"
}

type wrapped struct {
	*lonely
	failed bool
}

func (w *wrapped) finish() {
	if w.failed {
		return
	}
	w.lonely.finish()
}

// The outer finish does not always call the inner.
func EmbeddedShadowed() {
	w := &wrapped{lonely: &lonely{done: make(chan struct{})}, failed: outside.Coin()}
	go w.wait()
	w.finish()
}

type sink interface{ put(int) error }

type chanSink chan int

func (c chanSink) put(v int) error {
	c <- v // want "abandoned-sender"
	return nil
}

type closedSink struct{}

func (closedSink) put(int) error { return errors.New("closed") }

// A channel type with a method, behind an interface.
func Sinks() {
	c := make(chanSink)
	sinks := []sink{closedSink{}, c}
	for _, s := range sinks {
		go s.put(1)
	}
	if outside.Coin() {
		<-c
	}
}

type stack[T any] struct {
	items chan T
}

func newStack[T any](size int) *stack[T] { return &stack[T]{items: make(chan T, size)} }

func (s *stack[T]) push(v T) bool {
	select {
	case s.items <- v:
		return true
	default:
		return false
	}
}

func (s *stack[T]) pop(ctx context.Context) (v T, err error) {
	select {
	case v = <-s.items:
		return v, nil
	case <-ctx.Done():
		return v, context.Cause(ctx)
	}
}

// A generic container whose waiters end with their context.
func GenericStack() {
	s := newStack[string](1)
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Millisecond, errors.New("late"))
	defer cancel()
	go s.push("a")
	v, err := s.pop(ctx)
	outside.Use(v)
	outside.Use(err)
}

type promise[T any] struct{ ch chan T }

func async[T any](f func() T) promise[T] {
	p := promise[T]{ch: make(chan T)}
	go func() {
		p.ch <- f() // want "abandoned-sender"
	}()
	return p
}

func (p promise[T]) await() T { return <-p.ch }

// One of two promises is awaited.
func Promises() {
	a := async(outside.Work)
	b := async(func() error { return outside.Err() })
	if b.await() == nil {
		outside.Use(a.await())
	}
}

// A function that gives functions.
func counter() (next func() int, stop func()) {
	ch, quit := make(chan int), make(chan struct{})
	go func() {
		for i := 0; ; i++ {
			select {
			case ch <- i:
			case <-quit:
				return
			}
		}
	}()
	return func() int { return <-ch }, func() { close(quit) }
}

func Counter() {
	next, stop := counter()
	defer stop()
	outside.Use(next() + next())
}

func ticker() (next func() int, stop func()) {
	ch, quit := make(chan int), make(chan struct{})
	go func() {
		for i := 0; ; i++ {
			select { // want "abandoned-select"
			case ch <- i:
			case <-quit:
				return
			}
		}
	}()
	return func() int { return <-ch }, func() { close(quit) }
}

func CounterLeft() {
	next, stop := ticker()
	if next() > 0 {
		return
	}
	if outside.Coin() {
		stop()
	}
}

// A map of channels by name.
func Registry() {
	waiters := map[string]chan int{}
	var mu sync.Mutex
	wait := func(key string) int {
		mu.Lock()
		ch, ok := waiters[key]
		if !ok {
			ch = make(chan int, 1)
			waiters[key] = ch
		}
		mu.Unlock()
		return <-ch
	}
	notify := func(key string, v int) {
		mu.Lock()
		ch, ok := waiters[key]
		if !ok {
			ch = make(chan int, 1)
			waiters[key] = ch
		}
		mu.Unlock()
		ch <- v
	}
	go notify("a", 1)
	outside.Use(wait("a"))
}

// Only those who are there are notified.
func RegistryLate() {
	waiters := map[string]chan int{}
	var mu sync.Mutex
	go func() {
		ch := make(chan int)
		mu.Lock()
		waiters["a"] = ch
		mu.Unlock()
		<-ch // want "abandoned-receiver"
	}()
	mu.Lock()
	if ch, ok := waiters["a"]; ok {
		ch <- 1
	}
	mu.Unlock()
}

// A flag that two goroutines agree on: who is first acts.
func OneOfTwo() {
	var taken atomic.Bool
	ch := make(chan int)
	for i := range 2 {
		go func() {
			if taken.CompareAndSwap(false, true) {
				ch <- i
			}
		}()
	}
	<-ch
}

// Both may see the flag as unset.
func OneOfTwoRacy() {
	var mu sync.Mutex
	taken := false
	ch := make(chan int)
	for i := range 2 {
		go func() {
			mu.Lock()
			seen := taken
			mu.Unlock()
			outside.Work()
			if !seen {
				mu.Lock()
				taken = true
				mu.Unlock()
				ch <- i + 1 // want "abandoned-sender"
			}
		}()
	}
	<-ch
}

// The variable is another channel by the time the goroutine runs.
func Reassigned() {
	ch := make(chan int)
	old := ch
	go func() {
		old <- 1 // want "abandoned-sender"
	}()
	ch = make(chan int, 1)
	ch <- 2
	<-ch
}

// A deferred receive takes what is left.
func DeferredReceive() {
	ch := make(chan int)
	go func() { ch <- outside.Work() }()
	defer func() { <-ch }()
	if outside.Err() != nil {
		return
	}
	outside.Work()
}

// A goroutine in a goroutine, each waits for its own.
func Nested() {
	outer := make(chan int)
	go func() {
		inner := make(chan int)
		go func() { inner <- 1 }()
		outer <- <-inner
	}()
	<-outer
}

func NestedLeft() {
	outer := make(chan int)
	go func() {
		inner := make(chan int)
		go func() {
			inner <- outside.Work() // want "abandoned-sender"
		}()
		select {
		case v := <-inner:
			outer <- v // want "abandoned-sender"
		case <-time.After(time.Microsecond):
		}
	}()
	select {
	case <-outer:
	case <-time.After(time.Microsecond):
	}
}
