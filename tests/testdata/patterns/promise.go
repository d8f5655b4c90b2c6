package patterns

import (
	"sync"

	"example.com/testdata/outside"
)

type promise struct {
	once  sync.Once
	done  chan struct{}
	value int
}

func newPromise() *promise {
	return &promise{done: make(chan struct{})}
}

func (p *promise) resolve(v int) {
	p.once.Do(func() {
		p.value = v
		close(p.done)
	})
}

func (p *promise) wait() int {
	<-p.done
	return p.value
}

// Many may wait, many may resolve.
func Promise() {
	p := newPromise()
	for range 2 {
		go func() { outside.Use(p.wait()) }()
	}
	p.resolve(1)
	p.resolve(2)
	p.wait()
}

type hope struct {
	once  sync.Once
	done  chan struct{}
	value int
}

func newHope() *hope {
	return &hope{done: make(chan struct{})}
}

func (h *hope) resolve(v int) {
	h.once.Do(func() {
		h.value = v
		close(h.done)
	})
}

func (h *hope) wait() int {
	<-h.done // want "abandoned-receiver"
	return h.value
}

// On an error nobody resolves it.
func Hope() {
	h := newHope()
	go func() {
		if outside.Err() == nil {
			h.resolve(outside.Work())
		}
	}()
	h.wait()
}
