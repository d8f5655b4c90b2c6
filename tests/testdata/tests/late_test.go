// oracle: none, tests are run by go test

package tests

import (
	"sync"
	"testing"
	"time"
)

type note struct {
	tag uint64
	ok  bool
}

type order struct {
	mu      sync.Mutex
	outs    []chan note
	early   map[uint64]note
	next    uint64
	sentMu  sync.Mutex
	sent    uint64
	pending *pending
}

type pending struct {
	mu sync.Mutex
	m  map[uint64]*later
}

type later struct {
	done chan struct{}
	ok   bool
}

func (p *pending) add(tag uint64) *later {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &later{done: make(chan struct{})}
	p.m[tag] = l
	return l
}

func (p *pending) confirm(n note) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, found := p.m[n.tag]
	if !found {
		return
	}
	close(l.done)
	delete(p.m, n.tag)
}

func (o *order) send() *later {
	o.sentMu.Lock()
	defer o.sentMu.Unlock()
	o.sent++
	return o.pending.add(o.sent)
}

func (o *order) tell(n note) {
	delete(o.early, o.next)
	o.next++
	for _, out := range o.outs {
		select {
		case out <- n:
		case <-time.After(time.Minute):
		}
	}
}

func (o *order) again() {
	o.sentMu.Lock()
	defer o.sentMu.Unlock()
	for o.next <= o.sent {
		n, found := o.early[o.next]
		if !found {
			return
		}
		o.tell(n)
	}
}

func (o *order) come(n note) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pending.confirm(n)
	if o.next == n.tag {
		o.tell(n)
	} else {
		o.early[n.tag] = n
	}
	o.again()
}

// What is not taken in time is given up. That takes a minute in which the test could have gone on.
func TestOrdered(t *testing.T) {
	o := &order{early: map[uint64]note{}, next: 1, pending: &pending{m: map[uint64]*later{}}}
	out := make(chan note)
	o.outs = append(o.outs, out)
	go func() {
		for i := 0; i < 2; i++ {
			o.come(note{uint64(i + 1), true})
		}
	}()
	for i := 0; i < 2; i++ {
		o.send()
		<-out // note "abandoned-receiver"
	}
}
