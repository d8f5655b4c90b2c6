package forms

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"example.com/testdata/outside"
)

type broker struct {
	mu     sync.RWMutex
	subs   map[int]chan int
	nextID int
	closed bool
}

func newBroker() *broker { return &broker{subs: make(map[int]chan int)} }

func (b *broker) subscribe(size int) (int, <-chan int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ch := make(chan int, size)
	if b.closed {
		close(ch)
		return -1, ch
	}
	id := b.nextID
	b.nextID++
	b.subs[id] = ch
	return id, ch
}

func (b *broker) unsubscribe(id int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ch, ok := b.subs[id]; ok {
		delete(b.subs, id)
		close(ch)
	}
}

func (b *broker) publish(v int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, ch := range b.subs {
		select {
		case ch <- v:
		default:
		}
	}
}

func (b *broker) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for id, ch := range b.subs {
		delete(b.subs, id)
		close(ch)
	}
}

// Subscribers range over their channels until they unsubscribe or the broker is closed.
func Broker() {
	b := newBroker()
	id, ch := b.subscribe(1)
	_, other := b.subscribe(1)
	var wg sync.WaitGroup
	for _, c := range []<-chan int{ch, other} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for v := range c {
				outside.Use(v)
			}
		}()
	}
	b.publish(1)
	b.unsubscribe(id)
	b.close()
	wg.Wait()
}

// An io.Pipe with both its ends closed.
func Pipe() {
	r, w := io.Pipe()
	go func() {
		_, err := fmt.Fprintln(w, "hello")
		_ = w.CloseWithError(err)
	}()
	_, _ = io.Copy(io.Discard, r)
	_ = r.Close()
}

type debouncer struct {
	mu    sync.Mutex
	timer *time.Timer
	fired chan struct{}
}

func (d *debouncer) poke() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
	}
	d.timer = time.AfterFunc(time.Microsecond, func() {
		select {
		case d.fired <- struct{}{}:
		default:
		}
	})
}

func Debouncer() {
	d := &debouncer{fired: make(chan struct{}, 1)}
	d.poke()
	d.poke()
	<-d.fired
}

type config struct{ v int }

// The configuration is swapped by an atomic pointer; the watcher ends with its context.
func AtomicConfig() {
	var current atomic.Pointer[config]
	current.Store(&config{})
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	changes := make(chan *config)
	go func() {
		for {
			select {
			case c := <-changes:
				current.Store(c)
			case <-ctx.Done():
				return
			}
		}
	}()
	changes <- &config{v: 1}
	outside.Use(current.Load().v)
}

// The results come back in order through a channel of channels.
func Ordered() {
	queue := make(chan chan int, 2)
	go func() {
		defer close(queue)
		for i := range 3 {
			c := make(chan int, 1)
			queue <- c
			go func() { c <- i * i }()
		}
	}()
	for c := range queue {
		outside.Use(<-c)
	}
}

// The reader leaves early: the queue is full, and the results have places.
func OrderedLeft() {
	queue := make(chan chan int, 1)
	go func() {
		defer close(queue)
		for i := range 3 {
			c := make(chan int, 1)
			queue <- c // want "abandoned-sender"
			go func() { c <- i * i }()
		}
	}()
	for c := range queue {
		if <-c == 0 {
			return
		}
	}
}

type limiter struct{ tokens chan struct{} }

func newLimiter(n int) *limiter {
	l := &limiter{tokens: make(chan struct{}, n)}
	for range n {
		l.tokens <- struct{}{}
	}
	return l
}

func (l *limiter) acquire(ctx context.Context) error {
	select {
	case <-l.tokens:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *limiter) release() { l.tokens <- struct{}{} }

func Limiter() {
	l := newLimiter(2)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if l.acquire(ctx) != nil {
				return
			}
			defer l.release()
			outside.Work()
		})
	}
	wg.Wait()
}

// A panic in the worker is given to the caller.
func PanicBack() {
	defer func() { _ = recover() }()
	outside.Use(guarded(func() int {
		if outside.Coin() {
			panic("broken")
		}
		return 1
	}))
}

func guarded(f func() int) int {
	type outcome struct {
		v        int
		panicked any
	}
	ch := make(chan outcome)
	go func() {
		var o outcome
		defer func() {
			o.panicked = recover()
			ch <- o
		}()
		o.v = f()
	}()
	o := <-ch
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.v
}

// Two goroutines hand a ball to and fro and stop at a number.
func PingPong() {
	ping, pong := make(chan int), make(chan int)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for v := range pong {
			if v > 4 {
				close(ping)
				return
			}
			ping <- v + 1
		}
	}()
	pong <- 0
	for v := range ping {
		pong <- v + 1
	}
	<-done
}

// Or is done when any is done.
func Or() {
	a, b, c := make(chan struct{}), make(chan struct{}), make(chan struct{})
	any := or(a, b, c)
	close(b)
	<-any
	close(a)
	close(c)
}

func or(channels ...<-chan struct{}) <-chan struct{} {
	switch len(channels) {
	case 0:
		return nil
	case 1:
		return channels[0]
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		switch len(channels) {
		case 2:
			select {
			case <-channels[0]:
			case <-channels[1]:
			}
		default:
			select {
			case <-channels[0]:
			case <-channels[1]:
			case <-channels[2]:
			case <-or(append(channels[3:], done)...):
			}
		}
	}()
	return done
}

// Tee gives each value to both.
func Tee() {
	in := make(chan int)
	go func() {
		defer close(in)
		in <- 1
		in <- 2
	}()
	left, right := tee(in)
	for v := range left {
		outside.Use(v + <-right)
	}
}

func tee(in <-chan int) (<-chan int, <-chan int) {
	one, two := make(chan int), make(chan int)
	go func() {
		defer close(one)
		defer close(two)
		for v := range in {
			one, two := one, two
			for range 2 {
				select {
				case one <- v:
					one = nil
				case two <- v:
					two = nil
				}
			}
		}
	}()
	return one, two
}

// Batches are sent when they are full or the time has come.
func Batches() {
	in := make(chan int)
	out := batch(in, 2, time.Millisecond)
	go func() {
		defer close(in)
		for i := range 3 {
			in <- i
		}
	}()
	for b := range out {
		outside.Use(b)
	}
}

func batch(in <-chan int, size int, wait time.Duration) <-chan []int {
	out := make(chan []int)
	go func() {
		defer close(out)
		var items []int
		timer := time.NewTimer(wait)
		defer timer.Stop()
		for {
			select {
			case v, ok := <-in:
				if !ok {
					if len(items) > 0 {
						out <- items
					}
					return
				}
				items = append(items, v)
				if len(items) < size {
					continue
				}
			case <-timer.C:
			}
			if len(items) > 0 {
				out <- items
				items = nil
			}
			timer.Reset(wait)
		}
	}()
	return out
}
