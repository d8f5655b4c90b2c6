package locks

import (
	"sync"
	"time"
)

// Nodes reads again while it reads: a writer in between waits for the first reader, and keeps the second out.
type Nodes struct {
	mu    sync.RWMutex
	names map[string]string
}

func (n *Nodes) Name(key string) string {
	n.mu.RLock() // want "lock-never-released"
	defer n.mu.RUnlock()
	return n.names[key]
}

func (n *Nodes) Names(keys []string) []string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	var found []string
	for _, key := range keys {
		time.Sleep(2 * time.Millisecond)
		found = append(found, n.Name(key))
	}
	return found
}

func (n *Nodes) Rename(key, name string) {
	n.mu.Lock() // want "lock-never-released"
	n.names[key] = name
	n.mu.Unlock()
}

func ReadsAgain() {
	n := &Nodes{names: map[string]string{}}
	go n.Names([]string{"a", "b"})
	time.Sleep(time.Millisecond)
	go n.Rename("a", "b")
}

// Paths does not.
type Paths struct {
	mu    sync.RWMutex
	names map[string]string
}

func (p *Paths) name(key string) string {
	return p.names[key]
}

func (p *Paths) Name(key string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.name(key)
}

func (p *Paths) Names(keys []string) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var found []string
	for _, key := range keys {
		time.Sleep(2 * time.Millisecond)
		found = append(found, p.name(key))
	}
	return found
}

func (p *Paths) Rename(key, name string) {
	p.mu.Lock()
	p.names[key] = name
	p.mu.Unlock()
}

func ReadsOnce() {
	p := &Paths{names: map[string]string{}}
	go p.Names([]string{"a", "b"})
	time.Sleep(time.Millisecond)
	go p.Rename("a", "b")
}

// Fixed is read twice as well, and nobody writes.
type Fixed struct {
	guard sync.RWMutex
	names map[string]string
}

func (f *Fixed) Name(key string) string {
	f.guard.RLock()
	defer f.guard.RUnlock()
	return f.names[key]
}

func (f *Fixed) Names(keys []string) []string {
	f.guard.RLock()
	defer f.guard.RUnlock()
	var found []string
	for _, key := range keys {
		found = append(found, f.Name(key))
	}
	return found
}

func ReadsFixed() {
	f := &Fixed{names: map[string]string{}}
	go f.Names([]string{"a", "b"})
}
