package clients

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.com/testdata/outside"
)

// Nobody in sight uses these types as here; only the running programs do.

// Courier leaves behind who sends while it is closed.
type Courier struct {
	parcels chan int
	quit    chan struct{}
}

func NewCourier() *Courier {
	c := &Courier{parcels: make(chan int), quit: make(chan struct{})}
	go func() {
		for {
			select {
			case p := <-c.parcels:
				outside.Use(p)
			case <-c.quit:
				return
			}
		}
	}()
	return c
}

func (c *Courier) Send(parcel int) {
	c.parcels <- parcel * 2 // want "abandoned-sender"
}

// Offer has a way out.
func (c *Courier) Offer(parcel int) error {
	select {
	case c.parcels <- parcel * 2:
		return nil
	case <-c.quit:
		return errors.New("closed")
	}
}

func (c *Courier) Close() { close(c.quit) }

func CourierClosedFirst() {
	c := NewCourier()
	c.Close()
	time.Sleep(time.Millisecond)
	outside.Method(c, "Send", 1)
}

func CourierOffered() {
	c := NewCourier()
	go outside.Method(c, "Offer", 1)
	c.Close()
}

// Two has two goroutines, and its closer ends one of them.
type Two struct {
	in, side chan int
	once     sync.Once
}

func NewTwo() (*Two, error) {
	if err := outside.Err(); err != nil {
		return nil, err
	}
	t := &Two{in: make(chan int), side: make(chan int)}
	go t.loop()
	go func() {
		for v := range t.side { // want "never-closed"
			outside.Use(v)
		}
	}()
	return t, nil
}

func (t *Two) loop() {
	for v := range t.in {
		outside.Use(v)
	}
}

func (t *Two) Stop() {
	t.once.Do(func() { close(t.in) })
}

func TwoStopped() {
	t, err := NewTwo()
	if err != nil {
		return
	}
	t.Stop()
}

// Both has the same, cured.
type Both struct {
	in, side chan int
	once     sync.Once
}

func NewBoth() *Both {
	b := &Both{in: make(chan int), side: make(chan int)}
	for _, ch := range []chan int{b.in, b.side} {
		go func() {
			for v := range ch {
				outside.Use(v)
			}
		}()
	}
	return b
}

func (b *Both) Stop() {
	b.once.Do(func() {
		close(b.in)
		close(b.side)
	})
}

func BothStopped() {
	NewBoth().Stop()
}

// Asker answers on a channel without room, and who asks may leave.
type Asker struct {
	questions chan question
	ctx       context.Context
	cancel    context.CancelFunc
}

type question struct{ answer chan int }

func (a *Asker) Start() {
	a.questions = make(chan question)
	a.ctx, a.cancel = context.WithCancel(context.Background())
	go func() {
		for {
			select {
			case q := <-a.questions:
				time.Sleep(time.Millisecond)
				q.answer <- outside.Work() // want "abandoned-sender"
			case <-a.ctx.Done():
				return
			}
		}
	}()
}

func NewAsker() *Asker { return &Asker{} }

func (a *Asker) Ask(ctx context.Context) int {
	q := question{make(chan int)}
	select {
	case a.questions <- q:
	case <-a.ctx.Done():
		return 0
	case <-ctx.Done():
		return 0
	}
	select {
	case v := <-q.answer:
		return v
	case <-ctx.Done():
		return 0
	}
}

func (a *Asker) Close() { a.cancel() }

func AskerImpatient() {
	a := NewAsker()
	outside.Method(a, "Start")
	for range 20 {
		outside.Work() // who answers has begun to wait
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		outside.Method(a, "Ask", ctx)
	}
	a.Close()
}

// Replier has room for the answer.
type Replier struct {
	questions chan question
	stop      chan bool
}

func NewReplier() *Replier {
	r := &Replier{make(chan question), make(chan bool)}
	go r.run()
	return r
}

func (r *Replier) run() {
	for {
		select {
		case q := <-r.questions:
			q.answer <- outside.Work()
		case <-r.stop:
			return
		}
	}
}

func (r *Replier) Ask(ctx context.Context) int {
	q := question{make(chan int, 1)}
	select {
	case r.questions <- q:
	case <-ctx.Done():
		return 0
	}
	select {
	case v := <-q.answer:
		return v
	case <-ctx.Done():
		return 0
	}
}

// Close tells the goroutine to end by a send.
func (r *Replier) Close() { r.stop <- true }

func ReplierAsked() {
	r := NewReplier()
	for range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		outside.Method(r, "Ask", ctx)
	}
	r.Close()
}

// Directory answers only whom it knows.
type Directory struct {
	lookups chan lookup
	stop    chan bool
}

type lookup struct {
	name   string
	answer chan int
}

func NewDirectory(known map[string]int) *Directory {
	d := &Directory{make(chan lookup), make(chan bool)}
	go func() {
		for {
			select {
			case l := <-d.lookups:
				if v, ok := known[l.name]; ok {
					l.answer <- v
				}
			case <-d.stop:
				return
			}
		}
	}()
	return d
}

func (d *Directory) Find(name string) int {
	l := lookup{name, make(chan int)}
	select {
	case d.lookups <- l:
	case <-d.stop:
		return 0
	}
	return <-l.answer // want "abandoned-receiver"
}

func (d *Directory) Close() { close(d.stop) }

func DirectoryAskedForUnknown() {
	d := NewDirectory(nil)
	go outside.Method(d, "Find", "x")
	time.Sleep(time.Millisecond)
	d.Close()
}

// Register always answers, and its Find gives up when it is closed.
type Register struct {
	lookups chan lookup
	stop    chan bool
}

func NewRegister(known map[string]int) *Register {
	r := &Register{make(chan lookup), make(chan bool)}
	go r.serve(known)
	return r
}

func (r *Register) serve(known map[string]int) {
	for {
		select {
		case l := <-r.lookups:
			select {
			case l.answer <- known[l.name]:
			case <-r.stop:
				return
			}
		case <-r.stop:
			return
		}
	}
}

func (r *Register) Find(name string) int {
	l := lookup{name, make(chan int)}
	select {
	case r.lookups <- l:
	case <-r.stop:
		return 0
	}
	select {
	case v := <-l.answer:
		return v
	case <-r.stop:
		return 0
	}
}

func (r *Register) Close() { close(r.stop) }

func RegisterAskedForUnknown() {
	r := NewRegister(nil)
	go outside.Method(r, "Find", "x")
	time.Sleep(time.Millisecond)
	r.Close()
}
