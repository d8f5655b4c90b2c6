package kernels

import (
	"sync"

	"example.com/testdata/outside"
)

type replica struct {
	raftMu sync.Mutex
	mu     sync.Mutex
	store  *store
}

type store struct {
	coalesced struct {
		sync.Mutex
		responses []int
	}
	replicas map[int]*replica
}

func (s *store) sendQueued() {
	s.coalesced.Lock()
	responses := s.coalesced.responses
	s.coalesced.responses = nil
	s.coalesced.Unlock()
	for range responses {
		for _, r := range s.replicas {
			r.unreachable()
		}
	}
}

func (r *replica) unreachable() {
	r.raftMu.Lock()
	defer r.raftMu.Unlock()
	outside.Work()
}

func (r *replica) tick() {
	r.raftMu.Lock()
	defer r.raftMu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.coalesce()
}

func (r *replica) coalesce() {
	r.store.coalesced.Lock()
	defer r.store.coalesced.Unlock()
	r.store.coalesced.responses = append(r.store.coalesced.responses, 1)
}

// The list is taken under its lock, worked on without it.
func CoalescedHeartbeats() {
	s := &store{replicas: make(map[int]*replica)}
	s.coalesced.responses = append(s.coalesced.responses, 1, 2)
	one, two := &replica{store: s}, &replica{store: s}
	s.replicas[0], s.replicas[1] = one, two
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		s.sendQueued()
	}()
	go func() {
		defer wg.Done()
		one.tick()
		two.tick()
	}()
	wg.Wait()
}

type hub struct {
	mu    sync.Mutex
	peers []*peer
}

type peer struct {
	mu  sync.Mutex
	hub *hub
}

func (h *hub) broadcast() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.peers {
		p.touch()
	}
}

func (p *peer) touch() {
	outside.Work()
	p.mu.Lock() // want "lock-never-released"
	defer p.mu.Unlock()
}

func (p *peer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	outside.Work()
	p.hub.remove(p)
}

func (h *hub) remove(gone *peer) {
	h.mu.Lock() // want "lock-never-released"
	defer h.mu.Unlock()
	for i, p := range h.peers {
		if p == gone {
			h.peers = append(h.peers[:i], h.peers[i+1:]...)
			break
		}
	}
}

// The hub locks itself and then a peer, the peer itself and then the hub.
func HubAndPeer() {
	h := &hub{}
	p := &peer{hub: h}
	h.peers = append(h.peers, p)
	go h.broadcast()
	go p.leave()
}

type lease struct {
	mu sync.Mutex
	id int
}

type nameCache struct {
	mu     sync.Mutex
	leases map[int]*lease
}

func (c *nameCache) get(id int) *lease {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.leases[id]
	if !ok {
		return nil
	}
	return l
}

func (c *nameCache) remove(l *lease) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.leases, l.id)
}

// The lease is locked after the cache has been left.
func LeaseAfterCache() {
	l := &lease{id: 1}
	c := &nameCache{leases: map[int]*lease{1: l}}
	done := make(chan struct{}, 2)
	go func() {
		if l := c.get(1); l != nil {
			l.mu.Lock()
			outside.Use(l.id)
			l.mu.Unlock()
		}
		done <- struct{}{}
	}()
	go func() {
		l.mu.Lock()
		c.remove(l)
		l.mu.Unlock()
		done <- struct{}{}
	}()
	<-done
	<-done
}
