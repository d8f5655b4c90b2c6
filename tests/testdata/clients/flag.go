package clients

import (
	"sync"

	"example.com/testdata/outside"
)

// Gate lets callers through once it is open; Open may come before or after Wait.
type Gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func NewGate() *Gate {
	g := new(Gate)
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *Gate) Wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait()
	}
}

func (g *Gate) Open() {
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
	g.cond.Broadcast()
}

func GateOpened() {
	g := NewGate()
	for range 2 {
		go g.Wait()
	}
	outside.Work()
	g.Open()
}
