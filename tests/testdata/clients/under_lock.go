package clients

import (
	"sync"

	"example.com/testdata/outside"
)

// Pool waits for its watchers with the lock that each of them wants before it ends.
type Pool struct {
	mu       sync.Mutex
	watched  []int
	watchers sync.WaitGroup
	stop     chan struct{}
}

func NewPool() *Pool { return &Pool{stop: make(chan struct{})} }

func (p *Pool) Add(id int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watched = append(p.watched, id)
	p.watchers.Add(1)
	go p.watch(id)
}

func (p *Pool) watch(id int) {
	defer p.watchers.Done()
	<-p.stop
	p.mu.Lock() // want "lock-never-released"
	defer p.mu.Unlock()
	outside.Use(id)
}

func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.stop)
	p.watchers.Wait() // want "wait-never-done"
}

func PoolCloses() {
	p := NewPool()
	p.Add(1)
	go p.Close()
}

// Group lets go of the lock before it waits.
type Group struct {
	mu       sync.Mutex
	watched  []int
	watchers sync.WaitGroup
	stop     chan struct{}
}

func NewGroup() *Group { return &Group{stop: make(chan struct{})} }

func (g *Group) Add(id int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.watched = append(g.watched, id)
	g.watchers.Add(1)
	go g.watch(id)
}

func (g *Group) watch(id int) {
	defer g.watchers.Done()
	<-g.stop
	g.mu.Lock()
	defer g.mu.Unlock()
	outside.Use(id)
}

func (g *Group) Close() {
	g.mu.Lock()
	close(g.stop)
	g.mu.Unlock()
	g.watchers.Wait()
}

func GroupCloses() {
	g := NewGroup()
	g.Add(1)
	go g.Close()
}
